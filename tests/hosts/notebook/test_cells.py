"""Tests of tracked cells in real kernels: figures, interrupts, input, cards that change."""

from __future__ import annotations

import json
import os
import signal
import threading
import time

import pytest

import nbtrack

PATIENCE_SECONDS = 60


@pytest.fixture
def run(kernel):
    """Run a cell in a kernel that has loaded the extension; the messages that came of it."""

    def run(source, cell_id="c1", answer=None):
        content = {
            "code": source,
            "silent": False,
            "store_history": True,
            "allow_stdin": answer is not None,
            "user_expressions": {},
        }
        message = kernel.session.msg("execute_request", content, metadata={"cellId": cell_id})
        kernel.shell_channel.send(message)
        if answer is not None:
            kernel.get_stdin_msg(timeout=PATIENCE_SECONDS)
            kernel.input(answer)
        found = []
        while True:
            got = kernel.get_iopub_msg(timeout=PATIENCE_SECONDS)
            if got["parent_header"].get("msg_id") == message["header"]["msg_id"]:
                found.append(got)
                if got["content"].get("execution_state") == "idle":
                    break
        while (
            kernel.get_shell_msg(timeout=PATIENCE_SECONDS)["parent_header"]
            != found[0]["parent_header"]
        ):
            pass
        return [(it["msg_type"], it["content"]) for it in found]

    loaded = run("import os\nos.environ['NBTRACK_QUIET'] = '1'\n%load_ext nbtrack", "load")
    assert "error" not in [kind for kind, _ in loaded]
    return run


def cards(messages):
    """The texts of the cards among messages."""
    shown = [it for kind, it in messages if kind in {"display_data", "update_display_data"}]
    return [
        it["data"]["text/plain"] for it in shown if "nbtrack" in it["data"].get("text/html", "")
    ]


def runs():
    """The runs in the store, the oldest first."""
    return nbtrack.search_runs(order_by=["start_time", "run_id"], output_format="list")


def files(found):
    """The paths of a run's files below a folder."""
    listed = nbtrack.MlflowClient().list_artifacts(found.info.run_id, "figures")
    return [it.path for it in listed]


PICTURE = "iVBORw0KGgo="

SHOWS = f"""
picture = {{"image/png": {PICTURE!r}, "text/plain": "p"}}
from IPython.display import display
class Drawn:
    def _repr_mimebundle_(self, include=None, exclude=None):
        return {{"application/vnd.plotly.v1+json": {{"data": [1]}}, "text/plain": "drawn"}}
handle = display(picture, raw=True, display_id=True)
handle.update(picture, raw=True)
display({{"image/svg+xml": "<svg/>", "text/plain": "s"}}, raw=True)
Drawn()
"""


def test_pictures_that_a_cell_shows_are_files_of_its_run(run):
    messages = run(f"%%track shows\n{SHOWS}")
    found = runs()[0]
    assert files(found) == [
        "figures/figure-1.png",
        "figures/figure-2.svg",
        "figures/figure-3.plotly.json",
    ]
    root = f"runs:/{found.info.run_id}/figures"
    assert json.loads(nbtrack.artifacts.load_text(f"{root}/figure-3.plotly.json")) == {"data": [1]}
    assert "execute_result" in [kind for kind, _ in messages]
    assert "figures/figure-3.plotly.json" in cards(messages)[0]


def test_of_very_many_pictures_the_first_are_kept(run):
    run(
        "%%track\nfrom IPython.display import display\nfor n in range(25):\n"
        f"    display({{'image/png': {PICTURE!r}}}, raw=True)"
    )
    assert len(files(runs()[0])) == 20


def test_figures_of_matplotlib_are_kept(run):
    run("%matplotlib inline\nimport matplotlib.pyplot as plt", "c0")
    run("%%track drawn\nplt.plot([1, 2])\nplt.title('a')")
    assert files(runs()[0]) == ["figures/figure-1.png"]
    run("%%track last\nfigure, axes = plt.subplots()\naxes.plot([1, 2])\nplt.close()\nfigure")
    assert files(runs()[1]) == ["figures/figure-1.png"]


@pytest.mark.parametrize(
    "code",
    [
        "import time\ntime.sleep(60)",
        "import asyncio\nfor _ in range(600):\n    await asyncio.sleep(0.1)",
    ],
)
def test_an_interrupted_cell_is_a_killed_run(run, code):
    pid = int(next(it["data"]["text/plain"] for _, it in run("os.getpid()", "c0") if "data" in it))
    timer = threading.Timer(2, os.kill, (pid, signal.SIGINT))
    timer.start()
    begun = time.monotonic()
    messages = run(f"%%track stopped\n{code}")
    assert time.monotonic() - begun < 50
    assert "error" in [kind for kind, _ in messages]
    assert [it.info.status for it in runs()] == ["KILLED"]
    assert cards(messages)[0].startswith("run stopped KILLED")
    assert "error" not in [kind for kind, _ in run("%%track after\nx = 1")]
    assert [it.info.status for it in runs()] == ["KILLED", "FINISHED"]


def test_a_cell_may_ask_a_person(run):
    run("%%track asks --params name\nname = input('who? ')", answer="me")
    assert runs()[0].data.params == {"name": "me"}


KNOWN = "get_ipython().events.callbacks['pre_run_cell'][-1].__self__.history.known.values()"
"""What the extension knows of cells, as a cell can say it."""


def test_after_a_restart_the_card_knows_the_earlier_runs(run):
    for number in range(2):
        run(f"%%track --metrics acc -x trees\nacc = {number} / 4")
    run("%unload_ext nbtrack\n%load_ext nbtrack", "c0")  # all that a session knows is gone
    run("%%track --metrics acc -x trees\nacc = 3 / 4")
    run(f"[it.answered.wait(60) for it in {KNOWN}]", "c0")
    last = cards(run("%%track --metrics acc -x trees\nacc = 2 / 4"))[0]
    assert "run 4 of this cell" in last
    assert "best 0.75" in last


def test_a_card_that_was_shown_too_early_is_updated(run, kernel):
    run("%%track --metrics acc\nacc = 1 / 4")
    run("%unload_ext nbtrack\n%load_ext nbtrack", "c0")
    messages = run("%%track --metrics acc\nacc = 3 / 4")
    assert cards(messages)[0].startswith("run FINISHED, run 1 of this cell")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        got = kernel.get_iopub_msg(timeout=PATIENCE_SECONDS)
        if got["msg_type"] == "update_display_data":
            break
    text = got["content"]["data"]["text/plain"]
    assert text.startswith("run FINISHED, run 2 of this cell")
    assert "★ best so far" in text


def test_runs_of_another_process_count_as_earlier_ones(run):
    run("%%track --metrics acc\nacc = 1 / 4")
    with nbtrack.start_run(tags={"nbtrack.cell": "c1"}):
        nbtrack.log_metric("acc", 0.9)
    run(f"for it in {KNOWN}:\n    it.answered.wait(60)\n    it.asked_at = float('-inf')", "c0")
    run("%%track --metrics acc\nacc = 2 / 4")
    run(f"[it.answered.wait(60) for it in {KNOWN}]", "c0")
    assert "best 0.9" in cards(run("%%track --metrics acc\nacc = 3 / 4"))[0]


def test_the_card_of_a_loop_shows_its_curve(run):
    code = "import nbtrack\nfor n in range(30):\n    nbtrack.log_metric('loss', 30 - n, n)"
    text = cards(run(f"%%track\n{code}"))[0]
    assert "▁" in text
    assert len(nbtrack.get_metric_history(runs()[0].info.run_id, "loss")) == 30
