from __future__ import annotations

import shutil

from nbtrack.hosts.command_line.version_card import lineage_facts
from nbtrack.journal.folder import StoreFolder
from nbtrack.questions.model_versions import VersionLineage
from nbtrack.records.execution import Execution
from nbtrack.records.registered_model import ModelVersion


def test_a_version_is_shown_with_all_that_is_known_of_it(churn, command, monkeypatch):
    monkeypatch.setenv("NBTRACK_USER", "ana")
    command("models", "promote", "churn", "2", "--gate", "accuracy >= 0.95")
    command("models", "promote", "churn", "2", "--gate", "accuracy >= 0.85")
    command("models", "approve", "churn", "2", "--note", "looks right")
    run_id, model_id = churn[2]
    done = command("models", "show", "churn@champion")
    for word in (
        "churn version 2  READY",
        "models:/churn/2",
        "@champion",
        f"slope-2 ({run_id})",
        model_id,
        "1 input: x double",
        "pickle: loading it runs code, logged by you",
        "looks right",
        "MLmodel",
        "✗ accuracy >= 0.95",
        "✓ accuracy >= 0.85",
    ):
        assert word in done.out, word
    assert 'load it: nbtrack.pyfunc.load_model("models:/churn/2")' in done.err
    told = command("models", "show", "churn/latest", "--json").json
    assert (told["metrics"], told["params"]) == ({"accuracy": 0.9}, {"slope": "2.0"})
    assert (told["run_name"], told["model_id"]) == ("slope-2", model_id)
    assert (told["runs_code"], told["logged_by_you"], told["problem"]) == (True, True, None)
    assert told["flavors"] == ["python_function"]
    assert told["size_bytes"] == sum(it["size_bytes"] for it in told["files"])
    assert [it["outcome"] for it in told["promotions"]] == ["promoted", "refused"]
    assert [it["approver"] for it in told["approvals"]] == ["ana"]
    assert "x" in told["signature"]["inputs"]


def test_a_version_whose_files_are_gone_says_so(churn, command, store):
    shutil.rmtree(StoreFolder(store).artifacts)
    done = command("models", "show", "churn/1")
    assert done.code == 0
    assert "! the files cannot be read: " in done.out
    assert "missing in the store" in command("models", "show", "churn/1", "--json").json["problem"]


def test_the_cells_behind_a_version_are_told():
    version = ModelVersion("churn", "1", 0, run_id="0" * 32)
    ran = [
        Execution(execution_id=str(it), session_id="s", number=it, notebook="work.ipynb")
        for it in (2, 5)
    ]
    assert lineage_facts(VersionLineage(version, None, ran, [], [])) == [
        ("run", f"{'0' * 32}, which is not in this store"),
        ("cells", "2 executions of work.ipynb: [2], [5]"),
    ]


def test_a_version_from_elsewhere_is_shown_with_the_files_of_its_folder(churn, command):
    command("models", "download", "churn/1", "--to", "theirs")
    command("models", "register", "theirs", "copies")
    done = command("models", "show", "copies/1")
    assert "pickle: loading it runs code, not logged by you" in done.out
    told = command("models", "show", "copies/1", "--json").json
    assert (told["run_name"], told["logged_by_you"]) == (None, False)
    assert "MLmodel" in [it["path"] for it in told["files"]]


def test_cards_fit_a_narrow_terminal(churn, terminal):
    for words in (("list", "-v"), ("log",)):
        done = terminal("models", *words, columns=60)
        rules = [line for line in done.out.splitlines() if line.startswith("───")]
        assert rules, words
        assert all(len(line) <= 60 for line in rules), words
