from __future__ import annotations

import csv
import io

import pytest

import nbtrack

KEYS = [
    "experiment_id",
    "name",
    "lifecycle_stage",
    "artifact_location",
    "creation_time",
    "last_update_time",
    "tags",
    "runs",
]


def names(done):
    return [it["name"] for it in done.json]


def test_a_list_has_each_experiment_and_its_number_of_runs(logged, command):
    done = command("experiments", "list", "--json")
    assert {it["name"]: it["runs"] for it in done.json} == {"Default": 0, "iris": 2, "churn": 1}
    assert [list(it) for it in done.json] == [KEYS] * 3
    shown = command("experiments", "list").out.splitlines()
    assert shown[0].split() == ["id", "name", "runs", "changed"]
    assert {tuple(line.split()[:3]) for line in shown[2:]} == {
        ("0", "Default", "0"),
        ("1", "iris", "2"),
        ("2", "churn", "1"),
    }


def test_experiments_are_searched_by_name_and_tags(store, command):
    command("experiments", "create", "iris/trees", "--tag", "team=a=b")
    command("experiments", "create", "-n", "churn", "-l", "s3://bucket/churn")
    found = command("experiments", "search", "name LIKE 'iris%'", "--json").json
    assert [(it["name"], it["tags"]) for it in found] == [("iris/trees", {"team": "a=b"})]
    assert names(command("experiments", "search", "tags.team = 'a=b'", "--json")) == ["iris/trees"]
    ordered = command("experiments", "search", "--order-by", "name", "--limit", 2, "--json")
    assert names(ordered) == ["Default", "churn"]
    assert command("experiments", "search", "name = 'x'").out == "no experiment is found\n"


def test_an_experiment_is_shown_by_name_or_id(logged, command):
    by_name, by_id = (command("experiments", "show", it, "--json").json for it in ("iris", "1"))
    assert by_name == by_id == command("experiments", "get", "-x", "1", "--json").json
    assert list(by_name) == [*KEYS, "runs_by_status"]
    assert by_name["runs_by_status"] == {"FINISHED": 2}
    shown = command("experiments", "show", "iris")
    assert "2: 2 finished" in shown.out
    assert "nbtrack runs list -x" in shown.err


def test_tags_place_and_state_of_an_experiment_are_shown(store, command):
    command("experiments", "create", "e", "--tag", "team=a", "-l", "s3://bucket/e")
    command("experiments", "delete", "e", "-y")
    shown = command("experiments", "show", "e").out
    for words in ("tag team   a", "artifacts  s3://bucket/e", "state      deleted"):
        assert words in shown


def test_an_experiment_is_made_once(store, command):
    done = command("experiments", "create", "iris", "--json")
    assert done.json == {"experiment_id": "1", "name": "iris"}
    again = command("experiments", "create", "iris")
    assert (again.code, again.out) == (1, "")
    assert again.err == "error: Experiment(name=iris) already exists\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("iris", "flowers"),
        ("-x", "1", "-n", "flowers"),
        ("-x", "1", "flowers"),
        ("iris", "-n", "flowers"),
    ],
)
def test_an_experiment_is_renamed(logged, command, arguments):
    done = command("experiments", "rename", *arguments)
    assert (done.code, done.out) == (0, "experiment 'iris' is now called 'flowers'\n")
    assert "flowers" in names(command("experiments", "list", "--json"))


def test_a_deleted_experiment_comes_back_with_its_runs(logged, command):
    done = command("experiments", "delete", "iris", "--yes")
    assert done.out == (
        "deleted experiment 'iris' with 2 runs; bring it back with: nbtrack experiments restore 1\n"
    )
    assert "iris" not in names(command("experiments", "list", "--json"))
    gone = command("experiments", "list", "--view", "deleted_only", "--json").json
    assert [(it["name"], it["lifecycle_stage"], it["runs"]) for it in gone] == [
        ("iris", "deleted", 2)
    ]
    assert "deleted" in command("experiments", "list", "--view", "ALL").out
    assert command("experiments", "restore", "1").out == "experiment 'iris' is back\n"
    assert len(command("runs", "list", "-x", "iris", "--json").json) == 2


def test_a_purged_experiment_is_gone(logged, command):
    done = command("experiments", "purge", "iris", "-y", "--json")
    assert done.json == {"experiment_id": "1", "name": "iris", "purged_runs": 2}
    assert names(command("experiments", "list", "--view", "all", "--json")) == ["churn", "Default"]


@pytest.mark.parametrize("verb", ["delete", "purge"])
def test_nothing_is_taken_away_unasked(logged, process, verb):
    done = process("experiments", verb, "iris")
    assert done.code == 2
    assert "add --yes to do it" in done.err
    assert nbtrack.get_experiment("1").lifecycle_stage == "active"


def test_an_unknown_experiment_is_an_error_that_names_the_nearest(logged, command):
    done = command("experiments", "show", "irish")
    assert (done.code, done.out) == (1, "")
    assert done.err.endswith("did you mean 'iris'?\n")
    assert command("experiments", "show", "77").code == 1


@pytest.mark.parametrize("spelling", [("export-csv", "iris"), ("csv", "-x", "1")])
def test_runs_of_an_experiment_are_written_as_csv(logged, command, tmp_path, spelling):
    target = tmp_path / "new" / "iris.csv"
    done = command("experiments", *spelling, "-o", target)
    assert done.out.startswith("wrote 2 runs with ")
    rows = list(csv.DictReader(io.StringIO(target.read_text())))
    assert [it["run_id"] for it in rows] == [logged["second"], logged["first"]]
    assert [it["params.lr"] for it in rows] == ["0.01", "0.1"]
    assert list(csv.DictReader(io.StringIO(command("experiments", *spelling).out))) == rows


def test_what_is_missing_or_said_twice_is_a_wrong_use(logged, command):
    for arguments in (("create",), ("rename", "iris"), ("delete",), ("show", "iris", "-x", "1")):
        done = command("experiments", *arguments)
        assert (done.code, done.out) == (2, ""), arguments
    assert "is given twice: 'iris' and '1'" in done.err


def test_a_place_without_a_store_has_no_experiments_and_stays_empty(command, tmp_path):
    place = tmp_path / "none"
    assert command("experiments", "list", "--store", place, "--json").json == []
    assert "with nbtrack.start_run()" in command("--store", place, "experiments", "list").out
    assert not place.exists()
