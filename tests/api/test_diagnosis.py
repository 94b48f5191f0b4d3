"""`nbtrack.doctor()` in a notebook."""

from __future__ import annotations

import nbtrack


def test_the_doctor_tells_versions_settings_and_verdicts(capsys, monkeypatch):
    monkeypatch.setenv("NBTRACK_USER", "alice")
    with nbtrack.start_run():
        nbtrack.log_metric("a", 1.0)
    nbtrack.doctor()
    told = capsys.readouterr().out
    assert nbtrack.__version__ in told
    assert ".nbtrack" in told
    assert "NBTRACK_USER: alice" in told
    assert "good: the store is in good health" in told
    nbtrack.doctor(mask_envs=True)
    assert "alice" not in capsys.readouterr().out
