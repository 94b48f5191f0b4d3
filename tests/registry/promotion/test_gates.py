"""Gates: what each lets pass, what it stops, and why it says so."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import polars as pl
import pytest

from nbtrack.errors import InvalidValue, ModelError
from nbtrack.gates import (
    Approved,
    BetterThanCurrent,
    ClassificationReport,
    Custom,
    DataQuality,
    MetricAtLeast,
    MetricAtMost,
    SameSchema,
    SmokePrediction,
    failed,
    passed,
)
from nbtrack.records.ids import now_ms
from nbtrack.registry.signatures.params import ParamSchema, ParamSpec
from nbtrack.registry.signatures.schema import ColSpec, Schema, TensorSpec
from nbtrack.registry.signatures.signature import ModelSignature

FRAME = pd.DataFrame({"x": [1.0, 2.0, 3.0, 4.0], "y": [0, 1, 1, 0]})


# Metrics


@pytest.mark.parametrize(
    ("gate", "value", "outcome"),
    [
        (MetricAtLeast("acc", 0.9), 0.9, "passed"),
        (MetricAtLeast("acc", 0.9), 0.89, "failed"),
        (MetricAtLeast("acc", 0.9, strictly=True), 0.9, "failed"),
        (MetricAtMost("acc", 0.9), 0.9, "passed"),
        (MetricAtMost("acc", 0.9), 0.91, "failed"),
        (MetricAtMost("acc", 0.9, strictly=True), 0.9, "failed"),
        (MetricAtLeast("acc", 0.9), math.nan, "failed"),
        (MetricAtMost("acc", 0.9), math.nan, "failed"),
    ],
)
def test_a_metric_is_held_against_its_limit(case, gate, value, outcome):
    verdict = gate.check(case(metrics={"acc": value}))
    assert verdict.outcome == outcome
    assert list(verdict.measured) == ["acc"]
    assert verdict.compared == {"acc_limit": 0.9}


def test_a_metric_that_was_not_logged_fails_with_the_nearest(case):
    verdict = MetricAtLeast("acuracy", 0.9).check(case(metrics={"accuracy": 1.0}))
    assert verdict.outcome == "failed"
    assert "did you mean 'accuracy'?" in verdict.message


def test_labels_of_thresholds_read_as_they_are_written():
    gates = [
        MetricAtLeast("a", 0.9),
        MetricAtLeast("a", 0.9, strictly=True),
        MetricAtMost("a", 1),
        MetricAtMost("a", 1, strictly=True),
    ]
    assert [it.label for it in gates] == ["a >= 0.9", "a > 0.9", "a <= 1", "a < 1"]


# Better than the current version


@pytest.mark.parametrize("data", [FRAME, pl.from_pandas(FRAME), FRAME.to_dict("list")])
def test_the_better_version_passes_on_any_kind_of_table(case, says, data):
    given = case({"model": says(0, 0, 0, 0)}, model=says(0, 1, 1, 1), data=data, target="y")
    verdict = BetterThanCurrent().check(given)
    assert verdict == passed(
        "accuracy is 0.75, that of version 1 is 0.5 (+0.25)",
        measured={"accuracy": 0.75},
        compared={"accuracy_of_current": 0.5, "accuracy_change": 0.25},
    )


@pytest.mark.parametrize(
    ("gate", "outcome"),
    [
        (BetterThanCurrent(), "failed"),
        (BetterThanCurrent(min_change=-0.1), "passed"),
        (BetterThanCurrent(min_change=0.1), "failed"),
    ],
)
def test_one_that_is_as_good_is_not_better_unless_that_will_do(case, says, gate, outcome):
    same = says(0, 1, 0, 0)
    assert gate.check(case({"model": same}, model=same, data=FRAME, target="y")).outcome == outcome


def test_how_much_better_can_be_asked_as_a_share(case, says):
    given = case({"model": says(0, 1, 1, 1)}, model=says(0, 1, 1, 0), data=FRAME, target="y")
    assert BetterThanCurrent(min_relative_change=0.3).check(given).outcome == "passed"
    short = BetterThanCurrent(min_relative_change=0.5).check(given)
    assert short.message.endswith("better by less than 0.375")


@pytest.mark.parametrize("metric", ["mse", "rmse", "mae", "max_error", "mean_absolute_error"])
def test_less_error_is_better(case, says, metric):
    pytest.importorskip("sklearn")
    target = np.array([1.0, 2.0, 3.0, 4.0])
    near, far = says(1.1, 2.1, 3.1, 4.1), says(2.0, 3.0, 4.0, 5.0)
    gate = BetterThanCurrent(FRAME[["x"]], target, metric)
    assert gate.check(case({"model": far}, model=near)).outcome == "passed"
    assert gate.check(case({"model": near}, model=far)).outcome == "failed"


def test_a_function_scores_and_may_say_which_way_is_better(case, says):
    def misses(truth, said):
        return (truth != said).sum()

    gate = BetterThanCurrent(FRAME, "y", misses, lower_is_better=True)
    verdict = gate.check(case({"model": says(1, 0, 0, 1)}, model=says(0, 1, 1, 0)))
    assert verdict.message == "misses is 0, that of version 1 is 4 (+4, less is better)"
    assert gate.label == "better than current in misses"


def test_without_a_current_version_it_passes_and_says_so(case, says):
    verdict = BetterThanCurrent().check(case(model=says(0, 1, 1, 0), data=FRAME, target="y"))
    assert verdict.outcome == "passed"
    assert verdict.message == "accuracy is 1; no version is @champion yet to compare with"


def test_a_version_is_not_compared_with_itself(case, says):
    given = case({"version": "2", "model": says(0)}, model=says(0), data=FRAME, target="y")
    assert BetterThanCurrent().check(given).outcome == "skipped"
    assert SameSchema().check(given).outcome == "skipped"


def test_what_cannot_be_scored_is_an_error_that_says_why(case, says):
    four = says(0, 1, 1, 0)
    wrong = [
        (BetterThanCurrent(), {}, ModelError, "needs data"),
        (BetterThanCurrent(), {"data": FRAME}, ModelError, "needs the target"),
        (BetterThanCurrent(), {"data": FRAME, "target": "z"}, InvalidValue, "no column 'z'"),
        (BetterThanCurrent(), {"data": FRAME, "target": [1]}, InvalidValue, "4 rows, the target 1"),
        (
            BetterThanCurrent(metric="acuracy"),
            {"data": FRAME, "target": "y"},
            InvalidValue,
            "no metric",
        ),
        (
            BetterThanCurrent(metric=lambda *_: "much"),
            {"data": FRAME, "target": "y"},
            ModelError,
            "no number",
        ),
        (
            BetterThanCurrent(),
            {"data": FRAME.iloc[:0], "target": "y"},
            ModelError,
            "4 predictions for 0 rows",
        ),
    ]
    for gate, given, kind, words in wrong:
        with pytest.raises(kind, match=words):
            gate.check(case(model=four, **given))


# The same schema


def signature(*columns, outputs=None, params=None):
    return ModelSignature(
        Schema(list(columns)), outputs, None if params is None else ParamSchema(params)
    )


AGE, NAME = ColSpec("long", "age"), ColSpec("string", "name")
EXTRA = ColSpec("double", "extra", required=False)
NUMBERS = Schema([TensorSpec(np.dtype("int64"), (-1,))])
REALS = Schema([TensorSpec(np.dtype("float64"), (-1,))])


@pytest.mark.parametrize(
    ("after", "message"),
    [
        (signature(AGE, NAME), "as version 1"),
        (signature(NAME, AGE), "as version 1"),
        (signature(AGE, NAME, EXTRA), "as version 1"),
        (signature(AGE), "input name is gone"),
        (signature(AGE, ColSpec("long", "name")), "input name was string, is long"),
        (signature(AGE, NAME, ColSpec("long", "new")), "input new is new, and required"),
        (signature(AGE, NAME, params=[ParamSpec("t", "double", 1.0)]), "as version 1"),
        (None, "version 2 has no signature"),
    ],
)
def test_who_asks_the_current_version_can_ask_this_one(case, after, message):
    verdict = SameSchema().check(case({"signature": signature(AGE, NAME)}, signature=after))
    assert message in verdict.message
    assert verdict.outcome == ("passed" if message == "as version 1" else "failed")


def test_nothing_may_be_added_where_that_was_asked_for(case):
    gate = SameSchema(allow_added_optional=False)
    given = case({"signature": signature(AGE)}, signature=signature(AGE, EXTRA))
    assert gate.check(given) == failed(
        "input extra is new", details={"changes": ["input extra is new"]}
    )
    assert gate.label == "same schema exactly"


def test_what_must_be_given_now_and_what_comes_out_is_looked_at_too(case):
    loose = ColSpec("long", "age", required=False)
    given = case({"signature": signature(loose)}, signature=signature(AGE))
    assert SameSchema().check(given).message == "input age was optional, is required"
    given = case(
        {"signature": signature(AGE, outputs=NUMBERS)}, signature=signature(AGE, outputs=REALS)
    )
    assert "output 0 was" in SameSchema().check(given).message


def test_without_a_signature_to_keep_to_anything_will_do(case):
    assert SameSchema().check(case({}, signature=signature(AGE))).outcome == "passed"
    assert SameSchema().check(case(signature=None)).outcome == "passed"


# A smoke prediction


def test_the_model_predicts_on_its_example(case, says):
    verdict = SmokePrediction().check(case(model=says(1.0, 2.0), example=[[1], [2]]))
    assert verdict == passed("2 predictions on the input example")
    assert SmokePrediction([[1]]).check(case(model=says(1.0))).outcome == "passed"


@pytest.mark.parametrize(
    ("said", "outputs", "words"),
    [
        ([1.0, math.nan, math.inf], None, "2 of 3 predictions on the example are NaN"),
        ([], None, "predicted nothing"),
        ([1, 2], Schema([TensorSpec(np.dtype("int64"), (-1, 3))]), r"gave the shape \(2,\)"),
    ],
)
def test_predictions_that_are_none_fail(case, says, said, outputs, words):
    given = case(model=says(*said), example=[[1]], signature=signature(AGE, outputs=outputs))
    verdict = SmokePrediction().check(given)
    assert verdict.outcome == "failed"
    assert pytest.importorskip("re").search(words, verdict.message)


def test_a_frame_must_have_the_columns_of_the_signature(case):
    outputs = Schema([ColSpec("double", "low"), ColSpec("double", "high")])
    told = {"example": [[1]], "signature": signature(AGE, outputs=outputs)}
    frame = pd.DataFrame({"low": [1.0], "high": [math.inf]})
    good = case(model=lambda _: frame.assign(high=2.0), **told)
    assert SmokePrediction().check(good).outcome == "passed"
    verdict = SmokePrediction().check(case(model=lambda _: frame[["low"]], **told))
    assert verdict.message == "it gave no column high, which its signature has"
    verdict = SmokePrediction().check(case(model=lambda _: frame, **told))
    assert "1 of 1 predictions" in verdict.message


def test_without_an_example_it_says_how_to_have_one(case, says):
    verdict = SmokePrediction().check(case(model=says(1)))
    assert verdict.outcome == "failed"
    assert "input_example=X[:5]" in verdict.message


# Data, reports, approvals, functions


def test_data_keeps_its_rules_or_the_score_says_how_many(case):
    gate = DataQuality(FRAME, {"rows_at_least": 3, "x": {"max": 3}})
    verdict = gate.check(case())
    assert verdict.outcome == "failed"
    assert verdict.message == "x: 1 values are above 3"
    assert verdict.measured == {"data_quality_score": 0.5}
    assert verdict.details["success"] is False
    lenient = DataQuality(None, gate.rules, score_at_least=0.5).check(case(data=FRAME))
    assert lenient == passed(
        "1 of 2 rules are kept", measured=verdict.measured, details=verdict.details
    )
    with pytest.raises(ModelError, match="needs data"):
        DataQuality().check(case())


def test_a_classification_report_has_thresholds_and_tags_what_failed(case, says):
    gate = ClassificationReport({"precision": 0.9, "1.recall": 0.5, "accuracy": 0.75})
    verdict = gate.check(case(model=says(0, 1, 1, 1), data=FRAME, target="y"))
    assert verdict.outcome == "failed"
    assert verdict.message == "precision is 0.833333, not 0.9"
    assert verdict.tags == {"precision_failed": "true"}
    assert verdict.measured == pytest.approx(
        {"precision": 5 / 6, "1.recall": 1.0, "accuracy": 0.75}
    )
    assert verdict.details["weighted avg"]["precision"] == pytest.approx(5 / 6)
    good = ClassificationReport({"f1-score": 0.5}).check(
        case(model=says(0, 1, 1, 0), data=FRAME, target="y")
    )
    assert good.outcome == "passed"
    with pytest.raises(InvalidValue, match="did you mean 'precision'"):
        ClassificationReport({"precison": 1}, FRAME, "y").check(case(model=says(0, 0, 0, 0)))


NOW = now_ms()
DAYS = 86_400_000


@pytest.mark.parametrize(
    ("gate", "outcome", "message"),
    [
        (Approved(), "passed", "by ana, ben"),
        (Approved("ana"), "passed", "by ana"),
        (Approved(["carl", "ben"]), "passed", "by ben"),
        (Approved("carl"), "failed", "approved by ana, ben; nbtrack.approve('churn', 2)"),
        (Approved(within_days=3), "passed", "by ben"),
        (Approved("ana", within_days=3), "failed", "the approval of ana is too old"),
        (Approved(at_least=3), "failed", "approved by ana, ben, 3 are wanted"),
        (Approved(by_another=True), "passed", "by ana"),
    ],
)
def test_approvals_count_by_who_gave_them_and_when(case, gate, outcome, message):
    given = [("ana", NOW - 9 * DAYS, ""), ("ben", NOW - DAYS, "ok")]
    verdict = gate.check(case(approvals=given, actor="ben"))
    assert verdict.outcome == outcome
    assert message in verdict.message


def test_approvals_by_tag_count_as_they_are_written_in_mlflows_documents(case):
    tags = {"approved_by": "ana", "approval_date": "2020-01-01 10:00:00.123"}
    assert Approved("ana").check(case(tags=tags)).outcome == "passed"
    assert Approved("ana", within_days=1).check(case(tags=tags)).outcome == "failed"
    undated = {"approved_by": "ana", "approval_date": "some day"}
    assert Approved("ana", within_days=1).check(case(tags=undated)).outcome == "failed"
    assert "approved by nobody" in Approved().check(case()).message


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (True, passed("")),
        (np.True_, passed("")),
        (None, passed("")),
        ((True, "fine"), passed("fine")),
        (False, failed("it said no")),
        ((np.False_, "too large"), failed("too large")),
        (failed("mine", measured={"a": 1.0}), failed("mine", measured={"a": 1.0})),
    ],
)
def test_a_function_decides(case, found, verdict):
    assert Custom("own", lambda _: found).check(case()) == verdict


def test_a_function_sees_both_versions_and_may_assert(case, says):
    def smaller(it):
        assert it.candidate.metrics["mb"] < it.current.metrics["mb"], "it grew"

    gate = Custom("size", smaller)
    assert gate.check(case({"metrics": {"mb": 9}}, metrics={"mb": 5})).outcome == "passed"
    assert gate.check(case({"metrics": {"mb": 1}}, metrics={"mb": 5})) == failed("it grew")
    with pytest.raises(InvalidValue, match="gives True or False"):
        Custom("odd", lambda _: 0.97).check(case())
