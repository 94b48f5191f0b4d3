"""What a documented view is; `views` and `registry_views` list them."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["MILLISECONDS", "View", "moment"]

MILLISECONDS = "When, ms since the epoch."


class View(NamedTuple):
    """A documented view in `main`: what it shows, what each column means, and its SELECT."""

    name: str
    doc: str
    columns: dict[str, str]
    select: str


def moment(milliseconds: str) -> str:
    """Milliseconds as a timestamp; NULL for what is out of the calendar."""
    return f"try(make_timestamp({milliseconds} * 1000))"
