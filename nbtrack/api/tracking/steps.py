"""Loops that are watched: `track(iterable)` shows how far they are, and numbers their steps.

What is logged inside without a step has the loop's: `tracking` asks `noted` for it.
"""

from __future__ import annotations

import operator
import sys
import time
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from nbtrack.api.runs.start import run_to_log
from nbtrack.api.screens.bar import Curve, Line, State, as_bundle
from nbtrack.api.screens.screen import Shown, show
from nbtrack.api.session import current_settings
from nbtrack.capture.guard import guarded, report
from nbtrack.capture.values import number_of
from nbtrack.errors import InvalidValue

__all__ = ["Steps", "current_step", "noted", "track"]

Item = TypeVar("Item")

PAUSE_SECONDS = 0.25
"""Between two pictures: more of them a person does not see, and a browser has to draw."""

MOST_POINTS = 240
"""Of a curve: twice as many as are drawn apart."""


def track(
    iterable: Iterable[Item], name: str = "", *, total: int | None = None, every: int = 1
) -> Steps[Item]:
    """Go through something step by step, and see how far it is and what is logged meanwhile.

    Inside, `log_metric` without a step logs at the step of the loop, counted from 0; a loop inside
    of another goes on counting where it ended in the round before.

    Args:
        iterable: A list, a range, a generator, a DataLoader.
        name: What a step is, such as "epoch".
        total: How many there are, where the iterable has no length.
        every: What `log` of the loop is given, it logs each so many steps only.

    Example:
        >>> import nbtrack
        >>> with nbtrack.start_run() as run:
        ...     for epoch in nbtrack.track(range(3), "epoch"):
        ...         nbtrack.log_metric("loss", 1 / (epoch + 1))
        >>> history = nbtrack.MlflowClient().get_metric_history(run.info.run_id, "loss")
        >>> [point.step for point in history]
        [0, 1, 2]
    """
    caller = sys._getframe(1)  # noqa: SLF001 - the line tells one loop from another
    return Steps(iterable, name, total, every, (caller.f_code, caller.f_lineno))


class Steps(Generic[Item]):
    """A loop that is watched; `log` logs metrics at its step.

    Example:
        >>> import nbtrack
        >>> with nbtrack.start_run() as run:
        ...     steps = nbtrack.track(range(3))
        ...     for number in steps:
        ...         steps.log(loss=1 / (number + 1))
        >>> round(run.data.metrics["loss"], 3)
        0.333
    """

    def __init__(
        self, iterable: Iterable[Item], name: str, total: int | None, every: int, place: object
    ) -> None:
        self.iterable = iterable
        self.name = name
        self.total = length_of(iterable) if total is None else total
        self.every = max(1, every)
        self.place = name or place
        self.loop: Loop | None = None
        self.is_held = False

    def __iter__(self) -> Iterator[Item]:
        loop = self.loop = Loop(self)
        board, now = loop.board, time.monotonic
        state: State = "stopped"
        try:
            for item in self.iterable:
                if now() >= board.due:
                    board.draw()
                yield item
                loop.count += 1
            state = "done"
        except GeneratorExit:  # the loop was left: by break, return or an error in its body
            raise
        except BaseException:
            state = "failed"
            raise
        finally:
            loop.end(state)

    def __len__(self) -> int:
        if self.total is None:
            raise TypeError("how many steps there are is not known; track takes `total`")
        return self.total

    @guarded
    def log(self, **metrics: Any) -> None:
        """Log metrics at the loop's step, or, with `every`, at some of its steps."""
        points = list(metrics.items())
        step = noted(points, self.step)
        if self.step is None or self.step % self.every == 0:
            run_to_log().log_points(points, step)

    @property
    def step(self) -> int | None:
        """The number of the step; None before the loop."""
        return None if self.loop is None else self.loop.step

    def __enter__(self) -> Self:
        self.is_held = True
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.is_held = False
        if self.loop is not None:
            self.loop.end("failed" if error is not None else self.loop.state)


class Loop:
    """One going through: where it is, what surrounds it, and the board that shows it."""

    def __init__(self, steps: Steps[Any]) -> None:
        self.around = loops.get() if innermost() is not None else ()
        self.steps = steps
        self.name, self.total = steps.name, steps.total
        self.begun = time.monotonic()
        self.count = 0
        self.state: State = "running"
        self.seconds = 0.0
        self.place = steps.place
        self.inner: dict[object, int] = {}
        self.first = self.around[-1].inner.get(self.place, 0) if self.around else 0
        self.board: Board = self.around[0].board if self.around else Board()
        self.board.enter(self, len(self.around))
        loops.set((*self.around, self))

    @property
    def step(self) -> int:
        """The number of the step that runs."""
        return self.first + self.count

    def end(self, state: State) -> None:
        """It is over; within a `with`, that will say how."""
        if not self.seconds:
            self.seconds = time.monotonic() - self.begun
            loops.set(tuple(loop for loop in loops.get() if loop is not self))
            if self.around:
                self.around[-1].inner[self.place] = self.step
        self.state = state
        if not self.around and not self.steps.is_held:
            self.board.close()

    def line(self) -> Line:
        seconds = self.seconds or time.monotonic() - self.begun
        return Line(self.name, self.count, self.total, seconds, self.state)


loops: ContextVar[tuple[Loop, ...]] = ContextVar("nbtrack_loops", default=())
"""The loops that the code here is in, the innermost last."""


class Board:
    """What is seen of a loop and of those inside of it: one thing on the screen."""

    def __init__(self) -> None:
        self.lines: list[Loop] = []
        self.curves: dict[str, Points] = {}
        self.shown: Shown | None = None
        self.is_dark = current_settings().quiet
        self.is_closed = False
        self.due = 0.0

    def enter(self, loop: Loop, depth: int) -> None:
        """Show a loop, in place of the one that was last as deep."""
        self.lines[depth:] = [loop]

    def note(self, numbers: Iterable[tuple[str, float]], step: int) -> None:
        """Add points to the curves."""
        for key, number in numbers:
            self.curves.setdefault(key, Points()).add(step, number)
        if time.monotonic() >= self.due:
            self.draw()

    def draw(self) -> None:
        """Show how it stands; next time after a pause, however long this takes."""
        if not self.is_dark:
            try:
                self.put(self.bundle())
            except Exception as error:  # noqa: BLE001 - reported; the loop goes on without
                self.is_dark = True
                report(error, "showing a loop")
        self.due = time.monotonic() + PAUSE_SECONDS

    def put(self, bundle: dict[str, str]) -> None:
        if self.shown is None:
            self.shown = show(bundle)
            self.is_dark = self.shown is None
        elif self.is_closed:
            self.shown.finish(bundle)
        else:
            self.shown.update(bundle)

    def close(self) -> None:
        """Show how it ended."""
        if self.lines[0].state == "done":
            del self.lines[1:]
        self.is_closed = True
        self.draw()

    def bundle(self) -> dict[str, str]:
        curves = [Curve(key, it.last, it.kept) for key, it in self.curves.items()]
        return as_bundle([loop.line() for loop in self.lines], curves)


class Points:
    """A curve that is thinned out evenly as it grows."""

    def __init__(self) -> None:
        self.kept: list[tuple[int, float]] = []
        self.last = 0.0
        self.stride = 1
        self.seen = 0

    def add(self, step: int, value: float) -> None:
        self.last = value
        if self.seen % self.stride == 0:
            self.kept.append((step, value))
            if len(self.kept) >= MOST_POINTS:
                del self.kept[1::2]
                self.stride *= 2
        self.seen += 1


def innermost() -> Loop | None:
    """The loop that the code here is in; one that was closed elsewhere is over as well."""
    around = loops.get()
    if around and around[-1].state != "running":
        around = tuple(loop for loop in around if loop.state == "running")
        loops.set(around)
    return around[-1] if around else None


def current_step() -> int | None:
    """The step of the innermost loop that is watched here, if there is one."""
    loop = innermost()
    return None if loop is None else loop.step


def noted(metrics: Iterable[tuple[str, Any]], step: Any) -> Any:
    """The step to log metrics at: the given one, else that of the loop, which draws them."""
    loop = innermost()
    if loop is None:
        return step
    numbers = [(key, number) for key, value in metrics if (number := number_in(value)) is not None]
    if not numbers:  # curves count their steps themselves
        return step
    loop.board.note(numbers, step if type(step) is int else loop.step)
    return loop.step if step is None else step


def number_in(value: Any) -> float | None:
    """A single number as one; None for a curve, and for what no number is in."""
    if isinstance(value, float | int):
        return float(value)
    try:
        return number_of(value, "")
    except InvalidValue:
        return None


def length_of(iterable: object) -> int | None:
    """How many items there are, where that is known."""
    try:
        hint = operator.length_hint(iterable, -1)
    except (OverflowError, NotImplementedError, AttributeError):
        return None
    return hint if hint >= 0 else None
