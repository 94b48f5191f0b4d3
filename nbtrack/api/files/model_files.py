"""A model's files on the local disk, each checked against the digest that was recorded of it.

Loading and downloading of models begin here.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
import tempfile
import threading
from pathlib import Path
from typing import BinaryIO, NamedTuple

from nbtrack.api.files.paths import problem_of
from nbtrack.api.files.remote import fetch_remote
from nbtrack.api.files.run_files import blobs_in, in_parallel
from nbtrack.api.session import Session
from nbtrack.blobs import Blobs, hashed
from nbtrack.capture.open_model import ModelFile
from nbtrack.errors import InvalidValue, ModelError, NotFound, TamperedModel
from nbtrack.registry.manifest import Manifest, below, by_path, is_own, manifest_digest
from nbtrack.registry.places import ModelPlace

__all__ = ["LocalModel", "copy_files", "local_folder", "read_file"]


class LocalModel(NamedTuple):
    """A model's files on this machine.

    `is_own` is whether this user logged each of them, which is their word that code in them may
    run; `manifest` is None where no store recorded them.
    """

    folder: Path
    is_own: bool
    manifest: Manifest | None = None


class Fetched:
    """Copies of models that this process made; gone when it ends."""

    def __init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        """Have none, with a lock that nobody holds; a forked child leaves its parent's alone."""
        self.lock = threading.Lock()
        self.folders: dict[str, Path] = {}
        self.made: list[Path] = []

    def new_folder(self) -> Path:
        """An empty folder that only this user can read, removed at the end of the process."""
        folder = Path(tempfile.mkdtemp(prefix="nbtrack-model-"))
        self.made.append(folder)
        return folder

    def remove(self) -> None:
        """Remove every copy."""
        for folder in self.made:
            shutil.rmtree(folder, ignore_errors=True)
        self.renew()


fetched = Fetched()
atexit.register(fetched.remove)
os.register_at_fork(after_in_child=fetched.renew)


def local_folder(here: Session, place: ModelPlace, dst_path: str | None = None) -> LocalModel:
    """The folder that holds a model, on this machine.

    What the store keeps is copied, and each file's SHA-256 compared on the way. A copy that this
    process made before is used again after it was compared anew. A local folder is used as it is.

    Args:
        here: The store.
        place: What an address was found to name.
        dst_path: The folder to copy to, made if missing; else one that goes with the process.

    Raises:
        TamperedModel: A file is not the one that was logged, or a path leads out of the folder.
        NotFound: A file is missing in the store, or there is nothing at a foreign address.
        ModelError: The model has no files.
    """
    if place.manifest is None:
        return foreign(place, dst_path)
    wanted = chosen_files(place)
    own = is_own(wanted)
    if dst_path is not None:
        folder = Path(dst_path).expanduser().absolute()
        copy_files(here, place, wanted, folder)
        return LocalModel(folder, own, wanted)
    with fetched.lock:
        digest = manifest_digest(wanted)
        known = fetched.folders.get(digest)
        if known is None or not is_unchanged(known, wanted):
            known = fetched.new_folder()
            copy_files(here, place, wanted, known)
            fetched.folders[digest] = known
    return LocalModel(known, own, wanted)


def chosen_files(place: ModelPlace) -> Manifest:
    """The files that an address names within its model.

    Raises:
        NotFound: It has none at that path.
        ModelError: It has none at all.
    """
    manifest = place.manifest or {}
    if not manifest:
        raise ModelError(f"the model {place.uri} has no files")
    if not place.path:
        return manifest
    wanted = below(manifest.values(), place.path)
    if not wanted and place.path in manifest:
        file = manifest[place.path]
        wanted = by_path([file._replace(path=Path(place.path).name)])
    if not wanted:
        raise NotFound(f"the model {place.uri} has nothing at {place.path!r}")
    return wanted


def copy_files(here: Session, place: ModelPlace, files: Manifest, folder: Path) -> None:
    """Copy files of a model into a folder, each checked on the way."""
    blobs = blobs_in(here, place.experiment_id)
    targets = {path: target_of(folder, path, place) for path in files}
    for parent in {target.parent for target in targets.values()}:
        parent.mkdir(parents=True, exist_ok=True)

    def copy(file: ModelFile) -> None:
        copy_file(blobs, file, targets[file.path], place)

    for _ in in_parallel(copy, [*files.values()], "reading a model"):
        pass


def copy_file(blobs: Blobs, file: ModelFile, target: Path, place: ModelPlace) -> None:
    """Copy one file; nothing stands at the target where its bytes are not the logged ones."""
    with opened(blobs, file, place) as source:
        found = written(source, target)
    if found != file.digest:
        target.unlink(missing_ok=True)
        raise changed(file, found, place)


def opened(blobs: Blobs, file: ModelFile, place: ModelPlace) -> BinaryIO:
    """The bytes kept under a file's digest."""
    try:
        return blobs.open(file.digest)
    except NotFound as problem:
        raise NotFound(
            f"the file {file.path!r} of {place.uri} is missing in the store: {problem}"
        ) from problem
    except InvalidValue as problem:
        raise TamperedModel(f"{file.path!r} of {place.uri}: {problem}") from problem


def changed(file: ModelFile, found: str, place: ModelPlace) -> TamperedModel:
    return TamperedModel(
        f"the file {file.path!r} of {place.uri} is not the one that was logged: its SHA-256 is "
        f"{found[:16]}…, and {file.digest[:16]}… was recorded. Somebody or something changed "
        f"the store's artifacts; log the model anew, or restore a backup"
    )


def read_file(here: Session, place: ModelPlace) -> bytes:
    """The bytes of the one file that an address names, checked.

    Raises:
        NotFound: It names none.
        TamperedModel: It is not the one that was logged.
    """
    file = (place.manifest or {}).get(place.path)
    if file is None:
        raise NotFound(f"{place.uri} names no file of a model; write its path after the model's")
    with opened(blobs_in(here, place.experiment_id), file, place) as source:
        content = source.read()
    found = hashlib.sha256(content).hexdigest()
    if found != file.digest:
        raise changed(file, found, place)
    return content


def written(source: BinaryIO, target: Path) -> str:
    """Write what a stream holds to a new file, and give the SHA-256 of what was written."""
    if target.is_symlink():
        target.unlink()
    with target.open("wb") as file:
        return hashed(source, file).digest


def target_of(folder: Path, path: str, place: ModelPlace) -> Path:
    """Where a file goes below a folder.

    Raises:
        TamperedModel: Its path leads out of the folder: no model was logged so.
    """
    target = folder / path
    problem = problem_of(path)
    if not problem and not target.parent.resolve().is_relative_to(folder.resolve()):
        problem = "leads out of the folder through a link"
    if problem:
        raise TamperedModel(f"{place.uri} has a file whose path {path!r} {problem}")
    return target


def is_unchanged(folder: Path, files: Manifest) -> bool:
    """Whether a folder holds just these files, with the same bytes."""
    there = {it.relative_to(folder).as_posix() for it in folder.rglob("*") if not it.is_dir()}
    return there == set(files) and all(
        is_intact(folder / path, file) for path, file in files.items()
    )


def is_intact(path: Path, file: ModelFile) -> bool:
    """Whether a file's bytes are those that were recorded."""
    if path.is_symlink() or path.stat().st_size != file.size:
        return False
    with path.open("rb") as stream:
        return hashed(stream).digest == file.digest


def foreign(place: ModelPlace, dst_path: str | None) -> LocalModel:
    """A model that no store recorded: at a local path, or fetched from its address."""
    if place.local is not None:
        if dst_path is None:
            return LocalModel(place.local, is_own=False)
        target = Path(dst_path).expanduser().absolute()
        if not place.local.is_dir():
            raise InvalidValue(f"{str(place.local)!r} is a file; a model is a folder")
        shutil.copytree(place.local, target, dirs_exist_ok=True)
        return LocalModel(target, is_own=False)
    folder = fetched.new_folder() if dst_path is None else Path(dst_path).expanduser().absolute()
    folder.mkdir(parents=True, exist_ok=True)
    return LocalModel(fetch_remote(place.uri, folder), is_own=False)
