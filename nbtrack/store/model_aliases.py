"""Operations that move aliases and stages, and the history they leave.

Whatever comes to a version, or is taken from one, leaves a row in `alias_history`, so that the way
back is known.
"""

from __future__ import annotations

from typing import NamedTuple

from nbtrack.errors import Conflict, InvalidValue
from nbtrack.records.operation import Operation
from nbtrack.records.registered_model import ACTIVE_STAGES, canonical_stage, check_alias
from nbtrack.records.registry_operation import (
    DeleteModelAlias,
    MoveAlias,
    SetModelAlias,
    TransitionStage,
)
from nbtrack.store.applied import Applied
from nbtrack.store.protocol import Cursor
from nbtrack.store.registered_models import (
    Version,
    change_version,
    model_called,
    put_tag,
    touch_model,
    version_of,
)

__all__ = [
    "aliases_of",
    "delete_model_alias",
    "move_alias",
    "set_model_alias",
    "take_alias_away",
    "transition_stage",
]


class Move(NamedTuple):
    """What comes to a version: an alias or a stage, and why."""

    alias: str | None = None
    stage: str | None = None
    reason: str = ""
    report: str | None = None


def set_model_alias(
    cursor: Cursor,
    op: SetModelAlias,
    *,
    replayed: bool,  # noqa: ARG001 - all rows of the table have it
) -> Applied:
    """Let an alias point to a version."""
    check_alias(op.alias)
    found = version_of(cursor, op.name, op.version)
    previous = point(cursor, found, Move(op.alias), op)
    touch_model(cursor, found.model_seq, op)
    return Applied(op, previous, {"model_seq": found.model_seq, "previous": previous})


def delete_model_alias(
    cursor: Cursor,
    op: DeleteModelAlias,
    *,
    replayed: bool,  # noqa: ARG001 - all rows of the table have it
) -> Applied:
    """Take an alias away; one that is not there is gone already."""
    check_alias(op.alias, is_reserved=False)
    model = model_called(cursor, op.name)
    previous = holder_of(cursor, model.model_seq, op.alias)
    if previous is not None:
        take_alias_away(cursor, version_of(cursor, op.name, previous), op.alias, op)
        touch_model(cursor, model.model_seq, op)
    return Applied(op, previous, {"model_seq": model.model_seq, "previous": previous})


def transition_stage(
    cursor: Cursor,
    op: TransitionStage,
    *,
    replayed: bool,  # noqa: ARG001 - all rows of the table have it
) -> Applied:
    """Move a version to a stage."""
    stage = canonical_stage(op.stage)
    if op.archive_existing and stage not in ACTIVE_STAGES:
        raise InvalidValue(
            f"Model version transition cannot archive existing model versions because {stage!r} "
            f"is not an Active stage. Valid stages are {list(ACTIVE_STAGES)}"
        )
    found = version_of(cursor, op.name, op.version)
    archived = enter(cursor, found, Move(stage=stage), op, archives=op.archive_existing)
    touch_model(cursor, found.model_seq, op)
    told = {"from_stage": found.stage, "to_stage": stage, "archived": archived}
    return Applied(op, found.stage, {"model_seq": found.model_seq, **told})


def move_alias(
    cursor: Cursor,
    op: MoveAlias,
    *,
    replayed: bool,
) -> Applied:
    """Move an alias, a stage, or both to a version, with all that goes with it.

    Raises:
        Conflict: Another version than expected is there.
    """
    if op.alias is None and op.stage is None:
        raise InvalidValue("to move is to name an alias or a stage")
    stage = None if op.stage is None else canonical_stage(op.stage)
    if op.alias is not None:
        check_alias(op.alias)
    found = version_of(cursor, op.name, op.version)
    previous = (
        holder_of(cursor, found.model_seq, op.alias)
        if op.alias is not None
        else newest_in(cursor, found.model_seq, str(stage))
    )
    if op.expected is not None and not replayed and op.expected != (previous or 0):
        raise moved_meanwhile(op, previous)
    told: dict[str, object] = {"model_seq": found.model_seq, "previous": previous}
    if op.alias is not None:
        point(cursor, found, Move(op.alias, None, op.reason, op.report), op)
    if stage is not None:
        archives = op.archive_existing and stage in ACTIVE_STAGES
        report = op.report if op.alias is None else None
        move = Move(None, stage, op.reason, report)
        archived = enter(cursor, found, move, op, archives=archives)
        told |= {"from_stage": found.stage, "to_stage": stage, "archived": archived}
    for key, value in op.tags.items():
        put_tag(cursor, "model_version_tags", found.version_seq, key, value)
    described = {} if op.description is None else {"description": op.description or None}
    change_version(cursor, found, op, **described)
    touch_model(cursor, found.model_seq, op)
    return Applied(op, previous, told)


def moved_meanwhile(op: MoveAlias, previous: int | None) -> Conflict:
    """What to say when another version is where one was expected."""
    what = f"alias {op.alias!r}" if op.alias is not None else f"stage {op.stage}"
    wanted = f"version {op.expected}" if op.expected else "no version"
    there = f"version {previous}" if previous else "no version"
    return Conflict(
        f"the {what} of {op.name!r} is at {there}, where {wanted} was expected: somebody moved it "
        f"meanwhile, and nothing was changed; look again, then decide anew"
    )


def point(cursor: Cursor, to: Version, move: Move, op: Operation) -> int | None:
    """Let an alias point to a version; the result is the one it pointed to before."""
    previous = holder_of(cursor, to.model_seq, str(move.alias))
    if previous == to.version and move.report is None and not move.reason:
        return previous
    cursor.execute(
        "DELETE FROM core.model_aliases WHERE model_seq = ? AND alias = ?",
        [to.model_seq, move.alias],
    )
    cursor.execute(
        "INSERT INTO core.model_aliases VALUES (?, ?, ?)",
        [to.model_seq, move.alias, to.version_seq],
    )
    note(cursor, to, move, op, places=(to.version, previous))
    return previous


def take_alias_away(cursor: Cursor, from_: Version, alias: str, op: Operation) -> None:
    """Let an alias point to nothing."""
    cursor.execute(
        "DELETE FROM core.model_aliases WHERE model_seq = ? AND alias = ?",
        [from_.model_seq, alias],
    )
    note(cursor, from_, Move(alias), op, places=(None, from_.version))


def enter(
    cursor: Cursor, version: Version, move: Move, op: Operation, *, archives: bool
) -> list[int]:
    """Move a version to a stage; the result is which ones made room for it."""
    previous = newest_in(cursor, version.model_seq, str(move.stage))
    archived: list[int] = []
    if archives:
        rows = cursor.execute(
            "UPDATE core.model_versions SET current_stage = 'Archived', last_updated_timestamp = ?"
            " WHERE model_seq = ? AND current_stage = ? AND version <> ? RETURNING version",
            [op.time // 1000, version.model_seq, move.stage, version.version],
        ).fetchall()
        archived = sorted(int(number) for (number,) in rows)
    change_version(cursor, version, op, current_stage=move.stage)
    if version.stage != move.stage or archived or move.report is not None:
        note(cursor, version, move, op, places=(version.version, previous))
    return archived


def note(
    cursor: Cursor,
    version: Version,
    move: Move,
    op: Operation,
    *,
    places: tuple[int | None, int | None],
) -> None:
    """Keep in the history where an alias or a stage is now, and where it was."""
    cursor.execute(
        "INSERT INTO core.alias_history BY NAME SELECT ? AS number, ? AS model_seq, ? AS model,"
        " CAST(? AS VARCHAR) AS alias, CAST(? AS VARCHAR) AS stage, CAST(? AS BIGINT) AS version,"
        " CAST(? AS BIGINT) AS previous, ? AS time, ? AS actor, ? AS reason,"
        " CAST(? AS VARCHAR) AS report",
        [
            *(op.number, version.model_seq, version.model, move.alias, move.stage, *places),
            *(op.time // 1000, op.actor, move.reason, move.report),
        ],
    )


def holder_of(cursor: Cursor, model_seq: int, alias: str) -> int | None:
    """The version that an alias points to."""
    row = cursor.execute(
        "SELECT v.version FROM core.model_aliases a JOIN core.model_versions v USING (version_seq)"
        " WHERE a.model_seq = ? AND a.alias = ?",
        [model_seq, alias],
    ).fetchone()
    return None if row is None else int(row[0])


def newest_in(cursor: Cursor, model_seq: int, stage: str) -> int | None:
    """The newest version that is in a stage."""
    row = cursor.execute(
        "SELECT max(version) FROM core.model_versions WHERE model_seq = ? AND current_stage = ?",
        [model_seq, stage],
    ).fetchone()
    return None if row is None or row[0] is None else int(row[0])


def aliases_of(cursor: Cursor, version: Version) -> list[str]:
    """The aliases that point to a version."""
    rows = cursor.execute(
        "SELECT alias FROM core.model_aliases WHERE version_seq = ? ORDER BY alias",
        [version.version_seq],
    ).fetchall()
    return [alias for (alias,) in rows]
