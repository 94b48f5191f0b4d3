"""The tables of schema `core`, derived from the records.

Rows of runs are keyed by `run_seq`, a small integer; what was taken away later (a tag, an
artifact) stays as a row whose value is NULL, so that journals can be read in any order.
"""

from __future__ import annotations

from typing import NamedTuple

from nbtrack.records.execution import Execution
from nbtrack.records.field import Column, columns_of
from nbtrack.records.logged_model import ModelRecord
from nbtrack.records.run import RunInfo

__all__ = [
    "EXECUTION_COLUMNS",
    "MODEL_COLUMNS",
    "RUN_COLUMNS",
    "TABLES",
    "Table",
    "creation",
    "quoted",
]

RUN_COLUMNS: tuple[Column, ...] = columns_of(RunInfo)

MODEL_COLUMNS: tuple[Column, ...] = columns_of(ModelRecord)

EXECUTION_COLUMNS: tuple[Column, ...] = (
    *columns_of(Execution),
    Column("uses", "VARCHAR[]", "The executions it directly depended on.", "last", filter=False),
    Column(
        "reads",
        "VARCHAR",
        "Each symbol it read, with the digest of the value it saw, as JSON.",
        "last",
        filter=False,
    ),
    Column(
        "writes",
        "VARCHAR",
        "Each symbol it wrote or changed, with the digest of the value it left, as JSON.",
        "last",
        filter=False,
    ),
)
"""Lists and mappings stand behind what the record declares as single values."""


class Table(NamedTuple):
    """A table of `core`: its columns with their types, and its key if it is a small one."""

    name: str
    columns: dict[str, str]
    key: str = ""
    order: str = ""
    """How the rows of a large one are laid out."""
    unlike: tuple[str, ...] = ()
    """Columns of texts no two of which are alike: they are packed without a search for repetitions,
    which takes longer than all else that is done with them."""


def timed(columns: tuple[Column, ...]) -> dict[str, str]:
    """Each field with the time it was written at, which decides between two writes."""
    return {
        name: type_
        for column in columns
        for name, type_ in ((column.name, column.type), (f"{column.name}_time", "BIGINT"))
    }


def runs_columns() -> dict[str, str]:
    return {
        "run_seq": "INTEGER",
        "run_id": "VARCHAR",
        **timed(RUN_COLUMNS),
        "lifecycle_stage": "VARCHAR",
        "deleted_time": "BIGINT",
        "last_time": "BIGINT",
        "updated_seq": "BIGINT",
    }


TABLES: tuple[Table, ...] = (
    Table("meta", {"key": "VARCHAR", "value": "VARCHAR"}, key="key"),
    Table(
        "experiments",
        {
            "experiment_id": "VARCHAR",
            "name": "VARCHAR",
            "artifact_location": "VARCHAR",
            "lifecycle_stage": "VARCHAR",
            "creation_time": "BIGINT",
            "last_update_time": "BIGINT",
        },
        key="experiment_id",
    ),
    Table(
        "experiment_tags",
        {"experiment_id": "VARCHAR", "key": "VARCHAR", "value": "VARCHAR"},
    ),
    Table("experiment_aliases", {"alias": "VARCHAR", "experiment_id": "VARCHAR"}, key="alias"),
    Table("runs", runs_columns(), order="run_seq"),
    Table(
        "executions",
        {"execution_id": "VARCHAR", **timed(EXECUTION_COLUMNS), "time": "BIGINT"},
        order="execution_id",
    ),
    Table(
        "params",
        {"run_seq": "INTEGER", "key": "VARCHAR", "value": "VARCHAR", "time": "BIGINT"},
        order="run_seq, key",
    ),
    Table(
        "param_conflicts",
        {
            "run_seq": "INTEGER",
            "key": "VARCHAR",
            "kept": "VARCHAR",
            "refused": "VARCHAR",
            "time": "BIGINT",
        },
    ),
    Table(
        "tags",
        {"run_seq": "INTEGER", "key": "VARCHAR", "value": "VARCHAR", "time": "BIGINT"},
        order="run_seq, key",
    ),
    Table(
        "metrics",
        {
            "run_seq": "INTEGER",
            "key": "VARCHAR",
            "step": "BIGINT",
            "timestamp": "BIGINT",
            "value": "DOUBLE",
            "model_id": "VARCHAR",
            "dataset_name": "VARCHAR",
            "dataset_digest": "VARCHAR",
        },
        order="run_seq, key, step, timestamp",
    ),
    Table(
        "latest",
        {
            "run_seq": "INTEGER",
            "key": "VARCHAR",
            "step": "BIGINT",
            "timestamp": "BIGINT",
            "value": "DOUBLE",
            "min": "DOUBLE",
            "max": "DOUBLE",
            "n": "BIGINT",
        },
        order="run_seq, key",
    ),
    Table(
        "artifacts",
        {
            "run_seq": "INTEGER",
            "path": "VARCHAR",
            "digest": "VARCHAR",
            "file_size": "BIGINT",
            "time": "BIGINT",
        },
        order="run_seq, path",
    ),
    Table(
        "inputs",
        {
            "run_seq": "INTEGER",
            "name": "VARCHAR",
            "digest": "VARCHAR",
            "source_type": "VARCHAR",
            "source": "VARCHAR",
            "schema": "VARCHAR",
            "profile": "VARCHAR",
            "tags": "VARCHAR",
            "time": "BIGINT",
        },
        order="run_seq, name",
    ),
    Table(
        "logged_models",
        {"model_id": "VARCHAR", **timed(MODEL_COLUMNS), "time": "BIGINT"},
        order="model_id",
    ),
    Table(
        "model_params",
        {"model_id": "VARCHAR", "key": "VARCHAR", "value": "VARCHAR", "time": "BIGINT"},
        order="model_id, key",
    ),
    Table(
        "model_tags",
        {"model_id": "VARCHAR", "key": "VARCHAR", "value": "VARCHAR", "time": "BIGINT"},
        order="model_id, key",
    ),
    Table(
        "model_files",
        {
            "model_id": "VARCHAR",
            "path": "VARCHAR",
            "digest": "VARCHAR",
            "file_size": "BIGINT",
            "seal": "VARCHAR",
            "time": "BIGINT",
        },
        order="model_id, path",
    ),
    Table(
        "model_links",
        {
            "run_seq": "INTEGER",
            "kind": "VARCHAR",
            "model_id": "VARCHAR",
            "step": "BIGINT",
            "time": "BIGINT",
        },
        order="run_seq, model_id",
    ),
    Table(
        "predictions",
        {
            "prediction_id": "VARCHAR",
            "moment": "BIGINT",
            "endpoint_id": "VARCHAR",
            "endpoint": "VARCHAR",
            "variant": "VARCHAR",
            "model_name": "VARCHAR",
            "version": "BIGINT",
            "model_id": "VARCHAR",
            "is_shadow": "BOOLEAN",
            "key": "VARCHAR",
            "latency": "DOUBLE",
            "inputs": "VARCHAR",
            "input_columns": "VARCHAR",
            "input_numbers": "DOUBLE[]",
            "whole_columns": "VARCHAR",
            "output": "VARCHAR",
            "params": "VARCHAR",
            "error": "VARCHAR",
        },
        order="moment",
        unlike=("prediction_id", "inputs"),
    ),
    Table(
        "labels",
        {
            "label": "VARCHAR",
            "prediction_id": "VARCHAR",
            "key": "VARCHAR",
            "of_endpoint": "VARCHAR",
            "value": "VARCHAR",
            "moment": "BIGINT",
            "time": "BIGINT",
        },
        order="moment",
    ),
    Table(
        "endpoint_events",
        {
            "endpoint_id": "VARCHAR",
            "name": "VARCHAR",
            "kind": "VARCHAR",
            "url": "VARCHAR",
            "text": "VARCHAR",
            "plan": "VARCHAR",
            "time": "BIGINT",
        },
        order="time",
    ),
    Table(
        "journals",
        {
            "journal": "VARCHAR",
            "offset": "BIGINT",
            "owner": "VARCHAR",
            "host": "VARCHAR",
            "boot_id": "VARCHAR",
            "pid": "BIGINT",
            "alive": "BOOLEAN",
            "last_time": "BIGINT",
        },
        key="journal",
    ),
    Table("tombstones", {"run_id": "VARCHAR"}, key="run_id"),
    Table(
        "refusals",
        {
            "number": "BIGINT",
            "model_seq": "BIGINT",
            "model": "VARCHAR",
            "version": "BIGINT",
            "alias": "VARCHAR",
            "stage": "VARCHAR",
            "time": "BIGINT",
            "actor": "VARCHAR",
            "reason": "VARCHAR",
            "report": "VARCHAR",
        },
    ),
    Table(
        "webhooks",
        {
            "webhook_id": "VARCHAR",
            "name": "VARCHAR",
            "url": "VARCHAR",
            "events": "VARCHAR[]",
            "description": "VARCHAR",
            "status": "VARCHAR",
            "form": "VARCHAR",
            "model_name": "VARCHAR",
            "is_signed": "BOOLEAN",
            "creation_timestamp": "BIGINT",
            "last_updated_timestamp": "BIGINT",
        },
    ),
    Table(
        "deliveries",
        {
            "delivery_id": "VARCHAR",
            "webhook_id": "VARCHAR",
            "sequence": "BIGINT",
            "event": "VARCHAR",
            "body": "VARCHAR",
            "state": "VARCHAR",
            "attempts": "INTEGER",
            "next_time": "BIGINT",
            "leased_until": "BIGINT",
            "owner": "VARCHAR",
            "status_code": "INTEGER",
            "error": "VARCHAR",
            "creation_time": "BIGINT",
            "settled_time": "BIGINT",
        },
    ),
    Table(
        "registered_models",
        {
            "model_seq": "BIGINT",
            "name": "VARCHAR",
            "description": "VARCHAR",
            "user_id": "VARCHAR",
            "last_version": "BIGINT",
            "creation_timestamp": "BIGINT",
            "last_updated_timestamp": "BIGINT",
        },
    ),
    Table(
        "registered_model_tags",
        {"model_seq": "BIGINT", "key": "VARCHAR", "value": "VARCHAR"},
    ),
    Table(
        "model_versions",
        {
            "version_seq": "BIGINT",
            "model_seq": "BIGINT",
            "version": "BIGINT",
            "source": "VARCHAR",
            "run_id": "VARCHAR",
            "run_link": "VARCHAR",
            "model_id": "VARCHAR",
            "description": "VARCHAR",
            "user_id": "VARCHAR",
            "current_stage": "VARCHAR",
            "status": "VARCHAR",
            "status_message": "VARCHAR",
            "digest": "VARCHAR",
            "signature_digest": "VARCHAR",
            "creation_timestamp": "BIGINT",
            "last_updated_timestamp": "BIGINT",
        },
    ),
    Table(
        "model_version_tags",
        {"version_seq": "BIGINT", "key": "VARCHAR", "value": "VARCHAR"},
    ),
    Table(
        "model_version_approvals",
        {
            "version_seq": "BIGINT",
            "approver": "VARCHAR",
            "note": "VARCHAR",
            "time": "BIGINT",
        },
    ),
    Table(
        "model_aliases",
        {"model_seq": "BIGINT", "alias": "VARCHAR", "version_seq": "BIGINT"},
    ),
    Table(
        "alias_history",
        {
            "number": "BIGINT",
            "model_seq": "BIGINT",
            "model": "VARCHAR",
            "alias": "VARCHAR",
            "stage": "VARCHAR",
            "version": "BIGINT",
            "previous": "BIGINT",
            "time": "BIGINT",
            "actor": "VARCHAR",
            "reason": "VARCHAR",
            "report": "VARCHAR",
        },
    ),
    Table(
        "registry_log",
        {
            "number": "BIGINT",
            "time": "BIGINT",
            "actor": "VARCHAR",
            "act": "VARCHAR",
            "model_seq": "BIGINT",
            "model": "VARCHAR",
            "version": "BIGINT",
            "experiment_id": "VARCHAR",
            "run_id": "VARCHAR",
            "details": "VARCHAR",
            "host": "VARCHAR",
            "pid": "BIGINT",
            "origin": "VARCHAR",
            "cell": "VARCHAR",
            "execution_id": "VARCHAR",
        },
    ),
)


def creation(table: Table) -> str:
    """The statement that makes a table where it is missing."""
    packed = dict.fromkeys(table.unlike, " USING COMPRESSION zstd")
    columns = [f'"{name}" {kind}{packed.get(name, "")}' for name, kind in table.columns.items()]
    if table.key:
        columns.append(f'PRIMARY KEY ("{table.key}")')
    return f"CREATE TABLE IF NOT EXISTS core.{table.name} ({', '.join(columns)})"


def quoted(text: str) -> str:
    """A text as a literal: DDL takes no parameters."""
    return "'" + text.replace("'", "''") + "'"
