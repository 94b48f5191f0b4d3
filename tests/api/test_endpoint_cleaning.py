from __future__ import annotations

import os
import shutil

import pytest

from nbtrack.api.endpoints.cleaning import clean
from nbtrack.records.endpoint import EndpointPlan, Variant
from nbtrack.serving.supervising.place import (
    EndpointFolder,
    EndpointState,
    WorkerState,
    put_away,
)


@pytest.fixture
def folder(tmp_path):
    """An endpoint with the copy that it serves, and one that it served before."""
    found = EndpointFolder(tmp_path / "endpoints" / "churn")
    for name in ("new", "old"):
        (found.models / name).mkdir(parents=True)
        (found.models / name / "MLmodel").write_bytes(b"x" * 100)
    variant = Variant(name="v2", model_uri="models:/churn/2", folder=str(found.models / "new"))
    found.put(EndpointPlan(endpoint_id="e", name="churn", variants=(variant,), number=2))
    found.put(EndpointState(endpoint_id="e", name="churn", status="STOPPED", plan_number=2))
    return found


def names(found):
    return [it.path.rsplit("/", 1)[1] for it in found]


def copies(folder):
    return sorted(it.name for it in folder.models.iterdir())


def test_a_copy_that_the_plan_of_a_stopped_one_does_not_name_goes(folder, tmp_path):
    (told,) = clean(tmp_path, dry_run=True)
    assert (told.endpoint, told.size_bytes, copies(folder)) == ("churn", 100, ["new", "old"])
    assert names(clean(tmp_path)) == ["old"]
    assert copies(folder) == ["new"]
    assert clean(tmp_path) == []


@pytest.mark.parametrize(
    ("status", "number", "worker", "gone"),
    [
        ("HEALTHY", 2, {"plan_number": 2}, ["old"]),
        ("HEALTHY", 1, {"plan_number": 1}, []),  # it loads the next plan
        ("HEALTHY", 2, {"plan_number": 1, "is_leaving": True}, []),  # the last one answers still
        ("STARTING", 2, {"plan_number": 2}, []),
        ("STOPPED", 2, {"plan_number": 2}, []),  # it is about to be started again
    ],
)
def test_of_one_that_runs_a_copy_goes_only_where_nothing_is_under_way(
    folder, status, number, worker, gone
):
    store = folder.path.parent.parent
    workers = [WorkerState(pid=1, since=0, **worker)]
    state = EndpointState(
        endpoint_id="e", name="churn", status=status, plan_number=number, workers=workers
    )
    folder.put(state)
    lock = folder.seize()
    assert names(clean(store, dry_run=True)) == gone
    with folder.in_turn():  # somebody copies another model at this moment
        assert clean(store) == []
    assert names(clean(store)) == gone
    assert "new" in copies(folder)
    os.close(lock)


def test_what_a_removal_or_a_start_left_behind_goes_as_a_whole(folder, tmp_path):
    half = EndpointFolder(tmp_path / "endpoints" / "half")
    shutil.copytree(folder.models, half.models)
    away = put_away(folder)
    assert names(clean(tmp_path, dry_run=True)) == [away.name, "half"]
    assert [it.endpoint for it in clean(tmp_path)] == ["churn", "half"]
    assert list((tmp_path / "endpoints").iterdir()) == []


def test_a_plan_of_a_later_version_keeps_all_that_is_there(folder, tmp_path):
    (folder.path / "plan.json").write_text('{"variants": {}}')
    (folder.path / "state.json").unlink()
    assert clean(tmp_path) == []
    assert copies(folder) == ["new", "old"]
