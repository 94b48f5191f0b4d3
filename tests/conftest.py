"""What every test gets: a home, a working directory and a session of its own."""

from __future__ import annotations

import gc
import itertools
import os
import re
import sys
import tempfile
import warnings
from functools import partial
from pathlib import Path

import pytest

from nbtrack.journal.folder import StoreFolder
from nbtrack.records.metric import Metric
from nbtrack.records.param import Param
from nbtrack.records.run import RunInfo
from nbtrack.records.tag import RunTag
from nbtrack.store import engine

JOURNEYS = Path(__file__).parent / "journeys"
LONGEST_NAME = 100

# As many processes of tests run as there are processors: threads of one would take from another.
for library in ("OMP", "OPENBLAS"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")


def pytest_configure(config):
    """Give DuckDB one thread in each of several processes; a single one has what users have."""
    if hasattr(config, "workerinput"):
        engine.THREADS = 1


def pytest_itemcollected(item):
    """Have tests that share a dear fixture run in one process: it is made once.

    Later than here pytest-xdist does not see the mark.
    """
    if JOURNEYS / "lab" in item.path.parents:
        item.add_marker(pytest.mark.xdist_group("browser"))
    elif "module" in {it[-1].scope for it in item._fixtureinfo.name2fixturedefs.values()}:
        item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))


def pytest_make_parametrize_id(val):
    """Name a case of a long text by its beginning: each process that is begun is told the name."""
    if isinstance(val, str | bytes) and len(val) > LONGEST_NAME:
        return f"{val[:LONGEST_NAME]!a} of {len(val)}"
    return None


def pytest_collection_modifyitems(items):
    """Begin with journeys: a long one at the end would leave other processes without work."""
    items.sort(key=lambda item: JOURNEYS not in item.path.parents)


def pytest_collection_finish():
    """Have no look for garbage go over thousands of tests, which stay: each shell's end is one."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def no_checkout(tmp_path_factory):
    """No script of a checkout runs, nor anything in its folder: the first run finds the commit."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["a test"])
        patch.chdir(tmp_path_factory.mktemp("nowhere"))
        yield


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory):
    """Where libraries keep what is slow to make, such as matplotlib's list of fonts."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def new_folder(tmp_path_factory):
    """Make an empty folder; pytest's own way looks through the thousands that are there."""
    place, numbers = tmp_path_factory.mktemp("each"), itertools.count()

    def new_folder(name):
        folder = place / f"{name}{next(numbers)}"
        folder.mkdir(mode=0o700)
        return folder

    return new_folder


@pytest.fixture
def tmp_path(new_folder, request):
    """An empty folder of the test's own, with its name."""
    return new_folder(re.sub(r"\W", "_", request.node.name)[:30])


@pytest.fixture(autouse=True)
def nothing_from_outside(new_folder, shared_cache, monkeypatch):
    """No test reads the user's files, environment or repository, or what another test left."""
    home = new_folder("home")
    forget_settings()
    monkeypatch.setenv("HOME", str(home))
    for kind in ("CACHE", "CONFIG", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(home / kind.lower()))
    monkeypatch.setenv("MPLCONFIGDIR", str(shared_cache))
    monkeypatch.setenv("MPLBACKEND", "Agg")
    work = home / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    forget_the_key()
    yield
    left_open = end_open_runs()
    if session := sys.modules.get("nbtrack.api.session"):
        session.reset()
    forget_settings()  # for good: what a test exported would reach the next module's fixtures
    if guard := sys.modules.get("nbtrack.capture.guard"):
        guard.told.clear()
    if logging := sys.modules.get("nbtrack.api.models.logging"):
        logging.retriever_schemas.clear()
    assert not left_open, f"the test left runs open: {left_open}"


def forget_settings():
    """Take the settings of others out of the environment."""
    for name in [name for name in os.environ if name.startswith(("NBTRACK_", "MLFLOW_", "GIT_"))]:
        del os.environ[name]


def forget_the_key():
    """Read the user's key again: each test has a home of its own."""
    if redaction := sys.modules.get("nbtrack.capture.redaction"):
        redaction.hash_key.cache_clear()


def end_open_runs():
    """End what a test left open, so that the next one starts clean; their ids."""
    if "nbtrack.api.tracking.values" not in sys.modules:
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


@pytest.fixture(scope="session")
def put_runs():
    """Put runs into a store by their names, each a second after the one before.

    A run's metrics are values, or lists of them by step.
    """

    def put_runs(store, **runs):
        records = []
        for number, (run_id, told) in enumerate(runs.items()):
            given = {"experiment_id": "0", "run_name": run_id, "status": "FINISHED"} | told
            parts = {part: given.pop(part, {}) for part in ("params", "metrics", "tags")}
            moment = given.pop("start_time", 1_000_000 + number * 1000)
            records.append(RunInfo(run_id=run_id, start_time=moment, time=moment * 1000, **given))
            for key, value in parts["params"].items():
                records.append(Param(key, value, run_id, moment * 1000))
            for key, value in parts["tags"].items():
                records.append(RunTag(key, value, run_id, moment * 1000))
            for key, value in parts["metrics"].items():
                for step, it in enumerate(value if isinstance(value, list) else [value]):
                    records.append(Metric(key, it, moment + step, step, run_id=run_id))
        store.append(records)

    return put_runs


@pytest.fixture
def log_runs(store, put_runs):
    """Put runs into the store of the test."""
    return partial(put_runs, store)


@pytest.fixture(scope="session")
def new_kernel():
    """Start a kernel and wait for it: its manager and its client.

    They talk over files: a port that was free may be taken before the kernel binds it, where
    many processes talk to each other at once.
    """
    with tempfile.TemporaryDirectory(prefix="kernels-") as folder:  # a socket's path is short

        def new_kernel(**options):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                from jupyter_client.manager import KernelManager

                manager = KernelManager(kernel_name="python3", transport="ipc")
                manager.connection_file = f"{tempfile.mkdtemp(dir=folder)}/it.json"
                manager.start_kernel(**options)
                client = manager.client()
                client.start_channels()
                try:
                    client.wait_for_ready(timeout=90)
                except RuntimeError:
                    client.stop_channels()
                    manager.shutdown_kernel(now=True)
                    raise
            return manager, client

        yield new_kernel
