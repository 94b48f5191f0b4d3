"""What every test gets: a home, a working directory and a session of its own."""

from __future__ import annotations

import os
import sys

import pytest

from nbtrack.journal.folder import StoreFolder


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory):
    """Where libraries keep what is slow to make, such as matplotlib's list of fonts."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def nothing_from_outside(tmp_path_factory, shared_cache, monkeypatch):
    """No test reads the user's files, environment or repository, or what another test left."""
    home = tmp_path_factory.mktemp("home")
    for name in [name for name in os.environ if name.startswith(("NBTRACK_", "MLFLOW_", "GIT_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    for kind in ("CACHE", "CONFIG", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(home / kind.lower()))
    monkeypatch.setenv("MPLCONFIGDIR", str(shared_cache))
    monkeypatch.setenv("MPLBACKEND", "Agg")
    work = home / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    yield
    left_open = end_open_runs()
    if session := sys.modules.get("nbtrack.api.session"):
        session.reset()
    assert not left_open, f"the test left runs open: {left_open}"


def end_open_runs():
    """End what a test left open, so that the next one starts clean; their ids."""
    if "nbtrack.api.tracking" not in sys.modules:
        return []
    import nbtrack

    left_open = []
    while run := nbtrack.active_run():
        left_open.append(run.info.run_id)
        nbtrack.end_run()
    return left_open


@pytest.fixture
def store_folder(tmp_path):
    """An empty store's folder."""
    folder = StoreFolder(tmp_path / ".nbtrack")
    folder.prepare()
    return folder
