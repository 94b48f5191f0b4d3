"""Observes the notebook's code by `sys.monitoring`, where Python has it (3.12 and later).

Each place in the code reports once a statement and is silent from then on, so that loops cost
nothing and all is seen, in every thread. Events are set for the notebook's own code objects alone;
setting them anew arms them for the next statement.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable
from types import CodeType, FrameType
from typing import Any

from nbtrack.capture import audit
from nbtrack.capture.identity import identity_of
from nbtrack.capture.instructions import inner_codes, is_function, shapes
from nbtrack.capture.objects.scan import scan
from nbtrack.capture.ran import Ran, is_statement, ran_for
from nbtrack.capture.usage import codes_of

__all__ = ["MonitoringObserver"]

TOOL_IDS = (4, 3)
"""Numbers that no tool has for its own."""

MOST_ARMED = 4000
"""Code objects that are kept; beyond it those are let go that nobody else has any more."""

OUR_REFERENCES = 4
"""To a code object in `armed`: the dictionary's, the list's, the variable's and the argument's."""


class MonitoringObserver:
    """Watches one cell after another.

    Args:
        namespace: The globals of the code that is looked at.
        tool: A number that `sys.monitoring` knows us by.
    """

    def __init__(self, namespace: dict[str, Any], tool: int) -> None:
        self.namespace, self.tool = namespace, tool
        self.monitoring: Any = vars(sys)["monitoring"]
        self.is_complete = True
        self.is_watching = self.is_traced = False
        self.threads = 0
        self.ran: list[Ran] = []
        self.recent: dict[int, Ran] = {}
        """Of the statement that runs, by the identity of the code."""
        self.armed: dict[int, CodeType] = {}
        self.fired: dict[int, CodeType] = {}
        """Code objects of which places are silent."""
        events = self.monitoring.events
        self.calls = events.PY_START | events.PY_RESUME
        self.steps = self.calls | events.INSTRUCTION
        self.callbacks = {
            events.PY_START: self.called,
            events.PY_RESUME: self.called,
            events.INSTRUCTION: self.stepped,
        }
        for event, callback in self.callbacks.items():
            self.monitoring.register_callback(tool, event, callback)
        audit.hear("sys.settrace", self.tracing_changed)
        for value in list(namespace.values()):
            self.arm(codes_of(scan(value).functions))

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
        self.is_traced = sys.gettrace() is not None
        self.threads = threading.active_count()
        self.ran, self.recent = [], {}
        self.rearm()

    def statement(self, code: CodeType) -> None:
        """Code of the cell is about to run."""
        if not self.is_watching:
            return
        if is_statement(code):
            self.recent = {}
            self.rearm()
        self.arm(inner_codes(code))

    def thread_started(self) -> None:
        """Threads are watched too."""

    def tracing_changed(self, _: tuple[Any, ...]) -> None:
        """A debugger, or the cell itself, sets a trace function."""
        self.is_traced = True

    def stop(self) -> list[Ran]:
        """Watch no more; what ran, in order."""
        self.is_watching = False
        if self.is_traced:  # beside it, not every instruction of a call is reported
            self.is_complete = False
            for item in self.ran:
                item.is_whole = item.executed is None
        if threading.active_count() > self.threads:
            self.is_complete = False  # what they do from now on is not seen
        self.disarm([code for code in self.armed.values() if not is_function(code)])
        if len(self.armed) > MOST_ARMED:
            self.prune()
        ran, self.ran, self.recent = self.ran, [], {}
        return ran

    def forget(self) -> None:
        """Watch nothing in a forked child, which is no part of the session."""
        self.is_watching = False
        self.ran, self.recent = [], {}

    def close(self) -> None:
        """Give the number back."""
        self.stop()
        audit.unhear("sys.settrace", self.tracing_changed)
        self.disarm(list(self.armed.values()))
        for event in self.callbacks:
            self.monitoring.register_callback(self.tool, event, None)
        self.monitoring.free_tool_id(self.tool)

    # Events of code objects

    def arm(self, codes: Iterable[CodeType]) -> None:
        """Have code objects report."""
        fresh = [it for it in codes if identity_of(it) not in self.armed]
        self.armed |= {identity_of(it): it for it in fresh}
        for code in fresh:
            self.set_events(code)

    def rearm(self) -> None:
        """Have all that is silent report again."""
        fired, self.fired = self.fired, {}
        for code in fired.values():
            if identity_of(code) in self.armed:
                self.monitoring.set_local_events(self.tool, code, 0)
                self.set_events(code)

    def set_events(self, code: CodeType) -> None:
        """Have a code object report its calls, and its instructions where some may be left out."""
        is_stepped = ran_for(code, is_top=False).executed is not None
        self.monitoring.set_local_events(self.tool, code, self.steps if is_stepped else self.calls)

    def disarm(self, codes: Iterable[CodeType]) -> None:
        """Have code objects report nothing, and let go of them."""
        for code in codes:
            self.monitoring.set_local_events(self.tool, code, 0)
            self.armed.pop(identity_of(code), None)
            self.fired.pop(identity_of(code), None)

    def prune(self) -> None:
        """Let go of the code of functions that are no more."""
        self.fired = {}
        shapes.clear()
        codes = list(self.armed.values())
        self.disarm([it for it in codes if sys.getrefcount(it) <= OUR_REFERENCES])

    # What is reported

    def called(self, code: CodeType, _: int) -> Any:
        """A code object begins or goes on; it is silent until it is armed again."""
        self.note(code, sys._getframe(1))  # noqa: SLF001 - the only way to the frame that reports
        return self.monitoring.DISABLE

    def stepped(self, code: CodeType, offset: int) -> Any:
        """An instruction is executed."""
        ran = self.recent.get(identity_of(code))
        if ran is None:  # of a thread that was in it when the statement began
            ran = self.note(code, sys._getframe(1))  # noqa: SLF001 - see above
        if ran is not None and ran.executed is not None:
            ran.executed.add(offset)
        return self.monitoring.DISABLE

    def note(self, code: CodeType, frame: FrameType) -> Ran | None:
        """Remember that a code object ran in this statement, if it is of the notebook."""
        if frame.f_globals is not self.namespace:
            return None
        self.fired[identity_of(code)] = code
        if not self.is_watching:
            return None
        ran = self.recent.get(identity_of(code))
        if ran is None:
            is_top = not is_function(code) and frame.f_locals is self.namespace
            ran = self.recent[identity_of(code)] = ran_for(code, is_top=is_top)
            self.ran.append(ran)
        return ran
