"""Operations: evaluated one after the other under the writer's lock, and kept in `ops.jsonl`.

An operation is validated, given its number, applied, and written down before the transaction is
committed; the database knows the last number it has applied. So after a crash, or with a database
that had to be set up anew, `replay` applies each once.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import msgspec

from nbtrack.errors import StoreError
from nbtrack.journal.folder import StoreFolder
from nbtrack.records.codec import decode_op, encode
from nbtrack.records.event import Op
from nbtrack.records.ids import next_time
from nbtrack.records.operation import (
    CorrectParam,
    CreateExperiment,
    Purge,
    PurgeModel,
    RenameExperiment,
    SetExperimentTag,
    SetLifecycle,
)
from nbtrack.records.prediction import PurgePredictions
from nbtrack.records.promotion_operation import RefusePromotion
from nbtrack.records.registry_operation import (
    ApproveModelVersion,
    CreateModelVersion,
    CreateRegisteredModel,
    DeleteModelAlias,
    DeleteModelVersion,
    DeleteRegisteredModel,
    MoveAlias,
    RenameRegisteredModel,
    SetModelAlias,
    SetModelVersionTag,
    SetRegisteredModelTag,
    TransitionStage,
    UpdateModelVersion,
    UpdateRegisteredModel,
)
from nbtrack.records.webhook_operation import ClaimDeliveries, SettleDelivery
from nbtrack.store import meta, model_aliases, model_versions, registered_models, webhooks
from nbtrack.store.applied import Applied
from nbtrack.store.experiments import (
    create_experiment,
    is_purged,
    rename_experiment,
    resolve,
    set_experiment_tag,
)
from nbtrack.store.lifecycle import correct_param, purge, purge_model, set_lifecycle, sweep
from nbtrack.store.model_events import events_of
from nbtrack.store.predictions import purge_predictions
from nbtrack.store.promotions import refuse_promotion
from nbtrack.store.protocol import Cursor
from nbtrack.store.registry_log import log

__all__ = [
    "evaluate",
    "log_earlier",
    "merge_provisional",
    "needs_runs",
    "replay",
    "taken_back_on_failure",
    "write_down",
]

TABLE: dict[type, Callable[..., Applied]] = {
    CreateExperiment: create_experiment,
    RenameExperiment: rename_experiment,
    SetExperimentTag: set_experiment_tag,
    SetLifecycle: set_lifecycle,
    Purge: purge,
    PurgeModel: purge_model,
    CorrectParam: correct_param,
    CreateRegisteredModel: registered_models.create_registered_model,
    RenameRegisteredModel: registered_models.rename_registered_model,
    UpdateRegisteredModel: registered_models.update_registered_model,
    DeleteRegisteredModel: registered_models.delete_registered_model,
    SetRegisteredModelTag: registered_models.set_registered_model_tag,
    CreateModelVersion: model_versions.create_model_version,
    UpdateModelVersion: model_versions.update_model_version,
    DeleteModelVersion: model_versions.delete_model_version,
    SetModelVersionTag: model_versions.set_model_version_tag,
    ApproveModelVersion: model_versions.approve_model_version,
    SetModelAlias: model_aliases.set_model_alias,
    DeleteModelAlias: model_aliases.delete_model_alias,
    TransitionStage: model_aliases.transition_stage,
    MoveAlias: model_aliases.move_alias,
    RefusePromotion: refuse_promotion,
    PurgePredictions: purge_predictions,
    **webhooks.OPERATIONS,
}

UNLOGGED = (ClaimDeliveries, SettleDelivery)
"""What nobody decided: the attempts of deliveries, which have a table of their own."""


def apply(cursor: Cursor, op: Op, *, replayed: bool) -> Applied:
    """Apply one operation, keep in the log who did it, and queue what webhooks are told of it."""
    applied = TABLE[type(op)](cursor, op, replayed=replayed)
    if not isinstance(op, UNLOGGED):
        log(cursor, applied)
    events = events_of(applied)
    webhooks.enqueue(cursor, events)
    return applied._replace(events=events)


def needs_runs(op: Op) -> bool:
    """Whether the journals must be drained before an operation can be evaluated."""
    return isinstance(op, CorrectParam | Purge | PurgeModel | PurgePredictions) or (
        isinstance(op, SetLifecycle) and op.noun == "run"
    )


def evaluate(cursor: Cursor, ops: Sequence[Op]) -> list[Applied]:
    """Apply operations in order, each with the next number; raises for the first that cannot be.

    To write them down is what keeps the numbers.
    """
    number = meta.get_number(cursor, "last_operation")
    applied = []
    for op in ops:
        number += 1
        numbered = msgspec.structs.replace(op, number=number, time=op.time or next_time())
        applied.append(apply(cursor, numbered, replayed=False))
    sweep_after(cursor, ops)
    return applied


def sweep_after(cursor: Cursor, ops: Sequence[Op]) -> None:
    if any(isinstance(op, Purge | PurgeModel) for op in ops):
        sweep(cursor)


def write_down(cursor: Cursor, folder: StoreFolder, applied: Sequence[Applied]) -> None:
    """Append operations to `ops.jsonl`, safely on the disk before the commit that follows."""
    if not applied:
        return
    lines = b"".join(encode(item.op) for item in applied)
    descriptor = os.open(folder.operations, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        size = os.fstat(descriptor).st_size
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            lines = b"\n" + lines  # what a crash tore stays, on a line of its own
        try:
            written = os.pwrite(descriptor, lines, size)
            os.fdatasync(descriptor)
        except OSError as error:
            os.ftruncate(descriptor, size)
            raise StoreError(f"{folder.operations} cannot be written: {error.strerror}") from error
        if written != len(lines):
            os.ftruncate(descriptor, size)
            raise StoreError(f"{folder.operations} cannot be written: the disk is full")
        keep_place(cursor, applied[-1].op.number, size + len(lines))
    finally:
        os.close(descriptor)


def keep_place(cursor: Cursor, number: int, size: int) -> None:
    """Keep the number of the last operation, and how much of the file it is the end of."""
    meta.put_all(cursor, {"last_operation": number, "operations_bytes": size})


@contextmanager
def taken_back_on_failure(folder: StoreFolder) -> Iterator[None]:
    """Shorten `ops.jsonl` again if the transaction that goes with its new lines fails."""
    path = folder.operations
    size = path.stat().st_size if path.exists() else 0
    try:
        yield
    except Exception:
        if path.exists() and path.stat().st_size > size:
            os.truncate(path, size)
        raise


def replay(cursor: Cursor, folder: StoreFolder) -> int:
    """Apply what `ops.jsonl` holds beyond the last applied number; the result is how many."""
    try:
        lines = folder.operations.read_bytes()
    except FileNotFoundError:
        return 0
    last = meta.get_number(cursor, "last_operation")
    done: list[Op] = []
    for line in lines.split(b"\n"):
        try:
            op = decode_op(line)
        except msgspec.DecodeError:  # torn by a crash, so never committed
            continue
        if op.number > last:
            apply(cursor, op, replayed=True)
            last = op.number
            done.append(op)
    sweep_after(cursor, done)
    keep_place(cursor, last, len(lines))
    return len(done)


def merge_provisional(cursor: Cursor, made: Sequence[CreateExperiment]) -> list[Applied]:
    """Take in experiments that were made while the store was busy; each brings its id."""
    return evaluate(cursor, [op for op in made if is_new(cursor, str(op.experiment_id))])


def is_new(cursor: Cursor, experiment_id: str) -> bool:
    """Whether an experiment was neither taken in already nor deleted for good."""
    return resolve(cursor, experiment_id) is None and not is_purged(cursor, experiment_id)


def log_earlier(cursor: Cursor, folder: StoreFolder) -> None:
    """Fill the log of a store that had none with what was done before."""
    (logged,) = cursor.execute("SELECT count(*) FROM core.registry_log").fetchone()
    if logged or not folder.operations.exists():
        return
    last = meta.get_number(cursor, "last_operation")
    for line in folder.operations.read_bytes().split(b"\n"):
        try:
            op = decode_op(line)
        except msgspec.DecodeError:  # torn by a crash, so never committed
            continue
        if op.number <= last:
            log(cursor, Applied(op))
