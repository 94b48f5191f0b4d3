from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context

import pytest

import nbtrack
from nbtrack.api.runs import start as module
from nbtrack.api.runs.known_runs import attached
from nbtrack.api.session import session
from nbtrack.capture.guard import TrackingWarning
from nbtrack.errors import InvalidValue, NotFound, StoreBusy
from nbtrack.records.entities import Run


def script(code, **options):
    """A process of its own; what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, **options
    )
    return done.stdout.strip(), done.returncode


def only_run():
    (run,) = nbtrack.search_runs(output_format="list", search_all_experiments=True)
    return run


def busy_store(patched):
    """Let the store of this process be held by somebody else."""

    def busy(*_, **__):
        raise StoreBusy("another program holds it")

    patched.setattr(session().hasty_store, "fetch", busy)
    patched.setattr(session().hasty_store, "append", busy)


def test_a_run_is_running_inside_its_block_and_finished_after_it():
    before = time.time() * 1000
    with nbtrack.start_run(run_name="first") as run:
        info = run.info
        assert (info.run_name, info.status, info.experiment_id) == ("first", "RUNNING", "0")
        assert info.run_id == nbtrack.active_run().info.run_id
        assert info.end_time is None
        assert nbtrack.get_run(info.run_id).info.status == "RUNNING"
    assert nbtrack.active_run() is None
    stored = nbtrack.get_run(info.run_id).info
    assert stored == only_run().info
    assert stored.status == run.info.status == "FINISHED"
    assert before - 1 <= stored.start_time <= stored.end_time <= time.time() * 1000
    assert stored.artifact_uri == run.info.artifact_uri


def test_a_run_without_a_name_is_given_one():
    with nbtrack.start_run() as run:
        name = run.info.run_name
    assert len(name.split("-")) == 3
    assert only_run().data.tags["mlflow.runName"] == name


def test_the_name_may_stand_in_the_tags_but_not_differ_there():
    with nbtrack.start_run(tags={"mlflow.runName": "tagged"}) as run:
        assert run.info.run_name == "tagged"
    with pytest.raises(InvalidValue, match="Both 'run_name' argument and"):
        nbtrack.start_run(run_name="a", tags={"mlflow.runName": "b"})
    with pytest.raises(InvalidValue, match="a run's name is a text, not 3"):
        nbtrack.start_run(run_name=3)
    assert nbtrack.active_run() is None


def test_the_description_and_first_tags_are_tags():
    with nbtrack.start_run(tags={"team": 1, "api_key": "tr0ub4dor"}, description="About it"):
        pass
    tags = only_run().data.tags
    assert (tags["team"], tags["mlflow.note.content"]) == ("1", "About it")
    assert tags["api_key"].startswith("[redacted:")
    with pytest.raises(InvalidValue, match="Description is already set via the tag"):
        nbtrack.start_run(tags={"mlflow.note.content": "a"}, description="b")


def test_a_run_knows_who_ran_what_where():
    with nbtrack.start_run() as run:
        pass
    tags = run.data.tags
    assert tags["mlflow.user"] == run.info.user_id == nbtrack.get_run(run.info.run_id).info.user_id
    assert tags["mlflow.source.type"] == "LOCAL"
    assert tags["mlflow.source.name"] == sys.argv[0]
    assert tags["nbtrack.env.nbtrack"] == nbtrack.__version__


def test_tags_of_the_user_win_over_what_was_noticed(monkeypatch):
    monkeypatch.setenv("NBTRACK_USER", "ada")
    monkeypatch.setenv("NBTRACK_RUN_TAGS", '{"team": "vision", "stage": "outer"}')
    with nbtrack.start_run(tags={"mlflow.source.name": "mine", "stage": "inner"}) as run:
        pass
    tags = run.data.tags
    assert [tags[key] for key in ("mlflow.user", "mlflow.source.name", "team", "stage")] == [
        "ada", "mine", "vision", "inner",
    ]  # fmt: skip
    assert run.info.user_id == "ada"


def test_a_second_run_inside_the_first_must_be_said_to_be_nested():
    with nbtrack.start_run() as outer:
        with pytest.raises(
            InvalidValue, match=f"Run with UUID {outer.info.run_id} is already active"
        ):
            nbtrack.start_run()
        with nbtrack.start_run(nested=True) as inner:
            assert nbtrack.active_run() == inner
        assert nbtrack.active_run() == outer
    assert nbtrack.get_parent_run(inner.info.run_id).info.run_id == outer.info.run_id
    assert "mlflow.parentRunId" not in outer.data.tags


def test_runs_are_nested_to_any_depth():
    with nbtrack.start_run() as a, nbtrack.start_run(nested=True) as b:
        with nbtrack.start_run(nested=True) as c:
            pass
        with nbtrack.start_run(nested=True) as d:
            pass
    parents = [run.data.tags.get("mlflow.parentRunId") for run in (a, b, c, d)]
    assert parents == [None, a.info.run_id, b.info.run_id, b.info.run_id]


def test_a_parent_can_be_named():
    with nbtrack.start_run() as parent:
        pass
    attached.forget(parent.info.run_id)
    with nbtrack.start_run(parent_run_id=parent.info.run_id) as child:
        pass
    assert child.data.tags["mlflow.parentRunId"] == parent.info.run_id
    with pytest.raises(NotFound, match="nobody"):
        nbtrack.start_run(parent_run_id="nobody")
    with (
        nbtrack.start_run() as other,
        pytest.raises(InvalidValue, match=f"{other.info.run_id} does not match"),
    ):
        nbtrack.start_run(nested=True, parent_run_id=parent.info.run_id)


def test_ending_a_run_ends_those_inside_it():
    with nbtrack.start_run() as outer:
        inner = nbtrack.start_run(nested=True)
    assert nbtrack.active_run() is None
    assert (inner.info.status, outer.info.status) == ("FINISHED", "FINISHED")


def test_runs_can_be_begun_and_ended_without_a_block():
    run = nbtrack.start_run()
    nbtrack.end_run("FAILED")
    assert run.info.status == nbtrack.get_run(run.info.run_id).info.status == "FAILED"
    nbtrack.end_run()


def test_a_status_that_is_none_is_refused():
    with nbtrack.start_run(), pytest.raises(InvalidValue, match="'DONE' is no status"):
        nbtrack.end_run("DONE")


def test_the_last_active_run_is_the_active_one_or_the_one_that_ended_last():
    assert nbtrack.last_active_run() is None
    with nbtrack.start_run() as run:
        assert nbtrack.last_active_run() == run
        nbtrack.log_metric("a", 1)
    last = nbtrack.last_active_run()
    assert isinstance(last, Run)
    assert (last.info.run_id, last.data.metrics) == (run.info.run_id, {"a": 1.0})


def test_a_run_goes_on_by_its_id():
    with nbtrack.start_run(run_name="first") as run:
        nbtrack.log_param("lr", 0.1)
        nbtrack.log_metric("loss", 1.0, step=0)
    run_id = run.info.run_id
    with nbtrack.start_run(run_id=run_id, run_name="second", tags={"again": "yes"}) as again:
        stored = nbtrack.get_run(run_id)
        assert (stored.info.status, stored.info.run_name) == ("RUNNING", "second")
        assert again.info.start_time == run.info.start_time
        nbtrack.log_param("lr", 0.1)
        with pytest.raises(InvalidValue, match="Changing param values"):
            nbtrack.log_param("lr", 0.2)
        nbtrack.log_metric("loss", 0.5, step=1)
    found = only_run()
    assert (found.info.status, found.data.metrics) == ("FINISHED", {"loss": 0.5})
    assert found.data.tags["again"] == "yes"
    assert found.info.end_time > run.info.end_time


def test_a_run_of_another_process_goes_on_here():
    run_id, _ = script(
        "import nbtrack\nwith nbtrack.start_run() as run: nbtrack.log_param('lr', 0.1)\n"
        "print(run.info.run_id)"
    )
    with nbtrack.start_run(run_id=run_id):
        with pytest.raises(InvalidValue, match="Changing param values"):
            nbtrack.log_param("lr", 0.2)
        nbtrack.log_param("depth", 3)
    assert only_run().data.params == {"lr": "0.1", "depth": "3"}


def test_an_open_run_can_be_entered_again():
    outer = nbtrack.start_run()
    with nbtrack.start_run(run_id=outer.info.run_id, nested=True) as again:
        assert again == outer
    assert outer.info.status == "FINISHED"
    assert nbtrack.active_run() is None


@pytest.mark.parametrize(
    ("run_id", "error"), [("0" * 32, NotFound), ("../up", InvalidValue), (7, InvalidValue)]
)
def test_a_run_that_is_not_there_does_not_go_on(run_id, error):
    with pytest.raises(error):
        nbtrack.start_run(run_id=run_id)
    assert nbtrack.active_run() is None


def test_a_deleted_run_does_not_go_on():
    with nbtrack.start_run() as run:
        pass
    nbtrack.delete_run(run.info.run_id)
    with pytest.raises(InvalidValue, match="must be in the 'active' state"):
        nbtrack.start_run(run_id=run.info.run_id)


@pytest.mark.parametrize("variable", ["NBTRACK_RUN_ID", "MLFLOW_RUN_ID"])
def test_the_environment_names_the_run_to_go_on_with_and_it_does_not_move(monkeypatch, variable):
    experiment_id = nbtrack.create_experiment("outer")
    with nbtrack.start_run(experiment_id=experiment_id) as run:
        pass
    code = """
import nbtrack, warnings
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    nbtrack.set_experiment("of the script")
with nbtrack.start_run() as run:
    nbtrack.set_experiment("of the script again")
    with nbtrack.start_run(nested=True) as child: pass
with nbtrack.start_run() as later: pass
print(run.info.run_id, later.info.run_id != run.info.run_id, child.info.experiment_id)
print([str(it.message) for it in caught if "does not move it" in str(it.message)] != [])
"""
    told, status = script(code, env={**os.environ, variable: run.info.run_id})
    assert status == 0
    assert told.split() == [run.info.run_id, "True", experiment_id, "True"]
    assert nbtrack.get_run(run.info.run_id).info.experiment_id == experiment_id


def test_the_environment_may_name_the_first_run(monkeypatch):
    monkeypatch.setenv("NBTRACK_RUN_NAME", "nightly")
    with nbtrack.start_run() as run:
        assert run.info.run_name == "nightly"
        with nbtrack.start_run(nested=True) as child:
            assert child.info.run_name != "nightly"
    with nbtrack.start_run(run_name="own") as run:
        assert run.info.run_name == "own"


def test_while_the_store_is_away_a_run_goes_on_all_the_same():
    with nbtrack.start_run() as run:
        pass
    with pytest.MonkeyPatch.context() as patched:
        busy_store(patched)
        with pytest.warns(TrackingWarning, match="reading a run failed"):
            again = nbtrack.start_run(run_id=run.info.run_id)
        nbtrack.log_metric("a", 1)
        nbtrack.end_run()
    assert again.data.metrics == {"a": 1.0}


def test_a_run_in_the_default_experiment_asks_no_store(monkeypatch):
    for name in ("fetch", "append", "drain"):
        monkeypatch.delattr("nbtrack.store.duckdb.DuckDBStore." + name)
    with nbtrack.start_run():
        nbtrack.log_param("a", 1)
        nbtrack.log_metric("b", 2)
        nbtrack.set_tag("c", 3)


def test_a_thread_inside_a_run_logs_to_it_and_may_have_runs_of_its_own():
    def work(number):
        nbtrack.log_metric(f"outer {number}", number)
        with nbtrack.start_run(nested=True) as own:
            nbtrack.log_metric("inner", number)
        with nbtrack.start_run() as apart:
            pass
        nbtrack.end_run()
        return own, apart

    with nbtrack.start_run() as outer, ThreadPoolExecutor(4) as pool:
        results = list(pool.map(work, range(8)))
    assert len(outer.data.metrics) == 8
    for number, (own, apart) in enumerate(results):
        assert own.data.metrics == {"inner": number}
        assert own.data.tags["mlflow.parentRunId"] == outer.info.run_id
        assert "mlflow.parentRunId" not in apart.data.tags


def test_tasks_side_by_side_have_runs_of_their_own():
    async def work(number):
        with nbtrack.start_run() as run:
            await asyncio.sleep(0)
            nbtrack.log_metric("number", number)
            await asyncio.sleep(0)
        return run

    async def main():
        return await asyncio.gather(*(work(number) for number in range(5)))

    runs = asyncio.run(main())
    assert [run.data.metrics["number"] for run in runs] == list(range(5))


def test_a_run_goes_on_from_one_cell_of_a_notebook_to_the_next():
    async def cell(act):
        return act()

    def execute(act):
        return loop.run_until_complete(loop.create_task(cell(act), context=Context()))

    loop = asyncio.new_event_loop()
    run = execute(nbtrack.start_run)
    execute(lambda: nbtrack.log_metric("a", 1))
    assert execute(nbtrack.active_run) == run
    with pytest.raises(InvalidValue, match="is already active"):
        execute(nbtrack.start_run)
    execute(nbtrack.end_run)
    assert execute(nbtrack.active_run) is None
    loop.close()
    assert run.data.metrics == {"a": 1.0}


def test_a_client_begins_runs_that_nobody_owns():
    run = module.begin_for_client(
        session(), "0", run_name="by hand", tags={"a": 1}, start_time=1_600_000_000_000
    )
    assert nbtrack.active_run() is None
    found = nbtrack.get_run(run.run_id)
    assert (found.info.run_name, found.info.start_time) == ("by hand", 1_600_000_000_000)
    assert found.data.tags == {"a": "1", "mlflow.runName": "by hand"}
    assert found.info.owner is None


def test_a_forked_child_that_leaves_the_block_does_not_end_the_run():
    with nbtrack.start_run() as run:
        child = os.fork()
        if not child:
            try:
                run.__exit__(None, None, None)
                nbtrack.end_run()
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        assert nbtrack.get_run(run.info.run_id).info.status == "RUNNING"
    assert nbtrack.get_run(run.info.run_id).info.status == "FINISHED"


def test_a_forked_child_that_goes_on_with_its_parents_run_leaves_it_to_the_parent():
    with nbtrack.start_run() as run:
        child = os.fork()
        if not child:
            try:
                with nbtrack.start_run(run_id=run.info.run_id, nested=True):
                    nbtrack.log_metric("child", 1)
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        stored = nbtrack.get_run(run.info.run_id)
        assert (stored.info.status, stored.data.metrics) == ("RUNNING", {"child": 1.0})
    assert nbtrack.get_run(run.info.run_id).info.status == "FINISHED"


def test_what_a_notebook_shows_of_a_run_is_its_name_and_status():
    with nbtrack.start_run(run_name="first") as run:
        assert repr(run) == f"<ActiveRun: 'first' ({run.info.run_id}), RUNNING>"
    assert hash(run) == hash(run)
    assert run != object()
    assert run.to_dictionary()["info"]["run_name"] == "first"
    with pytest.raises(AttributeError, match="'ActiveRun' object has no attribute 'metrics'"):
        run.metrics  # noqa: B018 - reading it is the test
