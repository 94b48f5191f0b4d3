from __future__ import annotations

import shutil

import nbtrack
from nbtrack.journal.folder import StoreFolder


def test_a_model_is_shown_with_its_versions_and_where_its_aliases_went(churn, command):
    for version in ("1", "2"):
        command("models", "promote", "churn", version, "--note", f"try {version}")
    command("models", "tag", "churn", "team=growth")
    done = command("models", "show", "churn")
    shown = done.out
    for word in ("champion → 2", "tag team", "versions  2", "history  2", "try 1", "accuracy"):
        assert word in shown
    assert "one version: nbtrack models show churn/2" in done.err
    told = command("models", "show", "models:/churn", "--json").json
    assert [(it["version"], it["metrics"]) for it in told["versions"]] == [
        ("2", {"accuracy": 0.9}),
        ("1", {"accuracy": 0.8}),
    ]
    moves = [(it["alias"], it["version"], it["previous"], it["reason"]) for it in told["history"]]
    assert moves == [("champion", "2", "1", "try 2"), ("champion", "1", None, "try 1")]


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


def test_what_is_not_there_is_told_with_what_is(churn, command):
    for text, said in (
        ("churm", "did you mean 'churn'"),
        ("churn/7", "there are 2, 1"),
        ("churn@champ", "not found"),
        ("churn/x", "for an alias write models:/churn@x"),
        (churn[1][1], "nbtrack models register"),
    ):
        done = command("models", "show", text)
        assert (done.code, done.out) == (1, ""), text
        assert said in done.err, text


def test_a_model_without_versions_says_how_to_make_one(store, command):
    nbtrack.MlflowClient().create_registered_model("empty")
    done = command("models", "show", "empty")
    assert "no version yet: nbtrack models register URI empty" in done.err
    assert command("models", "show", "empty/latest").code == 1
