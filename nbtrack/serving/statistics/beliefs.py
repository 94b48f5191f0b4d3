"""What rewards let one believe of each variant: draws for Thompson sampling, chances to be best."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import sqrt
from random import Random

from nbtrack.serving.statistics.samples import Sample, joined

__all__ = ["Beliefs", "chances_to_be_best"]

DRAWS = 4_000

SEED = 20

TINY = 1e-300


class Beliefs:
    """The distribution of each variant's mean that goes with its rewards.

    Zeros and ones have a Beta distribution above an even prior. Other numbers have a Normal-Gamma
    one above a prior that knows as much as one reward of all variants together.
    """

    def __init__(self, rewards: Sequence[Sample]) -> None:
        whole = joined(rewards)
        make = beta_of if whole.is_binary else normal_of
        self.draws = [make(it, whole) for it in rewards]

    def best(self, chance: Random) -> int:
        """The place of the variant whose mean, drawn anew, is the highest."""
        found = [draw(chance) for draw in self.draws]
        return found.index(max(found))


Draw = Callable[[Random], float]


def beta_of(own: Sample, whole: Sample) -> Draw:  # noqa: ARG001 - rates need no scale
    """Draws of a rate, for zeros and ones."""
    hits = own.mean * own.size
    above, below = 1 + hits, 1 + own.size - hits
    return lambda chance: chance.betavariate(above, below)


def normal_of(own: Sample, whole: Sample) -> Draw:
    """Draws of a mean, for numbers of any size."""
    weight = own.size + 1
    mean = (whole.mean + own.size * own.mean) / weight
    apart = own.size / weight * (own.mean - whole.mean) ** 2
    shape = weight / 2
    width = (whole.variance + own.spread + apart) / 2 / weight

    def drawn(chance: Random) -> float:
        return chance.gauss(mean, sqrt(width / max(chance.gammavariate(shape, 1.0), TINY)))

    return drawn


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
    beliefs = Beliefs(rewards)
    for _ in range(draws):
        wins[beliefs.best(chance)] += 1
    return [it / draws for it in wins]
