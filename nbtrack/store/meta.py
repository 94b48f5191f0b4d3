"""The few facts a store keeps about itself, in `core.meta`."""

from __future__ import annotations

from collections.abc import Mapping

from nbtrack.store.protocol import Cursor

__all__ = ["everything", "get", "get_number", "put", "put_all"]


def everything(cursor: Cursor) -> dict[str, str]:
    """All that is kept, by key."""
    return dict(cursor.execute("SELECT key, value FROM core.meta").fetchall())


def get(cursor: Cursor, key: str) -> str | None:
    """What is kept under a key."""
    return everything(cursor).get(key)


def get_number(cursor: Cursor, key: str) -> int:
    """The number kept under a key; 0 if there is none."""
    return int(get(cursor, key) or 0)


def put(cursor: Cursor, key: str, value: str | int) -> None:
    """Keep a value under a key, in place of what was there."""
    put_all(cursor, {key: value})


def put_all(cursor: Cursor, facts: Mapping[str, str | int]) -> None:
    """Keep values under their keys, in place of what was there."""
    for key, value in facts.items():
        # INSERT … ON CONFLICT takes five times as long as this.
        (changed,) = cursor.execute(
            "UPDATE core.meta SET value = ? WHERE key = ?", [str(value), key]
        ).fetchone()
        if not changed:
            cursor.execute("INSERT INTO core.meta VALUES (?, ?)", [key, str(value)])
