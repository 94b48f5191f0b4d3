from __future__ import annotations

import os
from pathlib import Path

import pytest

import nbtrack
from nbtrack import testing
from nbtrack.journal.location import known_stores


def test_what_is_logged_in_a_temporary_store_is_gone_with_it(tmp_path):
    nbtrack.set_tracking_uri(tmp_path / "mine")
    with testing.temporary_store() as place:
        assert nbtrack.get_tracking_uri() == str(place)
        with nbtrack.start_run(run_name="tried"):
            nbtrack.log_metric("loss", 0.5)
        (run,) = nbtrack.search_runs(output_format="list")
        assert (run.info.run_name, run.data.metrics) == ("tried", {"loss": 0.5})
    assert not place.exists()
    assert nbtrack.get_tracking_uri() == str(tmp_path / "mine")
    assert nbtrack.search_runs(output_format="list") == []


def test_the_environment_has_no_part_in_it_and_is_as_it_was(monkeypatch, tmp_path):
    monkeypatch.setenv("NBTRACK_TRACKING_URI", str(tmp_path / "told"))
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "told")
    before = dict(os.environ)
    with testing.temporary_store():
        with nbtrack.start_run() as run:
            pass
        assert run.info.experiment_id == "0"
    assert dict(os.environ) == before
    assert nbtrack.get_tracking_uri() == str(tmp_path / "told")


def test_the_users_list_of_stores_does_not_grow():
    with testing.temporary_store():
        pass
    assert known_stores() == []


def test_a_run_that_was_left_open_is_ended(tmp_path):
    nbtrack.set_tracking_uri(tmp_path / "mine")
    with testing.temporary_store():
        nbtrack.start_run()
        nbtrack.start_run(nested=True)
    assert nbtrack.active_run() is None


def test_an_error_inside_comes_out_and_the_store_is_gone():
    place = Path()

    def fails():
        nonlocal place
        with testing.temporary_store() as place:
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fails()
    assert not place.exists()


def test_stores_can_be_nested():
    with testing.temporary_store() as outer:
        with nbtrack.start_run():
            pass
        with testing.temporary_store() as inner:
            assert inner != outer
            assert nbtrack.search_runs(output_format="list") == []
        assert len(nbtrack.search_runs(output_format="list")) == 1


def test_records_are_made_with_sensible_defaults_and_stored(tmp_path):
    with testing.temporary_store():
        run = testing.run_record(run_name="made", status="FAILED", experiment_id="0")
        points = testing.metric_records(run.run_id, "loss", [0.9, 0.5], first_step=3)
        writer = nbtrack.api.session.session().writer
        writer.write_all([run, *points])
        found = nbtrack.get_run(run.run_id)
        history = nbtrack.MlflowClient().get_metric_history(run.run_id, "loss")
    assert (found.info.run_name, found.info.status) == ("made", "FAILED")
    assert found.info.end_time - found.info.start_time == 1000
    assert [(it.step, it.value) for it in history] == [(3, 0.9), (4, 0.5)]


def test_ids_are_made_or_taken():
    assert testing.run_record("abc").run_id == "abc"
    assert testing.run_record().run_id != testing.run_record().run_id
