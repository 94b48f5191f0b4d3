"""Runs that are shared: what is in the folder, and that it opens elsewhere."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import warnings
import zipfile
from pathlib import Path

import nbformat
import pytest
from msgspec import structs

import nbtrack
from nbtrack.api import share as sharing
from nbtrack.api.session import reset, session
from nbtrack.errors import AlreadyExists, InvalidValue, NotFound
from nbtrack.records.execution import Execution

TRAIN = """import nbtrack
with nbtrack.start_run():
    nbtrack.log_metric("acc", slope / 10)"""

LOOK = """
import json, nbtrack
run, = nbtrack.search_runs(search_all_experiments=True, output_format="list")
history = nbtrack.MlflowClient().get_metric_history(run.info.run_id, "loss")
model = nbtrack.pyfunc.load_model("models:/line@champion")
print(json.dumps({
    "name": run.info.run_name,
    "experiment": nbtrack.get_experiment(run.info.experiment_id).name,
    "params": run.data.params,
    "loss": [[it.step, it.value] for it in history],
    "mine": run.data.tags["mine"],
    "text": nbtrack.artifacts.load_text(f"runs:/{run.info.run_id}/notes/a.txt"),
    "cells": [it.source for it in nbtrack.lineage("steep").cells],
    "versions": [it.version for it in nbtrack.search_model_versions(filter_string="name = 'line'")],
    "prediction": list(model.predict([[1.0], [2.0]])),
    "next": nbtrack.register_model(f"models:/{model.model_id}", "line").version,
}))
"""


def record(name, slope):
    """A run as a cell makes one: with what it came from, a file, and a registered model."""
    from sklearn.linear_model import LinearRegression

    model = LinearRegression().fit([[0.0], [1.0]], [0.0, slope])
    with nbtrack.start_run(run_name=name) as run:
        nbtrack.log_param("slope", slope)
        nbtrack.log_metric("loss", [0.5, 0.25, 0.125])
        nbtrack.set_tag("mine", name)
        nbtrack.log_text(f"about {name}", "notes/a.txt")
        nbtrack.sklearn.log_model(
            model,
            name="model",
            pip_requirements=["scikit-learn>=1.4"],
            registered_model_name="line",
        )
    told = {"session_id": name, "status": "finished", "notebook": "/data/secret/lines.ipynb"}
    first = Execution(
        f"{name}-1",
        number=1,
        source=f"slope = {slope}",
        reads={"file:/data/lines.csv": "d"},
        time=1,
        **told,
    )
    session().writer.write_all(
        [
            first,
            structs.replace(
                first,
                execution_id=f"{name}-2",
                number=2,
                source=TRAIN,
                reads={},
                uses=[first.execution_id],
                cell_run=run.info.run_id,
            ),
        ]
    )
    return run.info.run_id


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A store with two runs, whose models are two versions; the second is the champion."""
    pytest.importorskip("skops")
    place = tmp_path_factory.mktemp("made") / ".nbtrack"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NBTRACK_QUIET", "1")
        nbtrack.set_tracking_uri(place)
        nbtrack.set_experiment("lines")
        found = {name: record(name, slope) for name, slope in (("flat", 1.0), ("steep", 3.0))}
        nbtrack.MlflowClient().set_registered_model_alias("line", "champion", 2)
        reset()
    return place, found


@pytest.fixture
def lines(made, tmp_path):
    """A copy of that store, in use; the ids of its runs by name."""
    place, found = made
    shutil.copytree(place, tmp_path / "home" / ".nbtrack")
    nbtrack.set_tracking_uri(tmp_path / "home" / ".nbtrack")
    return found


def elsewhere(folder, *command):
    """What a command says in a folder, as another user's process would have it."""
    environment = {name: it for name, it in os.environ.items() if not name.startswith("NBTRACK_")}
    home = folder.parent / "another home"
    home.mkdir(exist_ok=True)
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment | {"HOME": str(home), "XDG_STATE_HOME": str(home), "NBTRACK_QUIET": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_what_is_shared_opens_in_another_place_with_the_results(lines, tmp_path):
    shared = nbtrack.share("steep", to=tmp_path / "for you")
    place = tmp_path / "there" / "folder"
    place.parent.mkdir()
    shutil.move(shared.path, place)
    shutil.rmtree(tmp_path / "home")
    assert json.loads(elsewhere(place, sys.executable, "-c", LOOK)) == {
        "name": "steep",
        "experiment": "lines",
        "params": {"slope": "3.0"},
        "loss": [[0, 0.5], [1, 0.25], [2, 0.125]],
        "mine": "steep",
        "text": "about steep",
        "cells": ["slope = 3.0", TRAIN],
        "versions": ["2"],
        "prediction": pytest.approx([3.0, 6.0]),
        "next": "3",
    }


def test_nothing_of_other_runs_is_in_it(lines, tmp_path):
    shared = nbtrack.share("steep", to=tmp_path / "for you")
    held = b"".join(it.read_bytes() for it in shared.path.rglob("*") if it.is_file())
    for word in (b"about flat", b"flat-1", lines["flat"].encode(), b"/data/secret"):
        assert word not in held
    assert b"about steep" in held


def test_its_notebook_shows_the_runs_their_lineage_and_the_models(lines, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        from jupyter_core.utils import ensure_event_loop
        from nbclient import NotebookClient

    shared = nbtrack.share("steep", to=tmp_path / "for you")
    notebook = nbformat.read(shared.path / "runs.ipynb", 4)
    nbformat.validate(notebook)
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        patch.delenv("NBTRACK_TRACKING_URI", raising=False)
        NotebookClient(
            notebook, timeout=120, resources={"metadata": {"path": str(shared.path)}}
        ).execute()
        ensure_event_loop().close()
    shown = "\n".join(
        out["data"].get("text/plain", "")
        for cell in notebook.cells
        for out in cell.get("outputs", [])
        if "data" in out
    )
    assert "steep" in shown
    assert "slope = 3.0" in shown
    assert "line" in shown
    assert "flat" not in shown


def test_it_says_what_is_there_and_what_was_left_out(lines, tmp_path):
    with nbtrack.start_run(run_name="script"):
        nbtrack.log_metric("acc", 0.5)
    shared = nbtrack.share(["steep", "script"], to=tmp_path / "both")
    assert shared.runs == ["steep", "script"]
    assert shared.models == ["line/2"]
    assert shared.notebooks == ["runs.ipynb", "reproduce-steep.ipynb"]
    assert shared.left_out == [
        "data: the cells read lines.csv",
        "the code of script: no cell was recorded of it",
    ]
    readme = (shared.path / "README.md").read_text()
    for line in (*shared.left_out, "| steep | finished |", "`models:/line/2`"):
        assert line in readme
    assert "scikit-learn>=1.4" in (shared.path / "binder" / "requirements.txt").read_text()
    assert (shared.path / "binder" / "runtime.txt").read_text() == "python-3.11\n"


def test_secrets_stay_out_and_it_says_what_to_set(lines, tmp_path):
    secret = "ghp_" + "a1B2c3D4e5F6" * 3
    with nbtrack.start_run(run_name="private") as run:
        nbtrack.log_param("api_token", secret)
    source = "import os\ntoken = os.environ['NBTRACK_SECRET_TOKEN_1a2b']"
    session().writer.write_all(
        [Execution("p", number=1, source=source, cell_run=run.info.run_id, time=1)]
    )
    shared = nbtrack.share("private", to=tmp_path / "there")
    held = b"".join(it.read_bytes() for it in shared.path.rglob("*") if it.is_file())
    assert secret.encode() not in held
    assert "set `NBTRACK_SECRET_TOKEN_1a2b`" in (shared.path / "README.md").read_text()


def test_git_takes_the_store_along_but_no_locks(lines, tmp_path):
    shared = nbtrack.share("steep", to=tmp_path / "for you")
    (shared.path / ".nbtrack" / "store.lock").touch()
    subprocess.run(["git", "init", "-q"], cwd=shared.path, check=True)
    listed = elsewhere(shared.path, "git", "ls-files", "--others", "--exclude-standard")
    assert ".nbtrack/store.duckdb" in listed.splitlines()
    assert "lock" not in listed


def test_a_zip_holds_the_same_in_a_folder_of_its_name(lines, tmp_path):
    folder = nbtrack.share("steep", to=tmp_path / "steep")
    found = nbtrack.search_runs(experiment_names=["lines"], filter_string="mine = 'steep'")
    packed = nbtrack.share(found, to=tmp_path / "a.zip")
    with zipfile.ZipFile(packed.path) as archive:
        names = {it for it in archive.namelist() if not it.endswith("/")}
    there = {it.relative_to(folder.path) for it in folder.path.rglob("*") if it.is_file()}
    assert names == {f"a/{it}" for it in there}


def test_the_folder_is_called_after_the_run(lines):
    assert nbtrack.share("steep").path == Path.cwd() / "shared-steep"
    assert nbtrack.share("steep", "flat").path == Path.cwd() / "shared-runs"


def test_large_files_stay_at_home_unless_all_are_asked_for(lines, tmp_path, monkeypatch):
    monkeypatch.setattr(sharing, "LARGE_BYTES", 1000)
    with nbtrack.start_run(run_name="large"):
        nbtrack.log_text("x" * 2000, "large.txt")
    shared = nbtrack.share("large", to=tmp_path / "small")
    assert shared.left_out[0].startswith("large.txt of ")
    assert "(2 kB)" in shared.left_out[0]
    whole = nbtrack.share("large", to=tmp_path / "whole", all_files=True)
    assert whole.files == shared.files + 1


def test_nothing_is_overwritten_unless_it_was_shared_before(lines, tmp_path):
    nbtrack.share("flat", to=tmp_path / "there")
    with pytest.raises(AlreadyExists, match="force"):
        nbtrack.share("steep", to=tmp_path / "there")
    assert nbtrack.share("steep", to=tmp_path / "there", force=True).runs == ["steep"]
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x")
    (tmp_path / "mine.zip").write_text("x")
    for name in ("mine", "mine.zip"):
        with pytest.raises(AlreadyExists, match="left as it is"):
            nbtrack.share("steep", to=tmp_path / name, force=True)
    nbtrack.share("flat", to=tmp_path / "a.zip")
    assert nbtrack.share("steep", to=tmp_path / "a.zip", force=True).runs == ["steep"]
    assert sorted(it.name for it in tmp_path.iterdir() if it.name.startswith(".")) == []


def test_a_run_that_is_not_there_or_is_deleted_is_refused(lines, tmp_path):
    with pytest.raises(NotFound, match="did you mean 'steep'"):
        nbtrack.share("step", to=tmp_path / "there")
    with pytest.raises(InvalidValue, match="no run is named"):
        nbtrack.share(to=tmp_path / "there")
    nbtrack.delete_run(lines["flat"])
    with pytest.raises(InvalidValue, match="run 'flat' is deleted"):
        nbtrack.share(lines["flat"], to=tmp_path / "there")
    assert not (tmp_path / "there").exists()


def test_a_run_that_goes_on_is_shared_as_it_stands(lines, tmp_path):
    with nbtrack.start_run(run_name="going"):
        nbtrack.log_metric("acc", 0.5)
        shared = nbtrack.share("going", to=tmp_path / "there")
    assert "what going logs from now on: it is still running" in shared.left_out


def test_a_name_cannot_break_the_table_or_lead_out_of_the_folder(lines):
    with nbtrack.start_run(run_name="../../<script>|x"):
        nbtrack.log_metric("acc", 0.5)
    shared = nbtrack.share("../../<script>|x")
    assert shared.path == Path.cwd() / "shared-script-x"
    assert r"| ../../\<script\>\|x | finished | 0.5 |" in (shared.path / "README.md").read_text()


def test_files_at_an_experiment_s_own_place_come_along(lines, tmp_path):
    nbtrack.create_experiment("away", artifact_location=str(tmp_path / "away"))
    nbtrack.set_experiment("away")
    with nbtrack.start_run(run_name="far"):
        nbtrack.log_text("from far", "far.txt")
    shared = nbtrack.share("far", to=tmp_path / "there")
    nbtrack.set_tracking_uri(shared.path / ".nbtrack")
    run = nbtrack.search_runs(search_all_experiments=True, output_format="list")[0]
    assert nbtrack.artifacts.load_text(f"runs:/{run.info.run_id}/far.txt") == "from far"
