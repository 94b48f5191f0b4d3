"""Scores: equal to scikit-learn's, where it has them."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest

from nbtrack.registry.promotion.scores import SCORERS, is_lower_better, report_of, score

RANDOM = np.random.default_rng(0)


def test_scores_are_scikit_learns():
    metrics = pytest.importorskip("sklearn.metrics")
    truth, said = RANDOM.integers(0, 3, 50), RANDOM.integers(0, 3, 50)
    for name in ("accuracy", "balanced_accuracy"):
        assert score(name, truth, said) == pytest.approx(
            getattr(metrics, f"{name}_score")(truth, said)
        )
    for name in ("precision", "recall", "f1"):
        wanted = getattr(metrics, f"{name}_score")(truth, said, average="weighted", zero_division=0)
        assert score(name, truth, said) == pytest.approx(wanted)
    truth, said = RANDOM.normal(size=50), RANDOM.normal(size=50)
    for name, full in (
        ("mse", "mean_squared_error"),
        ("mae", "mean_absolute_error"),
        ("r2", "r2_score"),
    ):
        wanted = getattr(metrics, full)(truth, said)
        assert score(name, truth, said) == pytest.approx(wanted) == score(full, truth, said)


def test_a_classification_report_is_scikit_learns():
    metrics = pytest.importorskip("sklearn.metrics")
    truth = np.array(["a", "b", "b", "c", "c", "c"])
    said = np.array(["a", "b", "c", "c", "d", "b"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wanted = metrics.classification_report(truth, said, output_dict=True)
    found = report_of(truth, said)
    assert found.keys() == wanted.keys()
    for name, row in wanted.items():
        assert found[name] == pytest.approx(row)


def test_nothing_to_explain_gives_no_r2():
    assert math.isnan(score("r2", [1.0, 1.0], [1.0, 2.0]))


def test_predictions_of_one_column_are_flat():
    assert score("accuracy", [1, 2], np.array([[1], [3]])) == 0.5
    assert score("accuracy", [1, 2], {"said": [1, 2]}) == 1.0


def test_which_way_is_better_follows_from_the_name():
    assert [name for name in SCORERS if is_lower_better(name)] == ["mse", "rmse", "mae"]
    assert is_lower_better("log_loss")
    assert not is_lower_better("roc_auc")
    assert not is_lower_better(max)
