"""Whether variants got the parts of the traffic they were to get; if not, no result holds."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, lgamma, log, log1p

__all__ = ["mismatch"]

CONCENTRATIONS = (10.0, 1000.0)
"""How close to the plan the mixtures look: what is far off shows soon, a few hundredths later."""


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
    low, high = sorted(evidence(parts, it) for it in CONCENTRATIONS)
    # The mean of both, by their logarithms
    mixed = high + log1p(exp(low - high)) - log(2)
    return min(1.0, exp(-max(mixed, 0.0)))


def evidence(parts: Sequence[tuple[int, float]], concentration: float) -> float:
    """The logarithm of how much better other shares explain the counts than those planned.

    Args:
        parts: The count of each variant, with the share that it was to get.
        concentration: How close to these the others are.
    """
    found = lgamma(concentration) - lgamma(concentration + sum(n for n, _ in parts))
    for n, share in parts:
        prior = concentration * share
        found += lgamma(prior + n) - lgamma(prior) - n * log(share)
    return found
