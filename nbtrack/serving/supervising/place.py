"""An endpoint's folder: its plan, how it was launched, how it stands; one lock is its sign of life.

The supervisor writes here, and everybody reads; what is read is whole, as it is put in place at
once.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, NamedTuple, TypeVar

import msgspec

from nbtrack.decoding import decode
from nbtrack.errors import EndpointError
from nbtrack.journal.reader import is_alive
from nbtrack.records.endpoint import EndpointPlan, EndpointStats, EndpointStatus

__all__ = [
    "Cause",
    "EndpointFolder",
    "EndpointState",
    "Launch",
    "WorkerState",
    "folders_in",
    "put_away",
    "removed_in",
]

T = TypeVar("T")

LOCK_ATTEMPTS = 20
LOCK_PAUSE_SECONDS = 0.02
"""A reader that looks whether somebody holds the lock holds it for an instant."""

Cause = Literal["", "port", "model"]


class Launch(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """How an endpoint was started, so that it can be started so again.

    Attributes:
        host: The address it listens at.
        port: The port that was asked for; None takes the first that is free.
        is_kept: Whether it outlives the process that asked for it.
        python: The interpreter of its workers; that of the supervisor else.
        greeting: What is said on the terminal once it is up; `{url}` in it is filled in.
        address: The host in its URL; that it listens at, or this machine, else.
        working_folder: Where the one who asked for it stood.
        allows_pickle: Whether models that this user did not log may run code as they are read.
        seen_bytes: How long the store's log of acts was when its aliases were looked at.
    """

    host: str = "127.0.0.1"
    port: int | None = None
    is_kept: bool = False
    python: str | None = None
    greeting: str | None = None
    address: str | None = None
    working_folder: str | None = None
    allows_pickle: bool | None = None
    seen_bytes: int = 0


class WorkerState(msgspec.Struct, omit_defaults=True, kw_only=True):
    """One worker as its supervisor sees it."""

    pid: int
    plan_number: int
    since: int
    is_ready: bool = False
    is_leaving: bool = False


class EndpointState(msgspec.Struct, omit_defaults=True, kw_only=True):
    """How an endpoint stands.

    Attributes:
        reason: Why it is not HEALTHY, or what went wrong last.
        cause: What kind of reason kept it from coming up.
        plan_number: The plan in force.
        refused: The plan that was tried last in vain.
        since: When it was started, ms since the epoch.
    """

    endpoint_id: str
    name: str
    status: EndpointStatus = "STARTING"
    pid: int = 0
    url: str = ""
    host: str = ""
    port: int = 0
    reason: str | None = None
    cause: Cause = ""
    plan_number: int = 0
    refused: int = 0
    since: int = 0
    workers: list[WorkerState] = []


class EndpointFolder(NamedTuple):
    """The files of one endpoint."""

    path: Path

    @property
    def lock(self) -> Path:
        return self.path / "alive.lock"

    @property
    def log(self) -> Path:
        return self.path / "log.jsonl"

    @property
    def complaints(self) -> Path:
        """What the supervisor itself put on stderr: nothing, if all is well."""
        return self.path / "stderr.txt"

    @property
    def models(self) -> Path:
        """Copies of the models it serves."""
        return self.path / "models"

    @property
    def is_alive(self) -> bool:
        """Whether a supervisor holds its lock."""
        return is_alive(self.lock)

    def seize(self) -> int | None:
        """Take the lock for a supervisor that is to be started; None if one holds it.

        The descriptor is passed on: the lock lasts as long as any process has it.
        """
        for _ in range(LOCK_ATTEMPTS):
            self.path.mkdir(parents=True, exist_ok=True)
            try:
                descriptor = os.open(self.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            except FileNotFoundError:  # the folder was removed just now
                continue
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if is_at(descriptor, self.lock):
                    return descriptor
            except BlockingIOError:
                time.sleep(LOCK_PAUSE_SECONDS)
            os.close(descriptor)
        return None

    @contextmanager
    def in_turn(self, *, waits: bool = True) -> Iterator[bool]:
        """Let one change the plan at a time; whether it is this one's turn, if it does not wait."""
        with (self.path / "plan.lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX if waits else fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True

    @property
    def has_plan_file(self) -> bool:
        """Whether there is a plan, be it one that only a later version of nbtrack can read."""
        return (self.path / FILES[EndpointPlan]).exists()

    def plan(self) -> EndpointPlan | None:
        return self.read("plan.json", EndpointPlan)

    def launch(self) -> Launch | None:
        return self.read("launch.json", Launch)

    def state(self) -> EndpointState | None:
        return self.read("state.json", EndpointState)

    def stats(self) -> EndpointStats | None:
        return self.read("stats.json", EndpointStats)

    def put(self, it: EndpointPlan | Launch | EndpointState | EndpointStats) -> None:
        """Write one of them; a reader sees the old or the new, never half of it.

        Raises:
            EndpointError: The folder cannot be written.
        """
        path = self.path / FILES[type(it)]
        new = path.with_suffix(f".{os.getpid()}.new")
        try:
            is_secret = isinstance(it, EndpointPlan) and it != it.discreet()
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
            with os.fdopen(os.open(new, flags, 0o600 if is_secret else 0o666), "wb") as file:
                file.write(msgspec.json.encode(it))
            new.replace(path)
        except OSError as error:
            raise EndpointError(
                f"{path} cannot be written ({error.strerror}); make room there or make it writable"
            ) from error

    def read(self, name: str, kind: type[T]) -> T | None:
        """What a file holds; None if there is none, or none that this version can read."""
        try:
            return decode((self.path / name).read_bytes(), kind)
        except (OSError, msgspec.MsgspecError):
            return None


FILES: dict[type, str] = {
    EndpointPlan: "plan.json",
    Launch: "launch.json",
    EndpointState: "state.json",
    EndpointStats: "stats.json",
}


def is_at(descriptor: int, path: Path) -> bool:
    """Whether an open file is still the one at a path: a folder may be removed meanwhile."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def folders_in(store: Path) -> list[EndpointFolder]:
    """The endpoints of a store that have a folder, by name; what is being removed is none."""
    return [EndpointFolder(it) for it in inside(store) if not it.name.startswith(HIDDEN)]


def removed_in(store: Path) -> list[Path]:
    """The folders of endpoints whose removal did not come to its end."""
    return [it for it in inside(store) if it.name.startswith(HIDDEN)]


HIDDEN = "."


def put_away(folder: EndpointFolder) -> Path:
    """Take an endpoint out of its store at once, before its files go one by one."""
    away = folder.path.with_name(f"{HIDDEN}{folder.path.name}.{os.getpid()}.{time.time_ns()}")
    return folder.path.rename(away)


def inside(store: Path) -> list[Path]:
    try:
        return sorted(it for it in (store / "endpoints").iterdir() if it.is_dir())
    except OSError:
        return []
