"""`%models`, `%promote`, `%rollback` in a shell, and the same in a real kernel."""

from __future__ import annotations

import pytest

import nbtrack
from nbtrack.hosts.notebook import extension

TRACK = "%%track --model clf --register churn --metrics acc"
FIT = (
    "import numpy as np\n"
    "from sklearn.linear_model import LogisticRegression\n"
    "X, y = np.arange(12.0)[:, None], np.repeat([0, 1], 6)\n"
    "clf = LogisticRegression(C={c}).fit(X, y)\nacc = {acc}"
)


@pytest.fixture
def say(shell, monkeypatch, capsys):
    """Say a line magic; gives its panel, or what it complained of."""
    monkeypatch.setenv("NBTRACK_QUIET", "1")
    extension.load(shell)

    def said(line):
        ran = shell.run_cell(line, store_history=True, cell_id="look")
        out = capsys.readouterr()
        complaint = [it for it in (out.out + out.err).splitlines() if "UsageError" in it]
        return complaint[0] if complaint else ran.result

    yield said
    extension.unload(shell)


@pytest.fixture
def churn(say, shell):
    """Two versions of a model."""
    for c, acc in ((0.5, 0.8), (2.0, 0.9)):
        source = f"{TRACK} -q\n{FIT.format(c=c, acc=acc)}"
        shell.run_cell(source, store_history=True, cell_id="fit").raise_error()
    return say


def test_before_the_first_model_it_is_said_how_one_is_made(say):
    told = str(say("%models"))
    assert told.startswith("there are no registered models yet: write %%track --model VARIABLE")
    assert "%promote takes NAME" in say("%promote")
    assert "Registered Model with name=churn not found" in say("%promote churn 1")


def test_models_and_versions_are_listed_with_metrics_and_cells(churn):
    churn("%promote churn 2 --to Staging")
    churn("%promote churn 1")
    assert str(churn("%models")).splitlines() == [
        "1 registered model",
        "  model  newest  aliases        stages",
        "  churn       2  @champion → 1  Staging → 2",
    ]
    table = churn("%models churn")
    assert str(table).splitlines() == [
        "churn: 2 versions",
        "  version  aliases    stage    metrics  cell",
        "        2             Staging  acc 0.9  [2]",
        "        1  @champion           acc 0.8  [1]",
    ]
    assert "did you mean 'churn'" in churn("%models chur")


def test_gates_decide_and_their_report_is_shown(churn):
    refused = churn("%promote churn 1 --gate acc >= 0.85 --gate smoke")
    assert not refused
    assert str(refused).splitlines() == [
        "churn version 1 was not made @champion: nothing was moved",
        "  ✗ acc >= 0.85: acc is 0.8, not at least 0.85",
        "  ✓ smoke prediction: 5 predictions on the input example",
        "  to promote it all the same, add --force",
    ]
    assert churn("%promote churn 1 --gate 'acc >= 0.85' --force --note it is urgent")
    assert nbtrack.promotions("churn")[-1].note == "it is urgent"
    tried = churn('%promote churn 2 --gate "acc >= 0.85" --gate "same schema" --dry-run')
    assert (bool(tried), tried.promotion.outcome) == (True, "tried")
    moved = churn("%promote churn 2 --gate better than current --data X --target y --force")
    assert str(moved).splitlines()[-1] == "  the way back: %rollback churn"
    assert (
        str(nbtrack.MlflowClient().get_model_version_by_alias("churn", "champion").version) == "2"
    )


def test_the_way_back_is_one_line(churn):
    churn("%promote churn 1 --to canary")
    moved = churn("%promote churn 2 --to canary")
    assert str(moved).splitlines()[-1] == "  the way back: %rollback churn --alias canary"
    back = churn("%rollback churn --alias canary --note it was worse")
    assert str(back).splitlines() == [
        "churn version 1 is @canary again, in place of version 2",
        "  note: it was worse",
        "  the way forward: %promote churn 2 --to canary",
    ]
    assert "there is nothing to go back to" in churn("%rollback churn")


def test_what_is_wrong_says_what_there_is(churn):
    assert "say which version; the newest of churn is 2" in churn("%promote churn")
    assert "version=7) not found; there are 2, 1" in churn("%promote churn 7")
    assert "cannot be read" in churn("%promote churn 1 --gate nonsense")
    assert "--data names no variable 'XX'" in churn("%promote churn 1 --data XX")


def test_the_result_of_the_function_shows_as_the_same_panel(churn, shell):
    report = nbtrack.promote("churn", 1)
    shown, _ = shell.display_formatter.format(report)
    assert shown["text/plain"] == "churn version 1 is now @champion"
    assert "churn version 1 is now @champion" in shown["text/html"]


def test_a_notebook_logs_promotes_and_goes_back(kernel, monkeypatch):
    monkeypatch.setenv("NBTRACK_QUIET", "1")

    def cell(source):
        """Run a cell; the texts of what it shows."""
        message = kernel.execute(source)
        shown = []
        while True:
            got = kernel.get_iopub_msg(timeout=120)
            if got["parent_header"].get("msg_id") != message:
                continue
            told = got["content"]
            if got["msg_type"] in ("display_data", "update_display_data", "execute_result"):
                shown.append(told["data"]["text/plain"])
            elif got["msg_type"] == "stream":
                shown.append(told["text"])
            elif got["msg_type"] == "status" and told["execution_state"] == "idle":
                return shown

    cell("import os\nos.environ['NBTRACK_QUIET'] = '1'\n%load_ext nbtrack")
    for c, acc in ((0.5, 0.8), (2.0, 0.9)):
        shown = cell(f"{TRACK}\n{FIT.format(c=c, acc=acc)}")
        assert "clf: sklearn, safe to load, a version of churn" in shown[-1]
    cell("%promote churn 1")
    (moved,) = cell('%promote churn 2 --gate "acc >= 0.85" --gate same schema')
    assert moved.splitlines()[0] == "churn version 2 is now @champion, in place of version 1"
    (back,) = cell("%rollback churn")
    assert back.splitlines()[0] == "churn version 1 is @champion again, in place of version 2"
    (told,) = cell(
        "import nbtrack\n"
        "nbtrack.pyfunc.load_model('models:/churn@champion').predict(X).tolist()[-1]"
    )
    assert told == "1"
