"""Files of other places, by fsspec: object stores and what else it knows."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Any

from nbtrack.api.files.paths import inside
from nbtrack.errors import InvalidUri, MissingPackage, NotFound

__all__ = ["fetch_remote", "list_remote"]


def filesystem(uri: str) -> tuple[Any, str]:
    """The file system a URI belongs to, and the path there."""
    try:
        from fsspec.core import url_to_fs
    except ImportError as problem:
        raise MissingPackage("fsspec", f"to read {uri}", "remote") from problem
    try:
        system, path = url_to_fs(uri)
    except ImportError as problem:
        raise MissingPackage(str(problem), f"to read {uri}") from problem
    except ValueError as problem:
        raise InvalidUri(
            f"{uri!r} is no place that artifacts are read from: {problem}"
        ) from problem
    return system, path.rstrip("/")


def list_remote(uri: str) -> list[tuple[str, int]]:
    """The files below a URI: their paths there, and their sizes."""
    system, root = filesystem(uri)
    found = system.find(root, detail=True)
    return sorted(
        (str(PurePosixPath(path).relative_to(root)), int(entry.get("size") or 0))
        for path, entry in found.items()
    )


def fetch_remote(uri: str, folder: Path) -> Path:
    """Copy a file, or all below a URI, into a local folder; the result is where it is.

    Raises:
        NotFound: There is nothing at that URI.
        InvalidValue: A name there leads out of the folder.
    """
    system, root = filesystem(uri)
    name = PurePosixPath(root).name
    files = system.find(root)
    if not files:
        raise NotFound(f"there is nothing at {uri}")
    if files == [root]:
        target = inside(folder, name)
        system.get_file(root, str(target))
        return target
    for path in files:
        below = str(path)[len(root) :].lstrip("/")
        target = inside(folder, f"{name}/{below}")
        target.parent.mkdir(parents=True, exist_ok=True)
        system.get_file(path, str(target))
    return folder / name
