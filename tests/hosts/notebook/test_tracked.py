"""Tests of cells with `%%track`, each run in a real shell that has loaded the extension."""

from __future__ import annotations

import ast
import os
import signal
import threading

import pytest

import nbtrack
from nbtrack.hosts.notebook import extension


@pytest.fixture
def run(shell, monkeypatch):
    """Run a cell."""
    monkeypatch.setenv("NBTRACK_QUIET", "1")
    extension.load(shell)
    yield lambda source, cell_id="c1": shell.run_cell(source, store_history=True, cell_id=cell_id)
    extension.unload(shell)


def runs():
    """The runs in the store, the oldest first."""
    return nbtrack.search_runs(
        order_by=["start_time", "run_id"], output_format="list", search_all_experiments=True
    )


def cards(out):
    """The cards that were shown, as text."""
    lines = [it for it in out.splitlines() if it.startswith("{'text/html'")]
    return [ast.literal_eval(it)["text/plain"] for it in lines]


def told(found):
    """Their names, ends and metrics."""
    return [(it.info.run_name, it.info.status, it.data.metrics) for it in found]


def files(found):
    """The paths of a run's files."""
    return [it.path for it in nbtrack.MlflowClient().list_artifacts(found.info.run_id)]


def test_what_the_cell_shows_and_what_it_logs_land_in_one_run(run):
    run(
        "%%track one --params rate --metrics acc --tags who=me\n"
        "import nbtrack\nrate, depth = 0.5, 3\nacc = rate + 0.25\n"
        "nbtrack.log_metric('loss', 0.2)\nnbtrack.log_param('kind', 'tree')"
    )
    (found,) = runs()
    assert told([found]) == [("one", "FINISHED", {"acc": 0.75, "loss": 0.2})]
    assert found.data.params == {"depth": "3", "kind": "tree", "rate": "0.5"}
    assert found.data.tags["who"] == "me"
    assert files(found) == ["environment.json"]


def test_a_run_that_the_cell_begins_once_is_the_cells_own(run):
    run(
        "%%track\nimport nbtrack\n"
        "with nbtrack.start_run(run_name='mine', tags={'a': 'b'}) as r:\n"
        "    nbtrack.log_metric('acc', 1)\nnbtrack.log_metric('late', 2)"
    )
    (found,) = runs()
    assert told([found]) == [("mine", "FINISHED", {"acc": 1.0, "late": 2.0})]
    assert found.data.tags["a"] == "b"


def test_runs_of_a_loop_are_children(run):
    run(
        "%%track outer\nimport nbtrack\nfor n in range(2):\n"
        "    with nbtrack.start_run(run_name=f'n{n}'):\n        nbtrack.log_metric('n', n)"
    )
    outer, *children = runs()
    assert told([outer, *children]) == [
        ("outer", "FINISHED", {}),
        ("n0", "FINISHED", {"n": 0.0}),
        ("n1", "FINISHED", {"n": 1.0}),
    ]
    parents = {it.data.tags["mlflow.parentRunId"] for it in children}
    assert parents == {outer.info.run_id}


def test_an_end_that_the_cell_asks_for_comes_with_the_cells_end(run):
    run("%%track a\nimport nbtrack\nnbtrack.end_run('KILLED')\nnbtrack.log_metric('late', 1)")
    assert told(runs()) == [("a", "KILLED", {"late": 1.0})]


def test_inside_an_open_run_a_cell_is_part_of_it(run, capsys):
    run("import nbtrack\nr = nbtrack.start_run(run_name='open')", "c0")
    run("%%track --metrics a\na = 1.0")
    assert "part of the open run open" in capsys.readouterr().out
    assert told(runs()) == [("open", "RUNNING", {"a": 1.0})]
    run("%%track inner --nested --metrics b\nb = 2.0")
    run("%%track\nnbtrack.end_run()")
    assert told(runs()) == [
        ("open", "FINISHED", {"a": 1.0}),
        ("inner", "FINISHED", {"b": 2.0}),
    ]


def test_a_param_that_cannot_change_any_more_is_told(run, capsys):
    run("import nbtrack\nr = nbtrack.start_run(run_name='open')", "c0")
    run("%%track\nrate = 0.1")
    run("%%track\nrate = 0.2")
    assert "param rate was logged before as 0.1 and stays so" in capsys.readouterr().out
    nbtrack.end_run()
    assert runs()[0].data.params == {"rate": "0.1"}


@pytest.mark.parametrize("by", ["name", "id"])
def test_a_run_can_be_gone_on_with(run, by):
    run("%%track first --metrics a\na = 1.0")
    word = "first" if by == "name" else runs()[0].info.run_id
    run(f"%%track --run-id {word} --metrics b\nb = 2.0", "c2")
    assert told(runs()) == [("first", "FINISHED", {"a": 1.0, "b": 2.0})]


def test_a_failing_cell_is_a_failed_run_with_its_traceback(run, capsys):
    result = run("%%track bad --metrics acc\nrate = 0.1\n1 / 0\nacc = 1.0")
    shown = capsys.readouterr().out
    assert isinstance(result.error_in_exec, ZeroDivisionError)
    assert "----> 3 1 / 0" in shown
    assert "hosts/notebook" not in shown
    assert "no such variable" not in shown
    (found,) = runs()
    assert told([found]) == [("bad", "FAILED", {})]
    assert found.data.params == {"rate": "0.1"}
    assert files(found) == ["environment.json", "traceback.txt"]
    assert "artifact  traceback.txt" in shown


def test_a_metric_of_an_earlier_cell_is_no_metric_of_one_that_failed(run):
    code = "from sklearn.metrics import accuracy_score\nacc = accuracy_score([1, 0], [1, 1])"
    run(f"%%track whole\n{code}")
    run(f"%%track broken\n1 / 0\n{code}")
    assert told(runs()) == [("whole", "FINISHED", {"acc": 0.5}), ("broken", "FAILED", {})]


def test_a_syntax_error_is_a_failed_run(run):
    assert isinstance(run("%%track\nx = = 1").error_before_exec, SyntaxError)
    assert [it.info.status for it in runs()] == ["FAILED"]
    assert run("%%track\ny = 1").success


def test_an_interrupt_makes_a_killed_run(run):
    run("%%track long\nraise KeyboardInterrupt")
    assert told(runs()) == [("long", "KILLED", {})]


def test_a_cell_with_await_is_one_run_and_so_are_those_it_left_open(run):
    run(
        "%%track outer\nimport asyncio, nbtrack\nawait asyncio.sleep(0)\n"
        "for n in range(1):\n    child = nbtrack.start_run(run_name='left')\n"
        "await asyncio.sleep(0)\nnbtrack.log_metric('a', 1)"
    )
    assert told(runs()) == [("outer", "FINISHED", {}), ("left", "FINISHED", {"a": 1.0})]


def test_a_cell_that_runs_another_one_keeps_its_run(run):
    run(
        "%%track outer --metrics a\nget_ipython().run_cell('%%track inner\\nb = 1', "
        "store_history=True)\na = 1.0"
    )
    assert told(runs()) == [("outer", "FINISHED", {"a": 1.0})]


def test_a_cell_whose_end_was_not_told_is_ended_by_the_next(run, shell):
    found = extension.extensions[id(shell)].hooks
    shell.events.unregister("post_run_cell", found.after)
    run("%%track lost\nx = 1")
    shell.events.register("post_run_cell", found.after)
    run("%%track next\nx = 1")
    assert told(runs()) == [("lost", "KILLED", {}), ("next", "FINISHED", {})]


def test_a_forked_child_that_goes_on_neither_ends_the_run_nor_shows_a_card(run, capfd, shell):
    code = "import os\npid = os.fork()\nif pid:\n    done = os.waitpid(pid, 0)"
    parent = os.getpid()
    try:
        run(f"%%track forks\n{code}")
    finally:
        if os.getpid() != parent:
            os._exit(0)
    assert told(runs()) == [("forks", "FINISHED", {})]
    assert cards(capfd.readouterr().out) == ["run forks FINISHED, run 1 of this cell"]


def test_a_named_metric_that_is_missing_or_no_number_is_told_and_the_others_are_kept(run, capsys):
    run("%%track --metrics acc,words,f --params gone --keep nothing\nwords = 'many'\nf = 0.5")
    shown = capsys.readouterr().out
    assert "--metrics acc: there is no such variable" in shown
    assert "words" in shown
    assert "--params gone: there is no such variable" in shown
    assert "--keep nothing: there is no such variable" in shown
    assert runs()[0].data.metrics == {"f": 0.5}


def test_a_named_metric_that_the_cell_logs_itself_is_not_missing(run, capsys):
    run("%%track --metrics acc\nimport nbtrack\nnbtrack.log_metric('acc', 0.5)")
    assert "warning" not in capsys.readouterr().out
    assert runs()[0].data.metrics == {"acc": 0.5}


def test_named_dictionaries_and_lists_are_several_values(run):
    run(
        "%%track --params cfg --metrics scores,losses\ncfg = dict(a=1, b='x')\n"
        "scores = {'acc': 0.5, 'f1': 0.25}\nlosses = [3.0, 2.0]"
    )
    (found,) = runs()
    assert {"cfg.a": "1", "cfg.b": "x"}.items() <= found.data.params.items()
    assert found.data.metrics == {"losses": 2.0, "scores.acc": 0.5, "scores.f1": 0.25}


def test_what_is_printed_is_kept_if_that_is_asked_for(run, capsys):
    run("%%track --stdout\nimport sys\nprint('hello')\nsys.stdout.writelines(['a', 'b'])")
    assert capsys.readouterr().out.startswith("hello\nab")
    text = nbtrack.artifacts.load_text(f"runs:/{runs()[0].info.run_id}/output.txt")
    assert text == "hello\nab"


def test_variables_are_kept_as_files(run):
    run(
        "%%track --keep table,words -q\nimport pandas\n"
        "table = pandas.DataFrame({'a': [1]})\nwords = ['x']"
    )
    assert files(runs()[0]) == ["data", "environment.json"]


def test_quiet_cells_and_those_without_autologging(run, capsys):
    run("%%track -q --no-autolog --metrics acc\nrate = 0.1\nacc = 0.5")
    assert capsys.readouterr().out == ""
    (found,) = runs()
    assert (found.data.params, found.data.metrics) == ({}, {"acc": 0.5})


def test_numbers_of_metric_functions_get_the_names_of_variables_and_loops_are_curves(run):
    run(
        "%%track\nfrom sklearn.metrics import accuracy_score, f1_score\n"
        "acc = round(accuracy_score([1, 0, 1], [1, 1, 1]), 2)\n"
        "for last in range(3):\n    f1_score([1, 0], [1, last > 1])"
    )
    (found,) = runs()
    assert found.data.metrics == {"acc": 0.67, "f1_score": pytest.approx(2 / 3)}
    assert len(nbtrack.get_metric_history(found.info.run_id, "f1_score")) == 3


def test_a_card_tells_changes_best_and_which_run_it_is(run, capsys):
    for rate in (0.1, 0.3, 0.2):
        run(f"%%track -x trees --metrics acc,n\nrate = {rate}\nacc = rate\nn = rate")
    shown = cards(capsys.readouterr().out)
    assert "run 3 of this cell" in shown[-1]
    assert "was 0.3" in shown[-1]
    assert "best 0.3" in shown[-1]
    assert "★ best so far" in shown[-2]
    assert shown[-1].count("best") == 1  # of `n` nobody knows what is better


def test_deleted_runs_leave_the_history_once_the_store_is_asked_again(run, shell, capsys):
    for _ in range(3):
        run("%%track\nx = 1")
    history = extension.extensions[id(shell)].hooks.history
    nbtrack.delete_run(runs()[0].info.run_id)
    for known in history.known.values():
        assert known.answered.wait(20)
        known.asked_at = float("-inf")
    run("%%track\nx = 1")
    for known in history.known.values():
        assert known.answered.wait(20)
    capsys.readouterr()
    run("%%track\nx = 1")
    assert "run 4 of this cell" in capsys.readouterr().out


def test_changed_data_is_told(run, capsys):
    run("import pandas\ndf = pandas.DataFrame({'a': [1, 2]})", "c0")
    run("%%track\nn = df.a.sum()")
    run("%%track\nn = df.a.sum()")
    assert [it.endswith("dataset   df 2 × 1") for it in cards(capsys.readouterr().out)] == [
        True
    ] * 2
    run("df = pandas.DataFrame({'a': [1, 2, 3]})", "c0")
    run("%%track\nn = df.a.sum()")
    assert "dataset   df 3 × 1, changed" in capsys.readouterr().out


def test_a_frame_that_the_cell_changes_is_an_input_as_the_cell_saw_it(run):
    run("import pandas\ndf = pandas.DataFrame({'a': [1, 2]})", "c0")
    run("%%track one\ndf['b'] = 0")
    run("%%track two\nn = len(df)")
    first, second = (it.inputs.dataset_inputs[0].dataset for it in runs())
    assert first.profile is None
    assert (first.name, second.name) == ("df", "df")
    assert first.digest != second.digest


def test_with_all_cells_recorded_a_run_is_there_only_where_something_is_logged(run):
    run("%track on", "c0")
    run("x = 1", "c1")
    run("import nbtrack\nnbtrack.log_metric('a', x)", "c2")
    run("y = 1", "c3")
    run("%track off", "c4")
    assert nbtrack.active_run() is None
    assert [(it[1], it[2]) for it in told(runs())] == [("FINISHED", {"a": 1.0})]


def test_a_store_that_is_chosen_in_the_cell_takes_later_runs(run, tmp_path):
    run(
        f"%%track here --metrics a\nimport nbtrack\na = 1.0\n"
        f"nbtrack.set_tracking_uri({str(tmp_path / 'other')!r})"
    )
    run("%%track there --metrics b\nb = 1.0", "c2")
    assert told(runs()) == [("there", "FINISHED", {"b": 1.0})]
    nbtrack.set_tracking_uri("")
    assert told(runs()) == [("here", "FINISHED", {"a": 1.0})]


def test_an_experiment_that_is_deleted_is_told_in_a_line_and_the_cell_runs(run, shell, capsys):
    made = nbtrack.create_experiment("gone")
    nbtrack.set_experiment("gone")
    nbtrack.delete_experiment(made)
    nbtrack.set_tracking_uri("")
    capsys.readouterr()
    found = run(f"%env NBTRACK_EXPERIMENT_ID={made}", "c0")
    assert found.success
    capsys.readouterr()
    run("%%track\nx = 7")
    shown = capsys.readouterr()
    assert shell.user_ns["x"] == 7
    assert "is deleted" in shown.err
    assert "Traceback" not in shown.err + shown.out
    assert runs() == []


def test_a_store_that_cannot_be_had_is_told_in_a_line_and_the_cell_runs(
    run, shell, capsys, monkeypatch
):
    monkeypatch.setenv("NBTRACK_TRACKING_URI", "postgresql://nowhere/none")
    run("%%track\nx = 7")
    shown = capsys.readouterr()
    assert shell.user_ns["x"] == 7
    assert "Traceback" not in shown.err + shown.out
    assert shown.err.startswith("nbtrack: ")
    assert run("%%track\nx = 8").success


def test_cells_of_a_subshell_are_not_tracked_and_disturb_none(run, shell, capsys):
    def beside():
        extension.extensions[id(shell)].hooks.before(info)

    class Info:
        raw_cell, store_history, cell_id = "%%track\nx = 1", True, "c9"

    info = Info()
    thread = threading.Thread(target=beside)
    thread.start()
    thread.join()
    assert "not tracked" in capsys.readouterr().err
    run("%%track own\nx = 1")
    assert told(runs()) == [("own", "FINISHED", {})]


def test_twenty_runs_of_a_cell_are_counted(run, capsys):
    for number in range(20):
        run(f"%%track --metrics loss\nloss = {20 - number} / 1")
    shown = cards(capsys.readouterr().out)
    assert [f"run {number} of" in it for number, it in enumerate(shown, 1)] == [True] * 20
    assert ["★ best so far" in it for it in shown] == [False] + [True] * 19


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="it needs a timer")
def test_a_signal_interrupts_a_cell_that_sleeps(run):
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    try:
        run(
            "%%track sleeps\nimport signal, time\n"
            "signal.setitimer(signal.ITIMER_REAL, 0.05)\ntime.sleep(60)"
        )
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert told(runs()) == [("sleeps", "KILLED", {})]
