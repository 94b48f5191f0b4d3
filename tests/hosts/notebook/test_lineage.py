"""Lineage in a notebook as people have it: a store beside it, libraries observed, cells tracked."""

from __future__ import annotations

from pathlib import Path

import pytest

import nbtrack

CELLS = (
    (
        "from sklearn.linear_model import LogisticRegression\n"
        "from sklearn.metrics import accuracy_score"
    ),
    "import numpy as np\nX = np.arange(40.0).reshape(20, 2)\ny = (X[:, 0] > 18).astype(int)",
    (
        "%%track --quiet\nmodel = LogisticRegression().fit(X, y)\n"
        "acc = accuracy_score(y, model.predict(X))"
    ),
    (
        "%%track --quiet\nother = LogisticRegression(C=0.1).fit(X, y)\n"
        "acc2 = accuracy_score(y, other.predict(X))"
    ),
    "import pathlib\nn = pathlib.Path('notes.txt').write_text('a')",
    "import wave\nwidth = 2",
    "depth = 3\nlimit = acc2 / 2",
)


@pytest.fixture
def notebook(shell):
    """A shell that has run the cells; the numbers of the executions count from 1."""
    shell.run_cell("%load_ext nbtrack", store_history=True)
    first = shell.execution_count - 1
    for cell in CELLS:
        assert shell.run_cell(cell, store_history=True).success
    yield lambda target: [it - first for it in nbtrack.lineage(target).executions]
    shell.run_cell("%unload_ext nbtrack")


def test_tracked_cells_do_not_depend_on_each_other(notebook):
    assert Path(".nbtrack").is_dir()
    assert notebook("acc") == [1, 2, 3]
    assert notebook("acc2") == [1, 2, 4]


def test_files_and_imports_depend_on_nothing_that_lies_beside_them(notebook):
    assert notebook("n") == [5]
    assert notebook("width") == [6]


def test_a_run_comes_from_the_same_cells_as_its_metric(notebook):
    run = nbtrack.search_runs(order_by=["start_time"], output_format="list")[0]
    found = nbtrack.lineage(run.info.run_id, metric="acc")
    assert [(it.source or "").split("\n")[0] for it in found.cells] == [
        "from sklearn.linear_model import LogisticRegression",
        "import numpy as np",
        "%%track --quiet",
    ]
    assert found.exact
    compile(found.code, "slice", "exec")


def test_what_does_not_flow_from_a_change_is_not_stale(notebook, shell):
    shell.run_cell("X = X * 2", store_history=True)
    assert nbtrack.lineage("limit").stale
    assert nbtrack.lineage("depth").stale == []
    assert nbtrack.lineage("LogisticRegression").stale == []
