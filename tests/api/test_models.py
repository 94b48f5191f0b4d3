"""Models logged, found at any address, loaded and registered."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pandas as pd
import pytest

import nbtrack
from nbtrack.capture.redaction import hash_key
from nbtrack.errors import InvalidUri, InvalidValue, ModelError, NotFound, UnsafeModel
from nbtrack.models import get_model_info, infer_signature
from nbtrack.testing import temporary_store

FRAME = pd.DataFrame({"x": [1.0, 2.0, 3.0]})


class Doubler(nbtrack.pyfunc.PythonModel):
    def predict(self, model_input):
        return [2 * it for it in model_input]


def total(numbers):
    return sum(numbers)


def test_a_model_of_a_run_is_loaded_by_each_of_its_addresses():
    with nbtrack.start_run() as run:
        info = nbtrack.pyfunc.log_model("doubler", python_model=Doubler())
    version = nbtrack.register_model(f"runs:/{run.info.run_id}/doubler", "doublers")
    nbtrack.MlflowClient().set_registered_model_alias("doublers", "champion", version.version)
    for uri in (
        info.model_uri,
        f"runs:/{run.info.run_id}/doubler",
        "models:/doublers/1",
        "models:/doublers@champion",
        "models:/doublers/latest",
    ):
        model = nbtrack.pyfunc.load_model(uri)
        assert (model.predict([1, 2]), model.model_id) == ([2, 4], info.model_id)


def test_a_model_needs_no_run():
    info = nbtrack.pyfunc.log_model(name="total", python_model=total)
    assert (info.run_id, info.name) == (None, "total")
    assert nbtrack.active_run() is None
    assert nbtrack.pyfunc.load_model(info.model_uri).predict([1, 2]) == 3


def test_a_model_knows_the_params_of_its_run():
    with nbtrack.start_run():
        nbtrack.log_param("depth", 3)
        info = nbtrack.pyfunc.log_model(
            "total", python_model=total, params={"k": 1}, tags={"team": "risk"}, model_type="sum"
        )
    assert info.params == {"depth": "3", "k": "1"}
    assert info.tags["team"] == "risk"
    assert info.logged_model.model_type == "sum"
    assert info.creation_timestamp == info.logged_model.creation_timestamp


def test_a_version_is_made_while_logging():
    first = nbtrack.pyfunc.log_model("t", python_model=total, registered_model_name="totals")
    second = nbtrack.pyfunc.log_model("t", python_model=total, registered_model_name="totals")
    assert [int(it.registered_model_version) for it in (first, second)] == [1, 2]
    version = nbtrack.MlflowClient().get_model_version("totals", 2)
    assert (version.model_id, version.status) == (second.model_id, "READY")


def test_a_version_has_tags_and_its_models_signature():
    signature = infer_signature([1], 1)
    info = nbtrack.pyfunc.log_model("t", python_model=total, signature=signature)
    version = nbtrack.register_model(info.model_uri, "totals", tags={"by": "me"})
    assert version.tags == {"by": "me"}
    assert version.signature_digest
    assert get_model_info("models:/totals/1").signature == signature


def test_a_saved_folder_is_registered_too(tmp_path):
    nbtrack.pyfunc.save_model(tmp_path / "m", python_model=total)
    nbtrack.register_model(tmp_path / "m", "totals")
    assert nbtrack.pyfunc.load_model("models:/totals/1").predict([1, 2]) == 3


def test_what_is_not_there_is_told():
    with nbtrack.start_run() as run:
        nbtrack.pyfunc.log_model("total", python_model=total)
    with pytest.raises(NotFound, match=r"no model at 'totl'.*did you mean 'total'"):
        nbtrack.pyfunc.load_model(f"runs:/{run.info.run_id}/totl")
    with pytest.raises(NotFound):
        nbtrack.register_model(f"runs:/{run.info.run_id}/nothing", "totals")
    with pytest.raises(NotFound):
        nbtrack.pyfunc.load_model("models:/none/1")
    with pytest.raises(InvalidUri):
        nbtrack.pyfunc.load_model("model:/none/1")


def test_a_model_that_cannot_be_written_is_failed():
    with pytest.raises(InvalidValue, match="instance"), nbtrack.start_run():
        nbtrack.pyfunc.log_model("total", python_model=Doubler)
    (found,) = nbtrack.search_logged_models(output_format="list")
    assert str(found.status) == "FAILED"
    assert "instance" in found.status_message


def test_another_flavor_says_how_it_is_loaded():
    info = nbtrack.pyfunc.log_model("total", python_model=total)
    with pytest.raises(ModelError, match=r"does not have the 'sklearn' flavor.*pyfunc.load_model"):
        nbtrack.sklearn.load_model(info.model_uri)


def test_a_model_of_a_notebook_is_loaded_in_another_process(store_folder):
    code = (
        "import nbtrack as mlflow, sys\n"
        f"mlflow.set_tracking_uri({str(store_folder.path)!r})\n"
        "RATE = 3\n"
        "class Model(mlflow.pyfunc.PythonModel):\n"
        "    def predict(self, context, model_input): return [RATE * it for it in model_input]\n"
        "print(mlflow.pyfunc.log_model('m', python_model=Model()).model_uri)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    hash_key.cache_clear()  # another test had another home
    nbtrack.set_tracking_uri(store_folder.path)
    assert nbtrack.pyfunc.load_model(done.stdout.split()[-1]).predict([1]) == [3]


def test_a_pickle_of_somebody_else_needs_consent(tmp_path, monkeypatch):
    nbtrack.pyfunc.save_model(tmp_path / "mine", python_model=total)
    assert nbtrack.pyfunc.load_model(tmp_path / "mine").predict([1]) == 1
    text = (tmp_path / "mine" / "MLmodel").read_text()
    (tmp_path / "mine" / "MLmodel").write_text(text.replace("nbtrack_seals", "other_seals"))
    with pytest.raises(UnsafeModel, match="NBTRACK_ALLOW_PICKLE"):
        nbtrack.pyfunc.load_model(tmp_path / "mine")
    assert nbtrack.pyfunc.load_model(tmp_path / "mine", allow_pickle=True).predict([1]) == 1
    monkeypatch.setenv("NBTRACK_ALLOW_PICKLE", "yes")
    assert nbtrack.pyfunc.load_model(tmp_path / "mine").predict([1]) == 1


def test_a_copied_store_vouches_for_nothing_under_another_key(tmp_path, monkeypatch):
    with temporary_store() as folder:
        info = nbtrack.pyfunc.log_model(name="m", python_model=total)
        nbtrack.get_logged_model(info.model_id)  # the store has taken the journal
        shutil.copytree(folder, tmp_path / "copied")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "another"))
    hash_key.cache_clear()
    nbtrack.set_tracking_uri(tmp_path / "copied")
    with pytest.raises(UnsafeModel):
        nbtrack.pyfunc.load_model(info.model_uri)
    hash_key.cache_clear()


def test_a_place_for_the_files_can_be_named(tmp_path):
    info = nbtrack.pyfunc.log_model("total", python_model=total)
    model = nbtrack.pyfunc.load_model(info.model_uri, dst_path=tmp_path / "there")
    assert (tmp_path / "there" / "MLmodel").is_file()
    assert model.folder == tmp_path / "there"


def test_the_info_of_a_model_is_that_of_logging():
    info = nbtrack.pyfunc.log_model("total", python_model=total, metadata={"a": 1})
    assert get_model_info(info.model_uri) == info
    assert info.metadata == {"a": 1}


def test_a_cell_that_may_become_a_run_becomes_one():
    from nbtrack.api.runs.start import begin_run
    from nbtrack.capture import stack

    stack.demand.begin = begin_run
    try:
        info = nbtrack.pyfunc.log_model("total", python_model=total)
    finally:
        stack.demand.begin = None
    assert info.run_id == nbtrack.active_run().info.run_id
    nbtrack.end_run()


def test_a_model_goes_to_a_run_that_is_named():
    with nbtrack.start_run() as run:
        pass
    info = nbtrack.pyfunc.log_model("total", python_model=total, run_id=run.info.run_id)
    assert info.run_id == run.info.run_id


def test_a_model_that_was_initialized_is_filled():
    begun = nbtrack.initialize_logged_model("later", tags={"a": "1"})
    info = nbtrack.pyfunc.log_model("ignored", python_model=total, model_id=begun.model_id)
    assert (info.model_id, info.name) == (begun.model_id, "later")
    assert nbtrack.pyfunc.load_model(info.model_uri).predict([2]) == 2
    assert str(nbtrack.get_logged_model(begun.model_id).status) == "READY"


def test_artifacts_are_fetched_by_their_addresses(tmp_path):
    class Reader(nbtrack.pyfunc.PythonModel):
        def predict(self, context, model_input):
            from pathlib import Path

            return [Path(it).read_text() for it in context.artifacts.values()]

    with nbtrack.start_run() as run:
        nbtrack.log_text("of a run", "a.txt")
    (tmp_path / "b.txt").write_text("of the disk")
    artifacts = {"a": f"runs:/{run.info.run_id}/a.txt", "b": tmp_path / "b.txt"}
    info = nbtrack.pyfunc.log_model("r", python_model=Reader(), artifacts=artifacts)
    assert nbtrack.pyfunc.load_model(info.model_uri).predict(1) == ["of a run", "of the disk"]
