"""What searches and cross-validations found: scores, the best settings, and the others."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from nbtrack.capture.guard import guarded
from nbtrack.capture.scikit_learn import estimators
from nbtrack.capture.training import Trial

__all__ = ["CROSS_VALIDATIONS", "Found", "found", "scores"]

CROSS_VALIDATIONS = ("cross_val_score", "cross_validate")

MOST_TRIALS = 1_000


class Found(NamedTuple):
    """What a search found; of other estimators nothing."""

    params: Mapping[str, Any] = {}
    metrics: dict[str, float] = {}  # noqa: RUF012 - never changed
    pieces: dict[str, Any] = {}  # noqa: RUF012 - never changed
    trials: Sequence[Trial] = ()


def found(model: Any) -> Found:
    """The best settings of a search, all of them as a table, and one by one, the best first."""
    return results_of(model) or Found()


@guarded
def results_of(model: Any) -> Found | None:
    """What stands in `cv_results_`, if there is such."""
    known = vars(model)
    results = known.get("cv_results_")
    if not isinstance(results, dict) or "params" not in results:
        return None
    best = known.get("best_params_") or {}
    score = known.get("best_score_")
    return Found(
        {f"best_{key}": value for key, value in estimators.plain(best).items()},
        {} if score is None else {"best_cv_score": float(score)},
        {"cv_results.csv": as_csv(results)},
        trials_of(results),
    )


def as_csv(results: Mapping[str, Any]) -> str:
    """The table of all settings."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(results)
    columns = [[estimators.shown(it) for it in column] for column in results.values()]
    writer.writerows(zip(*columns, strict=True))
    return out.getvalue()


def trials_of(results: Mapping[str, Any]) -> list[Trial]:
    """Each setting with its numbers, by their rank in the first score there is."""
    import numpy as np

    ranks = next((results[key] for key in results if key.startswith("rank_test_")), None)
    count = len(results["params"])
    order = range(count) if ranks is None else np.argsort(ranks, kind="stable").tolist()
    numbers = {
        key: np.ma.filled(column, np.nan)
        for key, column in results.items()
        if not key.startswith("param") and np.asarray(column).dtype.kind in "if"
    }
    return [
        Trial(
            estimators.plain(results["params"][at]),
            {key: float(column[at]) for key, column in numbers.items()},
        )
        for at in list(order)[:MOST_TRIALS]
    ]


def scores(name: str, result: Any) -> dict[str, float]:
    """Mean and spread of the scores of a cross-validation."""
    series = {name: result}
    if isinstance(result, dict):
        series = {
            f"{name}_{key}": column
            for key, column in result.items()
            if key.startswith(("test_", "train_"))
        }
    return {
        f"{key}_{part}": float(getattr(column, part)())
        for key, column in series.items()
        for part in ("mean", "std")
    }
