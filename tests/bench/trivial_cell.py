"""What following a session adds to a cell that does nothing: `x = 1`, in two shells by turns."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from figure import Figure, Row, main, median
from shells import LOADED, cpu_of, shell_in

FIGURE = Figure(
    rows=(
        Row("a cell `x = 1`: CPU added", "added", "s", at_most=1e-3, not_above=("ipyflow", 1.0)),
        Row("… by the quietest tenth of cells", "quiet", "s"),
        Row("… from the 900th cell of a session", "late", "s", at_most=1e-3),
        Row("… the plain cell itself", "plain", "s"),
    ),
    sides=("nbtrack", "ipyflow"),
    rounds=3,
    note="cells: CPU time of the process, hooks and threads included; plain and followed by turns",
)
CELLS = 1000
BLOCK = 50
SLOW = {"ipyflow": 300}
"""Sides whose sessions are kept shorter."""


def measure(side: str, folder: Path) -> dict[str, float]:
    times: dict[str, list[float]] = {"plain": [], side: []}
    with session("plain", folder) as plain, session(side, folder) as followed:
        for _ in range(SLOW.get(side, CELLS) // BLOCK):
            for name, shell in (("plain", plain), (side, followed)):
                times[name] += block(shell)
    early = {name: found[BLOCK : 6 * BLOCK] for name, found in times.items()}
    late = {name: found[-2 * BLOCK :] for name, found in times.items()}
    result = {
        "added": median(early[side]) - median(early["plain"]),
        "quiet": tenth(early[side]) - tenth(early["plain"]),
        "plain": median(early["plain"]),
    }
    if side not in SLOW:
        result["late"] = median(late[side]) - median(late["plain"])
    return result


def tenth(values: list[float]) -> float:
    return sorted(values)[len(values) // 10]


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


def block(process: subprocess.Popen[str]) -> list[float]:
    """CPU seconds of each cell of a block."""
    process.stdin.write("\n")
    process.stdin.flush()
    while not (line := process.stdout.readline()).startswith("["):
        assert line, "the session has ended"
    return json.loads(line)


def serve(name: str, folder: Path) -> None:
    """Run blocks of cells as long as somebody asks for them."""
    os.environ["NBTRACK_TRACKING_URI"] = str(folder / "store.nbtrack")
    shell = shell_in(folder, *LOADED.get(name, ()))
    number = 0
    for _ in sys.stdin:
        times = []
        for _ in range(BLOCK):
            number += 1
            cell_id = None if name == "ipyflow" else f"cell-{number}"  # its own are numbers
            times.append(cpu_of(shell, f"x = {number}", cell_id))
        print("\n" + json.dumps(times), flush=True)


if __name__ == "__main__":
    if len(sys.argv) > 3:
        serve(sys.argv[1], Path(sys.argv[2]))
    else:
        main(measure)
