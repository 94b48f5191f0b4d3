"""Pages of what a filter finds, in an order, with the token of the next page; for the answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from nbtrack.query.fields import subject_of
from nbtrack.query.tree import Experiments, LoggedModels, ModelVersions, RegisteredModels, Runs
from nbtrack.store import page_token
from nbtrack.store.compile import Piece, order_keys, page, source_of, where
from nbtrack.store.protocol import Cursor
from nbtrack.store.resolution import resolved, warn_of_unknown_keys, with_aliases

__all__ = ["Page", "Paged", "read_page"]

Paged = Runs | Experiments | LoggedModels | RegisteredModels | ModelVersions


class Page(NamedTuple):
    """The rows of a page by column, and the token of the next one."""

    columns: dict[str, list[Any]]
    token: str | None


def read_page(asked: Paged, columns: Mapping[str, str], cursor: Cursor) -> Page:
    """The chosen columns of the rows of a page.

    Args:
        asked: The question, with its limit and the token it goes on after.
        columns: Expressions over `r` and `e`, by the name they get.
        cursor: Where it is asked.
    """
    question = resolved(with_aliases(asked, cursor), cursor)
    subject = subject_of(question)
    ordering = order_keys(question.order_by, subject)
    after, order = page(ordering, page_token.read(asked.after, asked, ordering.keys))
    asks = where(question)
    limit = Piece("") if asked.limit is None else Piece(" LIMIT ?", (asked.limit + 1,))
    shown = [f'{sql} AS "{name}"' for name, sql in columns.items()]
    shown += [f"{key.sql} AS key_{n}" for n, key in enumerate(ordering.keys)]
    rows = cursor.execute(
        f"SELECT {', '.join(shown)} FROM {source_of(subject)}{ordering.joins.sql}"
        f" WHERE {asks.sql} AND ({after.sql}){order}{limit.sql}",
        [*ordering.joins.values, *asks.values, *after.values, *limit.values],
    ).fetchall()
    token = None
    if asked.limit is not None and len(rows) > asked.limit:
        rows = rows[: asked.limit]
        token = page_token.written(asked, rows[-1][len(columns) :]) if rows else None
    if not rows and not asked.after and getattr(asked, "hints", True):
        warn_of_unknown_keys(question, cursor)
    found = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in shown]
    return Page(dict(zip(columns, found, strict=False)), token)
