"""Two writes of one field become one, as each column declares; used where rows are merged."""

from __future__ import annotations

from nbtrack.records.field import Column

__all__ = ["renewed", "told"]


def told(columns: tuple[Column, ...]) -> str:
    """What the staged lines of one thing say of each field, and when, as SQL."""
    return ", ".join(
        f"{pick}(s.{c.name}, (s.time, s.{c.name})) FILTER (s.{c.name} IS NOT NULL) AS {c.name}, "
        f"{extreme}(s.time) FILTER (s.{c.name} IS NOT NULL) AS {c.name}_time"
        for c in columns
        for pick, extreme in [RULES[c.merge]]
    )


def renewed(columns: tuple[Column, ...]) -> str:
    """Each field, and its time, as the stronger of what is stored and what was told."""
    return ", ".join(
        f"{name} = CASE WHEN {wins(c.name, c.merge)} THEN s.{name} ELSE r.{name} END"
        for c in columns
        for name in (c.name, f"{c.name}_time")
    )


RULES = {"first": ("arg_min", "min"), "last": ("arg_max", "max")}


def wins(column: str, merge: str) -> str:
    """Whether what was told now stands over what is stored, as SQL."""
    sign = "<" if merge == "first" else ">"
    return (
        f"s.{column}_time IS NOT NULL AND (r.{column}_time IS NULL OR "
        f"(s.{column}_time, s.{column}) {sign} (r.{column}_time, r.{column}))"
    )
