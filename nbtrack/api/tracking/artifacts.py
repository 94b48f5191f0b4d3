"""Artifacts, as notebooks log and read them: files, texts, documents, figures, images."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from nbtrack.api.files import documents
from nbtrack.api.files.figures import figure_bytes, image_bytes
from nbtrack.api.files.paths import Leaf, leaf_of, leaves
from nbtrack.api.files.paths import artifact_path as checked_path
from nbtrack.api.files.run_files import (
    delete_files,
    keep_bytes,
    keep_files,
    uri_of,
)
from nbtrack.api.runs.start import run_to_log
from nbtrack.api.session import Session, session_at
from nbtrack.capture.guard import guarded
from nbtrack.capture.open_run import OpenRun
from nbtrack.capture.redaction import redact_text, redact_tree
from nbtrack.errors import InvalidValue
from nbtrack.records.ids import now_ms, uuid7

__all__ = [
    "delete_artifacts",
    "get_artifact_uri",
    "log_artifact",
    "log_artifacts",
    "log_dict",
    "log_figure",
    "log_image",
    "log_stream",
    "log_text",
]


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
    found, folder = local_leaves(local_path), checked_folder(artifact_path)
    keep_files(*target(run_id), found, folder)


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
    found, folder = leaves(local_dir), checked_folder(artifact_path)
    keep_files(*target(run_id), found, folder)


@guarded
def log_text(text: str, artifact_file: str, run_id: str | None = None) -> None:
    """Keep a text as a file of the run; passwords and tokens are redacted."""
    content, path = text_bytes(text), checked_path(artifact_file)
    keep_bytes(*target(run_id), content, path)


def text_bytes(text: str) -> bytes:
    """A text as a file holds it."""
    if not isinstance(text, str):
        raise InvalidValue(f"log_text takes a text, not a {type(text).__name__}")
    return redact_text(text).encode("utf-8", errors="surrogateescape")


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
    folder = checked_folder(artifact_path) or ""
    delete_files(*target(run_id), folder)


def get_artifact_uri(artifact_path: str | None = None) -> str:
    """The URI of the active run's artifacts, or of one of them."""
    path = checked_folder(artifact_path) or ""
    return uri_of(*target(None), path)
