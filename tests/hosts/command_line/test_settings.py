from __future__ import annotations

from pathlib import Path

from nbtrack import settings


def by_name(done):
    return {it["name"]: it for it in done.json}


def test_every_setting_is_listed_with_its_origin(command, monkeypatch):
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "iris")
    monkeypatch.setenv("NBTRACK_QUIET", "1")
    Path("pyproject.toml").write_text('[tool.nbtrack]\nsync = "record"\n')
    found = by_name(command("settings", "--json"))
    assert list(found) == [it.name for it in settings.declared()]
    assert found["experiment_name"] == {
        "name": "experiment_name",
        "value": "iris",
        "from": "MLFLOW_EXPERIMENT_NAME",
        "default": None,
        "variables": ["NBTRACK_EXPERIMENT_NAME", "MLFLOW_EXPERIMENT_NAME"],
        "doc": "The experiment that runs go to, by name.",
    }
    origins = {name: found[name]["from"] for name in ("sync", "quiet", "redact")}
    assert origins == {"sync": "pyproject.toml", "quiet": "NBTRACK_QUIET", "redact": "default"}


def test_settings_are_shown_as_a_person_sets_them(command, monkeypatch):
    monkeypatch.setenv("NBTRACK_QUIET", "1")
    done = command("settings")
    rows = [line.split() for line in done.out.splitlines()[2:]]
    assert ["quiet", "yes", "NBTRACK_QUIET"] in [row[:3] for row in rows]
    assert ["run_name", "-", "default"] in [row[:3] for row in rows]
    assert "pyproject.toml" in done.err


def test_a_setting_that_cannot_be_taken_is_an_error(command, monkeypatch):
    monkeypatch.setenv("NBTRACK_QUIET", "perhaps")
    done = command("settings")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("error: NBTRACK_QUIET is 'perhaps'")
