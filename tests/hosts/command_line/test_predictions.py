from __future__ import annotations

import csv
import io

import pytest

import nbtrack


@pytest.fixture
def predicted(store, command):
    """Two predictions of two users, in the store that commands work with."""
    nbtrack.set_tracking_uri(store)
    asked = {"age": [31, 55], "city": ["Oslo", None]}
    return nbtrack.log_predictions(asked, [0, 1], endpoint="churn", key=["ada", "ben"])


@pytest.fixture
def labels(tmp_path):
    path = tmp_path / "labels.csv"
    path.write_text("key,churned\nada,1\nzoe,0\nben,\n")
    return str(path)


def test_predictions_are_listed_with_their_labels(predicted, labels, command):
    done = command("predictions", "label", labels, "--on", "key", "--column", "churned")
    assert done.out == (
        "kept 2 labels, 1 without a value left out, 1 for predictions that are not known yet\n"
    )
    found = command("predictions", "list", "churn", "--json").json
    shown = [(it["key"], it["inputs.age"], it["output"], it["churned"]) for it in found]
    assert shown == [("ada", 31, 0, 1.0), ("ben", 55, 1, None)]
    rows = csv.DictReader(
        io.StringIO(command("predictions", "list", "--format", "csv", "--filter", "age > 40").out)
    )
    assert [(it["prediction_id"], it["output"]) for it in rows] == [(predicted[1], "1")]
    table = command("predictions", "list", "--since", "1 hour ago").out
    assert "inputs.city" in table
    assert "model_id" not in table


@pytest.mark.filterwarnings("default")
def test_more_than_are_shown_are_told_of_in_a_line(predicted, command):
    done = command("predictions", "list", "churn", "--limit", "1", "--json")
    assert [it["key"] for it in done.json] == ["ben"]
    assert done.err.startswith("warning: only the newest 1 predictions are shown")
    assert len(done.err.splitlines()) == 1
    assert command("predictions", "list", "churn", "--variant", "other", "--json").json == []
    told = command("predictions", "list", "churn", "--filter", "inputs.agee > 3").out
    assert told.startswith("no prediction is as asked for; the newest one has prediction_id, ")
    assert ", inputs.age, " in told


def test_an_endpoint_that_nobody_knows_is_refused_with_those_there_are(predicted, command):
    told = "error: there is no endpoint 'chrun', and there are no predictions of it; "
    for words in (("list", "chrun"), ("purge", "--endpoint", "chrun")):
        done = command("predictions", *words)
        assert (done.code, done.out) == (1, "")
        assert done.err == f"{told}there are churn; did you mean 'churn'?\n"


def test_labels_may_come_by_id_under_another_name(predicted, tmp_path, command):
    path = tmp_path / "labels.csv"
    path.write_text(f"prediction_id,label\n{predicted[0]},yes\n")
    done = command("predictions", "label", str(path), "--name", "seen", "--json").json
    assert done == {"labels": 1, "missing": 0, "unknown": 0}
    assert command("predictions", "list", "--json").json[0]["seen"] == "yes"
    assert command("predictions", "label", "nowhere.csv").code == 2


def test_what_would_go_is_told_and_goes_with_yes(predicted, command):
    done = command("predictions", "purge", "--endpoint", "churn", "--key", "ada")
    assert (done.out, done.err) == (
        "would go for good: 1 prediction\n",
        "nothing was changed; --yes does it\n",
    )
    assert command("predictions", "purge", "--older-than", "30d", "--yes", "--json").json == {
        "done": True,
        "predictions": 0,
    }
    gone = command("predictions", "purge", "--key", "ada", "--yes")
    assert gone.out == "gone for good: 1 prediction\n"
    assert [it["key"] for it in command("predictions", "list", "--json").json] == ["ben"]
    assert command("predictions", "purge", "--yes").code == 2


def test_the_doctor_counts_predictions(predicted, command):
    command("predictions", "list")
    assert ", 2 predictions, 0 labels\n" in command("doctor").out


def test_where_there_are_none_it_says_how_they_come(logged, command):
    assert "--log-predictions" in command("predictions", "list").out
