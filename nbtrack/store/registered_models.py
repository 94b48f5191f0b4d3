"""Operations on registered models and their aliases; `store.operations` names them in its table.

A model is known by `model_seq`, the number of the operation that made it, so that a name may
change, or belong to another model later.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from nbtrack.errors import AlreadyExists, InvalidValue, NotFound, listing
from nbtrack.records.operation import Operation
from nbtrack.records.registry_operation import (
    CreateRegisteredModel,
    DeleteRegisteredModel,
    RenameRegisteredModel,
    SetRegisteredModelTag,
    UpdateRegisteredModel,
)
from nbtrack.store.applied import Applied
from nbtrack.store.protocol import Cursor

__all__ = [
    "Model",
    "Version",
    "add_tags",
    "change_version",
    "check_model_name",
    "create_registered_model",
    "delete_registered_model",
    "find_model",
    "make_model",
    "model_called",
    "put_tag",
    "rename_registered_model",
    "set_registered_model_tag",
    "touch_model",
    "update_registered_model",
    "version_of",
]

LONGEST_NAME = 256
LONGEST_TAG = 100_000
LONGEST_KEY = 250


class Model(NamedTuple):
    """A registered model as operations see it."""

    model_seq: int
    name: str
    last_version: int


class Version(NamedTuple):
    """A version as operations see it."""

    version_seq: int
    model_seq: int
    model: str
    version: int
    stage: str


def create_registered_model(
    cursor: Cursor,
    op: CreateRegisteredModel,
    *,
    replayed: bool,  # noqa: ARG001 - all rows of the table have it
) -> Applied:
    """Make a registered model."""
    made = make_model(cursor, op.name, op, op.description)
    add_tags(cursor, "registered_model_tags", made.model_seq, op.tags)
    return Applied(op, op.name, {"model_seq": made.model_seq})


def rename_registered_model(
    cursor: Cursor,
    op: RenameRegisteredModel,
    *,
    replayed: bool,  # noqa: ARG001 - all rows of the table have it
) -> Applied:
    """Give a registered model another name."""
    model = model_called(cursor, op.name)
    check_model_name(op.new_name)
    other = find_model(cursor, op.new_name)
    if other is not None and other.model_seq != model.model_seq:
        raise taken(op.new_name)
    cursor.execute(
        "UPDATE core.registered_models SET name = ? WHERE model_seq = ?",
        [op.new_name, model.model_seq],
    )
    cursor.execute(
        "UPDATE core.model_versions SET last_updated_timestamp = ? WHERE model_seq = ?",
        [op.time // 1000, model.model_seq],
    )
    touch_model(cursor, model.model_seq, op)
    return Applied(op, op.new_name, {"model_seq": model.model_seq})


def update_registered_model(
    cursor: Cursor,
    op: UpdateRegisteredModel,
    *,
    replayed: bool,  # noqa: ARG001 - all rows of the table have it
) -> Applied:
    """Describe a registered model."""
    model = model_called(cursor, op.name)
    cursor.execute(
        "UPDATE core.registered_models SET description = ? WHERE model_seq = ?",
        [op.description, model.model_seq],
    )
    touch_model(cursor, model.model_seq, op)
    return Applied(op, op.name, {"model_seq": model.model_seq})


def delete_registered_model(
    cursor: Cursor,
    op: DeleteRegisteredModel,
    *,
    replayed: bool,  # noqa: ARG001 - all rows of the table have it
) -> Applied:
    """Delete a registered model; what was done to it stays in the log and in the history."""
    model = model_called(cursor, op.name)
    within = "version_seq IN (SELECT version_seq FROM core.model_versions WHERE model_seq = ?)"
    for table in ("model_version_tags", "model_version_approvals"):
        cursor.execute(f"DELETE FROM core.{table} WHERE {within}", [model.model_seq])
    for table in ("model_aliases", "model_versions", "registered_model_tags", "registered_models"):
        cursor.execute(f"DELETE FROM core.{table} WHERE model_seq = ?", [model.model_seq])
    return Applied(op, None, {"model_seq": model.model_seq, "versions": model.last_version})


def set_registered_model_tag(
    cursor: Cursor,
    op: SetRegisteredModelTag,
    *,
    replayed: bool,  # noqa: ARG001 - all rows of the table have it
) -> Applied:
    """Set a tag of a registered model, or take it away; one that is not there is gone already."""
    model = model_called(cursor, op.name)
    put_tag(cursor, "registered_model_tags", model.model_seq, op.key, op.value)
    return Applied(op, None, {"model_seq": model.model_seq})


def make_model(cursor: Cursor, name: str, op: Operation, description: str | None = None) -> Model:
    """Make the rows of a new model; the operation's number is its key.

    Raises:
        AlreadyExists: A model has the name.
        InvalidValue: No model may have it.
    """
    check_model_name(name)
    if find_model(cursor, name) is not None:
        raise taken(name)
    moment = op.time // 1000
    cursor.execute(
        "INSERT INTO core.registered_models BY NAME SELECT ? AS model_seq, ? AS name,"
        " CAST(? AS VARCHAR) AS description, ? AS user_id, 0 AS last_version,"
        " ? AS creation_timestamp, ? AS last_updated_timestamp",
        [op.number, name, description, op.actor or None, moment, moment],
    )
    return Model(op.number, name, 0)


def find_model(cursor: Cursor, name: str) -> Model | None:
    """The model of a name; None if there is none."""
    row = cursor.execute(
        "SELECT model_seq, name, last_version FROM core.registered_models WHERE name = ?", [name]
    ).fetchone()
    return None if row is None else Model(*row)


def model_called(cursor: Cursor, name: str) -> Model:
    """The model of a name.

    Raises:
        NotFound: There is none; the message names those that there are.
    """
    found = find_model(cursor, name)
    if found is None:
        rows = cursor.execute(
            "SELECT name FROM core.registered_models ORDER BY last_updated_timestamp DESC, name"
        ).fetchall()
        known = [known for (known,) in rows]
        raise NotFound(f"Registered Model with name={name} not found; {listing(known, name)}")
    return found


def version_of(cursor: Cursor, name: str, version: int) -> Version:
    """A version of the model of a name.

    Raises:
        NotFound: There is no such model, or it has no such version.
    """
    model = model_called(cursor, name)
    row = cursor.execute(
        "SELECT version_seq, current_stage FROM core.model_versions"
        " WHERE model_seq = ? AND version = ?",
        [model.model_seq, version],
    ).fetchone()
    if row is None:
        raise no_version(cursor, model, version)
    return Version(row[0], model.model_seq, model.name, version, row[1])


def no_version(cursor: Cursor, model: Model, version: int) -> NotFound:
    """What to say of a version that is not there."""
    rows = cursor.execute(
        "SELECT version FROM core.model_versions WHERE model_seq = ? ORDER BY version DESC",
        [model.model_seq],
    ).fetchall()
    known = [str(number) for (number,) in rows]
    why = "it was deleted" if 0 < version <= model.last_version else listing(known, str(version))
    return NotFound(f"Model Version (name={model.name}, version={version}) not found; {why}")


def change_version(cursor: Cursor, version: Version, op: Operation, **changes: str | None) -> None:
    """Change columns of a version, and say when."""
    sets = ", ".join(f"{name} = ?" for name in (*changes, "last_updated_timestamp"))
    cursor.execute(
        f"UPDATE core.model_versions SET {sets} WHERE version_seq = ?",
        [*changes.values(), op.time // 1000, version.version_seq],
    )


def touch_model(cursor: Cursor, model_seq: int, op: Operation) -> None:
    """Say when a model was changed last."""
    cursor.execute(
        "UPDATE core.registered_models SET last_updated_timestamp = ? WHERE model_seq = ?",
        [op.time // 1000, model_seq],
    )


IDENTITIES = {"registered_model_tags": "model_seq", "model_version_tags": "version_seq"}


def put_tag(cursor: Cursor, table: str, owner: int, key: str, value: str | None) -> None:
    """Put a tag in the place of one with its key, or take that away."""
    check_tag(key, value or "")
    identity = IDENTITIES[table]
    cursor.execute(f"DELETE FROM core.{table} WHERE {identity} = ? AND key = ?", [owner, key])
    if value is not None:
        add_tags(cursor, table, owner, {key: value})


def add_tags(cursor: Cursor, table: str, owner: int, tags: Mapping[str, str]) -> None:
    """Give something tags that it has none of."""
    for key, value in tags.items():
        check_tag(key, value)
    if tags:
        rows = ", ".join(["(?, ?, ?)"] * len(tags))
        values = [it for key, value in tags.items() for it in (owner, key, value)]
        cursor.execute(f"INSERT INTO core.{table} VALUES {rows}", values)


def check_tag(key: str, value: str) -> None:
    """Refuse a tag that no one could find or read.

    Raises:
        InvalidValue: The key or the value is of no use.
    """
    if not key.strip() or len(key) > LONGEST_KEY:
        raise InvalidValue(
            f"Invalid value {key[:50]!r} for parameter 'key' supplied: the name of a tag is a "
            f"text of 1 to {LONGEST_KEY} characters"
        )
    if len(value) > LONGEST_TAG:
        raise InvalidValue(
            f"'value' exceeds the maximum length of {LONGEST_TAG} characters: the tag {key!r} "
            f"has {len(value)}; keep long texts in a file of the run"
        )


def taken(name: str) -> AlreadyExists:
    return AlreadyExists(
        f"Registered Model (name={name}) already exists; "
        f"make another version of it, or choose another name"
    )


def check_model_name(name: str) -> None:
    """Refuse names that cannot stand in `models:/name/version`.

    Raises:
        InvalidValue: It is such a name.
    """
    if not name.strip():
        raise InvalidValue("Missing value for required parameter 'name': a model needs a name")
    if found := re.search(r"[/:@\x00-\x1f]", name):
        raise InvalidValue(
            f"Invalid model name {name!r}. Names cannot contain '/' or ':' (nor '@' or control "
            f"characters), as models:/name/version could not be read: it has {found[0]!r}"
        )
    if name in {".", ".."}:
        raise InvalidValue(f"Invalid model name {name!r}: it would be a folder's name")
    if len(name) > LONGEST_NAME:
        raise InvalidValue(
            f"'name' exceeds the maximum length of {LONGEST_NAME} characters: it has {len(name)}"
        )
