"""Traffic that goes where rewards are: Thompson sampling over what all workers learned."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from random import Random

from nbtrack.records.endpoint import EndpointPlan, VariantStats
from nbtrack.serving.statistics.beliefs import Beliefs
from nbtrack.serving.statistics.samples import Sample, joined, sample_of, sample_of_sums
from nbtrack.serving.traffic.keys import ends_of
from nbtrack.serving.traffic.splitting import answering, shadows_of

__all__ = ["BanditRouter"]


class BanditRouter:
    """A router that draws anew for each request, whatever its key; a share of 0 stays out."""

    def __init__(self, plan: EndpointPlan) -> None:
        self.shadows: Sequence[int] = shadows_of(plan)
        variants = plan.variants
        ends_of([variants[at].share for at in answering(plan)])
        self.answering = [at for at in answering(plan) if variants[at].share > 0]
        self.names = [variants[at].name for at in self.answering]
        self.versions = {variants[at].name: variants[at].version for at in self.answering}
        self.rewards = dict.fromkeys(self.names, Sample())
        self.beliefs: Beliefs | None = None
        """What goes with the rewards; None after a change of them."""
        self.chance = Random()  # noqa: S311 - shares traffic, guards nothing

    def choose(self, key: str | None) -> int:  # noqa: ARG002 - a draw knows no key
        """The variant whose mean was drawn highest from what is believed of it."""
        if self.beliefs is None:
            self.beliefs = Beliefs(list(self.rewards.values()))
        return self.answering[self.beliefs.best(self.chance)]

    def observe(self, variant: int, seconds: float, *, is_error: bool) -> None:
        """Only rewards count: an answer that failed gets none."""

    def reward(self, variant: str, value: float) -> None:
        """Take note of a reward; one for a variant that is not in the traffic changes nothing."""
        if variant in self.rewards and isfinite(value):
            self.rewards[variant] = joined([self.rewards[variant], sample_of([value])])
            self.beliefs = None

    def learn(self, variants: Sequence[VariantStats]) -> None:
        """Take over what all workers together saw, this one's rewards among it.

        A reward that is not among it yet comes with the next figures. What another version of a
        variant was worth says nothing of the one that answers now.
        """
        for it in variants:
            if it.name in self.rewards and it.version == self.versions[it.name]:
                self.rewards[it.name] = sample_of_sums(it.rewards, it.reward_sum, it.reward_squares)
        self.beliefs = None
