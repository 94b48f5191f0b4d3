"""`nbtrack.tracking.client`: the client."""

from __future__ import annotations

from nbtrack.api.client.client import MlflowClient

__all__ = ["MlflowClient"]
