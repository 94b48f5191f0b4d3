"""The variants of an endpoint compared by what its workers counted, without a prediction log."""

from __future__ import annotations

from nbtrack.api.variants.comparison import Asked, Case, compared, ordered, told_mismatch
from nbtrack.api.variants.report import VariantReport
from nbtrack.api.variants.values import REWARD
from nbtrack.records.endpoint import EndpointPlan, EndpointStats
from nbtrack.serving.statistics.samples import sample_of_sums

__all__ = ["Counted"]


class Counted:
    """What an endpoint counted of its variants.

    Args:
        plan: What is served.
        stats: What was counted.
        asked: How variants are to be compared.
    """

    def __init__(self, plan: EndpointPlan, stats: EndpointStats, asked: Asked) -> None:
        self.plan, self.asked = plan, asked
        self.figures = [stats.of(it) for it in plan.variants if not it.is_shadow]

    @property
    def has_rewards(self) -> bool:
        """Whether it was told of any."""
        return any(it.rewards for it in self.figures)

    def by_rewards(self) -> VariantReport:
        """Variants by their rewards."""
        samples = {
            it.name: sample_of_sums(it.rewards, it.reward_sum, it.reward_squares)
            for it in self.figures
        }
        return self.compared(Case(samples, REWARD), "rewards")

    def by_errors(self) -> VariantReport:
        """Variants by how often they fail, as nothing else is known of them."""
        samples = {
            it.name: sample_of_sums(it.requests, it.errors, it.errors) for it in self.figures
        }
        note = "no rewards and no labels are known yet"
        return self.compared(Case(samples, "error_rate", is_lower_better=True), "requests", note)

    def compared(self, case: Case, unit: str, note: str = "") -> VariantReport:
        """Variants compared as it was asked for."""
        names = ordered(case.samples, self.asked.first or next(iter(case.samples)), case.samples)
        return compared(
            case._replace(
                samples={name: case.samples[name] for name in names},
                alpha=self.asked.alpha,
                planned=self.asked.planned,
                is_chosen=self.plan.traffic.mode == "bandit",
            ),
            unit=unit,
            warnings=self.unshared(),
            note=note,
            models={
                it.name: (it.model_name, str(it.version))
                for it in self.plan.variants
                if it.model_name and it.version
            },
        )

    def unshared(self) -> list[str]:
        """A warning where requests were not shared as planned.

        Requests of one key go together, and shares may have been others before: then nobody can
        tell.
        """
        traffic = self.plan.traffic
        if traffic.mode in {"single", "bandit"} or traffic.key or self.plan.number > 1:
            return []
        shares = [it.share for it in self.plan.variants if not it.is_shadow]
        names, counts = zip(*((it.name, it.requests) for it in self.figures), strict=True)
        return told_mismatch(names, counts, shares, "requests")
