"""`nbtrack.tracking`: the client, and where it tracks to."""

from __future__ import annotations

from typing import Any

from nbtrack.api.client.client import MlflowClient
from nbtrack.api.client.later import attribute
from nbtrack.api.session import get_tracking_uri, is_tracking_uri_set, set_tracking_uri
from nbtrack.api.session import get_tracking_uri as get_registry_uri

__all__ = [
    "MlflowClient",
    "get_registry_uri",
    "get_tracking_uri",
    "is_tracking_uri_set",
    "set_tracking_uri",
]


def __getattr__(name: str) -> Any:
    return attribute("tracking", name)
