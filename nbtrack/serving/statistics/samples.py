"""What was measured of one variant, in a few figures that add up over workers and days."""

from __future__ import annotations

from collections.abc import Iterable
from math import fsum, inf, sqrt
from typing import NamedTuple

__all__ = ["Sample", "joined", "sample_of", "sample_of_sums"]


class Sample(NamedTuple):
    """Numbers that are known by how many they are, their mean, and how far they are from it.

    Attributes:
        size: How many.
        mean: Their mean; 0 for none.
        spread: The sum of the squares of their distances from the mean.
        is_binary: Whether all are zeros and ones.
    """

    size: int = 0
    mean: float = 0.0
    spread: float = 0.0
    is_binary: bool = True

    @property
    def variance(self) -> float:
        """How much they vary.

        Zeros and ones are given one of each more, so that a variant without a single success is
        not taken for one that can have none.
        """
        if self.size < 2:
            return 0.0
        if self.is_binary:
            rate = (self.mean * self.size + 1) / (self.size + 2)
            return rate * (1 - rate)
        return self.spread / (self.size - 1)

    @property
    def deviation(self) -> float:
        """Their standard deviation."""
        return sqrt(self.variance)

    @property
    def error(self) -> float:
        """The variance of their mean; infinite for none."""
        return self.variance / self.size if self.size else inf


def sample_of(values: Iterable[float]) -> Sample:
    """What is known of some numbers.

    Example:
        >>> from nbtrack.serving.statistics.samples import sample_of
        >>> found = sample_of([1.0, 2.0, 6.0])
        >>> found.mean, found.variance
        (3.0, 7.0)
    """
    known = [float(it) for it in values]
    mean = fsum(known) / len(known) if known else 0.0
    spread = fsum((it - mean) ** 2 for it in known)
    return Sample(len(known), mean, spread, all(it in {0.0, 1.0} for it in known))


def sample_of_sums(count: int, total: float, squares: float) -> Sample:
    """What is known of numbers by their sum and the sum of their squares.

    Example:
        >>> from nbtrack.serving.statistics.samples import sample_of_sums
        >>> sample_of_sums(3, 9, 41).variance
        7.0
    """
    if not count:
        return Sample()
    mean = total / count
    is_binary = total == squares and 0 <= total <= count
    return Sample(count, mean, max(0.0, squares - total * mean), is_binary)


def joined(samples: Iterable[Sample]) -> Sample:
    """What is known of the numbers of several samples together."""
    known = [it for it in samples if it.size]
    if not known:
        return Sample()
    count = sum(it.size for it in known)
    mean = fsum(it.size * it.mean for it in known) / count
    spread = fsum(it.spread + it.size * (it.mean - mean) ** 2 for it in known)
    return Sample(count, mean, spread, all(it.is_binary for it in known))
