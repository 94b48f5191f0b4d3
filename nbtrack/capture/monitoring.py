"""Observes the notebook's code by `sys.monitoring`, where Python has it (3.12 and later).

Each place in the code reports once and is silent from then on, so that loops cost nothing and all
is seen, in every thread. Events are set for the notebook's own code objects alone; setting them
anew arms them for the next cell.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from types import CodeType, FunctionType
from typing import Any

from nbtrack.capture.instructions import inner_codes, is_function, shape_of
from nbtrack.capture.observation import Ran

__all__ = ["MonitoringObserver"]

TOOL_IDS = (4, 3)
"""Numbers that no tool has for its own."""


class MonitoringObserver:
    """Watches one cell after another."""

    def __init__(self, namespace: dict[str, Any], tool: int) -> None:
        self.namespace, self.tool = namespace, tool
        self.monitoring: Any = vars(sys)["monitoring"]
        self.is_complete = True
        self.is_watching = False
        self.ran: dict[int, Ran] = {}
        self.armed: dict[int, CodeType] = {}
        self.fired: dict[int, CodeType] = {}
        events = self.monitoring.events
        self.calls = events.PY_START | events.PY_RESUME
        self.steps = self.calls | events.INSTRUCTION
        for event, callback in (
            (events.PY_START, self.called),
            (events.PY_RESUME, self.called),
            (events.INSTRUCTION, self.stepped),
        ):
            self.monitoring.register_callback(tool, event, callback)
        for value in list(namespace.values()):
            if type(value) is FunctionType and value.__globals__ is namespace:
                self.arm(value.__code__)

    @classmethod
    def begun(cls, namespace: dict[str, Any]) -> MonitoringObserver | None:
        """An observer, if a number is free for it."""
        monitoring: Any = vars(sys)["monitoring"]
        for tool in TOOL_IDS:
            if monitoring.get_tool(tool) is None:
                monitoring.use_tool_id(tool, "nbtrack")
                return cls(namespace, tool)
        return None

    def start(self) -> None:
        """Watch from now on."""
        self.is_complete = self.is_watching = True
        self.ran = {}
        self.set_events(self.fired.values())
        self.fired = {}

    def statement(self, code: CodeType) -> None:
        """Code of the cell is about to run."""
        if self.is_watching:
            self.arm(code)

    def thread_started(self) -> None:
        """Threads are watched too."""

    def stop(self) -> list[Ran]:
        """Watch no more; what ran, in order."""
        self.is_watching = False
        ran, self.ran = list(self.ran.values()), {}
        return ran

    def close(self) -> None:
        """Give the number back."""
        self.stop()
        for code in self.armed.values():
            self.monitoring.set_local_events(self.tool, code, 0)
        self.armed.clear()
        self.monitoring.free_tool_id(self.tool)

    def arm(self, code: CodeType) -> None:
        """Have a code object, and those in it, report."""
        fresh = [it for it in inner_codes(code) if id(it) not in self.armed]
        self.armed |= {id(it): it for it in fresh}
        self.set_events(fresh)

    def set_events(self, codes: Iterable[CodeType]) -> None:
        """Arm code objects; what was silent reports again."""
        for code in codes:
            events = self.steps if shape_of(code).has_jumps else self.calls
            self.monitoring.set_local_events(self.tool, code, 0)
            self.monitoring.set_local_events(self.tool, code, events)

    def called(self, code: CodeType, _: int) -> Any:
        """A code object begins or goes on; it is silent until it is armed again."""
        self.fired[id(code)] = code
        if self.is_watching and id(code) not in self.ran:
            frame = sys._getframe(1)  # noqa: SLF001 - the only way to the frame that reports
            if frame.f_globals is self.namespace:
                is_top = not is_function(code) and frame.f_locals is self.namespace
                ran = self.ran[id(code)] = Ran(code, is_top=is_top)
                if shape_of(code).has_jumps:
                    ran.executed = set()
        return self.monitoring.DISABLE

    def stepped(self, code: CodeType, offset: int) -> Any:
        """An instruction is executed."""
        ran = self.ran.get(id(code))
        if ran is not None and ran.executed is not None:
            ran.executed.add(offset)
        return self.monitoring.DISABLE
