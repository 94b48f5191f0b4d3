"""Experiments: made, found, renamed, tagged, deleted, restored."""

from __future__ import annotations

import pytest

import nbtrack
from nbtrack.entities import ViewType
from nbtrack.errors import AlreadyExists, InvalidValue, NotFound


def names(**search):
    return [experiment.name for experiment in nbtrack.search_experiments(**search)]


def test_the_default_experiment_is_there_from_the_start():
    assert names() == ["Default"]
    assert nbtrack.get_experiment("0").name == nbtrack.get_experiment(0).name == "Default"


def test_an_experiment_is_made_and_found():
    made = nbtrack.create_experiment("team/vision/iris", tags={"owner": "a", "n": 1})
    assert made == "1"
    found = nbtrack.get_experiment(made)
    assert (found.name, found.tags, found.lifecycle_stage) == (
        "team/vision/iris",
        {"owner": "a", "n": "1"},
        "active",
    )
    assert nbtrack.get_experiment_by_name("team/vision/iris") == found
    assert found.creation_time == found.last_update_time


def test_what_is_not_there_is_none_by_name_and_an_error_by_id():
    assert nbtrack.get_experiment_by_name("absent") is None
    with pytest.raises(NotFound, match="No Experiment with id=99 exists"):
        nbtrack.get_experiment("99")
    for act in (nbtrack.delete_experiment, nbtrack.restore_experiment, nbtrack.purge_experiment):
        with pytest.raises(NotFound):
            act("99")


@pytest.mark.parametrize("name", ["", "  ", "x" * 501, None, 3])
def test_a_name_that_is_none_is_refused(name):
    with pytest.raises(InvalidValue, match="1 to 500 characters"):
        nbtrack.create_experiment(name)


@pytest.mark.parametrize("name", ['it\'s "quoted"', "two\nlines", "🎉 ü", "a;drop table x", "%_"])
def test_a_name_of_any_characters_is_kept(name):
    made = nbtrack.create_experiment(name, tags={name: name * 1000})
    found = nbtrack.get_experiment_by_name(name)
    assert (found.experiment_id, found.tags) == (made, {name: name * 1000})


def test_a_name_is_taken_once_and_free_again_when_deleted():
    first = nbtrack.create_experiment("a")
    with pytest.raises(AlreadyExists, match=r"Experiment\(name=a\) already exists"):
        nbtrack.create_experiment("a")
    nbtrack.delete_experiment(first)
    second = nbtrack.create_experiment("a")
    assert second != first
    assert nbtrack.get_experiment_by_name("a").experiment_id == second
    with pytest.raises(AlreadyExists):
        nbtrack.restore_experiment(first)


def test_an_experiment_is_deleted_with_its_runs_and_restored_with_them():
    nbtrack.set_experiment("a")
    with nbtrack.start_run():
        pass
    made = nbtrack.get_experiment_by_name("a").experiment_id
    nbtrack.set_experiment("b")
    nbtrack.delete_experiment(made)
    assert names() == ["b", "Default"]
    assert names(view_type=ViewType.DELETED_ONLY) == ["a"]
    assert set(names(view_type=ViewType.ALL)) == {"a", "b", "Default"}
    assert nbtrack.count_runs([made]) == 0
    with pytest.raises(InvalidValue, match="deleted"):
        nbtrack.start_run(experiment_id=made)
    with pytest.raises(NotFound):
        nbtrack.delete_experiment(made)
    nbtrack.restore_experiment(made)
    assert nbtrack.count_runs([made]) == 1
    nbtrack.purge_experiment(made)
    assert nbtrack.get_experiment_by_name("a") is None
    assert nbtrack.count_runs(search_all_experiments=True) == 0


def test_an_experiment_is_renamed():
    made = nbtrack.create_experiment("a")
    nbtrack.rename_experiment(made, "b")
    assert nbtrack.get_experiment(made).name == "b"
    for name, error in (("Default", AlreadyExists), ("", InvalidValue)):
        with pytest.raises(error):
            nbtrack.rename_experiment(made, name)


def test_the_active_experiment_is_tagged():
    nbtrack.set_experiment("a")
    nbtrack.set_experiment_tag("k", 1)
    nbtrack.set_experiment_tags({"l": "x", "password": "secret"})
    tags = nbtrack.get_experiment_by_name("a").tags
    assert (tags["k"], tags["l"]) == ("1", "x")
    assert "secret" not in tags["password"]
    nbtrack.delete_experiment_tag("k")
    assert "k" not in nbtrack.get_experiment_by_name("a").tags
    with pytest.raises(NotFound, match="k"):
        nbtrack.delete_experiment_tag("k")


def test_experiments_are_searched_and_ordered():
    for name, team in (("iris/a", "x"), ("iris/b", "y"), ("wine", "x")):
        nbtrack.create_experiment(name, tags={"team": team})
    assert names(filter_string="name LIKE 'iris/%'", order_by=["name"]) == ["iris/a", "iris/b"]
    assert names(filter_string="tags.team = 'x'", order_by=["name DESC"]) == ["wine", "iris/a"]
    assert names(max_results=1) == ["wine"]
    with pytest.raises(InvalidValue):
        names(view_type=7)


@pytest.mark.parametrize(
    "make",
    [nbtrack.create_experiment, lambda name: nbtrack.set_experiment(name).experiment_id],
)
def test_the_settings_say_where_new_experiments_keep_files(make, tmp_path, monkeypatch):
    monkeypatch.setenv("NBTRACK_ARTIFACT_ROOT", str(tmp_path / "files"))
    made = make("a")
    with nbtrack.start_run(experiment_id=made) as run:
        nbtrack.log_text("x", "a.txt")
    monkeypatch.delenv("NBTRACK_ARTIFACT_ROOT")
    assert nbtrack.get_experiment(made).artifact_location == str(tmp_path / "files")
    assert nbtrack.artifacts.load_text(f"runs:/{run.info.run_id}/a.txt") == "x"
