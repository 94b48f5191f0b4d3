"""A real worker that logs, takes labels, and keeps answers: what the store has of it afterwards."""

from __future__ import annotations

import time
from pathlib import Path

import msgspec
import pandas as pd
import pytest

import nbtrack
from nbtrack.journal.folder import StoreFolder
from nbtrack.questions import predictions
from nbtrack.serving.protocol import Applied, NewPlan
from nbtrack.store.duckdb import DuckDBStore

PATIENCE_SECONDS = 20


def old(model_input):
    """Whether people are old; of nobody younger than one can it be said."""
    if (model_input["age"] < 1).any():
        raise ValueError("too young")
    return (model_input["age"] > 40).to_numpy().astype(int)


@pytest.fixture(scope="module")
def worker(start_worker, plan, variant, tmp_path_factory):
    """A worker of a model and its shadow that logs everything and keeps answers for a minute."""
    folder = tmp_path_factory.mktemp("model") / "old"
    example = pd.DataFrame({"age": [31], "password": ["x"]})
    nbtrack.pyfunc.save_model(folder, python_model=old, input_example=example)
    champion = variant(folder, "champion", model_name="old", version=3, model_id="m-3")
    shadow = variant(folder, "shadow", is_shadow=True)
    store = tmp_path_factory.mktemp("store") / ".nbtrack"
    options = {"log_rate": 1.0, "cache_seconds": 60.0}
    return start_worker(plan(champion, shadow, store=str(store), **options))


@pytest.fixture(scope="module")
def store(worker):
    """The store that the worker writes to."""
    store = DuckDBStore(StoreFolder(Path(worker.plan.store)))
    yield store
    store.close()


@pytest.fixture
def rows_of(store):
    """The rows of a request, once they are there: `rows_of(answer, 2)`."""

    def read(answer, count):
        prediction_id = answer.headers["x-prediction-id"]
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            frame = predictions.table(store, predictions.asked_for())
            frame = frame[frame["prediction_id"].astype(str).str.startswith(prediction_id)]
            if len(frame) >= count or time.monotonic() > until:
                return frame.sort_values(["variant", "prediction_id"])
            time.sleep(0.1)

    return read


def ask(worker, *ages, **headers):
    data = [[age, f"hunter{age}"] for age in ages]
    return worker.invoke(
        {"dataframe_split": {"columns": ["age", "password"], "data": data}}, **headers
    )


def test_what_was_asked_and_answered_stands_in_the_store(worker, rows_of):
    answer = ask(worker, 31, 55, X_Nbtrack_Key="ada")
    assert answer.told == {"predictions": [0, 1]}
    frame = rows_of(answer, 4)
    prediction_id = answer.headers["x-prediction-id"]
    shown = frame[["prediction_id", "variant", "is_shadow", "inputs.age", "output"]]
    assert shown.to_numpy().tolist() == [
        [f"{prediction_id}/0", "champion", False, 31, 0],
        [f"{prediction_id}/1", "champion", False, 55, 1],
        [f"{prediction_id}/0", "shadow", True, 31, 0],
        [f"{prediction_id}/1", "shadow", True, 55, 1],
    ]
    assert frame["version"].dropna().tolist() == [3, 3]
    assert set(frame["key"]) == {"ada"}
    assert frame["inputs.password"].str.fullmatch(r"\[redacted:[0-9a-f]{8}\]").all()
    assert frame["latency"].between(0, 30).all()
    assert set(frame["endpoint"]) == {"tests"}


def test_an_answer_of_the_cache_is_logged_as_any_other_and_asked_of_the_shadow(worker, rows_of):
    first, again = ask(worker, 44), ask(worker, 44)
    assert "x-nbtrack-cache" not in first.headers
    assert again.headers["x-nbtrack-cache"] == "hit"
    assert again.body == first.body
    rows = rows_of(again, 2)[["variant", "output"]].to_numpy().tolist()
    assert sorted(rows) == [["champion", 1], ["shadow", 1]]


def test_a_request_that_failed_is_logged_without_an_output(worker, rows_of):
    answer = ask(worker, 0)
    assert answer.status == 500
    row = rows_of(answer, 1).iloc[0]
    assert row["error"] == "ValueError"
    assert pd.isna(row["output"])


def test_feedback_becomes_labels_of_its_prediction(worker, store, rows_of):
    answer = ask(worker, 50, X_Nbtrack_Key="ben")
    told = [
        {"prediction_id": answer.headers["x-prediction-id"], "reward": 0.5, "label": "yes"},
        {"key": "ben", "label": True, "name": "churned"},
    ]
    assert worker.ask("POST", "/feedback", msgspec.json.encode(told)).status == 200
    rows_of(answer, 2)
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        frame = rows_of(answer, 2)
        if {"reward", "label", "churned"} <= set(frame) or time.monotonic() > until:
            break
        time.sleep(0.1)
    shown = frame[["variant", "reward", "label", "churned"]].to_numpy().tolist()
    assert shown == [["champion", 0.5, "yes", True], ["shadow", 0.5, "yes", True]]


def test_another_rate_is_in_force_at_once_and_nothing_is_lost(worker, store):
    before = worker.stats().logged
    for number, rate in ((2, 0.0), (3, 1.0)):
        options = msgspec.structs.replace(worker.plan.options, log_rate=rate)
        worker.tell(NewPlan(msgspec.structs.replace(worker.plan, number=number, options=options)))
        assert worker.hears(Applied).plan_number == number
        for age in range(10):
            assert ask(worker, 1000 * number + age).status == 200
    until = time.monotonic() + PATIENCE_SECONDS
    while worker.stats().logged < before + 20 and time.monotonic() < until:
        time.sleep(0.1)
    question = predictions.asked_for(filter_string="age >= 1000 and variant = 'champion'")
    found = predictions.table(store, question)["inputs.age"]
    assert sorted(found) == list(range(3000, 3010))
