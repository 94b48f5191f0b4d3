from __future__ import annotations

import os
import time

import pytest

import nbtrack
from nbtrack.errors import InvalidValue
from nbtrack.hosts.command_line.gc import seconds_of
from nbtrack.records.endpoint import EndpointPlan, Variant
from nbtrack.serving.supervising.place import EndpointFolder


@pytest.fixture
def deleted(logged, store, command):
    """A store in which the run with files is deleted, its files old enough to go."""
    command("runs", "delete", "first", "--yes")
    command("experiments", "delete", "churn", "--yes")
    for path in (store / "artifacts").rglob("*"):
        os.utime(path, (0, time.time() - 10 * 86_400))
    return logged


def files(store):
    return [it for it in (store / "artifacts").rglob("*") if it.is_file()]


def test_what_would_go_is_told_and_stays(deleted, store, command):
    done = command("gc")
    assert done.out.startswith(
        "would go for good: 2 deleted runs, 1 deleted experiment and 2 files ("
    )
    assert done.err == "nothing was changed; nbtrack gc --yes does it\n"
    assert len(command("runs", "list", "--view", "all", "--json").json) == 3
    assert len(files(store)) == 2


def test_what_was_deleted_goes_for_good(deleted, store, command):
    done = command("gc", "--yes", "--json").json
    assert list(done) == [
        *("done", "runs", "experiments", "models", "files", "size_bytes", "endpoints")
    ]
    assert (done["done"], done["files"], done["experiments"]) == (True, 2, ["2"])
    assert set(done["runs"]) == {deleted["first"], deleted["third"]}
    assert [it["run_name"] for it in command("runs", "list", "--view", "all", "--json").json] == [
        "second"
    ]
    assert files(store) == []
    assert command("gc", "--yes").out == "there is nothing to clean up\n"


def test_what_was_deleted_lately_can_be_spared(deleted, command):
    done = command("gc", "--older-than", "30d", "--yes", "--json").json
    assert (done["runs"], done["experiments"]) == ([], [])


def test_the_database_is_written_anew_where_that_is_wanted(deleted, command):
    done = command("gc", "--yes", "--shrink", "--json").json
    assert 0 < done["database_after_bytes"] <= done["database_before_bytes"]
    assert "the database had " in command("gc", "--yes", "--shrink").out


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30d", 30 * 86_400), ("1d12h", 129_600), ("1.5H", 5400), ("2w", 1_209_600), ("90m", 5400)],
)
def test_ages_are_read(text, seconds):
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["", "30", "d", "3x", "1d 2", "-1d"])
def test_what_is_no_age_is_refused(text):
    with pytest.raises(InvalidValue, match="is no age; write 30d"):
        seconds_of(text)


def age(store):
    for path in (store / "artifacts").rglob("*"):
        os.utime(path, (0, time.time() - 10 * 86_400))


def test_the_files_of_models_stay_while_a_version_or_a_model_has_them(churn, store, command):
    before = len(files(store))
    age(store)
    for run_id, model_id in churn.values():
        command("runs", "delete", run_id, "--yes")
        nbtrack.MlflowClient().delete_logged_model(model_id)
    command("models", "delete", "churn/1", "--yes")
    told = command("gc").out.splitlines()
    assert told[0].startswith("would go for good: 2 deleted runs, 0 deleted experiments, 1 deleted")
    assert told[1:] == [f"  model {churn[1][1]}"]
    done = command("gc", "--yes", "--json").json
    assert done["models"] == [churn[1][1]]
    assert 0 < len(files(store)) < before
    assert command("models", "check", "churn/2").code == 0
    command("models", "delete", "churn", "--yes")
    assert command("gc", "--yes", "--json").json["models"] == [churn[2][1]]
    assert files(store) == []


def test_the_files_of_live_models_stay(churn, store, command):
    before = len(files(store))
    age(store)
    assert command("gc", "--yes").out == "there is nothing to clean up\n"
    assert len(files(store)) == before
    assert command("models", "check", "churn/1").code == 0


def test_what_endpoints_left_behind_is_told_and_goes(deleted, store, command):
    folder = EndpointFolder(store / "endpoints" / "churn")
    for name in ("served", "before"):
        (folder.models / name).mkdir(parents=True)
        (folder.models / name / "model").write_bytes(b"x" * 2000)
    served = Variant(name="v1", model_uri="models:/churn/1", folder=str(folder.models / "served"))
    folder.put(EndpointPlan(endpoint_id="e", name="churn", variants=(served,)))
    told = command("gc").out
    assert "would go: 1 leftover of endpoints (2 kB)" in told
    assert f"  churn: {folder.models / 'before'} (2 kB)" in told
    assert command("gc", "--json").json["endpoints"][0]["endpoint"] == "churn"
    assert "gone: 1 leftover of endpoints" in command("gc", "--yes").out
    assert [it.name for it in folder.models.iterdir()] == ["served"]
    assert command("gc", "--yes").out == "there is nothing to clean up\n"
