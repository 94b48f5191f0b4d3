"""The log of what was done under the lock: who, what, when, and from where.

`store.operations` writes a row for each operation it applies, in the same transaction.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import msgspec

from nbtrack.records.event import Op
from nbtrack.records.operation import Operation, Purge, SetLifecycle
from nbtrack.store.applied import Applied
from nbtrack.store.protocol import Cursor

__all__ = ["log"]

OF_ALL = frozenset(Operation.__struct_fields__)
COLUMNS = ("host", "pid", "origin", "cell", "execution_id")
SUBJECTS = ("version", "experiment_id", "run_id")
UNSAID: tuple[Any, ...] = (None, "", {}, [], False)


def log(cursor: Cursor, applied: Applied) -> None:
    """Write down who did what; the report of a promotion stands in the history alone."""
    op, told = applied.op, applied.told
    subjects = subjects_of(op)
    left_out = {*OF_ALL, *subjects, "report", "model_seq"}
    model = None
    if "model_seq" in told:
        left_out.add("name")
        model = getattr(op, "name", None)
    row = {
        "number": op.number,
        "time": op.time // 1000,
        "actor": op.actor,
        "act": op.__struct_config__.tag,
        "model_seq": told.get("model_seq"),
        "model": model,
        **subjects,
        "details": details_of({**msgspec.structs.asdict(op), **told}, left_out),
        **{name: getattr(op, name) or None for name in COLUMNS},
    }
    cursor.execute(
        f"INSERT INTO core.registry_log ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",
        [*row.values()],
    )


def subjects_of(op: Op) -> dict[str, Any]:
    """What an operation was done to."""
    found = {name: getattr(op, name, None) for name in SUBJECTS}
    if isinstance(op, SetLifecycle | Purge):
        found["run_id" if op.noun == "run" else "experiment_id"] = op.id
    return found


def details_of(facts: Mapping[str, Any], left_out: set[str]) -> str:
    """What else there is to say, as JSON."""
    said = {
        name: value for name, value in facts.items() if name not in left_out and value not in UNSAID
    }
    return json.dumps(said, ensure_ascii=False)
