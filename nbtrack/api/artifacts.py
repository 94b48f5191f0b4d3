"""Artifacts, as notebooks log and read them: files, texts, documents, figures, images."""

from __future__ import annotations

import io
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple
from urllib.parse import unquote, urlsplit

from nbtrack.api import documents
from nbtrack.api.figures import figure_bytes, image_bytes, pillow
from nbtrack.api.paths import Leaf, leaf_of, leaves
from nbtrack.api.paths import artifact_path as checked_path
from nbtrack.api.remote import fetch_remote, list_remote
from nbtrack.api.run_files import (
    delete_files,
    fetch,
    keep_bytes,
    keep_files,
    list_files,
    opened,
    uri_of,
)
from nbtrack.api.runs import run_to_log
from nbtrack.api.session import Session, session, session_at, session_for
from nbtrack.capture.guard import guarded
from nbtrack.capture.open_run import OpenRun
from nbtrack.capture.redaction import redact_tree
from nbtrack.errors import InvalidValue, NotFound, NotYet
from nbtrack.questions import runs
from nbtrack.records.artifact import parse_artifact_uri
from nbtrack.records.entities import FileInfo
from nbtrack.records.ids import now_ms, uuid7

__all__ = [
    "delete_artifacts",
    "download_artifacts",
    "get_artifact_uri",
    "list_artifacts",
    "load_dict",
    "load_image",
    "load_text",
    "log_artifact",
    "log_artifacts",
    "log_dict",
    "log_figure",
    "log_image",
    "log_stream",
    "log_text",
]


OWN_LOCATION = re.compile(r"/(?P<run_id>[0-9a-f]{32})/artifacts(?:/(?P<path>.*))?$")


def target(run_id: str | None) -> tuple[Session, OpenRun]:
    """The run that a call is about, and its store; without an id a run begins if none is open."""
    run = run_to_log(run_id)
    return session_at(run.writer.folder), run


def checked_folder(path: str | None) -> str | None:
    """A folder of a run; none, or an empty one, is the root."""
    return checked_path(path) if path else None


@guarded
def log_artifact(
    local_path: str | os.PathLike[str],
    artifact_path: str | None = None,
    run_id: str | None = None,
) -> None:
    """Keep a local file, or a folder with all in it, with the run.

    Args:
        local_path: The file; what a link points to is kept as a file.
        artifact_path: The folder of the run to put it in.
        run_id: The run, if not the active one.

    Raises:
        NotFound: There is no such file.
        InvalidValue: The artifact path leads out of the run.
    """
    found = local_leaves(local_path)
    keep_files(*target(run_id), found, checked_folder(artifact_path))


def local_leaves(local_path: str | os.PathLike[str]) -> list[Leaf]:
    """A file, or the files of a folder below its own name."""
    path = Path(local_path).expanduser()
    if not path.is_dir():
        return [leaf_of(path)]
    name = path.resolve().name
    return [leaf._replace(path=f"{name}/{leaf.path}") for leaf in leaves(path)]


@guarded
def log_artifacts(
    local_dir: str | os.PathLike[str],
    artifact_path: str | None = None,
    run_id: str | None = None,
) -> None:
    """Keep all files of a local folder with the run.

    Args:
        local_dir: The folder; links to files count as files, links to folders outside of it
            are refused.
        artifact_path: The folder of the run to put them in.
        run_id: The run, if not the active one.
    """
    found = leaves(local_dir)
    keep_files(*target(run_id), found, checked_folder(artifact_path))


@guarded
def log_text(text: str, artifact_file: str, run_id: str | None = None) -> None:
    """Keep a text as a file of the run."""
    content, path = text_bytes(text), checked_path(artifact_file)
    keep_bytes(*target(run_id), content, path)


def text_bytes(text: str) -> bytes:
    """A text as a file holds it."""
    if not isinstance(text, str):
        raise InvalidValue(f"log_text takes a text, not a {type(text).__name__}")
    return text.encode("utf-8", errors="surrogateescape")


@guarded
def log_dict(
    dictionary: Mapping[Any, Any] | list[Any], artifact_file: str, run_id: str | None = None
) -> None:
    """Keep a dict or list as JSON, or as YAML if the file's name ends so.

    NumPy, pandas, dates and paths are written as plain values; passwords and tokens are redacted.
    """
    content = document_bytes(dictionary, artifact_file)
    keep_bytes(*target(run_id), content, artifact_file)


def document_bytes(document: Any, artifact_file: str) -> bytes:
    """A document as a file holds it."""
    plain = redact_tree(documents.plain(document))
    return documents.written(plain, checked_path(artifact_file)).encode(
        "utf-8", errors="surrogateescape"
    )


@guarded
def log_figure(
    figure: Any,
    artifact_file: str,
    *,
    save_kwargs: dict[str, Any] | None = None,
    run_id: str | None = None,
) -> None:
    """Keep a figure of matplotlib, seaborn or plotly, in the format of the file's extension."""
    content = figure_bytes(figure, checked_path(artifact_file), save_kwargs)
    keep_bytes(*target(run_id), content, artifact_file)


@guarded
def log_image(  # noqa: PLR0917 - MLflow's signature
    image: Any,
    artifact_file: str | None = None,
    key: str | None = None,
    step: int | None = None,
    timestamp: int | None = None,
    synchronous: bool | None = False,  # noqa: ARG001, FBT001, FBT002 - MLflow's signature
) -> None:
    """Keep a picture: under a file's name, or with a key as one of a series of steps.

    Args:
        image: A NumPy array (height, width, channels), a Pillow image or `nbtrack.Image`.
        artifact_file: Where in the run.
        key: In place of a file's name, the name of the series.
        step: The step in the series.
        timestamp: Milliseconds since 1970; now, if not given.
        synchronous: Accepted as in MLflow; the record is always written at once.
    """
    path = image_path(artifact_file, key, step, timestamp)
    content = image_bytes(image, path)
    keep_bytes(*target(None), content, path)


def image_path(
    artifact_file: str | None, key: str | None, step: int | None, timestamp: int | None
) -> str:
    """Where a picture goes; the names of a series are those that MLflow's interface reads."""
    if (artifact_file is None) == (key is None):
        raise InvalidValue("log_image takes either artifact_file or key, and exactly one of them")
    if artifact_file is not None:
        return checked_path(artifact_file, "artifact file")
    time = now_ms() if timestamp is None else int(timestamp)
    name = str(key).replace("/", "#")
    return checked_path(
        f"images/{name}+step+{int(step or 0)}+timestamp+{time}+{uuid7()}.png", "key"
    )


@guarded
def log_stream(stream: BinaryIO, artifact_file: str, run_id: str | None = None) -> None:
    """Keep what a binary stream still holds as a file of the run."""
    content, path = checked_stream(stream), checked_path(artifact_file)
    keep_bytes(*target(run_id), content, path)


def checked_stream(stream: Any) -> BinaryIO:
    """A stream of bytes."""
    if not hasattr(stream, "read") or isinstance(stream, io.TextIOBase):
        raise InvalidValue(
            f"log_stream takes a stream of bytes, such as open(path, 'rb'), "
            f"not a {type(stream).__name__}"
        )
    found: BinaryIO = stream
    return found


@guarded
def delete_artifacts(artifact_path: str | None = None, run_id: str | None = None) -> None:
    """Take a file, or all below a path, away from a run; `nbtrack gc` frees the space."""
    delete_files(*target(run_id), checked_folder(artifact_path) or "")


def get_artifact_uri(artifact_path: str | None = None) -> str:
    """The URI of the active run's artifacts, or of one of them."""
    path = checked_folder(artifact_path) or ""
    return uri_of(*target(None), path)


class Place(NamedTuple):
    """What an artifact URI names: a path in a run, or an address or a local path elsewhere."""

    here: Session
    run_id: str | None
    path: str


def place_of(
    uri: str | None, run_id: str | None, path: str | None, tracking_uri: str | None
) -> Place:
    """What to read, from either way of saying it.

    Raises:
        InvalidValue: Both ways or neither were used.
        NotYet: The URI is of a model or of a server.
    """
    if (uri is None) == (run_id is None):
        raise InvalidValue("say either artifact_uri, or run_id (and artifact_path), not both")
    here = session_for(tracking_uri) if tracking_uri else session()
    if uri is None:
        return Place(here, run_id, path or "")
    text = os.fspath(uri)
    found = parse_artifact_uri(text) or of_own_location(here, text)
    if found is not None:
        return Place(here, *found)
    scheme = text.partition(":")[0]
    if scheme == "models":
        raise NotYet(f"an artifact of a model ({text})", "the model registry")
    if scheme == "mlflow-artifacts":
        raise NotYet(f"an artifact of a server ({text})", "the tracking server")
    return Place(here, None, text)


def of_own_location(here: Session, uri: str) -> tuple[str, str] | None:
    """The run and the path of a URI at an experiment's own location, if the store has that run."""
    found = OWN_LOCATION.search(uri)
    if found is None:
        return None
    try:
        runs.get(here.store, found["run_id"])
    except NotFound:
        return None
    return found["run_id"], found["path"] or ""


def download_artifacts(  # noqa: PLR0917 - MLflow's signature
    artifact_uri: str | None = None,
    run_id: str | None = None,
    artifact_path: str | None = None,
    dst_path: str | None = None,
    tracking_uri: str | None = None,
    registry_uri: str | None = None,  # noqa: ARG001 - MLflow's signature
) -> str:
    """Copy artifacts to a local folder; the result is the path of what was asked for.

    Args:
        artifact_uri: `runs:/<run id>/<path>`, an address fsspec knows, or a local path.
        run_id: In its place, the run.
        artifact_path: And the file or folder of it; all, if not given.
        dst_path: The folder to copy to, made if missing; a new temporary one else.
        tracking_uri: The store, if not the active one.
        registry_uri: Accepted as in MLflow.

    Raises:
        NotFound: There is nothing of that name.
        InvalidValue: A file would be written outside of `dst_path`.

    Example:
        >>> import nbtrack
        >>> with nbtrack.start_run() as run:
        ...     nbtrack.log_text("well done", "notes/today.txt")
        >>> path = nbtrack.artifacts.download_artifacts(f"runs:/{run.info.run_id}/notes/today.txt")
        >>> open(path).read()
        'well done'
    """
    place = place_of(artifact_uri, run_id, artifact_path, tracking_uri)
    if place.run_id is not None:
        return str(fetch(place.here, place.run_id, place.path, dst_path))
    local = local_path_of(place.path)
    if local is None:
        target = Path(dst_path or tempfile.mkdtemp(prefix="nbtrack-"))
        target.mkdir(parents=True, exist_ok=True)
        return str(fetch_remote(place.path, target))
    if dst_path is None:
        return str(local)
    return str(copied(local, Path(dst_path).expanduser()))


def local_path_of(uri: str) -> Path | None:
    """A path or a `file:` URI as a path that exists; None for an address elsewhere."""
    parts = urlsplit(uri)
    if "://" in uri and parts.scheme != "file":
        return None
    path = Path(unquote(parts.path) if parts.scheme == "file" else uri).expanduser()
    if not path.exists():
        raise NotFound(f"there is no file or folder {str(path)!r}")
    return path


def copied(source: Path, folder: Path) -> Path:
    """A local file or folder, copied into another folder."""
    target = folder / source.name
    folder.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    else:
        shutil.copy2(source, target)
    return target


def list_artifacts(
    artifact_uri: str | None = None,
    run_id: str | None = None,
    artifact_path: str | None = None,
    tracking_uri: str | None = None,
) -> list[FileInfo]:
    """What stands directly at a place: files with their size, and folders."""
    place = place_of(artifact_uri, run_id, artifact_path, tracking_uri)
    if place.run_id is not None:
        return list_files(place.here, place.run_id, place.path)
    local = local_path_of(place.path)
    if local is None:
        return [FileInfo(path, False, size) for path, size in list_remote(place.path)]
    return [
        FileInfo(entry.name, entry.is_dir(), None if entry.is_dir() else entry.stat().st_size)
        for entry in sorted(local.iterdir() if local.is_dir() else [])
    ]


def load_text(artifact_uri: str) -> str:
    """The text of an artifact."""
    return content_of(artifact_uri).decode("utf-8", errors="surrogateescape")


def load_dict(artifact_uri: str) -> Any:
    """The value of a JSON or YAML artifact."""
    return documents.read(load_text(artifact_uri), artifact_uri)


def load_image(artifact_uri: str) -> Any:
    """The picture of an artifact, as Pillow holds it."""
    return pillow().open(io.BytesIO(content_of(artifact_uri)))


def content_of(uri: str) -> bytes:
    """The bytes of one artifact."""
    place = place_of(uri, None, None, None)
    if place.run_id is None:
        return Path(download_artifacts(uri)).read_bytes()
    with opened(place.here, place.run_id, place.path) as file:
        return file.read()
