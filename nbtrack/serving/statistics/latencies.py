"""Latencies counted by steps of a tenth, so that those of all workers add up, and their median."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, inf, log

from nbtrack.serving.statistics.sequences import Bounds, is_surely_not

__all__ = ["median_bounds", "seconds_of", "step_of"]

FIRST_SECONDS = 1e-4
FACTOR = 1.1
PER_STEP = 1 / log(FACTOR)


def step_of(seconds: float) -> int:
    """The step that a latency belongs to: 0 up to a tenth of a millisecond, 97 up to a second.

    Example:
        >>> from nbtrack.serving.statistics.latencies import seconds_of, step_of
        >>> step_of(0.02), round(seconds_of(step_of(0.02)), 4)
        (56, 0.0208)
    """
    return 0 if seconds <= FIRST_SECONDS else ceil(log(seconds / FIRST_SECONDS) * PER_STEP)


def seconds_of(step: int) -> float:
    """The longest latency that belongs to a step."""
    return float(FIRST_SECONDS * FACTOR**step)


def median_bounds(counts: Mapping[int, int], alpha: float) -> Bounds:
    """Where the median lies, at all looks, of latencies counted by step.

    Args:
        counts: How many latencies belong to each step.
        alpha: How often the bounds may ever be wrong.
    """
    whole = sum(counts.values())
    low, high, below = 0.0, inf, 0
    for step in sorted(counts):
        # It is above a step when surely fewer than half are up to that; a step that is wrongly
        # passed takes the median's own with it, so all steps together are one test
        if 2 * below < whole and is_surely_not(below, whole, 1 / 2, alpha):
            low = seconds_of(step - 1)
        below += counts[step]
        if 2 * below > whole and is_surely_not(below, whole, 1 / 2, alpha):
            high = seconds_of(step)
            break
    return Bounds(low, high)
