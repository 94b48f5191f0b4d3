"""Bounds and p values that hold at every look at once, however often one looks.

A test that is meant for one look is wrong in a third of all cases when it is looked at again and
again. These come from a mixture of likelihoods, which passes 1 / alpha with a chance of alpha ever.
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, exp, inf, lgamma, log, sqrt
from typing import NamedTuple

from nbtrack.serving.statistics.samples import Sample, joined

__all__ = [
    "ALPHA",
    "LEAST",
    "PLANNED",
    "Bounds",
    "Difference",
    "difference",
    "is_surely_not",
    "most_errors",
    "rate_bounds",
]

ALPHA = 0.05
"""How often all looks together may find a difference where there is none."""

PLANNED = 1000
"""For how many numbers in all the bounds are narrowest; a tenth of it costs a quarter of width."""

STEADY = 500
"""So many numbers of both variants stand beside those of one when its variance is told."""

LEAST = 20
"""So many numbers are needed of a variant: the theory is of the mean of many."""

MOST = 2.0**30
STEPS = 60


class Bounds(NamedTuple):
    """Where a figure lies, at all looks."""

    low: float
    high: float

    def __contains__(self, value: object) -> bool:
        return isinstance(value, int | float) and self.low <= value <= self.high


class Difference(NamedTuple):
    """How much more one variant has than another on average.

    Attributes:
        value: The difference of the means.
        error: The variance of it.
        size: How many numbers in two halves would tell as much.
        total: How many numbers there are.
        alpha: How often its bounds may ever be wrong.
        planned: For how many numbers the bounds are narrowest.
        is_enough: Whether there are enough of each to say anything.
    """

    value: float
    error: float
    size: float
    total: int
    alpha: float = ALPHA
    planned: int = PLANNED
    is_enough: bool = True

    @property
    def bounds(self) -> Bounds:
        """Where the true difference lies."""
        if not self.is_enough:
            return Bounds(-inf, inf)
        width = sqrt(self.error) * most_errors(self.size, self.alpha, self.planned)
        return Bounds(self.value - width, self.value + width)

    @property
    def p_value(self) -> float:
        """How well no difference goes with what was seen; below alpha means that there is one."""
        if not self.is_enough or self.value == 0:
            return 1.0
        if self.error == 0:
            return 0.0
        spread = self.size * mixing(self.alpha, self.planned)
        power = self.value**2 / self.error / 2 * spread / (1 + spread)
        return min(1.0, sqrt(1 + spread) * exp(-min(power, 700)))

    @property
    def is_sure(self) -> bool:
        """Whether there is a difference."""
        return 0 not in self.bounds

    @property
    def needed(self) -> int | None:
        """How many more numbers will do if the difference stays as it is; None if none ever do."""
        if self.is_sure:
            return 0
        if self.value == 0 or not self.size or not 0 < self.error < inf:
            return None

        def is_sure_at(growth: float) -> bool:
            grown = self._replace(size=self.size * growth, error=self.error / growth)
            return grown._replace(is_enough=True).is_sure

        low, high = 1.0, 2.0
        while not is_sure_at(high):
            low, high = high, 2 * high
            if high > MOST:
                return None
        while high - low > low / 1000:
            middle = (low + high) / 2
            low, high = (low, middle) if is_sure_at(middle) else (middle, high)
        return ceil((high - 1) * self.total)


def difference(
    one: Sample, other: Sample, *, alpha: float = ALPHA, planned: int = PLANNED
) -> Difference:
    """How much more the other sample has than the first on average.

    Args:
        one: What the other is compared with.
        other: What is compared.
        alpha: How often the bounds may ever be wrong.
        planned: For how many numbers of both together they shall be narrowest; to be chosen
            before the first look.

    Example:
        >>> from nbtrack.serving.statistics.samples import sample_of_sums
        >>> from nbtrack.serving.statistics.sequences import difference
        >>> found = difference(sample_of_sums(1000, 100, 100), sample_of_sums(1000, 180, 180))
        >>> round(found.value, 3), found.is_sure
        (0.08, True)
    """
    smaller = min(one.size, other.size)
    return Difference(
        other.mean - one.mean,
        sum(steadied(it, joined([one, other])) / max(it.size, 1) for it in (one, other)),
        balanced(one.size, other.size),
        one.size + other.size,
        alpha,
        planned,
        is_enough=smaller >= LEAST,
    )


def balanced(one: int, other: int) -> float:
    """So many numbers in two halves would tell as much as these of two variants."""
    return 4 * one * other / (one + other) if one and other else 0


def steadied(own: Sample, whole: Sample) -> float:
    """The variance of one variant; no less than with some numbers of both beside its own.

    Where few pay and most do not, the first twenty of a variant may not have one who does: by them
    alone it would be sure to earn nothing.
    """
    if own.is_binary:
        return own.variance
    with_both = (own.spread + STEADY * whole.variance) / (max(own.size - 1, 0) + STEADY)
    return max(own.variance, with_both)


def mixing(alpha: float, planned: int) -> float:
    """The variance of the mixture, in units of one number's, that is best after `planned`."""
    odds = -2 * log(alpha)
    return (odds + log(odds + 1)) / planned


def most_errors(count: float, alpha: float, planned: int) -> float:
    """How many standard errors a mean may be off at any of all looks."""
    spread = count * mixing(alpha, planned)
    return sqrt(2 * (spread + 1) / spread * log(sqrt(spread + 1) / alpha))


def rate_bounds(hits: int, count: int, alpha: float = ALPHA) -> Bounds:
    """Where the rate lies at which something happens; exact for any count, at all looks.

    Example:
        >>> from nbtrack.serving.statistics.sequences import rate_bounds
        >>> low, high = rate_bounds(20, 100)
        >>> round(low, 2), round(high, 2)
        (0.09, 0.35)
    """
    if not count:
        return Bounds(0.0, 1.0)
    rate = hits / count

    def is_within(guess: float) -> bool:
        return evidence(hits, count, guess) <= log(1 / alpha)

    low = edge(rate, 0.0, is_within) if hits else 0.0
    high = edge(rate, 1.0, is_within) if hits < count else 1.0
    return Bounds(low, high)


def is_surely_not(hits: int, count: int, rate: float, alpha: float = ALPHA) -> bool:
    """Whether something surely happens at another rate than this, to be asked at all looks."""
    return evidence(hits, count, rate) > log(1 / alpha)


def evidence(hits: int, count: int, rate: float) -> float:
    """The logarithm of how much better any other rate explains what was seen than this one."""
    misses = count - hits
    if (hits and rate <= 0) or (misses and rate >= 1):
        return inf
    # Jeffreys' prior as the mixture: it costs least where the rate is near none
    mixed = lgamma(hits + 0.5) + lgamma(misses + 0.5) - lgamma(count + 1) - 2 * lgamma(0.5)
    told = (hits * log(rate) if hits else 0.0) + (misses * log(1 - rate) if misses else 0.0)
    return mixed - told


def edge(inside: float, outside: float, is_within: Callable[[float], bool]) -> float:
    """The place between two numbers where something ends."""
    for _ in range(STEPS):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if is_within(middle) else (inside, middle)
    return outside
