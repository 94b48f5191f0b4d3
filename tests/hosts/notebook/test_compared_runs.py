from __future__ import annotations

import pytest

import nbtrack
from nbtrack import ui
from nbtrack.errors import InvalidValue, NotFound
from nbtrack.hosts.notebook.compared_runs import LiveComparison, Wish, compared
from nbtrack.testing import temporary_store


@pytest.fixture
def runs():
    """Three runs, two of one name."""
    ids = []
    with temporary_store():
        for name, lr, acc in (("tree", 0.1, 0.8), ("net", 0.3, 0.9), ("net", 0.2, 0.95)):
            with nbtrack.start_run(run_name=name) as run:
                ids.append(run.info.run_id)
                nbtrack.log_params({"lr": lr, "seed": 0, "kind": name})
                for step in range(4):
                    nbtrack.log_metric("loss", lr / (step + 1), step=step)
                nbtrack.log_metric("acc", acc)
        yield ids


def test_runs_are_compared_by_name_id_and_as_values(runs):
    table = compared(["tree", runs[1]])
    assert table.text().splitlines()[:6] == [
        "2 runs compared: 4 values differ",
        "           tree    net",
        "  acc       0.8  ★ 0.9",
        "  loss  ★ 0.025  0.075",
        "  kind     tree    net",
        "  lr        0.1    0.3",
    ]
    assert [it.info.run_id for it in table] == runs[:2]
    assert list(table.frame["params.lr"]) == ["0.1", "0.3"]
    assert len(ui.compare(table, runs[2])) == 3
    assert len(ui.compare(*table)) == 2


def test_runs_of_one_name_are_told_apart_and_the_newest_are_taken(runs):
    assert [it.name for it in compared([]).rows] == ["net (1)", "net (2)", "tree"]


def test_charts_show_what_is_asked_for(runs):
    curves, parallel, scatter = compared(runs).charts
    assert list(curves.metrics) == ["loss"]
    assert [it.key for it in parallel.columns] == ["kind", "lr", "acc", "loss"]
    assert (scatter.x.key, scatter.y.key) == ("lr", "acc")
    scatter = compared(runs, Wish(x="kind", y="acc")).charts[-1]
    assert (scatter.x.key, scatter.y.key) == ("kind", "acc")
    with pytest.raises(NotFound, match="did you mean 'acc'"):
        compared(runs, Wish(y="accc"))
    with pytest.raises(NotFound, match="none of these runs has a metric 'los'"):
        compared(runs, Wish(metrics=["los"]))


def test_why_runs_differ_is_told(runs):
    ((name, why),) = compared(runs[:2]).causes
    assert name == "net"
    assert {it.title.split(":")[0] for it in why.findings} == {"param lr", "param kind"}


def test_too_few_runs_are_refused(runs):
    with pytest.raises(InvalidValue, match="two to 10 runs can be compared, and 1 is given"):
        compared(["tree"])
    with pytest.raises(NotFound, match="no run is called 'trees'"):
        compared(["trees", "net"])


def test_outside_of_a_page_it_is_text(runs, capsys):
    table = compared(runs[:2])
    table._ipython_display_()
    assert capsys.readouterr().out == f"{table.text()}\n"
    assert "parallel coordinates" in table.text()
    assert "<img" in table.html()
    live = LiveComparison(runs[:2], Wish(), None)
    live._ipython_display_()
    assert capsys.readouterr().out == f"{live!r}\n"


def test_a_live_comparison_is_over_when_every_run_has_ended():
    with temporary_store():
        with nbtrack.start_run(run_name="a"):
            nbtrack.log_metric("acc", 0.5)
        with nbtrack.start_run(run_name="b"):
            nbtrack.log_metric("acc", 0.6)
            live = LiveComparison(["a", "b"], Wish(), None)
            assert live.goes_on
            nbtrack.log_metric("acc", 0.7)
            store = nbtrack.api.session.session().store
            assert live.look(store)
            assert live.now.rows[1].metrics == {"acc": 0.7}
        assert not live.look(store)
        assert [it.status for it in live.now.rows] == ["FINISHED", "FINISHED"]
        live.stop()
