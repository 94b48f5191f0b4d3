"""Questions about what was tried to put versions of a model in the place of others."""

from __future__ import annotations

from typing import Any

from nbtrack.query.tree import Promotions
from nbtrack.records.registered_model import AliasMove
from nbtrack.store.protocol import Store

__all__ = ["attempts", "way_back"]


def attempts(store: Store, name: str) -> list[dict[str, Any]]:
    """Every attempt that left a report, the oldest first, with `is_refused` and `report` (JSON).

    Raises:
        NotFound: There is no such model.
    """
    columns = store.fetch(Promotions(name)).columns
    rows = zip(*columns.values(), strict=True)
    return [dict(zip(columns, row, strict=True)) for row in rows]


def way_back(moves: list[AliasMove], is_rollback: Any) -> list[str]:
    """The versions that an alias or a stage went through, the way back left out; the last is it.

    Args:
        moves: The moves of one alias or stage, the last first.
        is_rollback: Whether a move was a way back itself.

    Example:
        >>> from nbtrack.records.registered_model import AliasMove
        >>> moves = [AliasMove("m", "a", None, it, None, time=0) for it in ("3", "2", "1")]
        >>> way_back(moves, lambda move: False)
        ['1', '2', '3']
    """
    path: list[str] = []
    for move in reversed(moves):
        if move.version is None:
            continue
        if is_rollback(move) and move.version in path:
            last = len(path) - 1 - path[::-1].index(move.version)
            del path[last + 1 :]
        elif not path or path[-1] != move.version:
            path.append(move.version)
    return path
