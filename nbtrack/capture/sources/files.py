"""Files that cells read and write: `file:/path`.

Python's own opens are heard of (`audit`); libraries that open files by themselves (Parquet,
SQLite, DuckDB) are found by the paths that a cell names, looked at before and after.
"""

from __future__ import annotations

import importlib.util
import os
import re
import sys
import sysconfig
import tempfile
from functools import cache
from pathlib import PosixPath, PurePath, PurePosixPath, PureWindowsPath, WindowsPath
from types import FrameType, ModuleType
from typing import Any, Literal, NamedTuple

import xxhash

from nbtrack.capture import audit
from nbtrack.capture.classes import home_of, is_exactly, is_of
from nbtrack.capture.hidden import CellFacts, Touch
from nbtrack.journal.writer import writers

__all__ = [
    "CLOCK_NS",
    "FileState",
    "file_digest",
    "is_of_system",
    "own_source",
    "stamp_of",
]

Act = Literal["read", "write", "change"]

WHOLE_BYTES = 64 << 20
MOST_NAMED = 60
LONGEST_PATH = 400
CLOCK_NS = 10_000_000
"""A file's time may lag behind the clock by a tick of the kernel."""

TOOLS = ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
"""Variables that say where a kernel keeps its history and settings."""

PATHS = frozenset({bytes, PosixPath, PurePosixPath, WindowsPath, PureWindowsPath})
"""Types of paths; those of others would have to be asked by a method of their own."""

path_like = re.compile(r"[\w.~+@-]*[./][\w./~+@-]+|[\w-]+\.\w+")


class Stamp(NamedTuple):
    """A file as `stat` shows it."""

    size: int
    modified_ns: int


class FileState:
    """Notices the files that a cell opened or named."""

    def __init__(self) -> None:
        self.acts: dict[str, Act] = {}
        self.folders: set[str] = set()
        """Folders that were listed or gone into."""
        self.is_listening = False
        self.system = system_folders()  # known before anything is heard: asking opens files
        standard_library()
        self.stamps: dict[str, Stamp] = {}
        """Files as they were after the last cell that touched them."""
        self.digests: dict[str, tuple[Stamp, str]] = {}
        self.unheard: dict[str, int] = {}
        """Files that the last cell read and that changed before it without a sound: when."""
        self.events = {
            "open": self.opened,
            "sqlite3.connect": self.connected,
            "os.rename": self.renamed,
            "os.remove": self.removed,
            "os.mkdir": self.made,
            "os.chdir": self.listed,
            "os.listdir": self.listed,
            "os.scandir": self.listed,
        }
        for event, listener in self.events.items():
            audit.hear(event, listener)

    def close(self) -> None:
        for event, listener in self.events.items():
            audit.unhear(event, listener)

    def before(self) -> None:
        self.acts, self.folders = {}, set()
        self.is_listening = True

    # What is heard while a cell runs; called for every file, so it must be quick and never raise

    def opened(self, arguments: tuple[Any, ...]) -> None:
        if not self.is_listening:
            return
        path, mode, flags = arguments
        if isinstance(path, int) or (isinstance(path, str) and path.startswith(self.system)):
            return
        if isinstance(mode, str):
            if "+" in mode or "a" in mode:
                act: Act = "write" if "w" in mode or "x" in mode else "change"
            else:
                act = "write" if "w" in mode or "x" in mode else "read"
        elif isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR):
            act = "write" if flags & os.O_TRUNC else "change"
        else:
            act = "read"
        self.note(path, act)

    def connected(self, arguments: tuple[Any, ...]) -> None:
        if self.is_listening and arguments and arguments[0] != ":memory:":
            self.note(arguments[0], "read")  # `after` sees whether it was changed

    def renamed(self, arguments: tuple[Any, ...]) -> None:
        if self.is_listening:
            self.note(arguments[0], "change")
            self.note(arguments[1], "write")

    def removed(self, arguments: tuple[Any, ...]) -> None:
        if self.is_listening:
            self.note(arguments[0], "change")

    def made(self, arguments: tuple[Any, ...]) -> None:
        if self.is_listening:
            self.note(arguments[0], "write")

    def listed(self, arguments: tuple[Any, ...]) -> None:
        path = "." if arguments[0] is None else text_of(arguments[0])
        if is_by_import(sys._getframe(2)):  # noqa: SLF001 - who lists it: `heard` is between
            return
        if self.is_listening and path is not None:
            self.folders.add(os.path.abspath(path))  # noqa: PTH100 - half the time of Path

    def note(self, path: Any, act: Act) -> None:
        """Remember the first reading and the strongest writing of a file."""
        text = text_of(path)
        if text is None:
            return
        full = os.path.abspath(text)  # noqa: PTH100 - see above
        if full not in self.acts and is_of_system(full):
            return
        if is_by_us(sys._getframe(3)):  # noqa: SLF001 - who opens it: two listeners are between
            return
        known = self.acts.get(full)
        if known is None:
            self.acts[full] = act
        elif known == "read" and act != "read":
            self.acts[full] = "change"

    # After the cell

    def after(self, cell: CellFacts) -> list[Touch]:
        self.is_listening = False
        acts = {source_of(path): act for path, act in dict(self.acts).items()}  # threads go on
        for path in self.named(cell):
            stamp = stamp_of(path)
            known = self.stamps.get(path)
            since = cell.started_ns - CLOCK_NS
            changed = stamp is not None and (
                stamp != known and is_since(path, since) if known else stamp.modified_ns >= since
            )
            if path not in acts:
                acts[path] = "write" if changed and not is_store(path) else "read"
            elif acts[path] == "read" and changed:
                acts[path] = "change"
            if changed and known and is_store(path):
                acts[path] = "change"
        touches = []
        self.unheard = self.changed_unheard(cell, acts)
        for path, act in acts.items():
            before = self.digests.get(path, (None, ""))[1]
            after = self.remember(path)
            if act == "read" and not after:
                continue  # looked for and not found, or a folder
            touches.append(Touch(f"file:{path}", act, after if act == "read" else before, after))
        return [*touches, *self.around(cell, acts, set(self.folders))]

    def changed_unheard(self, cell: CellFacts, acts: dict[str, Act]) -> dict[str, int]:
        """Files that changed since they were touched last: by a library, or another process."""
        found = {}
        for path, act in acts.items():
            stamp = stamp_of(path) if act != "write" else None
            if stamp is None or stamp == self.stamps.get(path):
                continue
            if stamp.modified_ns < cell.started_ns:
                found[path] = stamp.modified_ns
        return found

    def around(self, cell: CellFacts, acts: dict[str, Act], folders: set[str]) -> list[Touch]:
        """Folders that earlier cells made and this one used, and files in those it listed."""
        written = {it.removeprefix("file:") for it in cell.written if it.startswith("file:")}
        if not written:
            return []
        used = {parent for path in (*acts, *folders) for parent in parents_of(path)}
        used |= folders
        used |= {path for path in written if os.path.dirname(path) in folders}  # noqa: PTH120 - see note
        return [
            Touch(f"file:{path}", "read", self.digests.get(path, (None, ""))[1])
            for path in sorted(used & written - acts.keys())
        ]

    def named(self, cell: CellFacts) -> list[str]:
        """Files that a cell names in its texts or variables, and modules of the user's own."""
        told = [text for text in cell.usage.texts if len(text) <= LONGEST_PATH]
        words = [word for text in told if " " in text for word in path_like.findall(text)]
        told += words
        for name in (*cell.usage.reads, *cell.usage.writes):
            value = cell.value_of(name)
            if type(value) is str and len(value) <= LONGEST_PATH:
                told.append(value)
            elif is_of(value, PurePath) and home_of(type(value)).startswith("pathlib"):
                told.append(str(value))
            elif is_of(value, ModuleType) and name in cell.usage.writes:
                told.append(own_source(value))
        paths = [os.path.abspath(it) for it in told if it and ("." in it or "/" in it)]  # noqa: PTH100 - see above
        found = [it for it in dict.fromkeys(paths) if "\0" not in it and not is_of_system(it)]
        return [it for it in found[:MOST_NAMED] if os.path.isfile(it)]  # noqa: PTH113 - see above

    def remember(self, path: str) -> str:
        """The digest of a file as it is now; empty where there is none."""
        stamp = stamp_of(path)
        if stamp is None:
            self.digests.pop(path, None)
            return ""
        self.stamps[path] = stamp
        known = self.digests.get(path)
        if known is None or known[0] != stamp:
            known = self.digests[path] = (stamp, file_digest(path, stamp.size))
        return known[1]

    def digest(self, symbol: str) -> str | None:
        return self.remember(symbol.removeprefix("file:")) if symbol.startswith("file:") else None


def text_of(path: Any) -> str | None:
    """A path as text; None for one that is none, or a class of the user's."""
    if is_of(path, str):
        return str.__str__(path)
    return os.fsdecode(path) if is_exactly(path, PATHS) else None


def is_by_import(frame: FrameType) -> bool:
    """Whether it is the import system that lists a folder: to find modules, not data."""
    return frame.f_code.co_filename.startswith("<frozen importlib")


def is_by_us(frame: FrameType | None) -> bool:
    """Whether nbtrack opens a file for itself, as its threads read the commit of the project."""
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith(package_folder()):
            return True
        if not name.startswith(standard_library()):
            return False
        frame = frame.f_back
    return False


def parents_of(path: str) -> list[str]:
    """The folders above a path."""
    return [str(it) for it in PurePath(path).parents]


def stamp_of(path: str) -> Stamp | None:
    """The size and time of a file; None where there is no plain file."""
    try:
        found = os.stat(path)  # noqa: PTH116 - see above
    except (OSError, ValueError):
        return None
    is_plain = (found.st_mode & 0o170000) == 0o100000
    return Stamp(found.st_size, found.st_mtime_ns) if is_plain else None


def is_since(path: str, moment_ns: int) -> bool:
    """Whether a file was changed after a cell had begun, and not between two cells by others.

    Its time may be set by who writes it, as `cp -p` does; that of its entry may not.
    """
    try:
        return os.stat(path).st_ctime_ns >= moment_ns  # noqa: PTH116 - see above
    except OSError:
        return False


def file_digest(path: str, size: int) -> str:
    """The digest of a file's bytes; of a large one its beginning, end and size."""
    state = xxhash.xxh3_64()
    try:
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - see above
            left = WHOLE_BYTES
            while left > 0 and (block := file.read(min(left, 1 << 20))):
                state.update(block)
                left -= len(block)
            if size > WHOLE_BYTES:
                file.seek(-min(size - WHOLE_BYTES, 1 << 20), os.SEEK_END)
                state.update(file.read())
                state.update(str(size).encode())
    except OSError:
        return ""
    return state.hexdigest()


def source_of(path: str) -> str:
    """The source of a compiled module, which is what a person changes."""
    if path.endswith(".pyc"):
        try:
            return importlib.util.source_from_cache(path)
        except (ValueError, NotImplementedError):
            return path
    return path


def own_source(module: ModuleType) -> str:
    """The file of a module that is the user's own."""
    file = vars(ModuleType)["__dict__"].__get__(module).get("__file__")
    return file if isinstance(file, str) and not is_of_system(file) else ""


def is_store(path: str) -> bool:
    """Whether a file is a database, of which a part may be changed."""
    return path.endswith((".db", ".sqlite", ".sqlite3", ".duckdb", ".h5", ".hdf5"))


@cache
def standard_library() -> tuple[str, ...]:
    """Where `pathlib` and its kin are, which others open files through."""
    return (sysconfig.get_path("stdlib"), "<frozen")


@cache
def package_folder() -> str:
    """Where nbtrack's own code is, which its observers load while a cell runs."""
    here = os.path.abspath(__file__)  # noqa: PTH100 - see above
    for _ in range(3):
        here = os.path.dirname(here)  # noqa: PTH120 - see above
    return here


@cache
def system_folders() -> tuple[str, ...]:
    """Where Python, its packages and the system keep files that are no data of a notebook."""
    paths = {
        *(it for it in sysconfig.get_paths().values() if it),
        sys.prefix,
        sys.base_prefix,
        package_folder(),
        "/proc",
        "/dev",
        "/sys",
        "/etc",
        "/usr/share",
        "/usr/lib",
        "/var/lib",
        os.path.join(tempfile.gettempdir(), "ipykernel_"),  # noqa: PTH118 - a beginning of names
        *(
            os.path.expanduser(f"~/{it}")  # noqa: PTH111 - see above
            for it in (".ipython", ".cache", ".config", ".jupyter", ".local")
        ),
        *filter(None, map(os.environ.get, TOOLS)),
    }
    return tuple(sorted(paths))


@cache
def is_in_system_folder(folder: str) -> bool:
    return folder.startswith(system_folders())


def is_in_store(path: str) -> bool:
    """Whether a path is in a store of nbtrack: one by its usual name, or one written to here."""
    return "/.nbtrack" in path or any(path.startswith(str(store)) for store in writers)


INSTALLED = ("site-packages", "dist-packages", ".dist-info", ".egg-info")
"""What paths have of packages that are installed: their versions are known."""


def is_of_system(path: str) -> bool:
    """Whether a file belongs to Python, the system or nbtrack's own store."""
    folder = os.path.dirname(path)  # noqa: PTH120 - see above
    if is_in_system_folder(folder) or path.startswith(system_folders()):
        return True
    return is_in_store(path) or any(it in path for it in INSTALLED)
