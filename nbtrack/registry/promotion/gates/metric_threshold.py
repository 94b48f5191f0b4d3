"""Gates: a metric of the version is high enough, or low enough."""

from __future__ import annotations

import math
from dataclasses import dataclass

from nbtrack.errors import listing
from nbtrack.registry.promotion.case import Case
from nbtrack.registry.promotion.protocol import Verdict, failed, passed

__all__ = ["MetricAtLeast", "MetricAtMost"]


@dataclass(frozen=True)
class MetricAtLeast:
    """A metric of the version's run or logged model is at least this.

    Example:
        >>> from nbtrack.gates import MetricAtLeast
        >>> MetricAtLeast("accuracy", 0.9).label
        'accuracy >= 0.9'
    """

    metric: str
    value: float
    strictly: bool = False
    """Whether it must be more than this."""

    @property
    def label(self) -> str:
        """The gate in a few words."""
        return f"{self.metric} {'>' if self.strictly else '>='} {self.value:g}"

    def check(self, case: Case) -> Verdict:
        """Look at the metric as it was logged."""
        return limited(case, self.metric, self.value, sign=1, strictly=self.strictly)


@dataclass(frozen=True)
class MetricAtMost:
    """A metric of the version's run or logged model is at most this.

    Example:
        >>> from nbtrack.gates import MetricAtMost
        >>> MetricAtMost("loss", 0.25).label
        'loss <= 0.25'
    """

    metric: str
    value: float
    strictly: bool = False
    """Whether it must be less than this."""

    @property
    def label(self) -> str:
        """The gate in a few words."""
        return f"{self.metric} {'<' if self.strictly else '<='} {self.value:g}"

    def check(self, case: Case) -> Verdict:
        """Look at the metric as it was logged."""
        return limited(case, self.metric, self.value, sign=-1, strictly=self.strictly)


def limited(case: Case, metric: str, limit: float, *, sign: int, strictly: bool) -> Verdict:
    """Compare a metric with a limit, from below or from above."""
    known = case.candidate.metrics
    if metric not in known:
        return failed(
            f"{case.candidate} has no metric {metric!r}; {listing(sorted(known), metric)}"
        )
    value = known[metric]
    told = {"measured": {metric: value}, "compared": {f"{metric}_limit": limit}}
    if math.isnan(value):
        return failed(f"{metric} is NaN", **told)
    off = (value - limit) * sign
    if off > 0 or (off == 0 and not strictly):
        return passed(f"{metric} is {value:.6g}", **told)
    wanted = (
        f"{'more' if sign > 0 else 'less'} than"
        if strictly
        else f"at {'least' if sign > 0 else 'most'}"
    )
    return failed(f"{metric} is {value:.6g}, not {wanted} {limit:g}", **told)
