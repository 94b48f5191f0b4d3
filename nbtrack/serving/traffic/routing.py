"""The router of a plan, by its mode."""

from __future__ import annotations

from nbtrack.records.endpoint import EndpointPlan
from nbtrack.serving.protocol import Router
from nbtrack.serving.traffic.bandit import BanditRouter
from nbtrack.serving.traffic.splitting import SplitRouter

__all__ = ["router_for"]


def router_for(plan: EndpointPlan) -> Router:
    """The router that shares traffic as a plan says.

    Raises:
        InvalidValue: No variant of it gets any traffic.
    """
    return BanditRouter(plan) if plan.traffic.mode == "bandit" else SplitRouter(plan)
