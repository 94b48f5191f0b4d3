"""From a tracking URI, or from where one stands, to the store's folder."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import sys
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from nbtrack import settings
from nbtrack.errors import InvalidUri, NotYet, StoreError, UnsupportedPlatform
from nbtrack.journal.folder import StoreFolder, state_folder

__all__ = ["Place", "known_stores", "locate", "resolve", "uri_of"]

NAME = ".nbtrack"
SQLITE_MAGIC = b"SQLite format 3\0"
SERVERS = ("http", "https", "databricks")
DATABASES = ("postgresql", "postgres", "mysql", "mssql", "oracle")
KINDS = "a folder, file:<folder>, duckdb:///<folder> and sqlite:///<name>.db"

logger = logging.getLogger("nbtrack")


class Place(NamedTuple):
    """Where a store is, and what to say of it."""

    folder: StoreFolder
    reason: str
    foreign: str | None = None
    """What of MLflow's own stands there, is left alone and not read."""

    @property
    def message(self) -> str:
        """One line."""
        return f"nbtrack keeps runs in {self.folder.path} ({self.reason})"


def resolve(uri: str | None = None, start: Path | None = None) -> StoreFolder:
    """The store's folder, made where it is missing, and noted among the user's stores.

    Args:
        uri: A tracking URI; None asks the settings, then the nearest `.nbtrack`.
        start: What relative places are relative to; the working directory else.

    Raises:
        InvalidUri: A URI of no kind that nbtrack knows, or a place where no folder can be.
        NotYet: A URI of a server.
    """
    place = locate(uri, start)
    logger.info(place.message)
    if place.foreign is not None:
        logger.warning(place.foreign)
    try:
        place.folder.prepare()
    except StoreError as error:
        if isinstance(error.__cause__, FileExistsError | NotADirectoryError):
            raise InvalidUri(str(error)) from error
        # Reading may work still, and the journal keeps elsewhere what it cannot write here.
        logger.warning("%s; until then, what is logged waits in %s", error, state_folder())
    else:
        remember(place.folder)
    return place.folder


def uri_of(folder: StoreFolder) -> str:
    """The URI that resolves to a folder, wherever one stands."""
    return folder.path.as_uri()


def locate(uri: str | None = None, start: Path | None = None) -> Place:
    """Where the store is; looks, and makes nothing."""
    if sys.platform == "win32":
        raise UnsupportedPlatform(
            "nbtrack does not run on Windows yet: its journals need the file locks of Linux or "
            "macOS; in WSL it works"
        )
    start = (start or working_directory()).absolute()
    if uri is not None:
        return from_uri(str(uri), start, "as the tracking URI says")
    uri = settings.read(start=start).tracking_uri
    if uri is not None:
        return from_uri(uri, start, "as the settings say")
    return nearest(start)


def working_directory() -> Path:
    """Where one stands."""
    try:
        return Path.cwd()
    except FileNotFoundError:
        raise InvalidUri(
            "the working directory was deleted, so that no store can be looked for from there; "
            "change to another first"
        ) from None


def nearest(start: Path) -> Place:
    """The nearest `.nbtrack` upwards, up to the git root or the home; else where to make one."""
    home = home_folder()
    for folder in (start, *start.parents):
        if (folder / NAME).is_dir():
            return Place(StoreFolder((folder / NAME).resolve()), "the nearest store upwards")
        if (folder / ".git").exists():
            return new_place(folder, "new, at the git root")
        if folder == home:
            break
    return new_place(start, "new, in the working directory")


def new_place(folder: Path, reason: str) -> Place:
    """Where a store is to be made, with a look at what MLflow may have left there."""
    foreign = mlflow_at(folder / "mlruns") or mlflow_at(folder / "mlflow.db")
    return Place(StoreFolder(folder.resolve() / NAME), reason, foreign)


def from_uri(uri: str, start: Path, reason: str) -> Place:
    """The place a URI names."""
    scheme, _, rest = uri.partition(":")
    if not re.fullmatch(r"[A-Za-z][\w+.-]*", scheme) or scheme == uri:
        return at_folder(uri, start, reason)
    match scheme.lower().partition("+")[0]:
        case "file":
            path = unquote(urlsplit(uri).path if rest.startswith("//") else rest)
            return at_folder(path, start, reason)
        case "duckdb":
            return at_folder(path_of(uri), start, reason)
        case "sqlite":
            return beside(start / expanded(path_of(uri)), reason)
        case kind if kind in SERVERS:
            raise NotYet(f"tracking to a server ({scheme}:)", "nbtrack server")
        case kind if kind in DATABASES:
            raise NotYet(f"tracking to a database server ({scheme}:)", "the team store")
    raise InvalidUri(f"{scheme}: is no tracking URI that nbtrack knows; there are {KINDS}")


def path_of(uri: str) -> str:
    """The path of `duckdb:///…` and `sqlite:///…`: three slashes are relative, four absolute."""
    found = re.fullmatch(r"[^:]+:///([^?]+)(?:\?.*)?", uri)
    if found is None or found[1] == ":memory:":
        raise InvalidUri(f"{uri!r} names no file: nbtrack keeps runs in {KINDS}")
    return found[1]


def at_folder(text: str, start: Path, reason: str) -> Place:
    """A folder, or a DuckDB file in it or beside it."""
    if not text.strip():
        raise InvalidUri(f"the tracking URI is empty; there are {KINDS}")
    path = start / expanded(text)
    if path.name == "store.duckdb":
        return Place(StoreFolder(path.parent.resolve()), reason)
    if path.suffix in {".duckdb", ".db"} and not path.is_dir():
        return beside(path, reason)
    foreign = mlflow_at(path)
    if foreign is not None:
        return Place(StoreFolder(path.resolve().with_suffix(".nbtrack")), reason, foreign)
    return Place(StoreFolder(path.resolve()), reason)


def beside(path: Path, reason: str) -> Place:
    """The store beside the name of a database file, which itself is never touched."""
    path = path.resolve()
    return Place(StoreFolder(path.with_suffix(".nbtrack")), reason, mlflow_at(path))


def mlflow_at(path: Path) -> str | None:
    """What to say if a database or a folder of MLflow's own stands at a path."""
    if path.is_file() and begins_with(path, SQLITE_MAGIC):
        kind = "an SQLite database, as MLflow makes them,"
    elif path.is_dir() and is_mlruns(path):
        kind = "a folder of MLflow's own runs"
    else:
        return None
    return f"{kind} stands at {path}; it is left untouched: importing it comes with a later version"


def begins_with(path: Path, magic: bytes) -> bool:
    """Whether a file begins with some bytes."""
    try:
        with path.open("rb") as file:
            return file.read(len(magic)) == magic
    except OSError:
        return False


def is_mlruns(path: Path) -> bool:
    """Whether a folder holds experiments as MLflow's file store lays them out."""
    try:
        return any((child / "meta.yaml").is_file() for child in path.iterdir() if child.is_dir())
    except OSError:
        return False


def expanded(text: str) -> str:
    """A path with `~` as the home."""
    return os.path.expanduser(text)  # noqa: PTH111 - Path.expanduser raises where there is no home


def home_folder() -> Path:
    """The user's home, by the environment."""
    return Path(expanded("~"))


def remember(folder: StoreFolder) -> None:
    """Note a store in the user's list; a list that cannot be written hurts nobody."""
    line = os.fsencode(folder.path) + b"\n"
    path = state_folder() / "stores"
    with contextlib.suppress(OSError):
        if path.exists() and line in path.read_bytes().splitlines(keepends=True):
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            file.write(line)


def known_stores() -> list[Path]:
    """The stores that the user's processes have used and that exist still, newest first."""
    try:
        lines = (state_folder() / "stores").read_bytes().splitlines()
    except OSError:
        return []
    paths = dict.fromkeys(Path(os.fsdecode(line)) for line in reversed(lines) if line)
    return [path for path in paths if (path / "journal").is_dir()]
