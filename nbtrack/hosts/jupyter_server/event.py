"""The event by which browsers hear of changes, as the Jupyter event system declares one."""

from __future__ import annotations

from typing import Any

import msgspec

from nbtrack.rest.shapes import Change

__all__ = ["CHANGE", "SCHEMA"]

CHANGE = "https://schema.nbtrack.org/events/change/v1"


def schema() -> dict[str, Any]:
    """The schema of a change, made of its shape."""
    declared = msgspec.json.schema(Change)["$defs"]["Change"]
    return {
        "$id": CHANGE,
        "version": "1",
        "title": "A change in a store of nbtrack",
        "personal-data": True,
        "description": declared["description"],
        "type": "object",
        "required": declared["required"],
        "properties": declared["properties"],
    }


SCHEMA = schema()
