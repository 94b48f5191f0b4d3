"""Where predictions go: parts beside the target, which a scoring that was killed goes on from.

A part is written whole or not at all, and noted after it; at the end the parts become the target.
"""

from __future__ import annotations

import fcntl
import itertools
import os
import shutil
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol, get_args

import msgspec

from nbtrack.api.scoring.sources import FORMATS, ending_of
from nbtrack.decoding import decode
from nbtrack.errors import AlreadyExists, Conflict, InvalidValue, StoreBusy
from nbtrack.store.table_files import WrittenFormat, alike, joined, written
from nbtrack.store.table_streams import scratch

__all__ = ["NOTE", "Memory", "Parts", "Target", "Writer", "target_called"]

PART_BYTES = 8_000_000
"""Of a part's rows in memory."""

PART_SECONDS = 30.0
"""What a kill costs at most."""

NOTE = "_nbtrack.json"
"""By this file a folder of predictions is known as one that was written here."""

LIST = "parts.jsonl"
"""Which parts are written; it is made with the first of them."""

WORDS = {
    "data": "the data changed",
    "model": "the model is another",
    "options": "it is asked in another way",
}


class Target(NamedTuple):
    """Where predictions go: a file, or a folder of files."""

    path: Path
    kind: WrittenFormat
    is_folder: bool

    @property
    def ending(self) -> str:
        """The ending of each part."""
        packed = ".gz" if self.path.suffix == ".gz" else ""
        return f".{self.kind}{packed}"

    @property
    def failed_path(self) -> Path:
        """Where rows are listed that the model could not answer."""
        return self.path.with_name(f"{self.path.name}.failed.jsonl")


def target_called(out: str | os.PathLike[str], kind: str | None = None) -> Target:
    """The target that a path means: a file by its ending, a folder without one.

    Raises:
        InvalidValue: It has an ending of a format that is not written.
        AlreadyExists: There is a folder of something else.
    """
    path = Path(out).expanduser().absolute()
    found = FORMATS.get(ending_of(str(path)))
    is_folder = path.is_dir() or os.fspath(out).endswith("/") or (found is None and not path.suffix)
    wanted = kind or ("parquet" if is_folder else found)
    if wanted not in get_args(WrittenFormat) or (wanted == "parquet" and path.suffix == ".gz"):
        raise InvalidValue(
            f"predictions are not written to {path.name!r}; the file ends in .parquet, .csv or "
            f".jsonl, or it is a folder"
        )
    if is_folder and path.is_dir() and any(path.iterdir()) and not (path / NOTE).is_file():
        raise AlreadyExists(f"the folder {str(path)!r} has other files in it; name an empty one")
    if not is_folder and path.exists() and not os.access(path, os.W_OK):
        raise InvalidValue(f"{str(path)!r} may not be written")
    return Target(path, wanted, is_folder)  # type: ignore[arg-type] # seen to be one of them


class Part(msgspec.Struct, frozen=True):
    """A part that is written."""

    name: str
    rows: int
    failed: int
    columns: tuple[str, ...]


class Writer(Protocol):
    """Takes rows with their predictions."""

    done: int
    """Rows that were scored by an earlier call."""
    failed: int
    columns: Sequence[str] | None
    """Those of the rows so far."""

    def take(self, frame: Any, failed: Sequence[Mapping[str, Any]]) -> None:
        """Take the rows of a batch."""

    def finish(self) -> Any:
        """Put all in its place."""

    def leave(self) -> None:
        """Stop where it is."""


class Memory:
    """Predictions that stay in memory."""

    def __init__(self) -> None:
        self.done, self.failed = 0, 0
        self.columns: Sequence[str] | None = None
        self.frames: list[Any] = []
        self.problems: list[Mapping[str, Any]] = []

    def take(self, frame: Any, failed: Sequence[Mapping[str, Any]]) -> None:
        """Keep a batch."""
        self.columns = list(frame.columns)
        self.frames.append(frame)
        self.problems += failed
        self.failed += len(failed)

    def finish(self) -> Any:
        """All of them as one frame."""
        import pandas as pd

        return pd.concat(self.frames, ignore_index=True) if self.frames else pd.DataFrame()

    def leave(self) -> None:
        """Nothing is left behind."""


class Parts:
    """Predictions as files.

    Args:
        target: Where they go in the end.
        identity: The data, the model and the way it is asked; a scoring goes on only if all of
            them are the same.
        types: Columns whose types a frame cannot hold.
        is_new: Whether what an earlier call left is dropped.

    Raises:
        Conflict: An earlier call left parts of another scoring.
        StoreBusy: Another process is at it.
    """

    def __init__(
        self,
        target: Target,
        identity: Mapping[str, Any],
        types: Mapping[str, str],
        *,
        is_new: bool,
    ) -> None:
        self.target, self.types = target, types
        self.folder = target.path.with_name(f"{target.path.name}.parts")
        self.parts: list[Part] = []
        self.frames: list[Any] = []
        self.problems: list[Mapping[str, Any]] = []
        self.size, self.begun = 0, time.monotonic()
        self.cursor: Any = None
        self.lock = self.locked()
        try:
            self.begin(dict(identity), is_new=is_new)
        except BaseException:
            self.leave()
            raise
        self.done = sum(part.rows for part in self.parts)
        self.failed = sum(part.failed for part in self.parts)
        self.columns: Sequence[str] | None = self.parts[-1].columns if self.parts else None

    def locked(self) -> int:
        """Keep other processes out."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(lock)
            raise StoreBusy(
                f"another process is scoring into {str(self.target.path)!r}; wait for it, or name "
                f"another place"
            ) from error
        return lock

    def begin(self, identity: dict[str, Any], *, is_new: bool) -> None:
        """Go on where an earlier call stopped, or start."""
        note, listed = self.folder / NOTE, self.folder / LIST
        if note.is_file() and listed.is_file() and not is_new:
            before = msgspec.json.decode(note.read_bytes())
            wanted = msgspec.json.decode(msgspec.json.encode(identity))
            other = [WORDS[name] for name in WORDS if before.get(name) != wanted[name]]
            if other:
                raise Conflict(
                    f"a scoring into {str(self.target.path)!r} was begun and not finished, and now "
                    f"{' and '.join(other)}; resume=False begins anew"
                )
            lines = listed.read_bytes().splitlines()
            noted = [decode(line, Part) for line in lines if whole(line)]
            there = itertools.takewhile(lambda it: (self.folder / it.name).is_file(), noted)
            self.parts = list(there)
            return
        for path in self.folder.iterdir():
            if path.name != "lock":
                path.unlink()
        note.write_bytes(msgspec.json.encode(identity))

    def take(self, frame: Any, failed: Sequence[Mapping[str, Any]]) -> None:
        """Take the rows of a batch; a part is written once there are enough."""
        if self.frames and texts(frame) != texts(self.frames[-1]):
            self.write()  # a column is text from here on, and would not go into one with numbers
        self.columns = tuple(frame.columns)
        self.frames.append(frame)
        self.problems += failed
        self.size += int(frame.memory_usage(index=False, deep=False).sum())
        if self.size >= PART_BYTES or time.monotonic() - self.begun >= PART_SECONDS:
            self.write()

    def write(self) -> None:
        """Write a part, then note it."""
        import pandas as pd

        if not self.frames:
            return
        name = f"part-{len(self.parts):05}{self.target.ending}"
        frame = self.frames[0] if len(self.frames) == 1 else pd.concat(self.frames)
        self.cursor = self.cursor or scratch()  # it takes as long as a part to make one
        written(self.cursor, frame, self.types, self.folder / name, self.target.kind)
        if self.problems:
            lines = b"".join(msgspec.json.encode(it) + b"\n" for it in self.problems)
            (self.folder / f"{name}.failed").write_bytes(lines)
        part = Part(name, len(frame), len(self.problems), tuple(frame.columns))
        with (self.folder / LIST).open("ab") as listed:
            listed.write(msgspec.json.encode(part) + b"\n")
            listed.flush()
            os.fsync(listed.fileno())
        self.parts.append(part)
        self.failed += part.failed
        self.frames, self.problems, self.size = [], [], 0
        self.begun = time.monotonic()

    def finish(self) -> Path:
        """Put the parts together, in place of what was there."""
        self.write()
        self.close()
        self.list_failed()
        paths = [self.folder / part.name for part in self.parts]
        if self.target.is_folder:
            if self.target.kind == "parquet" and len(paths) > 1:
                alike(paths)
            self.become_folder()
        else:
            joined(paths, self.target.path, self.target.kind)
            shutil.rmtree(self.folder)
        self.leave()
        return self.target.path

    def list_failed(self) -> None:
        """Put the lists of rows that failed together; without any there is no list."""
        target = self.target.failed_path
        lists = [self.folder / f"{part.name}.failed" for part in self.parts if part.failed]
        if not lists:
            target.unlink(missing_ok=True)
            return
        with target.open("wb") as whole:
            for path in lists:
                whole.write(path.read_bytes())
                path.unlink()

    def become_folder(self) -> None:
        """Let the folder of parts be the target."""
        path = self.target.path
        for name in ("lock", LIST):
            (self.folder / name).unlink(missing_ok=True)
        before = path.with_name(f".{path.name}.before")
        if path.exists():
            path.rename(before)
        self.folder.rename(path)
        shutil.rmtree(before, ignore_errors=True)

    def close(self) -> None:
        """End the instance that writes."""
        if self.cursor is not None:
            self.cursor.close()
            self.cursor = None

    def leave(self) -> None:
        """Let others in; what is written stays, to go on from."""
        self.close()
        if self.lock >= 0:
            if self.folder.is_dir() and not (self.folder / LIST).is_file():
                shutil.rmtree(self.folder, ignore_errors=True)
            os.close(self.lock)
            self.lock = -1


def texts(frame: Any) -> list[bool]:
    """Which columns are of text, or of things."""
    return [it.kind == "O" for it in frame.dtypes]


def whole(line: bytes) -> bool:
    """Whether a line was written to its end."""
    return line.startswith(b"{") and line.endswith(b"}")
