"""The extension in real kernels: cells as people run, edit, break, interrupt and repeat them."""

from __future__ import annotations

import ast
import os
import signal
import threading
import time
import warnings
from pathlib import Path
from typing import NamedTuple

import nbformat
import pytest

import nbtrack

PATIENCE_SECONDS = 90


class Ran(NamedTuple):
    """What an execution of a cell left."""

    number: int
    text: str
    """What it printed."""
    result: str
    """The last expression, as text."""
    shown: list[dict[str, str]]
    """What it displayed besides, by kind of content."""
    error: str
    message: str


class Notebook:
    """A kernel, and cells that keep their ids when they are edited and run again."""

    def __init__(self, start, **options):
        self.manager, self.client = start(**options)
        self.is_open = True

    def run(self, source, cell_id="c0", **content):
        """Run a cell as JupyterLab asks for it; what came of it."""
        message = self.client.session.msg(
            "execute_request",
            {
                "code": source,
                "silent": False,
                "store_history": True,
                "allow_stdin": False,
                "stop_on_error": True,
                "user_expressions": {},
            }
            | content,
            metadata={"cellId": cell_id},
        )
        self.client.shell_channel.send(message)
        return self.answer(message["header"]["msg_id"])

    def answer(self, message_id):
        """What the kernel sends until it is idle again."""
        text, result, shown, error = "", "", [], ("", "")
        while True:
            got = self.client.get_iopub_msg(timeout=PATIENCE_SECONDS)
            kind, content = got["msg_type"], got["content"]
            if got["parent_header"].get("msg_id") != message_id:
                continue
            if kind == "stream":
                text += content["text"]
            elif kind == "execute_result":
                result = content["data"]["text/plain"]
            elif kind == "display_data":
                shown.append(content["data"])
            elif kind == "error":
                error = (content["ename"], content["evalue"])
            elif kind == "status" and content["execution_state"] == "idle":
                break
        reply = self.reply(message_id)
        return Ran(reply["execution_count"], text, result, shown, *error)

    def reply(self, message_id):
        """The kernel's reply to a request."""
        while True:
            got = self.client.get_shell_msg(timeout=PATIENCE_SECONDS)
            if got["parent_header"].get("msg_id") == message_id:
                return got["content"]

    def value(self, expression):
        """The value of an expression in the kernel, read without an execution of its own."""
        answers = {"it": expression}
        message = self.client.session.msg(
            "execute_request",
            {"code": "", "silent": True, "store_history": False, "user_expressions": answers},
        )
        self.client.shell_channel.send(message)
        found = self.reply(message["header"]["msg_id"])["user_expressions"]["it"]
        assert found["status"] == "ok", found
        return ast.literal_eval(found["data"]["text/plain"])

    def end(self):
        """Shut the kernel down, as closing a notebook does; what was opened is let go of."""
        self.client.shutdown()
        for _ in range(1200):
            if not self.manager.is_alive():
                break
            time.sleep(0.05)
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        self.is_open = False


@pytest.fixture
def open_notebook(monkeypatch, new_kernel):
    """Open notebooks, their kernels in the test's folder."""
    monkeypatch.setenv("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    monkeypatch.setenv("NBTRACK_QUIET", "1")
    opened = []

    def open_notebook():
        opened.append(Notebook(new_kernel))
        return opened[-1]

    yield open_notebook
    for one in opened:
        if one.is_open:
            one.end()
    close_loop()


def close_loop():
    """Close the event loop that Jupyter's clients leave open."""
    from jupyter_core.utils import ensure_event_loop

    ensure_event_loop().close()


@pytest.fixture(scope="module")
def kernel(new_kernel, tmp_path_factory):
    """A kernel for the tests that do not need one of their own."""
    home = tmp_path_factory.mktemp("kernel")
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("NBTRACK_", "MLFLOW_", "XDG_", "GIT_"))
    }
    told = {"HOME": str(home), "NBTRACK_QUIET": "1", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    found = Notebook(new_kernel, cwd=str(home), env=kept | told)
    assert found.run("import nbtrack.api.session").number == 1
    yield found
    found.end()
    close_loop()


ANEW = """
get_ipython().run_line_magic("unload_ext", "nbtrack")
nbtrack.api.session.reset()
get_ipython().run_line_magic("reset", "-f")
import os, nbtrack.api.session
os.chdir({folder!r})
del os
"""


@pytest.fixture
def notebook(kernel):
    """A notebook that has loaded the extension, in the test's folder."""
    assert kernel.run(ANEW.format(folder=str(Path.cwd())), "anew").error == ""
    assert kernel.run("%load_ext nbtrack", "load").error == ""
    return kernel


def runs():
    """The runs in the store by name, the oldest first: status, params, metrics."""
    found = nbtrack.search_runs(order_by=["start_time"], output_format="list")
    return [
        (it.info.run_name, it.info.status, {k: float(v) for k, v in it.data.metrics.items()})
        for it in found
    ]


def test_a_tracked_cell_is_a_run_with_a_card_below(notebook):
    ran = notebook.run(
        "%%track baseline --metrics acc --tags stage=dev\nlr = 0.1\nacc = 0.5\nprint('hi')\nacc"
    )
    assert (ran.text, ran.result, ran.error) == ("hi\n", "0.5", "")
    assert runs() == [("baseline", "FINISHED", {"acc": 0.5})]
    run = nbtrack.search_runs(output_format="list")[0]
    assert run.data.tags["stage"] == "dev"
    assert run.data.params["lr"] == "0.1"
    cards = [it for it in ran.shown if "baseline" in it.get("text/html", "")]
    assert len(cards) == 1
    assert "baseline" in cards[0]["text/plain"]


def test_a_cell_without_track_is_no_run(notebook):
    assert notebook.run("x = 1\nx").result == "1"
    assert runs() == []


def test_expressions_of_the_line_are_those_of_the_session(notebook):
    notebook.run("lr = 0.25")
    notebook.run("%%track lr-{lr} --tags rate={lr}\nx = lr")
    assert [name for name, _, _ in runs()] == ["lr-0.25"]


def test_a_wrong_line_runs_nothing_and_shows_one_line(notebook):
    ran = notebook.run("%%track --exprimnt a\nx = 1")
    assert "no option --exprimnt" in ran.text + ran.message
    assert "did you mean '--experiment'?" in ran.text + ran.message
    assert "Traceback" not in ran.text
    assert notebook.value("'x' in globals()") is False
    assert runs() == []


def test_a_failing_cell_is_a_failed_run_and_shows_its_own_traceback(notebook):
    ran = notebook.run("%%track broken\nx = 1\n1 / 0")
    assert (ran.error, ran.message) == ("ZeroDivisionError", "division by zero")
    assert notebook.run("%%track whole\nx + 1").result == "2"
    assert [it[:2] for it in runs()] == [("broken", "FAILED"), ("whole", "FINISHED")]


def test_a_cell_that_cannot_be_compiled_is_a_failed_run(notebook):
    assert notebook.run("%%track broken\nx = = 1").error == "SyntaxError"
    assert notebook.run("1 + 1").result == "2"
    assert [it[:2] for it in runs()] in ([("broken", "FAILED")], [])


def test_an_interrupted_cell_is_a_killed_run_and_the_kernel_goes_on(notebook):
    kernel_pid = notebook.manager.provisioner.pid
    timer = threading.Timer(3, os.kill, (kernel_pid, signal.SIGINT))
    timer.start()
    ran = notebook.run("%%track long\nimport time\nfor _ in range(600):\n    time.sleep(0.1)")
    timer.cancel()
    assert ran.error == "KeyboardInterrupt"
    assert notebook.run("1 + 1").result == "2"
    assert [it[:2] for it in runs()] == [("long", "KILLED")]


def test_await_and_the_last_expression_work_as_ever(notebook):
    ran = notebook.run(
        "%%track waits --metrics acc\nimport asyncio\nacc = await asyncio.sleep(0.05, 0.5)\nacc"
    )
    assert (ran.result, ran.error) == ("0.5", "")
    assert runs() == [("waits", "FINISHED", {"acc": 0.5})]


@pytest.mark.parametrize(
    "cell",
    [
        "%%track timed --metrics acc\n%%time\nacc = 0.5",
        "%%time\n%%track timed --metrics acc\nacc = 0.5",
        "%%track timed --metrics acc\n%time acc = 0.5",
        "%%track timed --metrics acc\n%%capture out\nprint('hidden')\nacc = 0.5",
    ],
)
def test_other_magics_in_a_tracked_cell_make_it_no_second_run(notebook, cell):
    ran = notebook.run(cell)
    assert ran.error == ""
    assert ("Wall time" in ran.text) is ("capture" not in cell)
    assert runs() == [("timed", "FINISHED", {"acc": 0.5})]


def test_input_is_refused_as_ever_and_the_run_fails(notebook):
    ran = notebook.run("%%track asks\nname = input('who? ')")
    assert ran.error == "StdinNotImplementedError"
    assert [it[:2] for it in runs()] == [("asks", "FAILED")]


def test_a_run_that_the_cell_begins_itself_is_ended_by_it(notebook):
    ran = notebook.run(
        "%%track outer\nimport nbtrack\n"
        "with nbtrack.start_run(run_name='inner', nested=True):\n    nbtrack.log_metric('a', 1)"
    )
    assert ran.error == ""
    assert runs() == [("outer", "FINISHED", {}), ("inner", "FINISHED", {"a": 1.0})]
    assert notebook.run("nbtrack.active_run() is None").result == "True"


def test_lineage_follows_what_ran_not_how_the_cells_stand(notebook):
    notebook.run("import nbtrack", "c1")
    notebook.run("x = 1", "c2")
    notebook.run("%%track first\ny = x * 10", "c3")
    notebook.run("z = 7", "c4")
    edited = notebook.run("x = 2", "c2").number
    assert notebook.value("bool(nbtrack.lineage('y').stale)") is True
    again = notebook.run("%%track second\ny = x * 10", "c3").number
    assert notebook.value("list(nbtrack.lineage('y').executions)") == [edited, again]
    assert notebook.value("bool(nbtrack.lineage('y').stale)") is False


def test_a_restarted_kernel_begins_a_new_session_and_keeps_the_runs(open_notebook):
    cells = {
        "load": "%load_ext nbtrack",
        "data": "x = 3",
        "fit": "%%track fit --metrics acc\nacc = x / 10\nacc",
    }
    for _ in range(2):
        notebook = open_notebook()
        done = [notebook.run(source, cell_id) for cell_id, source in cells.items()]
        assert [it.error for it in done] == ["", "", ""]
        notebook.run("import nbtrack")
        assert notebook.value("list(nbtrack.lineage('acc').executions)") == [2, 3]
        notebook.end()
    assert runs() == [("fit", "FINISHED", {"acc": 0.3})] * 2


def test_a_killed_kernel_leaves_a_killed_run(open_notebook):
    notebook = open_notebook()
    notebook.run("%load_ext nbtrack", "load")
    notebook.run("%%track whole\nx = 1", "c1")
    notebook.client.execute("%%track killed\nimport time\nx = 2\ntime.sleep(600)")
    for _ in range(900):
        if len(runs()) == 2:
            break
        time.sleep(0.1)
    notebook.manager.shutdown_kernel(now=True)
    assert [it[:2] for it in runs()] == [("whole", "FINISHED"), ("killed", "KILLED")]


def test_tracking_of_all_cells_is_turned_on_and_off(notebook):
    notebook.run("%track on")
    assert "on" in notebook.run("%track status").text.lower()
    assert notebook.run("x = 1\nx").result == "1"
    notebook.run("%track off")
    assert "off" in notebook.run("%track status").text.lower()
    assert notebook.run("x + 1").result == "2"


def test_code_of_a_run_comes_back_into_a_cell_below(notebook):
    notebook.run("%%track first\nx = 1\nx")
    payload = notebook.reply(notebook.client.execute("%restore first"))["payload"]
    assert [(it["source"], it["replace"]) for it in payload] == [("set_next_input", False)]
    assert "x = 1\nx" in payload[0]["text"]


HOOKS = """
import sys, threading
def named(found):
    kinds = ((type(it), getattr(it, "__qualname__", "")) for it in found)
    return sorted(f"{kind.__module__}.{name or kind.__qualname__}" for kind, name in kinds)
def hooks():
    shell = get_ipython()
    manager = shell.input_transformer_manager
    monitoring = getattr(sys, "monitoring", None)
    return {
        "events": {name: named(found) for name, found in shell.events.callbacks.items()},
        "cleanup": named(manager.cleanup_transforms),
        "lines": named(manager.line_transforms),
        "tokens": named(manager.token_transformers),
        "post": named(shell.input_transformers_post),
        "ast": named(shell.ast_transformers),
        "matchers": named(shell.Completer.custom_matchers),
        "options": [it for it in named(shell.configurables) if "nbtrack" in it],
        "magics": {kind: sorted(found) for kind, found in shell.magics_manager.magics.items()},
        "display": [type(shell.display_pub).__qualname__, type(sys.displayhook).__qualname__],
        "excepthook": repr(sys.excepthook),
        "open": repr(open),
        "streams": [repr(type(sys.stdout)), repr(type(sys.stderr))],
        "trace": [repr(it()) for it in (sys.gettrace, sys.getprofile, threading.gettrace)],
        "monitoring": [monitoring.get_tool(it) for it in range(6)] if monitoring else [],
        "meta_path": named(sys.meta_path),
        "path_hooks": len(sys.path_hooks),
        "namespace": sorted(name for name in shell.user_ns if not name.startswith("_")),
        "threads": sorted(it.name for it in threading.enumerate() if "nbtrack" in it.name),
    }
"""


def differences(before, after):
    """What two states of a shell do not share, for a message that can be read."""
    return {key: (before[key], after[key]) for key in before if before[key] != after[key]}


def test_unloading_leaves_no_hook_and_loading_again_adds_each_once(open_notebook):
    notebook = open_notebook()
    notebook.run("import nbtrack, nbtrack.capture.guard")
    notebook.run(HOOKS)
    bare = notebook.value("hooks()")
    notebook.run("%load_ext nbtrack")
    loaded = notebook.value("hooks()")
    assert {"events", "cleanup", "matchers", "options", "magics"} <= set(differences(bare, loaded))
    notebook.run("%load_ext nbtrack")
    assert differences(loaded, notebook.value("hooks()")) == {}
    notebook.run("%reload_ext nbtrack")
    assert differences(loaded, notebook.value("hooks()")) == {}
    notebook.run("%%track once --metrics acc\nacc = 1.0")
    assert runs() == [("once", "FINISHED", {"acc": 1.0})]
    notebook.run("%unload_ext nbtrack")
    left = differences(bare, notebook.value("hooks()"))
    left.pop("threads", None)  # the journal's, which any use of nbtrack starts
    assert left.pop("namespace", None) == (bare["namespace"], sorted([*bare["namespace"], "acc"]))
    assert left == {}
    assert notebook.run("%%track x\ny = 1").text.startswith("UsageError: Cell magic `%%track` not")


def test_a_notebook_that_is_run_from_start_to_end_reads_well_without_a_kernel(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("NBTRACK_QUIET", "1")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        from nbclient import NotebookClient
    cell = nbformat.v4.new_code_cell
    written = nbformat.v4.new_notebook(
        cells=[
            cell("%load_ext nbtrack"),
            cell("rates = [0.1, 0.2]"),
            cell("%%track best --metrics acc\nacc = max(rates)\nacc"),
            cell("%runs"),
        ]
    )
    client = NotebookClient(
        written, timeout=PATIENCE_SECONDS, resources={"metadata": {"path": "."}}
    )
    done = client.execute()
    close_loop()
    assert runs() == [("best", "FINISHED", {"acc": 0.2})]
    contents = [it["data"] for it in done.cells[2].outputs if "data" in it]
    assert {"text/plain": "0.2"} in contents
    assert any("best" in it.get("text/html", "") for it in contents)
    assert any("best" in it["data"]["text/plain"] for it in done.cells[3].outputs if "data" in it)
    nbformat.validate(done)
