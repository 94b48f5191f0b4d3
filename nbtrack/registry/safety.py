"""Who vouches for a file that runs code when it is read: this user's own store, or the caller.

Flavors ask it by `Reading.allow_code` before they unpickle; what loads a model makes it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from pathlib import Path

from nbtrack.capture.seal import is_sealed, seal_of
from nbtrack.errors import UnsafeModel
from nbtrack.registry.format.mlmodel import MLMODEL

__all__ = ["Consent", "seals_of"]

BLOCK_BYTES = 1_048_576


class Consent:
    """Whether the files of one model may run code.

    Args:
        place: The model's address, for messages.
        own: Whether this user's own store recorded the digests of the files, and they were checked.
        allowed: Whether the caller, or a setting, allows it.
        folder: The model's folder.
        seals: The seals that its MLmodel file holds, by path.
        trusted_types: Types that the caller vouches for, by their full names.
    """

    def __init__(
        self,
        place: str,
        *,
        own: bool = False,
        allowed: bool = False,
        folder: Path | None = None,
        seals: Mapping[str, str] | None = None,
        trusted_types: Collection[str] = (),
    ) -> None:
        self.place = place
        self.own = own
        self.allowed = allowed
        self.folder = None if folder is None else folder.resolve()
        self.seals = seals if isinstance(seals, Mapping) else {}
        self.trusted_types = frozenset(trusted_types)

    def allow_code(self, path: Path, kind: str) -> None:
        """Go on only if this file, or all below this folder, may run.

        Raises:
            UnsafeModel: Nobody vouched for it.
        """
        if self.own or self.allowed or self.is_sealed_here(path):
            return
        raise UnsafeModel(
            f"{self.place} holds {kind} ({path.name}), and reading it runs whatever code is in it; "
            f"it was not logged by you in this store. If you know where it comes from, say "
            f"load_model(…, allow_pickle=True), or set NBTRACK_ALLOW_PICKLE=true"
        )

    def trusts_type(self, name: str) -> bool:
        """Whether the caller vouched for a type."""
        return self.allowed or name in self.trusted_types

    def is_sealed_here(self, path: Path) -> bool:
        """Whether this user saved just these files."""
        if self.folder is None or not self.seals:
            return False
        place = path.resolve()
        files = [place] if place.is_file() else [it for it in place.rglob("*") if it.is_file()]
        own = self.folder / MLMODEL  # it holds the seals, and no code
        return bool(files) and all(self.has_seal(file) for file in files if file != own)

    def has_seal(self, file: Path) -> bool:
        """Whether a file of the folder is as this user saved it."""
        if self.folder is None or not file.is_relative_to(self.folder):
            return False
        path = file.relative_to(self.folder).as_posix()
        return is_sealed(digest_of(file), self.seals.get(path))


def digest_of(path: Path) -> str:
    """The SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


def seals_of(folder: Path) -> dict[str, str]:
    """The seals of a folder's files, by which this user's own saved models are known."""
    files = sorted(it for it in folder.rglob("*") if it.is_file())
    return {it.relative_to(folder).as_posix(): seal_of(digest_of(it)) for it in files}
