"""Questions about the files of runs and of the models they made.

Folders are what paths have in common.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from nbtrack.query.tree import Rows
from nbtrack.questions import runs
from nbtrack.records.artifact import Artifact
from nbtrack.records.entities import FileInfo
from nbtrack.store.protocol import Store

__all__ = ["entries_below", "files", "listing"]


def files(
    store: Store, run_id: str, path: str | None = None, *, with_models: bool = True
) -> list[Artifact]:
    """The files of a run: the one at a path, or all below it, in order of their paths.

    Args:
        store: Where.
        run_id: Which run.
        path: Which file or folder; all, if not given.
        with_models: Whether files of models that the run made count, below the models' names.

    Raises:
        NotFound: There is no such run.
    """
    table: Literal["run_files", "artifacts"] = "run_files" if with_models else "artifacts"
    answered = store.fetch(Rows(table, (run_id,))).columns
    rows = zip(answered["path"], answered["digest"], answered["file_size"], strict=True)
    found = [Artifact(run_id, *row) for row in rows]
    if not found:
        runs.get(store, run_id)
    root = clean(path)
    return [it for it in found if not root or it.path == root or it.path.startswith(f"{root}/")]


def listing(store: Store, run_id: str, path: str | None = None) -> list[FileInfo]:
    """What stands directly in a folder of a run, sorted; nothing for the path of a file.

    Args:
        store: Where.
        run_id: Which run.
        path: The folder, relative to the run's root; the root itself if not given.

    Raises:
        NotFound: There is no such run.
    """
    found = files(store, run_id, path)
    return entries_below(((file.path, file.file_size) for file in found), clean(path))


def entries_below(found: Iterable[tuple[str, int]], root: str) -> list[FileInfo]:
    """Of files by their paths and sizes, what stands directly in a folder, sorted."""
    prefix = f"{root}/" if root else ""
    entries: dict[str, FileInfo] = {}
    for path, file_size in found:
        if path == root or not path.startswith(prefix):
            continue
        name, slash, _ = path.removeprefix(prefix).partition("/")
        size = None if slash else file_size
        entries[prefix + name] = FileInfo(prefix + name, is_dir=bool(slash), file_size=size)
    return [entries[name] for name in sorted(entries)]


def clean(path: str | None) -> str:
    """A folder's path without slashes around it."""
    return (path or "").strip("/").removeprefix("./")
