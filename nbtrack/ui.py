"""`nbtrack.ui`: the panels that the magics show, as calls."""

from __future__ import annotations

from nbtrack.hosts.notebook.calls import compare, endpoints, registry, runs

__all__ = ["compare", "endpoints", "registry", "runs"]
