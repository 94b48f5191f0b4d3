"""`nbtrack.artifacts`: files of runs, listed, fetched and read."""

from __future__ import annotations

from nbtrack.api.files.downloads import (
    download_artifacts,
    list_artifacts,
    load_dict,
    load_image,
    load_text,
)
from nbtrack.api.tracking.artifacts import delete_artifacts

__all__ = [
    "delete_artifacts",
    "download_artifacts",
    "list_artifacts",
    "load_dict",
    "load_image",
    "load_text",
]
