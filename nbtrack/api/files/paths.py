"""Paths of artifacts: relative, portable, and never leading out of where they belong."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from urllib.parse import unquote

from nbtrack.capture.redaction import redact_text
from nbtrack.errors import InvalidValue, NotFound, warn_caller

__all__ = ["Leaf", "artifact_path", "inside", "joined", "leaf_of", "leaves", "problem_of"]

LONGEST_NAME_BYTES = 255
"""What file systems take: a longer name could never be downloaded."""


class Leaf(NamedTuple):
    """A file to be logged, and its path below the logged folder."""

    source: Path
    path: str


def artifact_path(text: str | os.PathLike[str], what: str = "artifact path") -> str:
    """A path as it is stored: relative, with single slashes, without `..` and secrets.

    Raises:
        InvalidValue: It is empty, absolute, has a backslash, or leads out of the run's artifacts.
    """
    given = os.fspath(text)
    problem = problem_of(given) or problem_of(decoded(given))
    if problem:
        raise InvalidValue(
            f"{what} {given[:200]!r} {problem}; give a relative path such as 'plots/loss.png'"
        )
    return redact_text(str(PurePosixPath(given)))


def problem_of(path: str) -> str:
    """What is wrong with a path, or nothing."""
    pure = PurePosixPath(path)
    if not pure.parts:
        return "is empty"
    if "\\" in path:
        return "has a backslash, which other systems read as a folder"
    if "\0" in path:
        return "has a zero byte"
    if pure.is_absolute() or path[1:2] == ":":
        return "is absolute"
    if ".." in pure.parts:
        return "leads out of the run's artifacts"
    long = next((part for part in pure.parts if len(part.encode()) > LONGEST_NAME_BYTES), None)
    return f"has a name of more than {LONGEST_NAME_BYTES} bytes" if long else ""


def decoded(path: str) -> str:
    """Without percent-encoding, however often it was applied: a server may take it away."""
    while (plain := unquote(path)) != path:
        path = plain
    return path


def joined(folder: str | None, name: str) -> str:
    """The path of a file in a folder of the run; no folder, or an empty one, is the root."""
    below = artifact_path(name, "artifact file")
    return f"{artifact_path(folder)}/{below}" if folder else below


def inside(root: Path, path: str) -> Path:
    """Where an artifact goes below a local folder, links in that folder included.

    Raises:
        InvalidValue: A link in the folder leads out of it.
    """
    target = root / artifact_path(path)
    if not target.parent.resolve().is_relative_to(root.resolve()) or target.is_symlink():
        raise InvalidValue(
            f"{path!r} would be written outside {root}: a link stands in its way; "
            f"remove the link or give another dst_path"
        )
    return target


def leaf_of(source: str | os.PathLike[str]) -> Leaf:
    """One local file, under its own name; what a link points to counts as its content."""
    path = Path(source).expanduser()
    check_file(path)
    return Leaf(path, path.name)


def leaves(folder: str | os.PathLike[str]) -> list[Leaf]:
    """All files below a folder, in order of their paths; all are checked before any is logged.

    Raises:
        NotFound: There is no such folder, or a link in it points nowhere.
        InvalidValue: It is no folder, or a link to a folder leads out of it.
    """
    root = Path(folder).expanduser()
    if not root.exists():
        raise NotFound(f"there is no folder {str(folder)!r} to log artifacts from")
    if not root.is_dir():
        raise InvalidValue(f"{str(folder)!r} is a file; log it with log_artifact")
    home = root.resolve()
    found = [Leaf(path, path.relative_to(root).as_posix()) for path in walk(root, home, (home,))]
    return sorted(found, key=lambda leaf: leaf.path)


def walk(folder: Path, home: Path, above: tuple[Path, ...]) -> Iterator[Path]:
    """The files below a folder; `above` are the real folders on the way here."""
    with os.scandir(folder) as scan:
        entries = list(scan)
    for entry in entries:
        path = Path(entry.path)
        if not entry.is_dir():
            check_file(path)
            yield path
        elif not entry.is_symlink() or linked_folder(path, home, above):
            yield from walk(path, home, (*above, path.resolve()))


def linked_folder(path: Path, home: Path, above: tuple[Path, ...]) -> bool:
    """Whether to go into a folder behind a link: not where it leads back up."""
    target = path.resolve()
    if not target.is_relative_to(home):
        raise InvalidValue(
            f"the link {str(path)!r} leads to the folder {str(target)!r}, outside of what is "
            f"logged; copy that folder or log it by itself"
        )
    if target in above:
        warn_caller(
            f"the link {str(path)!r} leads back to {str(target)!r} and was left out",
            UserWarning,
        )
        return False
    return True


def check_file(path: Path) -> None:
    """Refuse what has no bytes to keep: nothing there, a folder, a pipe or a device."""
    try:
        mode = path.stat().st_mode
    except OSError as problem:
        if path.is_symlink():
            raise NotFound(f"the link {str(path)!r} points to nothing") from problem
        raise NotFound(
            f"there is no file {str(path)!r} (working directory {Path.cwd()})"
        ) from problem
    if stat.S_ISDIR(mode):
        raise InvalidValue(f"{str(path)!r} is a folder; log it with log_artifacts")
    if not stat.S_ISREG(mode):
        raise InvalidValue(f"{str(path)!r} is a pipe, a socket or a device, not a file")
