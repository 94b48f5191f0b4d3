"""Which events an operation on the registry is, for webhooks and handlers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from nbtrack.records.model_event import ModelEvent
from nbtrack.records.registry_operation import (
    ApproveModelVersion,
    CreateModelVersion,
    CreateRegisteredModel,
    DeleteModelAlias,
    DeleteModelVersion,
    DeleteRegisteredModel,
    MoveAlias,
    SetModelAlias,
    SetModelVersionTag,
    TransitionStage,
)
from nbtrack.store.applied import Applied

__all__ = ["events_of"]

Told = Iterator[tuple[str, dict[str, Any]]]
"""Kinds of events, each with what MLflow's payload has besides the name and the version."""


def events_of(applied: Applied) -> tuple[ModelEvent, ...]:
    """The events that an operation is; none for most."""
    op = applied.op
    tell = TOLD.get(type(op))
    if tell is None:
        return ()
    found = []
    for kind, data in tell(op, applied):
        name = str(getattr(op, "name", ""))
        version = str(data.get("version") or "")
        told = {"name": name, **data}
        found.append(ModelEvent(kind, name, version, told, op.time, op.actor, op.number))
    return tuple(found)


def registered_model_created(op: CreateRegisteredModel, _: Applied) -> Told:
    yield "registered_model.created", {"tags": dict(op.tags), "description": op.description}


def registered_model_deleted(_: DeleteRegisteredModel, __: Applied) -> Told:
    yield "registered_model.deleted", {}


def version_created(op: CreateModelVersion, applied: Applied) -> Told:
    if applied.told.get("created_model"):
        yield "registered_model.created", {"tags": {}, "description": None}
    yield (
        "model_version.created",
        {
            "version": str(op.version),
            "source": op.source,
            "run_id": op.run_id,
            "tags": dict(op.tags),
            "description": op.description,
        },
    )


def version_deleted(op: DeleteModelVersion, applied: Applied) -> Told:
    for alias in applied.told.get("aliases", ()):
        yield "model_version_alias.deleted", {"alias": alias}
    yield "model_version.deleted", {"version": str(op.version)}


def version_approved(op: ApproveModelVersion, _: Applied) -> Told:
    yield (
        "model_version.approved",
        {"version": str(op.version), "approver": op.approver, "note": op.note},
    )


def tag_told(version: int, key: str, value: str | None) -> Told:
    place = {"version": str(version), "key": key}
    if value is None:
        yield "model_version_tag.deleted", place
    else:
        yield "model_version_tag.set", {**place, "value": value}


def version_tag(op: SetModelVersionTag, _: Applied) -> Told:
    yield from tag_told(op.version, op.key, op.value)


def alias_set(op: SetModelAlias, _: Applied) -> Told:
    yield "model_version_alias.created", {"alias": op.alias, "version": str(op.version)}


def alias_deleted(op: DeleteModelAlias, applied: Applied) -> Told:
    if applied.result is not None:
        yield "model_version_alias.deleted", {"alias": op.alias}


def transitions(op: TransitionStage | MoveAlias, applied: Applied) -> Told:
    """A version that goes to a stage, and those that make room for it."""
    told = applied.told
    if told.get("to_stage") is None:
        return
    if told["from_stage"] != told["to_stage"]:
        stages = {"from_stage": told["from_stage"], "to_stage": told["to_stage"]}
        yield "model_version.transitioned", {"version": str(op.version), **stages}
    for version in told["archived"]:
        stages = {"from_stage": told["to_stage"], "to_stage": "Archived"}
        yield "model_version.transitioned", {"version": str(version), **stages}


def moved(op: MoveAlias, applied: Applied) -> Told:
    """A promotion or a way back: the alias, the stages and the tags, then the act itself."""
    if op.alias is not None:
        yield "model_version_alias.created", {"alias": op.alias, "version": str(op.version)}
    yield from transitions(op, applied)
    for key, value in op.tags.items():
        yield from tag_told(op.version, key, value)
    report = msgspec.json.decode(op.report) if op.report else {}
    kind = report.get("act") if isinstance(report, dict) else None
    previous = applied.told.get("previous")
    yield (
        "model_version.rolled_back" if kind == "rollback" else "model_version.promoted",
        {
            "version": str(op.version),
            "alias": op.alias,
            "stage": applied.told.get("to_stage"),
            "previous_version": None if previous is None else str(previous),
            "reason": op.reason,
        },
    )


TOLD: dict[type, Callable[[Any, Applied], Told]] = {
    CreateRegisteredModel: registered_model_created,
    DeleteRegisteredModel: registered_model_deleted,
    CreateModelVersion: version_created,
    DeleteModelVersion: version_deleted,
    ApproveModelVersion: version_approved,
    SetModelVersionTag: version_tag,
    SetModelAlias: alias_set,
    DeleteModelAlias: alias_deleted,
    TransitionStage: transitions,
    MoveAlias: moved,
}
