"""The root of every record: frozen, tagged by `type`, defaults left out of the line."""

from __future__ import annotations

import msgspec

__all__ = ["Record"]


class Record(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="type"):
    """A fact as it stands in a journal line, a request body and a row."""
