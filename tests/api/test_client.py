"""`MlflowClient`: what the package does, by ids, on a store of one's choice."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import nbtrack
from nbtrack.data import from_pandas
from nbtrack.entities import Dataset as DatasetEntity
from nbtrack.entities import DatasetInput, Metric, Param, RunTag
from nbtrack.errors import AlreadyExists, InvalidValue, NotFound, NotYet, ParamChanged


@pytest.fixture
def client(tmp_path):
    return nbtrack.MlflowClient(tmp_path / "store")


@pytest.fixture
def run_id(client):
    return client.create_run("0", run_name="by hand").info.run_id


def test_a_run_is_made_and_read_back(client):
    made = client.create_run("0", start_time=1000, tags={"k": 1}, run_name="first")
    assert made.info.run_name == "first"
    assert made.info.status == "RUNNING"
    assert made.info.start_time == 1000
    assert made.info.user_id
    assert made.data.tags["k"] == "1"
    assert client.get_run(made.info.run_id).info == made.info
    assert nbtrack.active_run() is None
    assert client.create_run("0").info.run_name
    with pytest.raises(NotFound, match="No Experiment with id=7"):
        client.create_run("7")


def test_a_run_of_the_client_outlives_its_process(client, tmp_path):
    script = (
        "import sys, os, nbtrack\n"
        "run = nbtrack.MlflowClient(sys.argv[1]).create_run('0')\n"
        "print(run.info.run_id, flush=True)\n"
        "os._exit(1)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "store")],
        capture_output=True,
        text=True,
        check=False,
    )
    run_id = done.stdout.split()[-1]
    assert client.get_run(run_id).info.status == "RUNNING"
    client.log_metric(run_id, "acc", 0.5)
    client.set_terminated(run_id)
    found = client.get_run(run_id)
    assert (found.info.status, found.data.metrics) == ("FINISHED", {"acc": 0.5})


def test_a_run_is_changed_and_ended(client, run_id):
    client.update_run(run_id, status="SCHEDULED", name="renamed")
    info = client.get_run(run_id).info
    assert (info.status, info.run_name) == ("SCHEDULED", "renamed")
    client.set_terminated(run_id, "FAILED", 5000)
    info = client.get_run(run_id).info
    assert (info.status, info.end_time, info.run_name) == ("FAILED", 5000, "renamed")
    with pytest.raises(InvalidValue, match="NONSENSE"):
        client.set_terminated(run_id, "NONSENSE")
    with pytest.raises(NotFound):
        client.set_terminated("0" * 32)


def test_what_is_logged_is_read_back(client, run_id):
    client.log_metric(run_id, "acc", np.float32(0.5), timestamp=1000, step=3)
    client.log_metric(run_id, "curve", [3.0, 2.0, 1.0])
    client.log_metric(run_id, "on data", 1.0, dataset_name="d", dataset_digest="1", model_id="m-1")
    assert client.log_param(run_id, "layers", [64, 32]) == [64, 32]
    client.set_tag(run_id, "quality", "good")
    client.set_tag(run_id, "gone", "soon")
    client.delete_tag(run_id, "gone")
    data = client.get_run(run_id).data
    assert data.metrics == {"acc": 0.5, "curve": 1.0, "on data": 1.0}
    assert data.params == {"layers": "[64, 32]"}
    assert data.tags["quality"] == "good"
    assert "gone" not in data.tags
    (point,) = client.get_metric_history(run_id, "acc")
    assert (point.timestamp, point.step) == (1000, 3)
    (point,) = client.get_metric_history(run_id, "on data")
    assert (point.dataset_name, point.dataset_digest, point.model_id) == ("d", "1", "m-1")
    with pytest.raises(NotFound, match="gone"):
        client.delete_tag(run_id, "gone")
    with pytest.raises(ParamChanged, match="value='\\[64, 32\\]'"):
        client.log_param(run_id, "layers", 1)


def test_a_call_can_be_waited_for(client, run_id):
    for act in (
        lambda: client.log_metric(run_id, "a", 1, synchronous=False),
        lambda: client.log_param(run_id, "a", 1, synchronous=False),
        lambda: client.set_tag(run_id, "a", 1, synchronous=False),
        lambda: client.log_batch(run_id, synchronous=False),
    ):
        act().wait()
    assert client.log_metric(run_id, "a", 1, synchronous=True) is None


def test_a_batch_has_no_size_of_its_own(client, run_id):
    metrics = [Metric("loss", float(step), 1000, step) for step in range(20_000)]
    params = [Param(f"p{number}", str(number)) for number in range(500)]
    client.log_batch(run_id, metrics, params, [RunTag("k", "v")])
    run = client.get_run(run_id)
    assert run.data.metrics == {"loss": 19_999.0}
    assert len(run.data.params) == 500
    assert run.data.tags["k"] == "v"
    assert len(client.get_metric_history(run_id, "loss")) == 20_000


@pytest.mark.parametrize(
    ("batch", "error"),
    [
        ({"metrics": [Metric("ok", 1.0, 1), Metric("bad", "text", 1)]}, InvalidValue),
        ({"metrics": [Metric("", 1.0, 1)]}, InvalidValue),
        ({"metrics": [Metric("a", 1.0, -1)]}, InvalidValue),
        ({"metrics": [("a", 1.0)]}, InvalidValue),
        ({"params": [Param("ok", "1"), Param("", "1")]}, InvalidValue),
        ({"params": [Param("ok", "1"), Param("kept", "2")]}, ParamChanged),
        ({"params": [Param("a", "1"), Param("a", "2")]}, ParamChanged),
        ({"params": {"a": 1}}, InvalidValue),
        ({"tags": [RunTag("x" * 251, "1")]}, InvalidValue),
    ],
)
def test_a_batch_is_logged_whole_or_not_at_all(client, run_id, batch, error):
    client.log_param(run_id, "kept", "1")
    good = {
        "metrics": [Metric("m", 1.0, 1)],
        "params": [Param("p", "1")],
        "tags": [RunTag("t", "1")],
    }
    with pytest.raises(error):
        client.log_batch(run_id, **(good | batch))
    data = client.get_run(run_id).data
    assert (data.metrics, data.params) == ({}, {"kept": "1"})
    assert "t" not in data.tags


def test_runs_are_found_page_by_page(client):
    made = [client.create_run("0", start_time=1000 + n).info.run_id for n in range(7)]
    found, token = [], None
    while True:
        page = client.search_runs(["0"], max_results=3, page_token=token)
        found += [run.info.run_id for run in page]
        token = page.token
        if not token:
            break
    assert found == made[::-1]
    assert client.search_runs([]) == []
    assert client.search_runs(["0"], max_results=7).token is None
    with pytest.raises(InvalidValue):
        client.search_runs(["0"], page_token="nonsense")


def test_experiments_are_kept_by_their_ids(client):
    made = client.create_experiment("a", tags={"k": "v"})
    client.set_experiment_tag(made, "l", 2)
    client.delete_experiment_tag(made, "k")
    client.rename_experiment(made, "b")
    assert client.get_experiment(made).tags == {"l": "2"}
    assert client.get_experiment_by_name("b").experiment_id == made
    assert client.get_experiment_by_name("a") is None
    assert [it.name for it in client.search_experiments(order_by=["name"])] == ["Default", "b"]
    assert {it.name for it in client.list_experiments()} == {"Default", "b"}
    assert len(client.list_experiments(max_results=1)) == 1
    with pytest.raises(AlreadyExists):
        client.create_experiment("b")
    client.delete_experiment(made)
    with pytest.raises(InvalidValue, match="deleted"):
        client.create_run(made)
    client.restore_experiment(made)
    client.create_run(made)
    client.purge_experiment(made)
    with pytest.raises(NotFound):
        client.get_experiment(made)


def test_runs_are_deleted_and_restored(client, run_id):
    client.delete_run(run_id)
    with pytest.raises(InvalidValue, match="must be in the 'active' state"):
        client.log_metric(run_id, "a", 1.0)
    client.restore_run(run_id)
    client.log_metric(run_id, "a", 1.0)
    assert client.get_parent_run(run_id) is None
    client.purge_run(run_id)
    with pytest.raises(NotFound):
        client.get_run(run_id)


def test_a_child_finds_its_parent(client, run_id):
    child = client.create_run("0", tags={"mlflow.parentRunId": run_id})
    assert client.get_parent_run(child.info.run_id).info.run_id == run_id


def test_files_are_kept_by_the_runs_id(client, run_id, tmp_path):
    from matplotlib.figure import Figure

    (tmp_path / "tree" / "in").mkdir(parents=True)
    (tmp_path / "tree" / "in" / "a.txt").write_text("a")
    client.log_artifact(run_id, tmp_path / "tree" / "in" / "a.txt", "files")
    client.log_artifact(run_id, tmp_path / "tree")
    client.log_artifacts(run_id, tmp_path / "tree", "again")
    client.log_text(run_id, "text", "t.txt")
    client.log_dict(run_id, {"a": 1}, "d.json")
    client.log_figure(run_id, Figure(), "f.png")
    client.log_image(run_id, np.zeros((2, 2)), "i.png")
    client.log_stream(run_id, io.BytesIO(b"s"), "s.bin")
    files = [file.path for file in client.list_artifacts(run_id)]
    assert files == [
        *("again", "d.json", "f.png", "files", "i.png", "s.bin", "t.txt", "tree"),
    ]
    local = client.download_artifacts(run_id, "again/in/a.txt", str(tmp_path / "to"))
    assert local == str(tmp_path / "to" / "again" / "in" / "a.txt")
    client.delete_artifacts(run_id, "again")
    assert "again" not in [file.path for file in client.list_artifacts(run_id)]
    with pytest.raises(NotFound):
        client.log_text("0" * 32, "text", "t.txt")
    with pytest.raises(InvalidValue, match="leads out"):
        client.log_text(run_id, "text", "../t.txt")


def test_inputs_are_kept_by_the_runs_id(client, run_id):
    import pandas as pd

    described = from_pandas(pd.DataFrame({"a": [1]}), name="toy").to_dict()
    client.log_inputs(run_id, [DatasetInput(DatasetEntity(**described), [RunTag("k", "v")])])
    (kept,) = client.get_run(run_id).inputs.dataset_inputs
    assert kept.dataset.name == "toy"
    assert [(tag.key, tag.value) for tag in kept.tags] == [("k", "v")]
    client.log_inputs(run_id)
    with pytest.raises(InvalidValue, match="DatasetInput"):
        client.log_inputs(run_id, ["toy"])
    with pytest.raises(InvalidValue, match="LoggedModelInput"):
        client.log_inputs(run_id, models=[object()])


def test_a_client_keeps_to_its_store(client, tmp_path):
    nbtrack.set_tracking_uri(tmp_path / "other")
    assert client.tracking_uri == (tmp_path / "store").as_uri()
    run_id = client.create_run("0").info.run_id
    with pytest.raises(NotFound):
        nbtrack.get_run(run_id)
    follower = nbtrack.MlflowClient()
    assert follower.tracking_uri == (tmp_path / "other").as_uri()
    with pytest.raises(NotYet):
        nbtrack.MlflowClient("http://localhost:5000")


def test_a_client_can_be_subclassed():
    class Audited(nbtrack.MlflowClient):
        def __init__(self, tracking_uri=None, user_id=None):
            super().__init__(tracking_uri)
            self.user_id, self.entries = user_id, []

        def create_experiment(self, name, artifact_location=None, tags=None):
            made = super().create_experiment(name, artifact_location, tags)
            self.entries.append((self.user_id, name, made))
            return made

        def transition_model_version_stage(self, name, version, stage, **rest):
            return super().transition_model_version_stage(name, version, stage, **rest)

    client = Audited(user_id="a")
    made = client.create_experiment("x")
    assert client.entries == [("a", "x", made)]
    client.create_registered_model("m")
    client.create_model_version("m", "x")
    moved = client.transition_model_version_stage("m", 1, stage="Production")
    assert moved.current_stage == "Production"


def test_names_of_any_characters_are_kept(client, run_id):
    odd = 'it\'s "quoted"\nlines 🎉 \\ ; --'
    client.log_metric(run_id, odd, 1.0)
    client.log_param(run_id, odd, "x" * 10_000)
    client.set_tag(run_id, odd, odd * 100)
    client.log_text(run_id, odd, "it's 'q' \n 🎉.txt")
    run = client.get_run(run_id)
    assert run.data.metrics == {odd: 1.0}
    assert run.data.params == {odd: "x" * 10_000}
    assert run.data.tags[odd] == odd * 100
    (file,) = client.list_artifacts(run_id)
    assert Path(client.download_artifacts(run_id, file.path)).read_text(encoding="utf-8") == odd
