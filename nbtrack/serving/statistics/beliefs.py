"""What rewards let one believe of each variant: draws for Thompson sampling, chances to be best."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from random import Random

from nbtrack.serving.statistics.samples import Sample, joined

__all__ = ["chances_to_be_best", "drawn"]

DRAWS = 4_000

SEED = 20


def drawn(rewards: Sequence[Sample], chance: Random) -> list[float]:
    """A mean for each variant that goes with its rewards, drawn anew at each call.

    Zeros and ones have a Beta distribution above an even prior. Other numbers have a Normal-Gamma
    one above a prior that knows as much as one reward of all variants together.

    Args:
        rewards: What each variant got.
        chance: Where chance comes from.
    """
    whole = joined(rewards)
    if whole.is_binary:
        return [beta_drawn(it, chance) for it in rewards]
    return [normal_drawn(it, whole, chance) for it in rewards]


def beta_drawn(own: Sample, chance: Random) -> float:
    """A rate drawn for zeros and ones."""
    hits = own.mean * own.size
    return chance.betavariate(1 + hits, 1 + own.size - hits)


def normal_drawn(own: Sample, whole: Sample, chance: Random) -> float:
    """A mean drawn for numbers of any size."""
    weight = own.size + 1
    mean = (whole.mean + own.size * own.mean) / weight
    apart = own.size / weight * (own.mean - whole.mean) ** 2
    rate = (whole.variance + own.spread + apart) / 2
    precision = chance.gammavariate((1 + own.size) / 2, 1.0)
    return chance.gauss(mean, sqrt(rate / precision / weight)) if rate else mean


def chances_to_be_best(rewards: Sequence[Sample], draws: int = DRAWS) -> list[float]:
    """How likely each variant has the highest mean; the same figures each time.

    Args:
        rewards: What each variant got.
        draws: Of how many draws they are counted.

    Example:
        >>> from nbtrack.serving.statistics.beliefs import chances_to_be_best
        >>> from nbtrack.serving.statistics.samples import sample_of
        >>> chances = chances_to_be_best([sample_of([0] * 9 + [1]), sample_of([1] * 9 + [0])])
        >>> chances[1] > 0.99
        True
    """
    chance = Random(SEED)  # noqa: S311 - figures that come out the same, no secret
    wins = [0] * len(rewards)
    for _ in range(draws):
        found = drawn(rewards, chance)
        wins[found.index(max(found))] += 1
    return [it / draws for it in wins]
