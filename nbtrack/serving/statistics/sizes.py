"""How many numbers a comparison needs that may be looked at at any time."""

from __future__ import annotations

from math import ceil, sqrt
from statistics import NormalDist

from nbtrack.serving.statistics.sequences import most_errors

__all__ = ["size_for"]


def size_for(
    difference: float, variance: float, share: float, *, alpha: float, power: float
) -> int:
    """So many numbers of two variants show a difference with this power.

    Args:
        difference: The difference of the means.
        variance: How much single numbers vary.
        share: The part of one variant.
        alpha: How often a difference may ever be found where there is none.
        power: How often it shall be found where there is one.
    """
    reach = NormalDist().inv_cdf(power)
    even = 4 * share * (1 - share)

    def shows(size: int) -> bool:
        balanced = size * even
        error = sqrt(4 * variance / balanced)
        return difference > error * (most_errors(balanced, alpha, size) + reach)

    low, high = 1, 2
    while not shows(high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if shows(middle) else (middle, high)
    return ceil(high)
