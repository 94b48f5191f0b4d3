"""The router of an endpoint with one variant, and which router a plan gets."""

from __future__ import annotations

from collections.abc import Sequence

from nbtrack.records.endpoint import EndpointPlan, VariantStats
from nbtrack.serving.protocol import Router

__all__ = ["SingleRouter", "router_of"]


class SingleRouter:
    """Sends every request to the first variant that answers."""

    def __init__(self, plan: EndpointPlan) -> None:
        places = range(len(plan.variants))
        self.shadows: Sequence[int] = [at for at in places if plan.variants[at].is_shadow]
        self.first = next(at for at in places if at not in self.shadows)

    def choose(self, key: str | None) -> int:
        """The one variant."""
        del key
        return self.first

    def observe(self, variant: int, seconds: float, *, is_error: bool) -> None:
        """Nothing depends on it."""

    def reward(self, variant: str, value: float) -> None:
        """Nothing depends on it."""

    def learn(self, variants: Sequence[VariantStats]) -> None:
        """Nothing depends on it."""


def router_of(plan: EndpointPlan) -> Router:
    """The router of a plan."""
    if plan.traffic.mode == "single":
        return SingleRouter(plan)
    from nbtrack.serving.traffic.routing import router_for

    return router_for(plan)
