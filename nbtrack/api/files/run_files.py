"""The files of runs: kept as content, recorded in the journal, listed and fetched by path."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import BinaryIO, TypeVar

from nbtrack.api.files.paths import Leaf, artifact_path, inside, joined
from nbtrack.api.files.progress import watched
from nbtrack.api.session import Session, session_at
from nbtrack.blobs import Blob, Blobs
from nbtrack.capture.open_run import OpenRun
from nbtrack.errors import InvalidValue, NotFound, StoreError, listing
from nbtrack.questions import experiments, runs
from nbtrack.questions.artifacts import files
from nbtrack.questions.artifacts import listing as listing_of
from nbtrack.records.artifact import Artifact, artifact_uri, location_of
from nbtrack.records.entities import FileInfo
from nbtrack.records.ids import next_time
from nbtrack.store.protocol import Store

__all__ = [
    "blobs_in",
    "delete_files",
    "fetch",
    "found_file",
    "in_parallel",
    "keep_bytes",
    "keep_files",
    "list_files",
    "opened",
    "told_uri",
    "uri_of",
]

FEW_FILES = 8
"""Hashing so few is over before threads have started."""

MOST_THREADS = 16
"""Hashing and copying release the interpreter's lock; waiting for a remote place does too."""

DEFAULT_EXPERIMENT = "0"

Item = TypeVar("Item")
Result = TypeVar("Result")


def keep_files(here: Session, run: OpenRun, leaves: Sequence[Leaf], folder: str | None) -> None:
    """Keep local files under a folder of the run; their records follow together."""
    blobs = blobs_of(here, run.run_id, run.experiment_id)
    targets = [joined(folder, leaf.path) for leaf in leaves]

    def keep(leaf: Leaf) -> Blob:
        return blobs.put(leaf.source)

    kept = in_parallel(keep, leaves, "logging artifacts")
    run.add_artifacts(
        Artifact(run.run_id, path, blob.digest, blob.size, next_time())
        for path, blob in zip(targets, kept, strict=True)
    )


def keep_bytes(here: Session, run: OpenRun, content: bytes | BinaryIO, path: str) -> None:
    """Keep bytes, or what a stream holds, as a file of the run."""
    target = artifact_path(path, "artifact file")
    blob = blobs_of(here, run.run_id, run.experiment_id).put(content)
    run.add_artifacts([Artifact(run.run_id, target, blob.digest, blob.size, next_time())])


def told_uri(run: OpenRun) -> str:
    """The same for a run of this process; while the store is away, by the run's id alone."""
    try:
        return uri_of(session_at(run.writer.folder), run)
    except (StoreError, NotFound):
        return artifact_uri(run.run_id)


def in_parallel(
    act: Callable[[Item], Result], items: Sequence[Item], title: str
) -> Iterator[Result]:
    """Results in the order of the items; with threads where there are many."""
    if len(items) <= FEW_FILES:
        yield from map(act, items)
        return
    # Not above: at the end of a process, when a traceback is kept, it cannot be loaded any more.
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(min(MOST_THREADS, 2 + (os.cpu_count() or 1))) as pool:
        yield from watched(pool.map(act, items), len(items), title)


def location(here: Session, experiment_id: str, store: Store | None = None) -> str | None:
    """An experiment's own place for artifacts, asked once; None is the store's folder."""
    if experiment_id not in here.locations:
        found = experiments.get(store or here.store, experiment_id)
        here.locations[experiment_id] = found.artifact_location
    return here.locations[experiment_id]


def rooted(here: Session, location: str) -> Path | str:
    """An artifact location as it is: a URL, or a folder, relative to where the store stands."""
    scheme, separator, rest = location.partition("://")
    if separator and scheme != "file":
        return location
    path = rest if separator else location.removeprefix("file:")
    return here.folder.path.parent / Path(path).expanduser()


def blobs_of(here: Session, run_id: str, experiment_id: str | None = None) -> Blobs:
    """Where the files of a run are kept."""
    if experiment_id is None:
        experiment_id = runs.get(here.store, run_id).info.experiment_id
    return blobs_in(here, experiment_id)


def blobs_in(here: Session, experiment_id: str | None) -> Blobs:
    """Where the files of an experiment's runs and models are kept."""
    place = location(here, str(experiment_id or DEFAULT_EXPERIMENT))
    return Blobs(rooted(here, place)) if place else here.blobs


def uri_of(here: Session, run: OpenRun, path: str = "") -> str:
    """The URI of a run's artifacts, or of one of them; a busy store is not waited for long."""
    experiment_id = run.experiment_id or DEFAULT_EXPERIMENT
    place = location(here, experiment_id, here.hasty_store)
    root = location_of(experiment_id, run.run_id, place)
    return f"{root}/{path}" if path else root


def kept_below(here: Session, run_id: str, path: str = "") -> list[Artifact]:
    """The files of a run at a path or below it, in order of their paths.

    Raises:
        NotFound: There is no such run.
    """
    return files(here.store, run_id, folder_path(path))


def list_files(here: Session, run_id: str, path: str | None = None) -> list[FileInfo]:
    """What stands directly in a folder of a run; nothing for a file, as in MLflow."""
    return listing_of(here.store, run_id, folder_path(path))


def folder_path(path: str | None) -> str | None:
    """A folder of a run; none, an empty one and `.` are the root."""
    return artifact_path(path) if path and path.strip("/.") else None


def delete_files(here: Session, run: OpenRun, path: str = "") -> int:
    """Take the files at or below a path away; the result is how many there were.

    What the run's models consist of stays theirs.
    """
    gone = files(here.store, run.run_id, folder_path(path), with_models=False)
    if not gone and kept_below(here, run.run_id, path):
        raise InvalidValue(
            f"{path or 'what there is'!r} belongs to a logged model of run {run.run_id}; "
            f"MlflowClient().delete_logged_model(model_id) deletes the model"
        )
    if not gone:
        raise missing(here, run.run_id, path)
    run.add_artifacts(Artifact(run.run_id, file.path, None, 0, next_time()) for file in gone)
    return len(gone)


def opened(here: Session, run_id: str, path: str) -> BinaryIO:
    """The bytes of one file.

    Raises:
        NotFound: The run has no such file; the message names the nearest.
    """
    found = found_file(here, run_id, path)
    if found is None:
        raise missing(here, run_id, path)
    return found


def found_file(
    here: Session, run_id: str, path: str, experiment_id: str | None = None
) -> BinaryIO | None:
    """The bytes of one file, of a run whose experiment may be known; None if it has no such."""
    for file in kept_below(here, run_id, path):
        if file.path == artifact_path(path):
            return blobs_of(here, run_id, experiment_id).open(str(file.digest))
    return None


def fetch(here: Session, run_id: str, path: str = "", folder: str | None = None) -> Path:
    """Copy a file, or all below a path, into a local folder; the result is where it is.

    Raises:
        NotFound: The run has nothing there.
        InvalidValue: It would be written outside the folder.
    """
    wanted = kept_below(here, run_id, path)
    if not wanted and path.strip("/"):
        raise missing(here, run_id, path)
    root = Path(folder or tempfile.mkdtemp(prefix="nbtrack-")).expanduser().absolute()
    root.mkdir(parents=True, exist_ok=True)
    if not wanted:
        return root
    blobs = blobs_of(here, run_id)

    def copy(file: Artifact) -> None:
        try:
            target = inside(root, file.path)
            target.parent.mkdir(parents=True, exist_ok=True)
            blobs.copy_to(str(file.digest), inside(root, file.path))
        except (FileExistsError, NotADirectoryError, IsADirectoryError) as problem:
            raise InvalidValue(
                f"{file.path!r} cannot be written below {root}: a file and a folder of one name "
                f"meet there; give another dst_path"
            ) from problem

    for _ in in_parallel(copy, wanted, "downloading artifacts"):
        pass
    return root / artifact_path(path) if path.strip("/") else root


def missing(here: Session, run_id: str, path: str) -> NotFound:
    """What to raise for a path that a run does not have: same names elsewhere come first."""
    known = [file.path for file in kept_below(here, run_id)]
    name = PurePosixPath(path).name
    same = [other for other in known if PurePosixPath(other).name == name]
    hint = f"; did you mean {same[0]!r}?" if same else f"; {listing(known, path)}"
    return NotFound(f"run {run_id} has no artifact {path!r}{hint}")
