"""DuckDB in this process: one warm in-memory instance, to which stores are attached for a moment.

To connect costs 25 ms, to attach a file to a warm instance 0.4 ms.
"""

from __future__ import annotations

import ctypes
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from nbtrack.store.tables import quoted

__all__ = [
    "NEW_FILE",
    "READ_WRITE",
    "Attachment",
    "Connection",
    "EngineError",
    "attach",
    "attached",
    "columns_of_answer",
    "connect",
    "detach",
    "engine",
    "pause",
    "statements",
    "version",
]

NEW_FILE = "STORAGE_VERSION 'v1.5.0', BLOCK_SIZE 65536"
"""How a file is made: for the oldest DuckDB that is to read it, an empty store in 340 KB."""

READ_WRITE = "READ_WRITE, ROW_GROUP_SIZE 16384"
"""How a file is written: what is inserted at once is written once from so many rows on.

Fewer are written with those before them again, and groups of DuckDB's own size, 122,880 rows, were
merged at every other drain: to take predictions in then cost twice as much.
"""

THREADS = 4

Connection = duckdb.DuckDBPyConnection
EngineError = duckdb.Error

log = logging.getLogger("nbtrack")


class Engine:
    """The warm instance of a process.

    Attributes:
        gives_back: Whether memory that an answer took is returned to the system each time: 20 MB of
            100,000 runs, for 5% of the CPU time. DuckDB keeps it for the next one otherwise.
        threads: How many an instance that is made from now on may use.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.connection: Connection | None = None
        self.count = 0
        self.gives_back = False
        self.threads = THREADS

    def cursor(self) -> Connection:
        """A connection of its own to the instance, which is made at first."""
        with self.lock:
            if self.connection is None:
                self.connection = connect(self.threads)
            return self.connection.cursor()

    def next_name(self) -> str:
        """A name that no attached store has."""
        with self.lock:
            self.count += 1
            return f"store_{self.count}"

    def dispose(self) -> None:
        """Let the instance go with all that is attached; the next cursor makes another."""
        with self.lock:
            if self.connection is not None:
                self.connection.close()
            self.connection = None

    def leave_to_parent(self) -> None:
        """In a forked child: the threads of the instance are not here, so it is never touched.

        Not even freed at exit, where DuckDB would wait for those threads and abort: one reference
        too many keeps it.
        """
        self.lock = threading.Lock()
        if self.connection is not None:
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(self.connection))
        self.connection = None


engine = Engine()
os.register_at_fork(after_in_child=engine.leave_to_parent)


def connect(threads: int = THREADS) -> Connection:
    """An in-memory instance that neither downloads extensions nor reads the caller's variables."""
    return duckdb.connect(
        ":memory:",
        config={
            "threads": min(threads, os.cpu_count() or 1),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "python_enable_replacements": "false",
        },
    )


class Attachment(NamedTuple):
    """A file that is attached, under a name."""

    cursor: Connection
    name: str

    def let_go(self, *, is_failing: bool = False) -> None:
        """Detach the file, which brings to it what the log holds."""
        detach(self.cursor, self.name, is_failing=is_failing)
        self.cursor.close()


@contextmanager
def attached(
    path: Path,
    options: str,
    refused: Callable[[str], bool] = lambda _: False,
    stays: Callable[[Attachment], bool] = lambda _: False,
) -> Iterator[Connection]:
    """A connection whose default catalog is the database in a file, for as long as it is needed.

    Args:
        path: The file; it is made if it is not there and the options let it.
        options: What stands behind ATTACH, such as READ_ONLY.
        refused: Called with DuckDB's words when the file cannot be attached; whether to try again.
        stays: Called when all went well; whether somebody else lets the file go.
    """
    cursor = engine.cursor()
    is_kept = False
    try:
        name = attach(cursor, path, options, refused)
        try:
            cursor.execute(f"USE {name}")
            yield cursor
        except BaseException:
            detach(cursor, name, is_failing=True)
            raise
        is_kept = stays(Attachment(cursor, name))
        if not is_kept:
            detach(cursor, name)
    finally:
        if not is_kept:
            cursor.close()


def attach(
    cursor: Connection,
    path: Path,
    options: str,
    refused: Callable[[str], bool] = lambda _: False,
    *,
    name: str = "",
) -> str:
    """Attach a file under a name, a new one if none is given; the result is the name."""
    name = name or engine.next_name()
    while True:
        try:
            cursor.execute(f"ATTACH {quoted(str(path))} AS {name} ({options})")
        except duckdb.Error as error:
            if not refused(str(error)):
                raise
        else:
            return name


def detach(cursor: Connection, name: str, *, is_failing: bool = False) -> None:
    """Let the file go, whatever happened before; if DuckDB refuses, with the whole instance."""
    try:
        if is_failing:
            roll_back(cursor)
        cursor.execute("USE memory")
        cursor.execute(f"DETACH {name}")
        if engine.gives_back:
            # Of all statements this one has the allocator return what it holds for later.
            cursor.execute("RESET memory_limit")
    except duckdb.Error as error:
        # What was committed stands in the write-ahead log; the next writer brings it to the file.
        log.warning("the database was let go without a checkpoint: %s", error)
        engine.dispose()


def roll_back(cursor: Connection) -> None:
    """End a transaction that an error or a Ctrl-C left open, if there is one."""
    try:
        cursor.execute("ROLLBACK")
    except duckdb.TransactionException as error:
        log.debug("nothing to roll back: %s", error)


def statements(text: str) -> list[str]:
    """The kinds of the statements in a text: SELECT, INSERT, …; raises EngineError."""
    return [str(found.type).rpartition(".")[2] for found in duckdb.extract_statements(text)]


def columns_of_answer(cursor: Connection) -> dict[str, Any]:
    """What the last statement found: arrays of numbers and times, other columns as lists."""
    arrays = cursor.fetchnumpy()
    return {
        name: array
        if array.dtype.kind in "iufbM" and not hasattr(array, "mask")  # masked: it has NULLs
        else array.tolist()
        for name, array in arrays.items()
    }


def pause(seconds: float = 0.02) -> None:
    """Wait a moment for another program to let go of a file."""
    time.sleep(seconds)


def version() -> str:
    """Which DuckDB this is."""
    return duckdb.__version__
