"""What following adds to a cell, told apart so that the noise of the cell's own work is left out.

A training of a second is never twice as long to within 1%, whatever follows it. The parts are:

- around the statements: CPU time of all threads but for the main one inside the user's statements,
  from one cell to the next, so that what threads do later counts too. No training is in it.
- inside the statements: what hooks and tracing slow down there. The same statements over a few rows
  make the same calls of Python, and hardly compute: their CPU time is compared in place.
- garbage collections: CPU time of all, on average, as a full one comes once in many cells.
- taking the journal into the store, which a thread does every two minutes: done once after all
  cells, as many as fit into that time, and counted as the part of it that it takes.

Plain and followed cells run by turns in two processes; nbtrack is not even loaded in the plain one.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import mean
from typing import Any, NamedTuple

from figure import median
from shells import lower_quartile, shell_in

__all__ = ["Parts", "parts"]

SETTLING_SECONDS = 0.1
WARM = 2
BEHIND = 120
"""Cells of a second that fit between two times that the journal is taken in."""

FEW_CELLS = 4
"""Of those over a few rows after each whole one."""


class Cost(NamedTuple):
    """CPU seconds of one cell."""

    around: float
    inside: float
    collecting: float


class Parts(NamedTuple):
    """CPU seconds that following adds to a cell."""

    around: float
    inside: float
    collecting: float
    plain: float
    """The whole plain cell."""

    @property
    def percent(self) -> float:
        """What is added to the plain cell, but for what comes with time and not with cells."""
        return 100 * (self.around + self.inside + self.collecting) / self.plain


class Found(NamedTuple):
    """What was measured."""

    added: Parts
    noise_percent: float
    """How far the figure of every other cell is from that of the others."""
    taking_in: float
    """CPU seconds of taking the journal of all these cells into the store."""

    @property
    def percent(self) -> float:
        """What following adds to a session that does nothing but run such cells."""
        from nbtrack.api.upkeep import LATE_SECONDS

        return self.added.percent + 100 * self.taking_in / LATE_SECONDS


class Sides(NamedTuple):
    """The cells of two sessions, which came by turns: whole ones, and those over a few rows."""

    plain: list[Cost]
    followed: list[Cost]
    few_plain: list[Cost]
    few_followed: list[Cost]

    def added(self) -> Parts:
        """What the followed cells cost more."""
        around, inside, collecting = (
            middle([it[place] for it in one]) - middle([it[place] for it in other])
            for place, middle, one, other in (
                (0, median, self.followed, self.plain),
                (1, lower_quartile, self.few_followed, self.few_plain),
                (2, mean, self.followed, self.plain),
            )
        )
        return Parts(around, inside, collecting, median([sum(it) for it in self.plain]))

    def half(self, place: int) -> Sides:
        """Every other cell of each."""
        return Sides(*(it[place::2] for it in self))


def parts(
    folder: Path, loading: tuple[str, ...], setup: str, cells: tuple[str, str], count: int
) -> Found:
    """What following adds to a cell.

    Args:
        folder: Where the sessions keep what they keep.
        loading: The cells that have a session followed.
        setup: The cell before.
        cells: The cell as it is, with the line that follows it if there is one, and over few rows.
        count: How many whole cells of each.
    """
    sides = Sides([], [], [], [])
    whole, few = cells
    bare = [it.removeprefix("%%track\n") for it in cells]
    with session(folder / "plain", setup) as one, session(folder / "as", *loading, setup) as other:
        for number in range(WARM + count):
            if number == WARM:
                ran(other, "")  # DuckDB is loaded once, and not each time
            for place, process, sources in ((0, one, bare), (1, other, (whole, few))):
                source, small = sources
                costs = [ran(process, it) for it in (source, *[small] * FEW_CELLS)]
                if number >= WARM:
                    sides[place].append(costs[0])
                    sides[place + 2].extend(costs[1:])
        for _ in range(BEHIND - count * (1 + FEW_CELLS)):
            ran(other, few)
        taken = ran(other, "")
    halves = [sides.half(place).added().percent for place in (0, 1)]
    return Found(sides.added(), abs(halves[0] - halves[1]), sum(taken))


@contextlib.contextmanager
def session(folder: Path, *setup: str) -> Iterator[subprocess.Popen[str]]:
    """A shell in a process of its own, which runs each cell that it is sent."""
    folder.mkdir()
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, __file__, str(folder), *setup], stdin=pipe, stdout=pipe, text=True
    ) as process:
        yield process
        process.stdin.close()


def ran(process: subprocess.Popen[str], source: str) -> Cost:
    """Have a session run a cell, or take its journal into the store."""
    process.stdin.write(json.dumps(source) + "\n")
    process.stdin.flush()
    while not (line := process.stdout.readline()).startswith("took "):
        assert line, "the session has ended"
    return Cost(*json.loads(line.removeprefix("took ")))


class Meter:
    """Tells apart where CPU time goes in this process."""

    def __init__(self, shell: Any) -> None:
        self.inside = self.collecting = self.collecting_inside = 0.0
        self.is_inside = False
        self.began = 0.0
        self.mark = time.process_time()
        self.run_code = shell.run_code
        shell.run_code = self.timed
        gc.callbacks.append(self.collected)

    async def timed(self, code_obj: Any, result: Any = None, *, async_: bool = False) -> Any:
        """Run a statement as the shell does."""
        begun = time.thread_time()
        self.is_inside = True
        try:
            return await self.run_code(code_obj, result, async_=async_)
        finally:
            self.is_inside = False
            self.inside += time.thread_time() - begun

    def collected(self, phase: str, _: object) -> None:
        """A garbage collection begins or ends."""
        if phase == "start":
            self.began = time.thread_time()
            return
        took = time.thread_time() - self.began
        self.collecting += took
        self.collecting_inside += took if self.is_inside else 0.0

    def read(self) -> Cost:
        """What was spent since the last time."""
        now = time.process_time()
        spent, self.mark = now - self.mark, now
        inside = self.inside - self.collecting_inside
        cost = Cost(spent - inside - self.collecting, inside, self.collecting)
        self.inside = self.collecting = self.collecting_inside = 0.0
        return cost


def serve(folder: Path, *setup: str) -> None:
    """Run cells as long as somebody sends them."""
    os.environ["NBTRACK_TRACKING_URI"] = str(folder / "store.nbtrack")
    shell = shell_in(*setup)
    upkeep: Any = sys.modules.get("nbtrack.api.upkeep")
    if upkeep is not None:
        upkeep.LOOK_SECONDS = 86_400.0  # only when it is asked to
    meter = Meter(shell)
    for line in sys.stdin:
        if source := json.loads(line):
            shell.run_cell(source, store_history=True, cell_id="cell").raise_error()
        else:
            upkeep.LATE_SECONDS = 0.0
            for it in upkeep.every:
                it.look()
        time.sleep(SETTLING_SECONDS)
        print(f"\ntook {json.dumps(meter.read())}", flush=True)


if __name__ == "__main__":
    serve(Path(sys.argv[1]), *sys.argv[2:])
