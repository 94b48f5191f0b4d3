"""Operations on versions of registered models; `store.operations` names them in its table.

Numbers are contiguous within a model and never given twice: the model keeps the last one.
"""

from __future__ import annotations

import msgspec

from nbtrack.errors import InvalidValue
from nbtrack.records.registered_model import ModelVersionStatus
from nbtrack.records.registry_operation import (
    ApproveModelVersion,
    CreateModelVersion,
    DeleteModelVersion,
    SetModelVersionTag,
    UpdateModelVersion,
)
from nbtrack.store.applied import Applied
from nbtrack.store.model_aliases import aliases_of, take_alias_away
from nbtrack.store.protocol import Cursor
from nbtrack.store.registered_models import (
    add_tags,
    change_version,
    find_model,
    make_model,
    model_called,
    put_tag,
    touch_model,
    version_of,
)

__all__ = [
    "approve_model_version",
    "create_model_version",
    "delete_model_version",
    "set_model_version_tag",
    "update_model_version",
]

COLUMNS = (
    "source",
    "run_id",
    "run_link",
    "model_id",
    "description",
    "status",
    "status_message",
    "digest",
    "signature_digest",
)
"""What a version takes over from the operation as it is."""


def create_model_version(cursor: Cursor, op: CreateModelVersion, *, replayed: bool) -> Applied:
    """Make the next version of a model, and the model too if that was asked for and is needed."""
    op = msgspec.structs.replace(op, status=status_named(op.status))
    is_new = op.create_model and find_model(cursor, op.name) is None
    model = make_model(cursor, op.name, op) if is_new else model_called(cursor, op.name)
    told = op.version if replayed else None
    version = told or model.last_version + 1
    moment = op.time // 1000
    row = {
        "version_seq": op.number,
        "model_seq": model.model_seq,
        "version": version,
        "user_id": op.actor or None,
        "current_stage": "None",
        "creation_timestamp": moment,
        "last_updated_timestamp": moment,
        **{name: getattr(op, name) for name in COLUMNS},
    }
    cursor.execute(
        f"INSERT INTO core.model_versions ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",
        [*row.values()],
    )
    add_tags(cursor, "model_version_tags", op.number, op.tags)
    cursor.execute(
        "UPDATE core.registered_models SET last_version = ?, last_updated_timestamp = ?"
        " WHERE model_seq = ?",
        [version, moment, model.model_seq],
    )
    written = msgspec.structs.replace(op, version=version)
    return Applied(written, version, {"model_seq": model.model_seq, "created_model": is_new})


def update_model_version(
    cursor: Cursor,
    op: UpdateModelVersion,
    *,
    replayed: bool,  # noqa: ARG001 - all rows of the table have it
) -> Applied:
    """Change what is said of a version."""
    found = version_of(cursor, op.name, op.version)
    changes: dict[str, str | None] = {}
    if op.description is not None:
        changes["description"] = op.description or None
    if op.status is not None:
        changes |= {"status": status_named(op.status), "status_message": op.status_message}
    change_version(cursor, found, op, **changes)
    return Applied(op, None, {"model_seq": found.model_seq})


def delete_model_version(
    cursor: Cursor,
    op: DeleteModelVersion,
    *,
    replayed: bool,  # noqa: ARG001 - all rows of the table have it
) -> Applied:
    """Delete a version; its number is not given again.

    Raises:
        InvalidValue: Aliases point to it, and force was not asked for.
    """
    found = version_of(cursor, op.name, op.version)
    aliases = aliases_of(cursor, found)
    if aliases and not op.force:
        names = " and ".join(map(repr, aliases))
        raise InvalidValue(
            f"version {op.version} of {op.name!r} is what {names} points to, and is not deleted: "
            f"move the alias to another version or delete it first, or say force=True to delete "
            f"both",
            "INVALID_STATE",
        )
    for alias in aliases:
        take_alias_away(cursor, found, alias, op)
    for table in ("model_version_tags", "model_version_approvals", "model_versions"):
        cursor.execute(f"DELETE FROM core.{table} WHERE version_seq = ?", [found.version_seq])
    touch_model(cursor, found.model_seq, op)
    return Applied(op, None, {"model_seq": found.model_seq, "aliases": aliases})


def set_model_version_tag(
    cursor: Cursor,
    op: SetModelVersionTag,
    *,
    replayed: bool,  # noqa: ARG001 - all rows of the table have it
) -> Applied:
    """Set a tag of a version, or take it away; one that is not there is gone already."""
    found = version_of(cursor, op.name, op.version)
    put_tag(cursor, "model_version_tags", found.version_seq, op.key, op.value)
    return Applied(op, None, {"model_seq": found.model_seq})


def approve_model_version(
    cursor: Cursor,
    op: ApproveModelVersion,
    *,
    replayed: bool,  # noqa: ARG001 - all rows of the table have it
) -> Applied:
    """Note who approves of a version; who did so before has approved again."""
    if not op.approver.strip():
        raise InvalidValue("an approval needs the name of who approves")
    found = version_of(cursor, op.name, op.version)
    cursor.execute(
        "INSERT INTO core.model_version_approvals BY NAME SELECT ? AS version_seq, ? AS approver,"
        " ? AS note, ? AS time",
        [found.version_seq, op.approver, op.note, op.time // 1000],
    )
    change_version(cursor, found, op)
    return Applied(op, None, {"model_seq": found.model_seq})


def status_named(status: str) -> str:
    """A status as it is spelled, from any letter case; raises InvalidValue."""
    return ModelVersionStatus.to_string(ModelVersionStatus.from_string(status))
