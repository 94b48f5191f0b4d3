from __future__ import annotations

import pytest

import nbtrack
from nbtrack.api.files.model_files import fetched
from nbtrack.journal.folder import StoreFolder


def levels(done):
    return {it["what"]: it["level"] for it in done.json["findings"]}


def test_a_model_of_ones_own_is_well(churn, command):
    done = command("models", "check", "churn/1", "--json")
    assert done.code == 0
    assert done.json["uri"] == "models:/churn/1"
    assert levels(done) == {
        "files": "good",
        "safety": "note",
        "flavors": "good",
        "signature": "good",
        "requirements": "good",
        "loading": "good",
        "example": "good",
    }
    assert "✓  files" in command("models", "check", "churn/1").out


def test_a_safe_model_is_told_so(store, command):
    linear_model = pytest.importorskip("sklearn.linear_model")
    fitted = linear_model.LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0])
    info = nbtrack.sklearn.log_model(fitted, name="line", pip_requirements=["numpy==0.1"])
    done = command("models", "check", info.model_id, "--json")
    found = levels(done)
    assert (done.code, found["safety"], found["requirements"]) == (0, "good", "warning")
    assert (found["signature"], found["example"]) == ("note", "note")


def test_a_folder_of_others_needs_consent(churn, command):
    command("models", "download", "churn/1", "--to", "theirs")
    done = command("models", "check", "theirs", "--json")
    found = levels(done)
    assert (done.code, found["files"], found["safety"]) == (1, "note", "warning")
    assert (found["loading"], "example" in found) == ("error", False)
    allowed = command("models", "check", "theirs", "--allow-pickle", "--json")
    assert (allowed.code, levels(allowed)["example"]) == (0, "good")


def test_a_file_that_was_changed_is_found(churn, command, store, monkeypatch):
    monkeypatch.setattr(fetched, "folders", {})  # a process of its own has read no model before
    for path in StoreFolder(store).artifacts.rglob("*"):
        if path.is_file():
            path.chmod(0o644)
            path.write_bytes(path.read_bytes() + b"x")
    done = command("models", "check", "churn/1")
    assert done.code == 1
    assert "✗  files" in done.out
    assert "is not the one that was logged" in done.out


def test_a_model_that_fails_on_its_example_is_found(store, command):
    def broken(model_input):
        raise ZeroDivisionError(f"of {len(model_input)}")

    info = nbtrack.pyfunc.log_model(
        name="broken",
        python_model=broken,
        input_example=[1.0],
        signature=nbtrack.models.infer_signature([1.0], [1.0]),
    )
    done = command("models", "check", info.model_id)
    assert done.code == 1
    assert "ZeroDivisionError: of 1" in done.out
