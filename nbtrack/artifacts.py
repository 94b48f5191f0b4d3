"""`nbtrack.artifacts`: files of runs, listed, fetched and read."""

from __future__ import annotations

from nbtrack.api.artifacts import delete_artifacts
from nbtrack.api.downloads import (
    download_artifacts,
    list_artifacts,
    load_dict,
    load_image,
    load_text,
)

__all__ = [
    "delete_artifacts",
    "download_artifacts",
    "list_artifacts",
    "load_dict",
    "load_image",
    "load_text",
]
