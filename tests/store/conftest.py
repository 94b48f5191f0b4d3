"""What the tests of the store share: a store, journals beside it, and processes of their own."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from nbtrack.journal.folder import StoreFolder
from nbtrack.journal.writer import JournalWriter
from nbtrack.query.tree import Sql
from nbtrack.records.ids import next_time, now_ms, uuid7
from nbtrack.records.run import RunInfo
from nbtrack.store.duckdb import DuckDBStore

# The contract is a module that the tests of each store inherit from.
sys.path.insert(0, str(Path(__file__).parent))
pytest.register_assert_rewrite("contract")


@pytest.fixture
def folder(store_folder):
    return store_folder


@pytest.fixture
def store(folder):
    store = DuckDBStore(folder)
    yield store
    store.close()


@pytest.fixture
def make_writer(folder):
    """Writers of journals, closed at the end of the test."""
    made = []

    def make(place=folder):
        made.append(JournalWriter(place))
        return made[-1]

    yield make
    for writer in made:
        writer.close()


@pytest.fixture
def writer(make_writer):
    return make_writer()


@pytest.fixture
def start(writer):
    """Begin a run in the journal of `writer`; the result is its id."""

    def start(into=writer, **fields):
        told = {
            "run_id": uuid7(),
            "experiment_id": "0",
            "status": "RUNNING",
            "start_time": now_ms(),
            "time": next_time(),
        }
        info = RunInfo(**{**told, **fields})
        into.write(info)
        return info.run_id

    return start


@pytest.fixture
def rows(store):
    """The rows that a SELECT over the documented views finds."""

    def rows(text, of=store):
        columns = of.fetch(Sql(text)).columns
        return list(zip(*(list(column) for column in columns.values()), strict=True))

    return rows


@pytest.fixture
def core(store):
    """The rows of a query on the tables themselves."""

    def core(query, of=store):
        return of.ask(lambda cursor: cursor.execute(query).fetchall())

    return core


@pytest.fixture
def wait_until():
    """Poll a condition; the test fails if it does not become true."""

    def wait_until(condition, seconds=30):
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "the condition did not become true"
            time.sleep(0.005)

    return wait_until


@pytest.fixture
def spawn():
    """Start a program in a fresh process; what still runs at the end of the test is killed."""
    started = []

    def spawn(program, *arguments):
        command = [sys.executable, "-W", "error", "-c", program, *map(str, arguments)]
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield spawn
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def python(spawn):
    """Run a program in a fresh process; the result is what it printed."""

    def python(program, *arguments, code=0):
        process = spawn(program, *arguments)
        out, err = process.communicate(timeout=120)
        assert process.returncode == code, err
        return out

    return python


@pytest.fixture(scope="module")
def shared_store(tmp_path_factory):
    """A store that the tests of a module read and never write."""
    folder = StoreFolder(tmp_path_factory.mktemp("shared") / ".nbtrack")
    folder.prepare()
    store = DuckDBStore(folder)
    yield store
    store.close()
