from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import nbtrack
from nbtrack.api.runs.ending import status_named
from nbtrack.api.session import session
from nbtrack.errors import InvalidValue
from nbtrack.records.entities import RunStatus


def script(code):
    """What a process of its own printed, and its exit status."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def only_run():
    (run,) = nbtrack.search_runs(output_format="list")
    return run


def traceback_of(run):
    return nbtrack.artifacts.load_text(f"runs:/{run.info.run_id}/traceback.txt")


class Troubled(Exception):
    pass


def test_an_error_goes_on_and_leaves_a_failed_run_with_its_traceback():
    with pytest.raises(Troubled, match="too hot"), nbtrack.start_run() as run:
        raise Troubled("too hot")
    assert run.info.status == nbtrack.get_run(run.info.run_id).info.status == "FAILED"
    tags = run.data.tags
    assert tags["nbtrack.error.type"].endswith("Troubled")
    assert tags["nbtrack.error.message"] == "too hot"
    assert 'raise Troubled("too hot")' in traceback_of(run)


def test_a_builtin_error_is_named_without_its_module():
    with pytest.raises(ZeroDivisionError), nbtrack.start_run() as run:
        1 / 0  # noqa: B018 - failing is the test
    assert run.data.tags["nbtrack.error.type"] == "ZeroDivisionError"


def test_an_error_inside_fails_the_runs_around_it_too():
    with (
        pytest.raises(Troubled),
        nbtrack.start_run() as outer,
        nbtrack.start_run(nested=True) as inner,
    ):
        raise Troubled
    assert (outer.info.status, inner.info.status) == ("FAILED", "FAILED")


def test_an_interrupted_run_is_killed():
    with pytest.raises(KeyboardInterrupt), nbtrack.start_run() as run:
        raise KeyboardInterrupt
    assert nbtrack.get_run(run.info.run_id).info.status == "KILLED"
    assert "nbtrack.error.type" not in run.data.tags


@pytest.mark.parametrize(
    ("code", "status"), [(None, "FINISHED"), (0, "FINISHED"), (1, "FAILED"), ("no", "FAILED")]
)
def test_leaving_the_program_is_a_failure_if_it_says_so(code, status):
    with pytest.raises(SystemExit), nbtrack.start_run() as run:
        sys.exit(code)
    assert run.info.status == status


def test_secrets_are_taken_out_of_messages_and_tracebacks():
    url = "postgresql://ada:tr0ub4dor@host/db"
    with pytest.raises(Troubled), nbtrack.start_run() as run:
        raise Troubled(url)
    assert "tr0ub4dor" not in run.data.tags["nbtrack.error.message"]
    assert "tr0ub4dor" not in traceback_of(run)


def test_a_disk_that_cannot_keep_the_traceback_does_not_hide_the_error():
    folder = session().folder.artifacts
    folder.rmdir()
    folder.touch()
    with (
        pytest.warns(UserWarning, match="record_error failed"),
        pytest.raises(Troubled),
        nbtrack.start_run() as run,
    ):
        raise Troubled("too hot")
    folder.unlink()
    assert run.data.tags["nbtrack.error.message"] == "too hot"
    assert nbtrack.get_run(run.info.run_id).info.status == "FAILED"


@pytest.mark.parametrize(
    ("ending", "status", "code"),
    [
        ("", "FINISHED", 0),
        ("raise ValueError('late')", "FAILED", 1),
        ("raise KeyboardInterrupt", "KILLED", -2),
        ("import sys; sys.exit(3)", "FINISHED", 3),
        ("import os; os._exit(4)", "KILLED", 4),
    ],
)
def test_a_run_that_is_open_when_the_process_ends(ending, status, code):
    done = script(f"import nbtrack\nnbtrack.start_run()\nnbtrack.log_metric('a', 1)\n{ending}")
    assert done.returncode == code
    run = only_run()
    assert (run.info.status, run.data.metrics) == (status, {"a": 1.0})
    if status == "FAILED":
        assert run.data.tags["nbtrack.error.message"] == "late"
        assert "ValueError: late" in traceback_of(run)


def test_at_the_end_a_run_has_all_its_tags():
    script("import nbtrack\nnbtrack.log_metric('a', 1)")
    assert "nbtrack.env.python" in only_run().data.tags


def test_an_error_at_a_prompt_does_not_fail_the_run():
    lines = "import nbtrack\nrun = nbtrack.start_run()\n1 / 0\nnbtrack.log_metric('a', 1)\n"
    done = subprocess.run(
        [sys.executable, "-i"], input=lines, capture_output=True, text=True, check=True
    )
    assert "ZeroDivisionError" in done.stderr
    assert (only_run().info.status, only_run().data.metrics) == ("FINISHED", {"a": 1.0})


def test_runs_of_all_threads_end_with_the_process():
    script("""
import nbtrack, threading
for _ in range(3):
    thread = threading.Thread(target=nbtrack.start_run)
    thread.start()
    thread.join()
nbtrack.start_run()
""")
    found = nbtrack.search_runs(output_format="list")
    assert [run.info.status for run in found] == ["FINISHED"] * 4


def test_a_forked_child_that_ends_does_not_end_its_parents_run():
    done = script("""
import nbtrack, os, sys
run = nbtrack.start_run()
child = os.fork()
if not child:
    nbtrack.log_metric("child", 1)
    sys.exit(0)
os.waitpid(child, 0)
print(nbtrack.get_run(run.info.run_id).info.status)
""")
    assert done.stdout.split() == ["RUNNING"]
    assert (only_run().info.status, only_run().data.metrics) == ("FINISHED", {"child": 1.0})


def test_a_process_that_only_imports_leaves_nothing():
    script("import nbtrack; nbtrack.start_run; nbtrack.log_metric; nbtrack.MlflowClient")
    assert list(Path.cwd().iterdir()) == []


def test_ending_in_a_thread_ends_that_threads_run():
    def work():
        own = nbtrack.start_run()
        nbtrack.end_run()
        return own

    with nbtrack.start_run() as outer, ThreadPoolExecutor(1) as pool:
        own = pool.submit(work).result()
        assert (own.info.status, outer.info.status) == ("FINISHED", "RUNNING")


@pytest.mark.parametrize(
    ("told", "name"),
    [("finished", "FINISHED"), (RunStatus.FAILED, "FAILED"), ("KILLED", "KILLED")],
)
def test_a_status_is_known_by_name_and_number(told, name):
    assert status_named(told) == name


@pytest.mark.parametrize("told", ["DONE", 0, 6, None])
def test_another_status_is_refused_with_those_there_are(told):
    with pytest.raises(InvalidValue, match="RUNNING, SCHEDULED, FINISHED, FAILED, KILLED"):
        status_named(told)
