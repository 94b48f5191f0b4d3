"""The magics that look, in a real kernel whose cells have ids, as an editor sends them."""

from __future__ import annotations

import json
import os
import signal
import threading
from pathlib import Path
from typing import NamedTuple

import nbformat
import pytest

import nbtrack

SETUP = [
    ("load", "%load_ext nbtrack"),
    ("data", "import numpy as np\nx = np.arange(5.0)"),
    ("scale", "scale = 2"),
    ("fit", "%%track first --metrics acc --params scale --quiet\nacc = float((x * scale).mean())"),
]
AGAIN = [
    ("scale", "scale = 3"),
    ("fit", "%%track second --metrics acc --params scale --quiet\nacc = float((x * scale).mean())"),
]


class Ran(NamedTuple):
    """What came of a cell."""

    text: str
    """What it printed."""
    result: str
    html: str
    error: str
    payload: list[dict[str, object]]


class Cells:
    """Runs cells in a kernel."""

    def __init__(self, client):
        self.client = client

    def __call__(self, source, cell_id="look"):
        content = {"code": source, "silent": False, "store_history": True, "allow_stdin": False}
        message = self.client.session.msg("execute_request", content, metadata={"cellId": cell_id})
        self.client.shell_channel.send(message)
        text, result, error = "", {}, ""
        while True:
            got = self.client.get_iopub_msg(timeout=60)
            if got["parent_header"].get("msg_id") != message["header"]["msg_id"]:
                continue
            kind, told = got["msg_type"], got["content"]
            if kind == "stream":
                text += told["text"]
            elif kind == "execute_result":
                result = told["data"]
            elif kind == "error":
                error = f"{told['ename']}: {told['evalue']}"
            elif kind == "status" and told["execution_state"] == "idle":
                break
        shown = result.get("text/plain", ""), result.get("text/html", "")
        return Ran(text, *shown, error, self.payload(message["header"]["msg_id"]))

    def payload(self, message_id):
        """What the reply to a request asks the editor to do."""
        while True:
            got = self.client.get_shell_msg(timeout=60)
            if got["parent_header"].get("msg_id") == message_id:
                return got["content"].get("payload", [])

    def story(self, cells):
        """Run cells that must not fail."""
        for cell_id, source in cells:
            ran = self(source, cell_id)
            assert (ran.error, ran.text) == ("", ""), source


@pytest.fixture
def cells(kernel, monkeypatch):
    monkeypatch.setenv("NBTRACK_QUIET", "1")
    found = Cells(kernel)
    found("import os\nos.environ['NBTRACK_QUIET'] = '1'", "quiet")
    return found


def test_before_the_first_run_each_magic_says_what_to_do(cells):
    cells("%load_ext nbtrack", "load")
    told = "there is no run yet: put %%track above the code of a cell and run it"
    assert cells("%runs").result == told
    for line in ("%diff a", "%run_info", "%restore"):
        assert cells(line).text == f"UsageError: {told}\n"
    assert cells("%stale").result == "nothing is stale"
    assert not Path(".nbtrack").exists()


def test_what_is_stale_is_told_with_what_to_run_again(cells):
    cells.story(SETUP)
    shown = cells("double = acc * 2\ndouble", "next")
    assert shown.result == "8.0"
    cells("scale = 3", "scale")
    lines = cells("%stale").result.splitlines()
    assert lines[0] == "2 variables and 1 result out of date"
    assert [line.split()[:3] for line in lines[2:-1]] == [
        ["acc", "variable", "[5]"],
        ["double", "variable", "[6]"],
        ["double", "result", "[6]"],
    ]
    assert lines[-1] == "run again, in this order: [5] → [6]"
    assert cells("%stale scale").result == "nothing is stale"
    assert "scale: [5] read it before [7] changed it" in cells("%stale double").html
    cells(AGAIN[1][1], "fit")
    assert cells("%stale acc").result == "nothing is stale"
    assert cells("%stale").result.splitlines()[-1] == "run again, in this order: [6]"
    assert "no variable is called 'aac'" in cells("%stale aac").text


def test_runs_are_listed_and_are_a_value_to_go_on_with(cells):
    cells.story([*SETUP, *AGAIN])
    lines = [line.split() for line in cells("%runs").result.splitlines()]
    assert lines == [
        ["experiment", "Default:", "2", "runs"],
        ["run", "status", "cell", "acc", "scale"],
        ["second", "FINISHED", "[7]", "★", "6", "3"],
        ["first", "FINISHED", "[5]", "4", "2"],
    ]
    assert cells("%runs --here").result.startswith("this notebook: 2 runs")
    assert cells("%runs --cell").result.startswith("the cell of [7]: 2 runs")
    assert cells("%runs --all -n 1").result.startswith("all experiments: the first 1 of 2 runs")
    assert cells("%runs acc > 5").result.splitlines()[2].split()[0] == "second"
    assert cells("%runs --sort acc").result.splitlines()[2].split()[0] == "first"
    chosen = cells("%runs --params scale").result.splitlines()
    assert chosen[1].split() == ["run", "status", "cell", "scale"]
    nothing = "experiment Default: no run fits the filter; %runs --all looks at all 2 runs"
    assert cells("%runs acc > 99").result == nothing
    assert "no run has a metric 'aac'; there are acc; did you mean 'acc'?" in (
        cells("%runs --metrics aac").text
    )
    found = cells(
        "found = %runs --sort acc\n"
        "[len(found), found[0].info.run_name, list(found.frame['metrics.acc'])]"
    )
    assert found.result == "[2, 'first', [4.0, 6.0]]"


def test_a_run_is_shown_in_full(cells):
    cells.story([*SETUP, *AGAIN])
    newest, named = cells("%run_info"), cells("%run_info first")
    assert newest.result.splitlines()[0] == "run second FINISHED"
    assert "first FINISHED" in named.result
    assert [it.split() for it in named.result.splitlines()[-3:]] == [
        ["[3]", "import", "numpy", "as", "np"],
        ["[4]", "scale", "=", "2"],
        ["[5]", "acc", "=", "float((x", "*", "scale).mean())"],
    ]
    assert "acc = float((x * scale).mean())</pre>" in named.html
    assert "no run is called 'frist'" in cells("%run_info frist").text


def test_two_runs_are_compared_and_their_cause_comes_first(cells):
    cells.story([*SETUP, *AGAIN])
    both, before = cells("%diff first second"), cells("%diff second")
    assert both.result == before.result
    assert both.result.splitlines()[0] == "cause: param scale: 2 → 3"
    cells("import nbtrack")
    assert cells("nbtrack.diff('first', 'second')").html == both.html


def test_lineage_is_a_graph_a_list_or_a_script(cells):
    cells.story([*SETUP, *AGAIN, ("aside", "unused = 1")])
    graph = cells("%lineage acc")
    assert graph.result.splitlines()[0] == "lineage of acc: 3 executions, exact"
    assert "<img" in graph.html
    assert "unused" not in graph.html
    assert [it.split()[0] for it in cells("%lineage acc --text").result.splitlines()[2:]] == [
        "[3]",
        "[6]",
        "[7]",
    ]
    cells("import nbtrack")
    assert cells("nbtrack.lineage('acc')").html == graph.html
    assert cells("%lineage second --metric acc").result.startswith("lineage of acc of second")
    script = cells("script = %lineage acc --code\nscript")
    assert "acc = float((x * scale).mean())" in script.html
    assert cells("values = {}\nexec(script, values)\nvalues['acc']").result == "6.0"
    assert "no variable and no run is called 'aac'" in cells("%lineage aac").text


def test_the_code_of_a_run_comes_back_below(cells):
    cells.story([*SETUP, *AGAIN])
    newest, named = cells("%restore"), cells("%restore first")
    assert newest.text == "the code of run second, In[7], is in the cell below\n"
    assert named.text == "the code of run first, In[5], is in the cell below\n"
    assert [(it["source"], it["replace"], it["text"]) for it in named.payload] == [
        ("set_next_input", False, SETUP[-1][1])
    ]
    assert newest.payload[0]["text"] == AGAIN[-1][1]
    with nbtrack.start_run(run_name="bare"):
        pass
    assert "no cell was recorded of run bare" in cells("%restore bare").text
    assert "has no cell 99; it has 5" in cells("%restore first --cell 99").text


def test_a_variable_and_a_run_are_made_again_beside_the_notebook(cells):
    cells.story([*SETUP, *AGAIN, ("scale", "scale = 9")])
    cells("import random\nrandom.seed(1)", "seed")
    value = cells("%reproduce acc --check")
    assert value.result.splitlines() == [
        "reproduction of variable acc: 1 value equal",
        "  notebook: reproduce-acc.ipynb",
        "  ✓  acc  6.0  6.0",
    ]
    notebook = nbformat.read("reproduce-acc.ipynb", 4)
    assert [it.source for it in notebook.cells[2:-1]] == [SETUP[1][1], *(it[1] for it in AGAIN)]
    run = cells("%reproduce first --check")
    assert "run first: 2 values equal" in run.result.splitlines()[0]
    assert cells("import random\nrandom.random()").result == "0.13436424411240122"
    written = cells("%reproduce first --to out/again.py")
    assert written.result.splitlines()[0] == "reproduction of run first: written, not run"
    assert Path("out/again.py").exists()
    assert "no run is called 'x1'" in cells("%reproduce x1").text
    assert "there is no folder 'nowhere'" in cells("%reproduce acc --cwd nowhere").text
    assert json.loads(cells("len(__import__('psutil').Process().children())").result) == 0


def test_a_check_that_is_interrupted_leaves_no_kernel(cells):
    cells("%load_ext nbtrack", "load")
    kernel_pid = int(cells("import os\nos.getpid()", "pid").result)
    slow = "if os.path.exists('wait'):\n    os.mkdir('begun')\n    time.sleep(600)\nx = 1"
    cells(f"import os, time\n{slow}", "slow")
    Path("wait").touch()
    begun, is_over = Path("begun").absolute(), threading.Event()

    def interrupt():
        while not is_over.wait(0.02):
            if begun.exists():
                os.kill(kernel_pid, signal.SIGINT)
                return

    watcher = threading.Thread(target=interrupt)
    watcher.start()
    try:
        ran = cells("%reproduce x --check")
    finally:
        is_over.set()
        watcher.join()
    assert ran.error.startswith("KeyboardInterrupt"), ran
    assert cells("len(__import__('psutil').Process().children())").result == "0"
    assert cells("x + 1").result == "2"


def test_answers_are_text_again_once_the_extension_is_unloaded(cells):
    cells.story(SETUP)
    cells("import nbtrack\nfound = nbtrack.lineage('acc')\nfound")
    cells("%unload_ext nbtrack")
    shown = cells("found")
    assert (shown.html, shown.result.splitlines()[0]) == ("", "acc comes from 3 executions:")
    assert "not found" in cells("%runs").text
