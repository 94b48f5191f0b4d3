"""What a figure is: rows of the table, and a measurement that runs in each tracker's environment.

A figure is one file with `FIGURE` and `measure(side, folder)`. `run.py` starts the file once a
round and side, in that side's own environment, and reads the JSON it prints.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

__all__ = ["Figure", "Row", "main", "median", "memory", "quantile"]


class Row(NamedTuple):
    """One line of the table: what was measured, and what is asked of nbtrack."""

    label: str
    key: str
    unit: str
    at_most: float | None = None
    at_least: float | None = None
    not_above: tuple[str, float] | None = None
    """A side, and how large a part of that side's value nbtrack's may be."""
    worst: bool = False
    """Take the worst of all rounds, not the median."""


class Figure(NamedTuple):
    """Rows that come out of one measurement."""

    rows: tuple[Row, ...]
    sides: tuple[str, ...] = ("nbtrack", "mlflow", "mlflow-files", "trackio")
    rounds: int = 3
    once: tuple[str, ...] = ()
    """Sides that are too slow for more than one round."""
    fill: str | None = None
    """A data set of `filled.py` that the measurement reads."""
    note: str = ""
    """What must be known to read the row fairly."""


def median(values: list[float]) -> float:
    return quantile(values, 0.5)


def quantile(values: list[float], part: float) -> float:
    """The value below which a part of all values lies."""
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def memory(kind: str = "VmRSS") -> float:
    """Bytes that this process holds now, or with `VmHWM` has held at most."""
    status = Path("/proc/self/status")
    if not status.exists():  # macOS, which has no more than the most
        return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    return float(next(it for it in status.read_text().splitlines() if kind in it).split()[1]) * 1024


def main(measure: Callable[[str, Path], dict[str, float]]) -> None:
    """Measure one side and print the result as the last line."""
    side, folder = sys.argv[1:3]
    print("\n" + json.dumps(measure(side, Path(folder))))
