"""How a variant stands beside the first one, by how their numbers came about."""

from __future__ import annotations

from math import inf, sqrt
from typing import NamedTuple

from nbtrack.serving.statistics.samples import Sample
from nbtrack.serving.statistics.sequences import (
    LEAST,
    Bounds,
    Difference,
    difference,
    most_errors,
    rate_bounds,
)

__all__ = ["Contrast", "chosen_apart", "drawn_apart", "paired"]


class Contrast(NamedTuple):
    """How much more a variant has than the first one.

    Attributes:
        value: The difference of the means.
        bounds: Where the true one lies, at all looks.
        p_value: How well no difference goes with what was seen; None where nobody can tell.
        needed: How many more numbers would do; None if no number would, or nobody can tell.
    """

    value: float
    bounds: Bounds
    p_value: float | None = None
    needed: int | None = None


def drawn_apart(first: Sample, other: Sample, alpha: float, planned: int) -> Contrast:
    """Of variants that were given their requests by lot."""
    found = told(difference(first, other, alpha=alpha, planned=planned))
    if not (first.is_binary and other.is_binary):
        return found
    return found._replace(bounds=Bounds(max(-1.0, found.bounds.low), min(1.0, found.bounds.high)))


def paired(differences: Sample, alpha: float, planned: int) -> Contrast:
    """Of variants that answered the same requests, by the difference of each two answers."""
    size = differences.size
    return told(
        Difference(
            differences.mean,
            differences.error,
            size,
            size,
            alpha,
            planned,
            is_enough=size >= LEAST,
        )
    )


def told(found: Difference) -> Contrast:
    """A difference in the figures that are shown."""
    return Contrast(found.value, found.bounds, found.p_value, found.needed)


def chosen_apart(first: Sample, other: Sample, alpha: float, planned: int) -> Contrast:
    """Of variants whose traffic followed what was seen of them, as a bandit's does.

    The bounds of each mean hold however the next number was decided on; those of the difference
    are made of them, and are wider than of variants that were drawn by lot.
    """
    one, two = (mean_bounds(it, alpha / 2, planned) for it in (first, other))
    bounds = Bounds(two.low - one.high, two.high - one.low)
    return Contrast(other.mean - first.mean, bounds)


def mean_bounds(sample: Sample, alpha: float, planned: int) -> Bounds:
    """Where a mean lies, at all looks."""
    if sample.is_binary:
        return rate_bounds(round(sample.mean * sample.size), sample.size, alpha)
    if sample.size < LEAST:
        return Bounds(-inf, inf)
    width = sqrt(sample.error) * most_errors(sample.size, alpha, planned)
    return Bounds(sample.mean - width, sample.mean + width)
