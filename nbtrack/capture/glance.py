"""What arguments and data are at a glance: short plain values, nothing copied or computed.

Observers of libraries use it for the params of a fit and for what was fitted on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["params_of", "plain", "rows_of"]

SHORT = 20
"""Longer lists are named by their type: a param is read by people."""


def params_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments as params; those that are None say nothing and are left out."""
    return {str(key): plain(value) for key, value in given.items() if value is not None}


def plain(value: Any, depth: int = 2) -> Any:
    """A value as a number, a text or a short list or mapping of them; else the name of its type."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple | set | frozenset) and len(value) <= SHORT and depth:
        return [plain(item, depth - 1) for item in value]
    if isinstance(value, Mapping) and len(value) <= SHORT and depth:
        return {str(key): plain(item, depth - 1) for key, item in value.items()}
    if getattr(value, "shape", None) == ():
        return value.item()  # a scalar of NumPy, or a tensor
    name = getattr(value, "__name__", None)
    return name if isinstance(name, str) else type(value).__name__


def rows_of(data: Any) -> int | None:
    """How many rows an array, frame or list has; None for what has to be read to know."""
    shape = getattr(data, "shape", None)
    if shape is not None:
        return int(shape[0]) if len(shape) else None
    return len(data) if isinstance(data, list | tuple) else None
