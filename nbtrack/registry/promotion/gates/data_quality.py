"""Gate: data keeps its rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nbtrack.errors import ModelError
from nbtrack.registry.promotion.case import Case
from nbtrack.registry.promotion.protocol import Verdict, failed, passed
from nbtrack.registry.promotion.quality import check_data

__all__ = ["DataQuality"]


@dataclass(frozen=True)
class DataQuality:
    """The data that a version is judged by, or made from, keeps its rules.

    Args:
        data: A frame; else what `promote` was given.
        rules: As `nbtrack.gates.check_data` takes them.
        score_at_least: The share of the rules that must be kept.
    """

    data: Any = None
    rules: Mapping[str, Any] = field(default_factory=dict)
    score_at_least: float = 1.0

    @property
    def label(self) -> str:
        """The gate in a few words."""
        return "data quality"

    def check(self, case: Case) -> Verdict:
        """Check the rules."""
        data = case.data if self.data is None else self.data
        if data is None:
            raise ModelError("data quality needs data: give data= to the gate, or to promote")
        report = check_data(data, self.rules)
        told = {
            "measured": {"data_quality_score": report.success_rate},
            "details": report.to_json_dict(),
        }
        count = len(report.checks)
        if report.success_rate >= self.score_at_least:
            return passed(f"{count - len(report.broken)} of {count} rules are kept", **told)
        return failed("; ".join(it.message for it in report.broken[:5]), **told)
