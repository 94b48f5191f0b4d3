from __future__ import annotations

import shutil

from nbtrack.journal.folder import StoreFolder


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
