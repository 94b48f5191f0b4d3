"""Which code of the notebook ran during a cell, and which of its instructions.

Only code whose globals are the notebook's namespace is looked at. What is observed is bounded, so
that a loop of a million rounds costs no more than one of a thousand: what runs beyond is unknown,
and `usage` then takes for executed what may have been.
"""

from __future__ import annotations

import sys
import threading
from types import CodeType, FrameType
from typing import Any, Protocol

from nbtrack.capture.instructions import is_function, shape_of

__all__ = ["Observer", "Ran", "TraceObserver", "observer_for"]

MOST_CALLS = 2500
MOST_INSTRUCTIONS = 2000
"""For each statement of a cell: at 0.2 µs an event about half a millisecond."""

MOST_EVENTS = 6000
"""For a whole cell."""


class Ran:
    """A code object that ran."""

    __slots__ = ("code", "executed", "is_top", "is_whole")

    def __init__(self, code: CodeType, *, is_top: bool) -> None:
        self.code = code
        self.is_top = is_top
        self.executed: set[int] | None = None
        """Offsets of the instructions that were; None where nothing can be left out."""
        self.is_whole = True
        """Whether `executed` is all there was."""


class Observer(Protocol):
    """Watches one cell after another."""

    is_complete: bool

    def start(self) -> None: ...
    def statement(self, code: CodeType) -> None: ...
    def thread_started(self) -> None: ...
    def stop(self) -> list[Ran]: ...
    def close(self) -> None: ...


class TraceObserver:
    """Observes through `sys.settrace`, which it leaves alone where a debugger has it."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self.namespace = namespace
        self.is_complete = True
        self.is_watching = False
        self.ran: dict[int, Ran] = {}
        self.recent: list[Ran] = []
        self.calls = self.instructions = self.events = 0

    def start(self) -> None:
        """Watch this thread from now on."""
        self.ran, self.recent = {}, []
        self.calls = self.instructions = self.events = 0
        self.is_complete = self.is_watching = sys.gettrace() is None
        self.threads = threading.active_count()
        self.thread = threading.get_ident()
        if self.is_watching:
            sys.settrace(self.called)

    def close(self) -> None:
        """Watch nothing any more."""
        self.stop()

    def thread_started(self) -> None:
        """What another thread calls is not seen."""
        self.is_complete = False

    def statement(self, code: CodeType) -> None:
        """A further statement of the cell begins, or a text is executed: watch it anew."""
        if not self.is_watching or threading.get_ident() != self.thread:
            return
        if is_statement(code):
            self.recent = []
        elif sys.gettrace() is not None:
            return
        if self.events < MOST_EVENTS and sys.gettrace() in (None, self.called):
            self.events += self.calls + self.instructions
            self.calls = self.instructions = 0
            sys.settrace(self.called)

    def stop(self) -> list[Ran]:
        """Watch no more; what ran, in order."""
        if self.is_watching:
            if sys.gettrace() == self.called:
                sys.settrace(None)
            elif sys.gettrace() is not None:
                self.is_complete = False
        self.is_watching = False
        if threading.active_count() > self.threads:
            self.is_complete = False
        ran, self.ran, self.recent = list(self.ran.values()), {}, []
        return ran

    def called(self, frame: FrameType, event: str, arg: Any) -> Any:
        """A frame begins or goes on."""
        self.calls += 1
        if self.calls > MOST_CALLS:
            self.give_up()
            return None
        if frame.f_globals is not self.namespace:
            return None
        code = frame.f_code
        ran = self.ran.get(id(code))
        if ran is None:
            is_top = not is_function(code) and frame.f_locals is self.namespace
            ran = self.ran[id(code)] = Ran(code, is_top=is_top)
            if shape_of(code).has_jumps:
                ran.executed = set()
        self.recent.append(ran)
        if ran.executed is None:
            return None
        frame.f_trace_opcodes = True
        frame.f_trace_lines = False
        executed = ran.executed

        def stepped(frame: FrameType, event: str, arg: Any) -> Any:
            if event == "opcode":
                executed.add(frame.f_lasti)
                self.instructions += 1
                if self.instructions > MOST_INSTRUCTIONS:
                    self.give_up()
                    frame.f_trace = None
                    frame.f_trace_opcodes = False
            return stepped

        return stepped

    def give_up(self) -> None:
        """Watch no more of this statement."""
        sys.settrace(None)
        self.is_complete = False
        for ran in self.recent:
            ran.is_whole = ran.executed is None


def is_statement(code: CodeType) -> bool:
    """Whether code is a statement of a cell, rather than what a statement executes."""
    return "/ipykernel_" in code.co_filename or code.co_filename.startswith("<ipython-input")


def observer_for(namespace: dict[str, Any]) -> Observer:
    """What observes under this Python."""
    if sys.version_info >= (3, 12):
        from nbtrack.capture.monitoring import MonitoringObserver

        return MonitoringObserver.begun(namespace) or TraceObserver(namespace)
    return TraceObserver(namespace)
