"""Copies of models in the folder of an endpoint: which of them no plan names, and what they take.

Whoever removes some holds the endpoint's lock, or its turn to change the plan.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from nbtrack.records.endpoint import Variant
from nbtrack.serving.supervising.place import EndpointFolder

__all__ = ["bytes_in", "copies_in", "release", "unneeded"]


def copies_in(folder: EndpointFolder) -> list[Path]:
    """The copies there are, unfinished ones included."""
    try:
        return sorted(folder.models.iterdir())
    except OSError:
        return []


def unneeded(folder: EndpointFolder, needed: Iterable[Variant]) -> list[Path]:
    """The copies that none of these variants is read from."""
    places = {Path(it.folder).resolve() for it in needed}
    return [
        copy
        for copy in copies_in(folder)
        if not any(it.is_relative_to(copy.resolve()) for it in places)
    ]


def release(folder: EndpointFolder, needed: Iterable[Variant]) -> int:
    """Remove the copies that none of these variants is read from; how many bytes that freed."""
    freed = 0
    for copy in unneeded(folder, needed):
        size = bytes_in(copy)
        if copy.is_dir() and not copy.is_symlink():
            shutil.rmtree(copy, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                copy.unlink()
        freed += size if not os.path.lexists(copy) else 0
    return freed


def bytes_in(path: Path) -> int:
    """How many bytes the files below a path hold; what goes meanwhile counts nothing."""
    size = 0
    for at, _, names in os.walk(path):
        for name in names:
            with contextlib.suppress(OSError):
                size += os.lstat(os.path.join(at, name)).st_size  # noqa: PTH118 - many files
    if not size:
        with contextlib.suppress(OSError):
            size = 0 if path.is_dir() else path.lstat().st_size
    return size
