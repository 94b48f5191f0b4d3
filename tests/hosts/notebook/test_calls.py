from __future__ import annotations

import pytest

import nbtrack
from nbtrack import ui
from nbtrack.errors import InvalidValue, NotFound
from nbtrack.hosts.notebook import extension
from nbtrack.testing import temporary_store


@pytest.fixture
def runs():
    with temporary_store():
        nbtrack.set_experiment("trees")
        for acc in (0.8, 0.9):
            with nbtrack.start_run(run_name=f"acc {acc}"):
                nbtrack.log_metrics({"acc": acc, "loss": 1 - acc})
        yield


def test_runs_are_asked_for_as_the_magic_asks(runs):
    assert [it.info.run_name for it in ui.runs("acc > 0.85")] == ["acc 0.9"]
    assert ui.runs(experiment="trees", sort="acc", limit=1).text().splitlines() == [
        "experiment trees: the first 1 of 2 runs",
        "  run      status    cell  acc  loss",
        "  acc 0.8  FINISHED        0.8   0.2",
    ]
    assert len(ui.runs(every=True, metrics=["acc"])) == 2
    live = ui.runs(live=True)
    assert (len(live), repr(live)) == (2, ui.runs().text())
    assert [it.info.run_name for it in live] == ["acc 0.9", "acc 0.8"]
    assert list(live.frame["metrics.acc"]) == [0.9, 0.8]
    with pytest.raises(NotFound, match="no experiment is called 'tree'"):
        ui.runs(experiment="tree")


def test_cells_are_known_only_where_the_extension_is_loaded(runs, shell, monkeypatch):
    with pytest.raises(InvalidValue, match="%load_ext nbtrack"):
        ui.runs(here=True)
    extension.load(shell)
    monkeypatch.setattr("nbtrack.hosts.notebook.calls.get_ipython", lambda: shell)
    assert len(ui.runs(here=True)) == 0
    extension.unload(shell)


def test_without_a_store_it_is_said_how_a_run_is_made():
    told = "there is no run yet: put %%track above the code of a cell and run it"
    assert ui.runs().text() == told
    with pytest.raises(InvalidValue, match="there is no run yet"):
        ui.compare()
    assert repr(ui.registry()).startswith("there are no registered models yet")
