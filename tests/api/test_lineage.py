"""Tests of where values came from, asked of a session that is followed and of the store."""

from __future__ import annotations

import pytest

import nbtrack
from nbtrack.api.session import session
from nbtrack.capture.live import Followed, followed
from nbtrack.capture.provenance import Provenance
from nbtrack.capture.recorder import Recorder
from nbtrack.capture.step import Step
from nbtrack.errors import InvalidValue, NotFound


@pytest.fixture
def run():
    """Run a cell of a session that is followed; one of a run is recorded."""
    namespace = {"__name__": "__main__"}
    provenance = Provenance(namespace, lambda _: False)
    recorder = Recorder(provenance, lambda: session().writer, lambda: "")
    followed.session = Followed(provenance, recorder)

    def run(source, *, cell_run=None, writes=(), cell_id=None):
        number = len(provenance.steps) + 1
        step = Step(0, number, source, cell_id=cell_id, code_hash=source, cell_run=cell_run)
        code = compile(source, f"<ipython-input-{number}>", "exec")
        provenance.begin(step)
        exec(code, namespace)
        provenance.finish("finished")
        step.writes |= dict.fromkeys(writes, "")
        if cell_run:
            recorder.end(step)
        return number

    yield run
    provenance.close()
    followed.session = None


def logged(name):
    """A run of a name that logged a metric; its id."""
    with nbtrack.start_run(run_name=name) as found:
        nbtrack.log_metric("acc", 0.5)
    return found.info.run_id


def test_a_variable_comes_from_the_executions_it_depends_on_and_no_others(run):
    run("x = 1")
    run("z = 3")
    run("y = x + 1")
    found = nbtrack.lineage("y")
    assert found.executions == [1, 3]
    assert [it.source for it in found.cells] == ["x = 1", "y = x + 1"]
    assert found.text() == "y comes from 2 executions:\n  [1] x = 1\n  [3] y = x + 1"
    assert found.exact
    assert found.stale == []


def test_a_value_is_stale_once_what_it_came_from_is_another(run):
    run("x = 1")
    run("y = x + 1")
    run("x = 2")
    assert nbtrack.lineage("y").stale != []
    assert nbtrack.lineage("x").stale == []


def test_a_run_comes_from_its_cell_and_what_that_read(run):
    run_id = logged("fit")
    run("x = 1")
    run("other = 1")
    run("acc = x / 2", cell_run=run_id, writes=["metric:acc"])
    assert nbtrack.lineage("fit").executions == [1, 3]
    assert nbtrack.lineage(run="fit", metric="acc").executions == [1, 3]
    assert nbtrack.lineage("acc", run="fit").target == "acc of fit"


def test_a_name_that_is_nothing_else_is_a_metric_of_the_newest_run(run):
    run_id = logged("fit")
    run("x = 1", cell_run=run_id, writes=["metric:acc"])
    found = nbtrack.lineage("acc")
    assert (found.target, found.executions) == ("acc of fit", [1])


def test_a_run_of_another_session_is_found_in_the_store(run):
    run_id = logged("fit")
    run("x = 1")
    run("acc = x / 2", cell_run=run_id)
    followed.session = None
    found = nbtrack.lineage("fit")
    assert found.executions == [1, 2]
    assert [it.source for it in found.cells] == ["x = 1", "acc = x / 2"]
    assert found.missing == []


def test_what_is_not_there_is_told_with_the_nearest(run):
    run("accuracy = 1")
    logged("fit")
    with pytest.raises(NotFound, match="accuracy"):
        nbtrack.lineage("acuracy")
    with pytest.raises(NotFound, match="no metric 'loss'"):
        nbtrack.lineage("fit", metric="loss")


def test_without_a_session_something_must_be_said():
    with pytest.raises(InvalidValue, match="say of what"):
        nbtrack.lineage()
