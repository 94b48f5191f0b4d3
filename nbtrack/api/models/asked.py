"""How models are to be logged by themselves, as `autolog` and `%%track --model` were told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

__all__ = ["ModelsAsked"]


class ModelsAsked(NamedTuple):
    """How models are to be logged by themselves."""

    signatures: bool = True
    examples: bool = False
    registered_name: str | None = None
    options: Mapping[str, Any] = {}
    """What the flavor is told, such as `serialization_format`; others do not take it."""
