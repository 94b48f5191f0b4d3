"""Files kept under the SHA-256 of their bytes: the same content stands there once.

The store keeps artifacts here. The root is a folder, or an fsspec URL (`s3://…`).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Protocol, cast

from nbtrack.errors import InvalidValue, MissingPackage, NotFound

__all__ = ["Blob", "Blobs", "hashed"]

BLOCK_BYTES = 1 << 20
STALE_SECONDS = 86_400
FICLONE = 0x40049409
OBJECT_STORES = frozenset({"s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "adl", "oci", "oss"})
"""Where an upload shows only once it is whole, and moving is copying."""


class Blob(NamedTuple):
    """What was kept: the digest it stands under, and its bytes."""

    digest: str
    size: int


class Shelf(Protocol):
    """Where files stand under names: a folder, or a place behind fsspec."""

    def scratch(self) -> Path: ...
    def size(self, name: str) -> int | None: ...
    def modified(self, name: str) -> float: ...
    def touch(self, name: str) -> None: ...
    def keep(self, temporary: Path, name: str) -> None: ...
    def open(self, name: str) -> BinaryIO: ...
    def fetch(self, name: str, target: Path) -> None: ...
    def remove(self, name: str) -> None: ...
    def names(self) -> Iterator[str]: ...


class Blobs:
    """Content-addressed files; threads and processes may use one root at once."""

    def __init__(self, root: Path | str) -> None:
        is_url = isinstance(root, str) and "://" in root
        self.shelf: Shelf = RemoteShelf(str(root)) if is_url else FolderShelf(Path(root))

    def put(self, source: Path | bytes | BinaryIO) -> Blob:
        """Keep bytes, a file (a link is followed), or what a stream still holds."""
        temporary = self.shelf.scratch() / f".new-{uuid.uuid4().hex}"
        try:
            blob = copied(source, temporary)
            name = name_of(blob.digest)
            # A file torn by a power cut has another size, and is replaced.
            if self.shelf.size(name) == blob.size:
                # Young again, no clean-up takes it before a run refers to it.
                with contextlib.suppress(FileNotFoundError):
                    self.shelf.touch(name)
            if self.shelf.size(name) != blob.size:
                self.shelf.keep(temporary, name)
        finally:
            temporary.unlink(missing_ok=True)
        return blob

    def open(self, digest: str) -> BinaryIO:
        """The bytes kept under a digest, to be read."""
        with not_found(digest):
            return self.shelf.open(name_of(digest))

    def copy_to(self, digest: str, target: Path) -> None:
        """Make an independent copy; `target` is whole or not there at any time."""
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(f".new-{uuid.uuid4().hex}")
        try:
            with not_found(digest):
                self.shelf.fetch(name_of(digest), temporary)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)

    def has(self, digest: str) -> bool:
        """Whether something stands under a digest."""
        return self.shelf.size(name_of(digest)) is not None

    def size(self, digest: str) -> int:
        """How many bytes stand under a digest."""
        size = self.shelf.size(name_of(digest))
        if size is None:
            raise missing(digest)
        return size

    def age_seconds(self, digest: str) -> float:
        """How long ago a digest was put last; a clean-up leaves young ones alone."""
        with not_found(digest):
            return time.time() - self.shelf.modified(name_of(digest))

    def verify(self, digest: str) -> bool:
        """Whether the bytes under a digest are still those it was made of."""
        with self.open(digest) as file:
            return hashed(file).digest == digest

    def delete(self, digest: str) -> None:
        """Remove what stands under a digest; nothing happens if nothing does."""
        with contextlib.suppress(FileNotFoundError):
            self.shelf.remove(name_of(digest))

    def digests(self) -> Iterator[str]:
        """Every digest that something stands under."""
        for name in self.shelf.names():
            digest = name.replace("/", "")
            if is_digest(digest):
                yield digest

    def delete_unfinished(self) -> int:
        """Remove what killed processes left half-copied a day ago; the result is how many."""
        stale = [
            path
            for path in self.shelf.scratch().glob(".new-*")
            if time.time() - path.stat().st_mtime > STALE_SECONDS
        ]
        for path in stale:
            path.unlink(missing_ok=True)
        return len(stale)


class FolderShelf:
    """A folder of this machine."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def scratch(self) -> Path:
        self.root.mkdir(parents=True, exist_ok=True)
        return self.root

    def size(self, name: str) -> int | None:
        try:
            return (self.root / name).stat().st_size
        except FileNotFoundError:
            return None

    def modified(self, name: str) -> float:
        return (self.root / name).stat().st_mtime

    def touch(self, name: str) -> None:
        os.utime(self.root / name)

    def keep(self, temporary: Path, name: str) -> None:
        target = self.root / name
        target.parent.mkdir(exist_ok=True)
        temporary.replace(target)

    def open(self, name: str) -> BinaryIO:
        return (self.root / name).open("rb")

    def fetch(self, name: str, target: Path) -> None:
        if not is_cloned(self.root / name, target):
            shutil.copyfile(self.root / name, target)

    def remove(self, name: str) -> None:
        (self.root / name).unlink()

    def names(self) -> Iterator[str]:
        for path in self.root.glob("??/*"):
            yield f"{path.parent.name}/{path.name}"


class RemoteShelf:
    """A place that fsspec knows."""

    def __init__(self, root: str) -> None:
        self.scheme = root.partition(":")[0]
        self.file_system, self.root = file_system_of(root, self.scheme)

    def path(self, name: str) -> str:
        return f"{self.root}/{name}"

    def scratch(self) -> Path:
        return Path(tempfile.gettempdir())

    def size(self, name: str) -> int | None:
        try:
            return int(self.file_system.info(self.path(name))["size"])
        except FileNotFoundError:
            return None

    def modified(self, name: str) -> float:
        return float(self.file_system.modified(self.path(name)).timestamp())

    def touch(self, name: str) -> None:
        """Leave it: not every place can, and an upload of the same bytes would cost more."""

    def keep(self, temporary: Path, name: str) -> None:
        if self.scheme in OBJECT_STORES:
            self.file_system.put_file(str(temporary), self.path(name))
            return
        uploaded = self.path(temporary.name)
        self.file_system.put_file(str(temporary), uploaded)
        self.file_system.makedirs(self.path(name).rpartition("/")[0], exist_ok=True)
        self.file_system.mv(uploaded, self.path(name))

    def open(self, name: str) -> BinaryIO:
        return cast("BinaryIO", self.file_system.open(self.path(name), "rb"))

    def fetch(self, name: str, target: Path) -> None:
        self.file_system.get_file(self.path(name), str(target))

    def remove(self, name: str) -> None:
        self.file_system.rm_file(self.path(name))

    def names(self) -> Iterator[str]:
        for path in self.file_system.find(self.root):
            yield "/".join(path.split("/")[-2:])


def file_system_of(root: str, scheme: str) -> tuple[Any, str]:
    """The fsspec file system of a URL, and the path in it."""
    purpose = f"to keep artifacts at {scheme}://"
    extra = "s3" if scheme == "s3" else ""
    try:
        import fsspec
    except ImportError:
        raise MissingPackage("fsspec", purpose, extra or "remote") from None
    options: dict[str, Any] = {"auto_mkdir": True} if scheme in {"file", "local"} else {}
    try:
        file_system, path = fsspec.core.url_to_fs(root, use_listings_cache=False, **options)
    except ImportError as error:
        package = re.search(r"[Ii]nstall (?:the )?'?([\w.-]+)", str(error))
        raise MissingPackage(package[1] if package else scheme, purpose, extra) from None
    except ValueError as error:
        raise InvalidValue(f"{scheme}:// is no place for artifacts: {error}") from None
    return file_system, path.rstrip("/")


def copied(source: Path | bytes | BinaryIO, target: Path) -> Blob:
    """Copy a source to a new file; the digest is that of the copy, whatever the source does."""
    if isinstance(source, Path):
        if is_cloned(source, target):
            with target.open("rb") as file:
                return hashed(file)
        with source.open("rb") as stream:
            return copied(stream, target)
    if isinstance(source, bytes):
        target.write_bytes(source)
        return Blob(hashlib.sha256(source).hexdigest(), len(source))
    with target.open("wb") as file:
        return hashed(source, file)


def hashed(stream: BinaryIO, copy: BinaryIO | None = None) -> Blob:
    """The digest and size of what a stream still holds, copied on the way."""
    digest = hashlib.sha256()
    size = 0
    while block := stream.read(BLOCK_BYTES):
        digest.update(block)
        size += len(block)
        if copy is not None:
            copy.write(block)
    return Blob(digest.hexdigest(), size)


def is_cloned(source: Path, target: Path) -> bool:
    """Try to make a copy that shares the blocks, as Btrfs and XFS can; no hard link."""
    if sys.platform != "linux":
        return False
    import fcntl

    with source.open("rb") as old, target.open("wb") as new:
        try:
            fcntl.ioctl(new.fileno(), FICLONE, old.fileno())
        except OSError:
            return False
        return True


def name_of(digest: str) -> str:
    """Where a digest stands: `ab/cdef…`."""
    if not is_digest(digest):
        raise InvalidValue(f"{digest!r} is no digest: 64 hex digits of SHA-256 are expected")
    return f"{digest[:2]}/{digest[2:]}"


def is_digest(text: str) -> bool:
    """Whether a text is a SHA-256 in hex."""
    return re.fullmatch("[0-9a-f]{64}", text) is not None


def missing(digest: str) -> NotFound:
    """The error of a digest that nothing stands under."""
    return NotFound(
        f"nothing is kept under the digest {digest}; the file was deleted, or the store was "
        f"copied without its artifacts"
    )


@contextlib.contextmanager
def not_found(digest: str) -> Iterator[None]:
    """Say which digest a missing file was looked for under."""
    try:
        yield
    except FileNotFoundError:
        raise missing(digest) from None
