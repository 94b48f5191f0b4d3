"""Tests of which way a metric gets better."""

from __future__ import annotations

import pytest

from nbtrack.questions.directions import direction


@pytest.mark.parametrize(
    ("key", "way"),
    [
        *((it, 1) for it in ("acc", "ROC_AUC", "F1", "r2_score", "valAccuracy", "accuracy@5")),
        *((it, 1) for it in ("neg_mean_squared_error", "LogisticRegression_score")),
        *((it, -1) for it in ("loss", "val_loss", "trainLoss", "RMSE", "mean_squared_error")),
        *((it, 0) for it in ("n", "lossless", "sometimes", "times", "")),
    ],
)
def test_the_words_of_a_name_tell_what_is_better(key, way):
    assert direction(key) == way
