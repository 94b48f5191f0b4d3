from __future__ import annotations

import json
import math
from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import nbtrack
from nbtrack.api.predictions.log import moment_of
from nbtrack.api.session import session
from nbtrack.errors import InvalidValue, NotFound

PEOPLE = pd.DataFrame({"age": [31, 55], "city": ["Oslo", "Rome"], "user": ["ada", "ben"]})


def test_what_was_logged_is_read_back():
    ids = nbtrack.log_predictions(PEOPLE, np.array([0.25, 0.75]), endpoint="churn", key="user")
    frame = nbtrack.predictions("churn")
    shown = frame[["prediction_id", "key", "inputs.age", "inputs.city", "output"]]
    assert shown.to_numpy().tolist() == [
        [ids[0], "ada", 31, "Oslo", 0.25],
        [ids[1], "ben", 55, "Rome", 0.75],
    ]
    assert math.isnan(frame["latency"][0])


@pytest.mark.parametrize(
    ("data", "are_numbers"),
    [
        ({"a": [1.5, 2.5], "b": [3.0, math.nan]}, True),
        ({"a": [1, 2], "b": [3, -4]}, True),
        ({"a": [1, 2], "b": [3.5, 4.0]}, True),
        ({"a": np.array([0.1, 0.2], "float32"), 'b "c"': np.array([1, 2], "int8")}, True),
        ({"a": [1, 2**53 + 1], "b": [3.5, 4.0]}, False),
        ({"a": [True, False], "b": [3.5, 4.0]}, False),
        ({"a": pd.array([1, None], "Int64"), "b": [3.5, 4.0]}, False),
        ({"a": [1.5, 2.5], "b": ["x", "y"]}, False),
    ],
    ids=["floats", "whole", "mixed", "short", "long", "truths", "gaps", "texts"],
)
def test_a_frame_of_numbers_is_kept_as_numbers_and_read_as_it_was(data, are_numbers):
    frame = pd.DataFrame(data)
    nbtrack.log_predictions(frame, [0, 1])
    (line,) = [
        it
        for path in session().writer.folder.journal.iterdir()
        for it in path.read_text().splitlines()
        if '"input_columns"' in it or '"input_rows"' in it
    ]
    assert ('"input_numbers"' in line) == are_numbers
    read = nbtrack.predictions()[[f"inputs.{name}" for name in frame]]
    told = [json.loads(it) for it in nbtrack.sql("SELECT inputs FROM predictions")["inputs"]]
    for name in frame:
        expected = [None if pd.isna(it) else it for it in frame[name].tolist()]
        found = read[f"inputs.{name}"].tolist()
        assert [None if pd.isna(it) else it for it in found] == expected
        assert [it[name] for it in told] == expected
        assert {type(it[name]) for it in told} == {type(it) for it in expected}


def yes(model_input):
    """Says 1."""
    return [1] * len(model_input)


def test_a_model_is_named_by_its_address():
    info = nbtrack.pyfunc.log_model(
        name="churn", python_model=yes, registered_model_name="churn", pip_requirements=[]
    )
    nbtrack.log_predictions([[1.0]], [1], model="models:/churn/1", variant="champion")
    row = nbtrack.predictions(model="churn", version="1", variant="champion").iloc[0]
    assert (row["model_name"], row["version"], row["model_id"]) == ("churn", 1, info.model_id)
    with pytest.raises(NotFound):
        nbtrack.log_predictions([[1.0]], [1], model="models:/nobody/1")


def test_ids_keys_and_moments_of_ones_own_are_kept():
    moment = datetime(2026, 11, 1, 12, tzinfo=timezone(timedelta(hours=1)))
    asked = {"ids": ["a", "b"], "key": [7, 7.0], "moment": moment, "latency": 0.5}
    assert nbtrack.log_predictions({"x": [1, 2]}, [0, 1], **asked) == ["a", "b"]
    frame = nbtrack.predictions("notebook", since="2026-11-01", until="2026-11-02")
    assert frame["key"].tolist() == ["7", "7"]
    assert frame["moment"].iloc[0] == pd.Timestamp("2026-11-01 11:00", tz="UTC")
    assert frame["latency"].tolist() == [0.5, 0.5]
    assert nbtrack.predictions(until=moment).empty


def test_secrets_do_not_reach_the_store():
    token = "ghp_" + "a1b2c3d4" * 5
    nbtrack.log_predictions({"password": ["hunter2"], "note": [f"use {token}"]}, [f"used {token}"])
    row = nbtrack.predictions().iloc[0]
    assert row["inputs.password"].startswith("[redacted:")
    assert token not in str(row.tolist())


def test_the_newest_are_shown_where_there_are_more(recwarn):
    for at in range(3):
        nbtrack.log_predictions({"x": [at]}, [at], moment=1000 + at)
    with pytest.warns(UserWarning, match="only the newest 2 predictions are shown"):
        frame = nbtrack.predictions(limit=2)
    assert frame["output"].tolist() == [1, 2]
    assert frame.index.tolist() == [0, 1]
    assert len(nbtrack.predictions(limit=None)) == len(nbtrack.predictions(limit=3)) == 3


REFUSED = {
    "limit is a positive whole number": lambda: nbtrack.predictions(limit=0),
    "a version is a number": lambda: nbtrack.predictions(version="new"),
    "by its name or itself": lambda: nbtrack.predictions(endpoint=3),
    "'soon' is no time": lambda: nbtrack.predictions(since="soon"),
    "nan is no time": lambda: nbtrack.predictions(since=math.nan),
    "outputs has not one value": lambda: nbtrack.log_predictions({"x": [1, 2]}, [1]),
    "ids has 2 values": lambda: nbtrack.log_predictions({"x": [1]}, [1], ids=["a", "b"]),
    "no column 'y'": lambda: nbtrack.log_predictions({"x": [1]}, [1], key="y"),
    "say which predictions go": nbtrack.delete_predictions,
    "is no key": lambda: nbtrack.delete_predictions(key=[None]),
}


def test_what_cannot_be_is_refused_and_nothing_is_logged():
    for message, call in REFUSED.items():
        with pytest.raises(InvalidValue, match=message):
            call()
    assert nbtrack.predictions().empty


def test_predictions_are_deleted_for_good():
    endpoint = SimpleNamespace(name="churn")
    asked = {"endpoint": "churn", "key": ["ada", "ben"]}
    ids = nbtrack.log_predictions({"x": [1, 2]}, [0, 1], **asked)
    nbtrack.log_predictions({"x": [3, 4]}, [0, 1], moment="40 days ago")
    assert nbtrack.delete_predictions(before="30 days ago") == 2
    assert nbtrack.delete_predictions(endpoint, key="ada") == 1
    assert nbtrack.predictions(endpoint)["prediction_id"].tolist() == [ids[1]]
    assert nbtrack.delete_predictions(ids=ids[1]) == 1
    assert nbtrack.delete_predictions(before="now") == 0


def test_moments_are_told_in_any_way():
    noon = datetime(2026, 11, 1, 12, tzinfo=UTC)
    milliseconds = int(noon.timestamp() * 1000)
    told = [noon, noon.replace(tzinfo=None), "2026-11-01 12:00", milliseconds, milliseconds + 0.5]
    assert [moment_of(it) for it in told] == [milliseconds] * 5
