"""Artifacts, read back: listed, fetched to a local folder, or loaded as what they hold."""

from __future__ import annotations

import io
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from nbtrack.api.files import documents
from nbtrack.api.files.figures import pillow
from nbtrack.api.files.model_files import local_folder, read_file
from nbtrack.api.files.remote import fetch_remote, list_remote
from nbtrack.api.files.run_files import fetch, list_files, opened
from nbtrack.api.session import Session, session, session_for
from nbtrack.errors import InvalidValue, NotFound, NotYet
from nbtrack.questions import runs
from nbtrack.questions.artifacts import entries_below
from nbtrack.records.artifact import parse_artifact_uri
from nbtrack.records.entities import FileInfo
from nbtrack.registry.addresses import STORE_MODEL
from nbtrack.registry.places import ModelPlace
from nbtrack.registry.places import place_of as model_place

__all__ = ["download_artifacts", "list_artifacts", "load_dict", "load_image", "load_text"]

OWN_LOCATION = re.compile(r"/(?P<run_id>[0-9a-f]{32})/artifacts(?:/(?P<path>.*))?$")
"""How the URI of a run at an experiment's own location ends."""


class Place(NamedTuple):
    """What an artifact URI names: a path in a run or a model, an address, or a local path."""

    here: Session
    run_id: str | None
    path: str
    model: ModelPlace | None = None


def place_of(
    uri: str | None, run_id: str | None, path: str | None, tracking_uri: str | None
) -> Place:
    """What to read, from either way of saying it.

    Raises:
        InvalidValue: Both ways or neither were used.
        NotYet: The URI is of a server.
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
    if scheme == "models" or STORE_MODEL.match(text):
        model = model_place(here.store, text, unfinished=True)
        return Place(here, None, model.path, model)
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
        artifact_uri: `runs:/<run id>/<path>`, `models:/<name>/<version>` and its other forms, an
            address fsspec knows, or a local path.
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
        >>> from pathlib import Path
        >>> with nbtrack.start_run() as run:
        ...     nbtrack.log_text("well done", "notes/today.txt")
        >>> path = nbtrack.artifacts.download_artifacts(f"runs:/{run.info.run_id}/notes/today.txt")
        >>> Path(path).read_text()
        'well done'
    """
    place = place_of(artifact_uri, run_id, artifact_path, tracking_uri)
    if place.run_id is not None:
        return str(fetch(place.here, place.run_id, place.path, dst_path))
    if place.model is not None:
        return str(fetched_model(place.here, place.model, dst_path))
    local = local_path_of(place.path)
    if local is None:
        target = Path(dst_path or tempfile.mkdtemp(prefix="nbtrack-"))
        target.mkdir(parents=True, exist_ok=True)
        return str(fetch_remote(place.path, target))
    if dst_path is None:
        return str(local)
    return str(copied(local, Path(dst_path).expanduser()))


def fetched_model(here: Session, model: ModelPlace, dst_path: str | None) -> Path:
    """A model's files, or those at a path in it, copied to a local folder."""
    root = Path(dst_path or tempfile.mkdtemp(prefix="nbtrack-")).expanduser().absolute()
    if model.manifest and model.path in model.manifest:
        local_folder(here, model, str((root / model.path).parent))
    else:
        local_folder(here, model, str(root / model.path))
    return root / model.path


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
    if place.model is not None and place.model.manifest is not None:
        files = place.model.manifest.values()
        return entries_below(((it.path, it.size) for it in files), place.path)
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
    if place.model is not None:
        return read_file(place.here, place.model)
    if place.run_id is None:
        return Path(download_artifacts(uri)).read_bytes()
    with opened(place.here, place.run_id, place.path) as file:
        return file.read()
