"""The files of a model as one list: its digest, what changed between two, and the path they share.

A version of a registered model keeps the digest; what loads a model checks each file against it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from nbtrack.capture.open_model import ModelFile
from nbtrack.capture.seal import is_sealed

__all__ = ["Manifest", "below", "by_path", "is_own", "manifest_digest"]

Manifest = Mapping[str, ModelFile]
"""Files by their paths within a model."""


def by_path(files: Iterable[ModelFile]) -> dict[str, ModelFile]:
    """Files by their paths."""
    return {file.path: file for file in files}


def below(files: Iterable[ModelFile], folder: str) -> dict[str, ModelFile]:
    """Files of a folder, by their paths in it."""
    prefix = f"{folder.strip('/')}/" if folder.strip("/") else ""
    within = (file for file in files if file.path.startswith(prefix))
    return by_path(file._replace(path=file.path.removeprefix(prefix)) for file in within)


def manifest_digest(manifest: Manifest) -> str:
    """One digest for all files: equal where every path and content is.

    Example:
        >>> from nbtrack.capture.open_model import ModelFile
        >>> from nbtrack.registry.manifest import by_path, manifest_digest
        >>> manifest_digest(by_path([ModelFile("MLmodel", "ab" * 32, 3)]))[:16]
        '842c07ff51d70d84'
    """
    lines = (f"{path}\0{file.digest}\0{file.size}\n" for path, file in sorted(manifest.items()))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def is_own(manifest: Manifest) -> bool:
    """Whether this user logged every file, which is their word that code in them may run."""
    return bool(manifest) and all(is_sealed(it.digest, it.seal) for it in manifest.values())
