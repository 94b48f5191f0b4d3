"""Whether variants got the parts of the traffic they were to get; if not, no result holds."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, lgamma, log

__all__ = ["mismatch"]

CONCENTRATION = 1000.0
"""How close to the plan the mixture looks; it finds deviations of a few hundredths soonest."""


def mismatch(counts: Sequence[int], shares: Sequence[float]) -> float:
    """A p value of the traffic being shared as planned, which holds at every look.

    Args:
        counts: How many requests, or keys, each variant got.
        shares: The part that each was to get; they need not add up to one.

    Example:
        >>> from nbtrack.serving.statistics.allotment import mismatch
        >>> mismatch([5030, 4970], [0.5, 0.5]), mismatch([5300, 4700], [0.5, 0.5]) < 0.001
        (1.0, True)
    """
    whole = sum(shares)
    parts = [(n, share / whole) for n, share in zip(counts, shares, strict=True) if share > 0]
    if any(n for n, share in zip(counts, shares, strict=True) if share <= 0):
        return 0.0
    seen = sum(n for n, _ in parts)
    mixed = lgamma(CONCENTRATION) - lgamma(CONCENTRATION + seen)
    for n, share in parts:
        prior = CONCENTRATION * share
        mixed += lgamma(prior + n) - lgamma(prior) - n * log(share)
    return min(1.0, exp(-max(mixed, 0.0)))
