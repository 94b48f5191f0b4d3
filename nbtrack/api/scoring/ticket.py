"""A model as it travels to where rows are scored: its folder, or its files packed, and consent."""

from __future__ import annotations

import hashlib
import io
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import msgspec

from nbtrack.api.models.loading import FoundModel, Trust
from nbtrack.errors import TamperedModel
from nbtrack.registry.format.mlmodel import Model
from nbtrack.registry.loading import load_to_ask
from nbtrack.registry.manifest import manifest_digest
from nbtrack.registry.pyfunc import PyFuncModel
from nbtrack.registry.safety import Consent

__all__ = ["Ticket", "ticket_of"]


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """What another process needs to load a model just as this one would.

    Attributes:
        uri: Its address, with a version in place of an alias.
        digest: The digest of its files.
        folder: Where its files are on this machine.
        is_vouched: Whether reading it may run code.
        trusted_types: Types that the caller vouches for.
        files: Its files packed, for other machines, and the digest of the pack.
    """

    uri: str
    digest: str
    folder: str
    is_vouched: bool
    trusted_types: tuple[str, ...] = ()
    files: tuple[bytes, str] | None = None

    def packed(self) -> Ticket:
        """The same with its files, for other machines."""
        target = io.BytesIO()
        root = Path(self.folder)
        with zipfile.ZipFile(target, "w") as pack:
            for path in sorted(it for it in root.rglob("*") if it.is_file()):
                pack.write(path, path.relative_to(root).as_posix())
        content = target.getvalue()
        return msgspec.structs.replace(self, files=(content, hashlib.sha256(content).hexdigest()))

    def model(self, config: Any = None) -> PyFuncModel:
        """The model, loaded once in a process.

        Args:
            config: What it finds as its configuration.

        Raises:
            TamperedModel: The pack did not arrive as it was sent.
        """
        key = (self.digest, self.is_vouched, self.trusted_types, repr(config))
        if key not in loaded:
            folder = Path(self.folder) if self.files is None else unpacked(*self.files)
            consent = Consent(
                self.uri, own=self.is_vouched, folder=folder, trusted_types=self.trusted_types
            )
            loaded[key] = load_to_ask(folder, Model.load(folder), consent, config)
        return loaded[key]


loaded: dict[Any, PyFuncModel] = {}
"""Models of this process, by what they are."""

places: list[tempfile.TemporaryDirectory[str]] = []
"""Where packs were laid out; gone with the process."""


def unpacked(content: bytes, digest: str) -> Path:
    """A folder with the files of a pack."""
    if hashlib.sha256(content).hexdigest() != digest:
        raise TamperedModel("the model's files did not arrive as they were sent")
    place = tempfile.TemporaryDirectory(prefix="nbtrack-model-")
    places.append(place)
    with zipfile.ZipFile(io.BytesIO(content)) as pack:
        pack.extractall(place.name)
    return Path(place.name)


def ticket_of(found: FoundModel, trust: Trust) -> Ticket:
    """The ticket of a model that was found."""
    place = found.place
    uri = place.uri
    if place.registered is not None:
        uri = f"models:/{place.name}/{place.version}"
    elif place.model_id is not None:
        uri = f"models:/{place.model_id}"
    if place.manifest is not None:
        digest = manifest_digest(place.manifest)
    else:
        digest = digest_of(found.folder)
    consent = found.consent(trust)
    return Ticket(
        uri=uri,
        digest=digest,
        folder=str(found.folder),
        is_vouched=consent.own or consent.allowed or consent.is_sealed_here(found.folder),
        trusted_types=tuple(sorted(trust.types)),
    )


def digest_of(folder: Path) -> str:
    """One digest of all files below a folder."""
    digest = hashlib.sha256()
    for path in sorted(it for it in folder.rglob("*") if it.is_file()):
        digest.update(f"{path.relative_to(folder).as_posix()}\0{path.stat().st_size}\0".encode())
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()
