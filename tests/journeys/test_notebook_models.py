"""A notebook that fits, registers and promotes a model, run from start to end; then a script."""

from __future__ import annotations

import subprocess
import sys
import warnings

import nbformat
import pytest

import nbtrack

DATA = """\
import pandas as pd
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
iris = load_iris(as_frame=True)
X, y, held = iris.data, iris.target, iris.frame"""

FIT = """\
%%track {name} --model clf --register iris
clf = LogisticRegression(C={c}, max_iter=500).fit(X, y)
acc = clf.score(X, y)"""

CELLS = [
    "%load_ext nbtrack",
    DATA,
    FIT.format(name="weak", c=0.001),
    "%promote iris 1",
    FIT.format(name="strong", c=10.0),
    "%promote iris 1 --gate acc >= 0.99",
    "%promote iris 2 --gate 'acc >= 0.9' --gate better than current --data held --target target",
    "%models iris",
    "%lineage models:/iris@champion --text",
]

SCRIPT = """
import nbtrack, sklearn.datasets
X, y = sklearn.datasets.load_iris(as_frame=True, return_X_y=True)
model = nbtrack.pyfunc.load_model("models:/iris@champion")
print(float((model.predict(X) == y).mean()) > 0.95, list(model.input_example.columns) == list(X))
"""


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """The notebook after it ran, and its folder."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        from jupyter_core.utils import ensure_event_loop
        from nbclient import NotebookClient

    folder = tmp_path_factory.mktemp("notebook")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(it) for it in CELLS])
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        patch.setenv("NBTRACK_QUIET", "1")
        patch.setenv("NBTRACK_TRACKING_URI", str(folder / "store"))
        NotebookClient(notebook, timeout=120, resources={"metadata": {"path": folder}}).execute()
        ensure_event_loop().close()  # Jupyter's clients leave theirs open
    return notebook, folder


def texts(cell):
    """What a cell shows, as text."""
    return [
        it["data"]["text/plain"] if "data" in it else it.get("text", it.get("evalue", ""))
        for it in cell.outputs
    ]


def test_the_saved_notebook_tells_of_its_models(executed):
    notebook, _ = executed
    weak, strong = notebook.cells[2], notebook.cells[4]
    for cell, version in ((weak, 1), (strong, 2)):
        page = cell.outputs[-1]["data"]["text/html"]
        assert f"nbtrack.sklearn.load_model(&quot;models:/iris/{version}&quot;)" in page
        assert "4 inputs: sepal length (cm) double" in page
    assert texts(notebook.cells[3]) == ["iris version 1 is now @champion"]
    (refused,) = texts(notebook.cells[5])
    assert refused.splitlines()[0] == "iris version 1 was not made @champion: nothing was moved"
    (moved,) = texts(notebook.cells[6])
    lines = moved.splitlines()
    assert lines[0] == "iris version 2 is now @champion, in place of version 1"
    assert [it[:4] for it in lines[1:3]] == ["  ✓ ", "  ✓ "]
    (table,) = texts(notebook.cells[7])
    assert [line.split()[0] for line in table.splitlines()[2:]] == ["2", "1"]
    (lineage,) = texts(notebook.cells[8])
    assert lineage.splitlines()[0] == (
        "lineage of models:/iris@champion (run strong): 2 executions, exact"
    )


def test_a_script_uses_the_champion(executed, monkeypatch):
    _, folder = executed
    monkeypatch.setenv("NBTRACK_TRACKING_URI", str(folder / "store"))
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, cwd=folder
    )
    assert done.stdout == "True True\n"
    nbtrack.set_tracking_uri(folder / "store")
    version = nbtrack.MlflowClient().get_model_version_by_alias("iris", "champion")
    run = nbtrack.get_run(version.run_id)
    assert (run.info.run_name, run.data.params["C"]) == ("strong", "10.0")
