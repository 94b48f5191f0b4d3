from __future__ import annotations

import math

from nbtrack.hosts.command_line.comparison import compare, worded_change
from nbtrack.hosts.command_line.wording import number
from nbtrack.records.entities import Dataset, DatasetInput, Run, RunData, RunInputs
from nbtrack.records.metric import Metric
from nbtrack.records.param import Param
from nbtrack.records.tag import RunTag
from nbtrack.testing import run_record


def made(run_id, metrics=None, params=None, tags=None, datasets=(), **fields):
    return Run(
        run_record(run_id, **fields),
        RunData(
            [Metric(key, value, 0) for key, value in (metrics or {}).items()],
            [Param(key, value) for key, value in (params or {}).items()],
            [RunTag(key, value) for key, value in (tags or {}).items()],
        ),
        RunInputs(
            [DatasetInput(Dataset(name, digest, "local", "{}")) for name, digest in datasets]
        ),
    )


def test_what_differs_is_told_from_what_is_the_same():
    one = made(
        "a",
        {"acc": 0.5},
        {"lr": "0.1", "seed": "1"},
        {"stage": "dev", "mlflow.source.git.commit": "c1", "mlflow.user": "x"},
        [("train", "d1")],
    )
    two = made(
        "b",
        {"acc": 0.75, "auc": 1.0},
        {"lr": "0.2", "seed": "1", "depth": "3"},
        {"mlflow.source.git.commit": "c2", "mlflow.user": "y"},
        [("train", "d2")],
    )
    compared = compare([one, two], {"0": "Default"})
    assert compared.run_ids == ["a", "b"]
    assert compared.different == {
        "attributes": {"git commit": ["c1", "c2"]},
        "params": {"depth": [None, "3"], "lr": ["0.1", "0.2"]},
        "tags": {"stage": ["dev", None]},
        "datasets": {"train": ["d1", "d2"]},
    }
    assert compared.same == {
        "attributes": {"experiment": "Default", "status": "FINISHED", "user": "somebody"},
        "params": {"seed": "1"},
    }
    assert compared.metrics == {"acc": [0.5, 0.75], "auc": [None, 1.0]}


def test_several_datasets_of_one_name_are_compared_together():
    one = made("a", datasets=[("d", "2"), ("d", "1")])
    two = made("b", datasets=[("d", "1"), ("d", "2")])
    assert compare([one, two], {}).same["datasets"] == {"d": "1, 2"}


def test_a_change_is_told_in_itself_and_in_percent():
    assert worded_change(0.5, 0.75, number) == "+0.25 (+50.0%)"
    assert worded_change(2, 1, number) == "-1 (-50.0%)"
    assert worded_change(-2, -1, number) == "+1 (+50.0%)"
    assert worded_change(1, 1, number) == "="
    assert worded_change(0, 1, number) == "+1"
    assert worded_change(1e-9, 1, number) == "+1"


def test_no_change_is_told_where_a_value_is_missing_or_no_number():
    assert worded_change(None, 1, number) == ""
    assert worded_change(1, math.nan, number) == ""
    assert worded_change(1, math.inf, number) == "+inf"
    assert worded_change(math.inf, 1, number) == "-inf"
