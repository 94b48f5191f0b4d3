"""Traffic shared by the hash of a key, and by chance where there is none."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from nbtrack.records.endpoint import EndpointPlan, VariantStats
from nbtrack.serving.traffic.keys import PLACES, ends_of, owner_of, place_of

__all__ = ["SplitRouter", "answering", "shadows_of"]


def answering(plan: EndpointPlan) -> list[int]:
    """The variants that answer, by their places in the plan."""
    return [at for at, it in enumerate(plan.variants) if not it.is_shadow]


def shadows_of(plan: EndpointPlan) -> list[int]:
    """The variants that get a copy of each request, by their places in the plan."""
    return [at for at, it in enumerate(plan.variants) if it.is_shadow]


class SplitRouter:
    """A router that sends a key to the same variant always."""

    def __init__(self, plan: EndpointPlan) -> None:
        self.shadows: Sequence[int] = shadows_of(plan)
        self.answering = answering(plan)
        self.ends = ends_of([plan.variants[at].share for at in self.answering])
        self.salt = plan.traffic.salt
        self.chance = Random()  # noqa: S311 - shares traffic, guards nothing

    def choose(self, key: str | None) -> int:
        """The variant, by its place in the plan, for a request with this key."""
        place = place_of(key, self.salt) if key else int(self.chance.random() * PLACES)
        return self.answering[owner_of(place, self.ends)]

    def observe(self, variant: int, seconds: float, *, is_error: bool) -> None:
        """A split does not change by how a variant does."""

    def reward(self, variant: str, value: float) -> None:
        """A split does not change by rewards."""

    def learn(self, variants: Sequence[VariantStats]) -> None:
        """A split does not learn."""
