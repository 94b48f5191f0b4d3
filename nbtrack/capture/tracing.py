"""Observes the notebook's code by `sys.settrace`, where Python monitors none (before 3.12).

What is observed is bounded, so that a loop of a million rounds costs no more than one of a
thousand: what runs beyond is unknown, and `usage` then takes for executed what may have been.
"""

from __future__ import annotations

import sys
import threading
from inspect import CO_COROUTINE
from types import CodeType, FrameType
from typing import Any

from nbtrack.capture import audit
from nbtrack.capture.identity import identity_of
from nbtrack.capture.instructions import is_function
from nbtrack.capture.ran import Ran, is_statement, ran_for

__all__ = ["TraceObserver"]

MOST_CALLS = 2500
MOST_INSTRUCTIONS = 2000
"""For each statement of a cell: at 0.2 µs an event about half a millisecond."""

MOST_CALLS_AWAY = 600
"""Of libraries in a row: each instruction of theirs is slower too, 2,500 calls of a fit by 3 ms."""

MOST_CALLS_AGAIN = 60
"""Of libraries in a row, in a statement that was given up twice: it will be once more.

Once says little, as a library may have been imported then.
"""

RUNS_FILES = "run_line_magic"
"""What may run a file of the user's after many calls of its own: `%run` makes 1,000 before."""

MANY_STATEMENTS = 10_000

MOST_EVENTS = 6000
"""For a whole cell, besides one for each of its statements."""


class TraceObserver:
    """Observes through `sys.settrace`, which it leaves alone where a debugger has it.

    Args:
        namespace: The globals of the code that is looked at.
    """

    def __init__(self, namespace: dict[str, Any]) -> None:
        self.namespace = namespace
        self.is_complete = True
        self.is_watching = self.is_tracing = self.is_setting = False
        self.is_between = False
        """Whether no statement runs: what the shell does then is not traced, and costs nothing."""
        self.top = 0
        """The identity of the frame of the statement that runs."""
        self.ran: list[Ran] = []
        self.recent: dict[int, Ran] = {}
        """Of the statement that runs, by the identity of the code."""
        self.calls = self.instructions = self.events = 0
        self.patience = self.limit = MOST_CALLS_AWAY
        """After how many calls of libraries in a row the statement is given up, and of all."""
        self.code: tuple[Any, ...] = ()
        """The statement that runs, as it is when it runs again."""
        self.given_up: dict[tuple[Any, ...], int] = {}
        """How often each statement was given up."""
        self.thread = self.threads = 0
        self.handing: set[int] = set()
        self.tracer = self.called
        audit.hear("sys.settrace", self.tracing_changed)
        # Python 3.12 reports instructions only to tracers set after some frame has asked for them.
        sys._getframe().f_trace_opcodes = True  # noqa: SLF001 - any frame will do

    def start(self) -> None:
        """Watch this thread from now on."""
        self.ran, self.recent = [], {}
        self.calls = self.instructions = self.events = 0
        self.threads = threading.active_count()
        self.thread = threading.get_ident()
        self.handing = handing_over()
        self.is_complete = self.is_watching = self.is_between = True
        self.is_tracing = False
        self.top = 0

    def close(self) -> None:
        """Watch nothing any more."""
        self.stop()
        audit.unhear("sys.settrace", self.tracing_changed)

    def thread_started(self) -> None:
        """What another thread calls is not seen."""
        self.is_complete = False

    def statement(self, code: CodeType) -> None:
        """A further statement of the cell begins, or a text is executed: watch it anew."""
        if not self.is_watching or threading.get_ident() != self.thread:
            return
        if is_statement(code):
            self.recent = {}
            self.events += max(self.calls - 1, 0) + self.instructions
            self.calls = self.instructions = 0
            self.code = code.co_code, code.co_names, code.co_firstlineno
            self.patience = self.limit = self.patience_with(code)
            self.is_between = False
            self.trace()
        is_text = code.co_filename[:1] == "<" and not (self.is_tracing or self.is_between)
        if is_statement(code) or is_text:
            self.note(code, is_top=True)

    def patience_with(self, code: CodeType) -> int:
        """How many calls of libraries in a row a statement may make."""
        if RUNS_FILES in code.co_names:
            return MOST_CALLS
        return MOST_CALLS_AGAIN if self.given_up.get(self.code, 0) > 1 else MOST_CALLS_AWAY

    def stop(self) -> list[Ran]:
        """Watch no more; what ran, in order."""
        if self.is_watching:
            if sys.gettrace() is self.tracer:
                self.set(None)
            if threading.active_count() > self.threads:
                self.is_complete = False
        self.is_watching = self.is_tracing = False
        ran, self.ran, self.recent = self.ran, [], {}
        return ran

    def trace(self) -> None:
        """Trace if nobody else does, and the cell did not cost too much yet."""
        if self.is_tracing and self.events < MOST_EVENTS:
            return
        if self.is_tracing:
            self.give_up()
            return
        tracer = sys.gettrace()
        if self.events < MOST_EVENTS and (tracer is None or tracer is self.tracer):
            self.set(self.tracer)
            self.is_tracing = True
        else:
            self.is_complete = False

    def set(self, tracer: Any) -> None:
        """Set the thread's trace function."""
        self.is_setting = True
        try:
            sys.settrace(tracer)
        finally:
            self.is_setting = False

    def tracing_changed(self, _: tuple[Any, ...]) -> None:
        """A debugger, or the cell itself, sets a trace function: the rest goes unseen."""
        if self.is_tracing and not self.is_setting and threading.get_ident() == self.thread:
            self.lose()

    def give_up(self) -> None:
        """Watch no more of this statement."""
        if len(self.given_up) > MANY_STATEMENTS:
            self.given_up.clear()
        self.given_up[self.code] = self.given_up.get(self.code, 0) + 1
        self.set(None)
        self.lose()

    def pause(self) -> None:
        """The statement is over; the next one is told."""
        self.set(None)
        self.is_tracing, self.is_between, self.top = False, True, 0

    def lose(self) -> None:
        """Nothing more of this statement is seen."""
        self.is_tracing = self.is_complete = False
        self.top = 0
        for ran in self.recent.values():
            ran.is_whole = ran.executed is None

    def note(self, code: CodeType, *, is_top: bool) -> Ran:
        """Remember that a code object ran in this statement."""
        ran = self.recent.get(identity_of(code))
        if ran is None:
            ran = self.recent[identity_of(code)] = ran_for(code, is_top=is_top)
            ran.is_whole = self.is_tracing or ran.executed is None
            self.ran.append(ran)
        return ran

    def called(self, frame: FrameType, _: str, __: Any) -> Any:
        """A frame begins or goes on."""
        self.calls += 1
        if self.calls > self.limit:
            self.give_up()
            return None
        if frame.f_globals is not self.namespace:
            if identity_of(frame.f_code) in self.handing:
                self.thread_started()
            return None
        self.limit = min(self.calls + self.patience, MOST_CALLS)
        code = frame.f_code
        is_top = not is_function(code) and frame.f_locals is self.namespace
        executed = self.note(code, is_top=is_top).executed
        if is_top and not self.top and is_statement(code) and not code.co_flags & CO_COROUTINE:
            self.top = identity_of(frame)
            if executed is None:
                frame.f_trace_lines = False
                return self.ended
        if executed is None:
            return None

        def stepped(frame: FrameType, event: str, _: Any) -> Any:
            if event == "opcode":
                executed.add(frame.f_lasti)
                self.instructions += 1
                if self.instructions > MOST_INSTRUCTIONS:
                    self.give_up()
                    frame.f_trace = None
                    frame.f_trace_opcodes = False
                return stepped
            return self.ended(frame, event, None) and stepped

        frame.f_trace = stepped  # Python 3.13 reports instructions only where it is set before
        frame.f_trace_opcodes = True
        frame.f_trace_lines = False
        return stepped

    def ended(self, frame: FrameType, event: str, _: Any) -> Any:
        """A frame returns: that of the statement ends it."""
        if event == "return" and identity_of(frame) == self.top:
            self.pause()
        return self.ended

    def forget(self) -> None:
        """Watch nothing in a forked child, which is no part of the session."""
        self.ran, self.recent = [], {}
        self.is_watching = False
        if self.is_tracing:
            self.is_tracing = False
            self.set(None)


HANDING_OVER = (
    ("threading", "Thread", "start"),
    ("concurrent.futures.thread", "ThreadPoolExecutor", "submit"),
    ("concurrent.futures.process", "ProcessPoolExecutor", "submit"),
    ("multiprocessing.pool", "Pool", "_check_running"),
    ("joblib.parallel", "Parallel", "__call__"),
)
"""Module, class and method of what has threads or processes call something, unseen from here."""


def handing_over() -> set[int]:
    """The identities of the code of those methods, as far as they are loaded."""
    found = set()
    for module, kind, method in HANDING_OVER:
        if module in sys.modules:
            code = getattr(
                getattr(getattr(sys.modules[module], kind, None), method, None), "__code__", None
            )
            found.add(identity_of(code))
    return found
