"""What following a session adds to a cell that does nothing: `x = 1`, in two shells by turns."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from figure import Figure, Row, main, median
from shells import LOADED, cpu_of, shell_in

FIGURE = Figure(
    rows=(
        Row("a cell `x = 1`: CPU added", "added", "s", at_most=1e-3, not_above=("ipyflow", 1.0)),
        Row("… by the quietest block of cells", "quiet", "s"),
        Row("… from the 800th cell of a session", "late", "s", at_most=1e-3),
        Row("… the plain cell itself", "plain", "s"),
    ),
    sides=("nbtrack", "ipyflow"),
    rounds=3,
    note="cells: CPU time of the whole process, its threads included; plain and followed by turns",
)
BLOCK = 25
BLOCKS = {"nbtrack": 40, "ipyflow": 12}
EARLY, LATE = slice(2, 12), slice(32, 40)
"""Blocks: cells 50 to 300 of a session, and those from the 800th."""


def measure(side: str, folder: Path) -> dict[str, float]:
    plain: list[float] = []
    followed: list[float] = []
    with session("plain", folder) as one, session(side, folder) as other:
        for _ in range(BLOCKS[side]):
            plain.append(block(one))
            followed.append(block(other))
    result = {
        "added": median(followed[EARLY]) - median(plain[EARLY]),
        "quiet": min(followed[EARLY]) - min(plain[EARLY]),
        "plain": median(plain[EARLY]),
    }
    if followed[LATE]:
        result["late"] = median(followed[LATE]) - median(plain[LATE])
    return result


@contextlib.contextmanager
def session(name: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A shell in a process of its own, which runs a block of cells for each line it is sent."""
    place = folder / f"session-{name}"
    place.mkdir()
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, __file__, name, str(place), "cells"], stdin=pipe, stdout=pipe, text=True
    ) as process:
        yield process
        process.stdin.close()


def block(process: subprocess.Popen[str]) -> float:
    """CPU seconds of a cell, on average over a block."""
    process.stdin.write("\n")
    process.stdin.flush()
    while not (line := process.stdout.readline()).startswith("took "):
        assert line, "the session has ended"
    return float(line.removeprefix("took ")) / BLOCK


def serve(name: str, folder: Path) -> None:
    """Run blocks of cells as long as somebody asks for them."""
    os.environ["NBTRACK_TRACKING_URI"] = str(folder / "store.nbtrack")
    shell = shell_in(*LOADED.get(name, ()))
    number = 0
    for _ in sys.stdin:
        start = time.process_time()
        for _ in range(BLOCK):
            number += 1
            cell_id = None if name == "ipyflow" else f"cell-{number}"  # its own are numbers
            cpu_of(shell, f"x = {number}", cell_id)
        time.sleep(0.05)  # threads that a cell left something to do are counted, too
        print(f"\ntook {time.process_time() - start}", flush=True)


if __name__ == "__main__":
    if len(sys.argv) > 3:
        serve(sys.argv[1], Path(sys.argv[2]))
    else:
        main(measure)
