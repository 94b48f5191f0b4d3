"""`nbtrack.client`: the client."""

from __future__ import annotations

from nbtrack.api.client import MlflowClient

__all__ = ["MlflowClient"]
