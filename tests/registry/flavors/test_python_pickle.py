"""Pickles of plain Python models."""

from __future__ import annotations

import gzip
import pickle
import pickletools
import subprocess
import sys
import threading

import pytest

import nbtrack
from nbtrack.errors import ModelError
from nbtrack.registry.flavors.python_model import FunctionModel, PythonModel
from nbtrack.registry.flavors.python_pickle import read_pickle, write_pickle


def made_in_main(source, path):
    """A pickle of what code in `__main__` names `model`, written by a process of its own."""
    code = (
        f"{source}\nfrom pathlib import Path\n"
        f"from nbtrack.registry.flavors.python_pickle import write_pickle\n"
        f"write_pickle(model, Path({str(path)!r}))\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def texts_of(path):
    """Every text in a pickle, names of modules among them."""
    return {it for _, it, _ in pickletools.genops(path.read_bytes()) if isinstance(it, str)}


def test_a_model_of_a_notebook_is_read_in_another_process(tmp_path):
    path = tmp_path / "model.pkl"
    made_in_main(
        "import nbtrack as mlflow\n"
        "RATE = 3\n"
        "def scaled(it): return RATE * it\n"
        "class Model(mlflow.pyfunc.PythonModel):\n"
        "    def predict(self, model_input): return [scaled(it) for it in model_input]\n"
        "    def name(self): return mlflow.pyfunc.PythonModel.__name__\n"
        "model = Model()\n",
        path,
    )
    model = read_pickle(path)
    assert model.predict([1, 2]) == [3, 6]
    assert isinstance(model, PythonModel)
    assert model.name() == "PythonModel"


def test_nothing_of_nbtrack_is_named_in_a_pickle(tmp_path):
    path = tmp_path / "model.pkl"
    made_in_main(
        "import nbtrack as mlflow\n"
        "class Model(mlflow.pyfunc.PythonModel):\n"
        "    def predict(self, model_input): return mlflow.__version__\n"
        "model = Model()\n",
        path,
    )
    names = texts_of(path)
    assert {"mlflow", "mlflow.pyfunc.model", "PythonModel"} <= names
    assert not [it for it in names if it.startswith("nbtrack")]
    assert read_pickle(path).predict([1]) == nbtrack.__version__


def test_a_function_is_read_again(tmp_path):
    write_pickle(FunctionModel(lambda it: it + 1), tmp_path / "f.pkl")
    assert "_FunctionPythonModel" in texts_of(tmp_path / "f.pkl")
    assert read_pickle(tmp_path / "f.pkl").predict(1) == 2


def test_compressed_pickles_are_read(tmp_path):
    write_pickle(FunctionModel(len), tmp_path / "f.pkl")
    (tmp_path / "f.gz").write_bytes(gzip.compress((tmp_path / "f.pkl").read_bytes()))
    assert read_pickle(tmp_path / "f.gz", "gzip").predict([1]) == 1
    with pytest.raises(ModelError, match="compressed by 'zip'"):
        read_pickle(tmp_path / "f.gz", "zip")


def test_what_cannot_be_pickled_is_told_with_a_way_out(tmp_path):
    with pytest.raises(ModelError, match="make that in load_context"):
        write_pickle(FunctionModel(threading.Lock()), tmp_path / "f.pkl")


class Reduced:
    """Pickles as whatever it is told to."""

    def __init__(self, *reduced):
        self.reduced = reduced

    def __reduce__(self):
        return self.reduced


def test_a_module_that_is_missing_is_named(tmp_path):
    import importlib

    import cloudpickle

    for act in (importlib.import_module, cloudpickle.cloudpickle.subimport):
        path = tmp_path / "m.pkl"
        path.write_bytes(pickle.dumps(Reduced(act, ("no_such_package",))))
        with pytest.raises(ModelError, match="'no_such_package', which is not here"):
            read_pickle(path)
        path.write_bytes(pickle.dumps(Reduced(act, ("mlflow.no_such_part",))))
        with pytest.raises(ModelError, match="only MLflow itself has"):
            read_pickle(path)
    path.write_bytes(b"cmlflow.pyfunc.model\nChatModel\n.")
    with pytest.raises(ModelError, match=r"uses mlflow\.pyfunc\.model\.ChatModel, which only"):
        read_pickle(path)


def test_a_damaged_pickle_is_an_error_of_the_model(tmp_path):
    (tmp_path / "m.pkl").write_bytes(b"\x80\x05broken")
    with pytest.raises(ModelError, match=r"m\.pkl cannot be read"):
        read_pickle(tmp_path / "m.pkl")


def test_modules_are_found_by_their_own_names(tmp_path):
    import json

    write_pickle(FunctionModel(lambda it: [json.dumps(one) for one in it]), tmp_path / "f.pkl")
    assert read_pickle(tmp_path / "f.pkl").predict([1]) == ["1"]
