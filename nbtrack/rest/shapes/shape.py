"""What every shape is made from."""

from __future__ import annotations

import msgspec

__all__ = ["Shape"]


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """What goes over the wire; a field with a default may be left out."""
