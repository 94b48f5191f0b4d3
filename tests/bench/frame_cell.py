"""What following adds to a cell that sets a column of a DataFrame of 80 MB."""

from __future__ import annotations

from pathlib import Path

from figure import Figure, Row, main
from shells import followed_shell, pairs

FIGURE = Figure(
    rows=(
        Row("setting a column of an 80 MB frame: CPU added", "seconds", "s", at_most=10e-3),
        Row("… by the fastest of each", "quiet", "s"),
        Row("… the plain cell itself", "plain", "s"),
    ),
    sides=("nbtrack",),
    rounds=3,
)
PAIRS = 25
SETUP = """
import numpy as np
import pandas as pd
frame = pd.DataFrame(
    np.random.default_rng(0).normal(size=(1_000_000, 10)), columns=[f"c{i}" for i in range(10)]
)
"""
SET = 'frame["c3"] = frame["c1"] * 2'


def measure(side: str, folder: Path) -> dict[str, float]:
    shell = followed_shell(folder, SETUP)
    found = pairs(shell, SET, PAIRS)
    return {
        "seconds": found.seconds,
        "quiet": min(found.followed) - min(found.plain),
        "plain": min(found.plain),
    }


if __name__ == "__main__":
    main(measure)
