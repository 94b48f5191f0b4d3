"""`nbtrack.ui`: the panels that the magics show, as calls; for notebooks, and for what uses them."""

from __future__ import annotations

from nbtrack.hosts.notebook.calls import compare, registry, runs

__all__ = ["compare", "registry", "runs"]
