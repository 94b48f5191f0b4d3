"""What following adds to loops at the top of a cell, where every variable is a global one."""

from __future__ import annotations

from pathlib import Path

from figure import Figure, Row, main
from shells import LOADED, Pairs, cpu_of, followed_shell, pairs, shell_in

FIGURE = Figure(
    rows=(
        Row("a loop of 1,000,000 rounds: CPU added", "loop", "%", at_most=5),
        Row("… with an `if` in it", "branch", "%", at_most=5),
        Row("… of 1,000,000 calls of the notebook's function", "many", "%", at_most=5),
        Row("… of 100,000 calls, about 10 ms in all", "calls", "%"),
        Row("… of 100,000 calls: CPU added", "calls_seconds", "s", at_most=2e-3),
        Row("… of 1,000,000 rounds: CPU added", "seconds", "s"),
        Row("… how far plain loops are from each other", "noise", "%"),
    ),
    sides=("nbtrack", "ipyflow"),
    rounds=3,
)
PAIRS = {"nbtrack": 21, "ipyflow": 5}
SETUP = """
def step(value):
    if value % 3:
        return value * 2
    return value
"""
LOOPS = {
    "loop": """
total = 0
for i in range(1_000_000):
    total += i
""",
    "branch": """
total = 0
for i in range(1_000_000):
    if i % 3:
        total += i
""",
    "calls": """
total = 0
for i in range(100_000):
    total += step(i)
""",
    "many": """
total = 0
for i in range(1_000_000):
    total += step(i)
""",
}


def measure(side: str, folder: Path) -> dict[str, float]:
    found = by_turns(folder) if side == "nbtrack" else one_after_another(side)
    return {
        **{name: it.percent for name, it in found.items()},
        "seconds": found["loop"].seconds,
        "calls_seconds": found["calls"].seconds,
        "noise": max(it.noise_percent for it in found.values()),
    }


def by_turns(folder: Path) -> dict[str, Pairs]:
    shell = followed_shell(folder, SETUP)
    return {name: pairs(shell, loop, PAIRS["nbtrack"]) for name, loop in LOOPS.items()}


def one_after_another(side: str) -> dict[str, Pairs]:
    """Plain cells first: what replaces the shell cannot be taken out of it again."""
    shell = shell_in(SETUP)
    found = {name: Pairs(times(shell, loop, PAIRS[side]), []) for name, loop in LOOPS.items()}
    for source in (*LOADED[side], SETUP):
        cpu_of(shell, source)
    for name, loop in LOOPS.items():
        found[name].followed.extend(times(shell, loop, PAIRS[side]))
    return found


def times(shell, source: str, count: int) -> list[float]:
    return [cpu_of(shell, source) for _ in range(count + 1)][1:]


if __name__ == "__main__":
    main(measure)
