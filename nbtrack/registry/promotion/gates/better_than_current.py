"""Gate: the version does better than the current one, on the same data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nbtrack.registry.promotion.case import Case
from nbtrack.registry.promotion.protocol import Verdict, failed, passed, skipped
from nbtrack.registry.promotion.scores import Metric, divided, is_lower_better, score

__all__ = ["BetterThanCurrent"]


@dataclass(frozen=True)
class BetterThanCurrent:
    """Both versions predict on the same data, and the new one scores better.

    Without a current version it passes and says so.

    Args:
        data: A frame, or an array; else what `promote` was given.
        target: The column of the truth, or the truth itself.
        metric: `accuracy`, `precision`, `recall`, `f1`, `r2`, `mse`, `rmse`, `mae`, a name of
            `sklearn.metrics`, or a function of the truth and the predictions.
        min_change: How much better it must be at least; less than 0 lets it be a little worse.
            With 0 it must be better, however little.
        min_relative_change: The same as a share of the current score.
        lower_is_better: Which way is better, where the metric's name does not say so.
    """

    data: Any = None
    target: Any = None
    metric: Metric = "accuracy"
    min_change: float = 0.0
    min_relative_change: float = 0.0
    lower_is_better: bool | None = None

    @property
    def name(self) -> str:
        """The metric's name."""
        found = self.metric
        return found if isinstance(found, str) else getattr(found, "__name__", "score")

    @property
    def label(self) -> str:
        """The gate in a few words."""
        by = f" by {self.min_change:g}" if self.min_change else ""
        share = f" by {self.min_relative_change:.1%}" if self.min_relative_change else ""
        return f"better than current in {self.name}{by}{share}"

    def check(self, case: Case) -> Verdict:
        """Ask both versions, and compare."""
        if case.is_current:
            return skipped(f"version {case.candidate.version} is the current one itself")
        data, target = case.chosen_data(self.data, self.target, "better than current")
        rows, truth = divided(data, target)
        new = score(self.metric, truth, case.candidate.predict(rows))
        measured = {self.name: new}
        if case.current is None:
            return passed(
                f"{self.name} is {new:.6g}; no version is {case.target} yet to compare with",
                measured=measured,
            )
        old = score(self.metric, truth, case.current.predict(rows))
        lower = (
            is_lower_better(self.metric) if self.lower_is_better is None else self.lower_is_better
        )
        change = (old - new) if lower else (new - old)
        asked_for = (self.min_change, self.min_relative_change * abs(old))
        wanted = max(filter(None, asked_for), default=0.0)
        is_better = change >= wanted if wanted else change > 0
        message = (
            f"{self.name} is {new:.6g}, that of version {case.current.version} is {old:.6g} "
            f"({change:+.6g}{', less is better' if lower else ''})"
        )
        told = {
            "measured": measured,
            "compared": {f"{self.name}_of_current": old, f"{self.name}_change": change},
        }
        if is_better:
            return passed(message, **told)
        short = f"better by less than {wanted:g}" if wanted > 0 else "not better"
        return failed(f"{message}: {short}", **told)
