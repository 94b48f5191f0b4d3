"""Tests of executions in the journal."""

from __future__ import annotations

import pytest

from nbtrack.capture.provenance import Step
from nbtrack.capture.recorder import MOST_SYMBOLS, Recorder
from nbtrack.capture.redaction import keyed_digest
from nbtrack.records.execution import Execution


@pytest.fixture
def recorder(notebook, writer):
    return Recorder(notebook.session, lambda: writer, lambda: "analysis.ipynb")


def executions(records):
    return [it for it in records if isinstance(it, Execution)]


def test_an_execution_is_written_before_its_code_runs(recorder, written, writer):
    step = Step(0, 4, "x = 1", cell_id="a", code_hash="c0de")
    recorder.begin(step)
    [found] = executions(written())
    assert found == Execution(
        execution_id=step.execution_id,
        session_id=recorder.session_id,
        number=4,
        cell_id="a",
        notebook="analysis.ipynb",
        source="x = 1",
        code_hash="c0de",
        status="running",
        start_time=step.start_time,
        owner=writer.owner,
        time=found.time,
    )
    assert step.is_recorded


def test_an_execution_is_linked_to_its_run_while_it_runs(recorder, written):
    step = Step(0, 4, "x = 1", cell_id="a", code_hash="c0de")
    recorder.begin(step)
    step.cell_run = "r"
    recorder.link(step)
    found = executions(written())[-1]
    assert found == Execution(
        execution_id=step.execution_id,
        session_id=recorder.session_id,
        cell_run="r",
        time=found.time,
    )


def test_an_execution_is_completed_with_what_it_read_and_wrote(notebook, recorder, written):
    first, second = notebook.run("x = 1"), notebook.run("y = x\n1 / 0")
    for step in (first, second):
        recorder.begin(step)
        recorder.end(step)
    found = executions(written())[-1]
    assert found == Execution(
        execution_id=second.execution_id,
        session_id=recorder.session_id,
        status="failed",
        end_time=second.end_time,
        uses=[first.execution_id],
        reads=second.reads,
        writes=second.writes,
        is_exact=True,
        shows=False,
        time=found.time,
    )


def test_what_an_execution_depends_on_is_written_with_it(notebook, recorder, written):
    steps = [notebook.run(source) for source in ("x = 1", "other = 2", "y = x", "z = y")]
    recorder.begin(steps[3])
    recorder.end(steps[3])
    found = [(it.execution_id, it.status) for it in executions(written())]
    expected = [steps[3], steps[2], steps[2], steps[0], steps[0], steps[3]]
    assert sorted(found[1:-1]) == sorted(
        (step.execution_id, status)
        for step, status in zip(expected[1:-1], ["running", "finished"] * 2, strict=True)
    )
    assert [it.is_recorded for it in steps] == [True, False, True, True]


def test_what_was_written_is_not_written_again(notebook, recorder, written):
    first, second = notebook.run("x = 1"), notebook.run("y = x")
    for step in (first, second):
        recorder.begin(step)
        recorder.end(step)
    assert len(executions(written())) == 4


def test_the_record_of_a_running_execution_is_its_beginning(recorder):
    step = Step(0, 1, "x = 1")
    found = recorder.record_of(step)
    assert (found.status, found.source, found.end_time) == ("running", "x = 1", None)


def test_the_record_of_an_execution_says_all(notebook, recorder):
    found = recorder.record_of(notebook.run("x = 1\nx"))
    assert (found.status, found.source, found.shows, list(found.writes)) == (
        "finished",
        "x = 1\nx",
        True,
        ["x"],
    )


def test_the_digest_of_a_secret_is_not_written(notebook, recorder, written):
    step = notebook.run("api_key = 'hunter2'\nuser = 'ada'")
    recorder.begin(step)
    recorder.end(step)
    start, end = executions(written())
    assert "hunter2" not in start.source
    assert end.writes.keys() == step.writes.keys()
    assert end.writes["api_key"] != step.writes["api_key"]


def test_the_digest_of_what_is_made_of_a_secret_is_not_written_either(
    notebook, recorder, written, monkeypatch
):
    monkeypatch.setenv("HF_TOKEN", "hunter3")
    steps = [
        notebook.run(source)
        for source in (
            "import os\nimport numpy as np\napi_key = 'hunter2'",
            "loud = api_key.upper(); other = 'ada'; share = 0.5",
            "headers = {'x': loud + '!'}; count = np.arange(len(loud))",
            "from_shell = os.environ['HF_TOKEN'] + '?'",
            "plain = other + '!'",
        )
    ]
    for step in steps:
        recorder.begin(step)
        recorder.end(step)
    told = {name: it for end in executions(written())[1::2] for name, it in end.writes.items()}
    left = {name: it for step in steps for name, it in step.writes.items()}
    keyed = {name for name in told if told[name] == keyed_digest(left[name])}
    assert keyed == {"os", "np", "api_key", "loud", "headers", "from_shell"}
    assert {name: told[name] for name in told.keys() - keyed} == {
        name: left[name] for name in ("other", "share", "count", "plain")
    }


def test_of_very_many_names_the_first_are_written(notebook, recorder):
    step = notebook.run("\n".join(f"v{number} = 1" for number in range(MOST_SYMBOLS + 10)))
    assert len(recorder.end_of(step).writes) == MOST_SYMBOLS
