"""Gate: thresholds on a classification report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nbtrack.errors import InvalidValue, listing
from nbtrack.registry.promotion.case import Case
from nbtrack.registry.promotion.protocol import Verdict, failed, passed
from nbtrack.registry.promotion.scores import divided, report_of

__all__ = ["ClassificationReport"]


@dataclass(frozen=True)
class ClassificationReport:
    """Precision, recall, F1 or accuracy on some data are high enough.

    A metric that is too low tags the version `<metric>_failed`.

    Args:
        thresholds: Such as `{"precision": 0.85, "f1-score": 0.8}`; `"spam.recall"` is about one
            class.
        data: A frame, or an array; else what `promote` was given.
        target: The column of the truth, or the truth itself.
        average: Which average a metric without a class means.
    """

    thresholds: Mapping[str, float]
    data: Any = None
    target: Any = None
    average: str = "weighted avg"

    @property
    def label(self) -> str:
        """The gate in a few words."""
        told = ", ".join(f"{name} >= {value:g}" for name, value in self.thresholds.items())
        return f"classification report: {told}"

    def check(self, case: Case) -> Verdict:
        """Predict, report, and compare."""
        data, target = case.chosen_data(self.data, self.target, "a classification report")
        rows, truth = divided(data, target)
        report = report_of(truth, case.candidate.predict(rows))
        values = {name: self.value_of(report, name) for name in self.thresholds}
        short = {name: it for name, it in values.items() if it < self.thresholds[name]}
        told = {
            "measured": values,
            "compared": {f"{name}_limit": float(it) for name, it in self.thresholds.items()},
            "tags": {f"{name}_failed": "true" for name in short},
            "details": report,
        }
        if short:
            wrong = [
                f"{name} is {it:.6g}, not {self.thresholds[name]:g}" for name, it in short.items()
            ]
            return failed("; ".join(wrong), **told)
        return passed(", ".join(f"{name} is {it:.6g}" for name, it in values.items()), **told)

    def value_of(self, report: Mapping[str, Any], name: str) -> float:
        """One figure of the report, by its name.

        Raises:
            InvalidValue: It has none such.
        """
        group, _, part = name.rpartition(".")
        row = report.get(group or self.average)
        if name == "accuracy":
            return float(report["accuracy"])
        if isinstance(row, Mapping) and part in row:
            return float(row[part])
        inner = report.get(self.average, {})
        classes = [
            it for it in report if isinstance(report[it], Mapping) and not it.endswith(" avg")
        ]
        known = ["accuracy", *inner, *(f"{it}.{key}" for it in classes for key in inner)]
        raise InvalidValue(f"a classification report has no {name!r}; {listing(known, name)}")
