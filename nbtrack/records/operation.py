"""Acts that must be consistent: evaluated under the store's lock, numbered, kept in `ops.jsonl`."""

from __future__ import annotations

from typing import Literal

from msgspec import field

from nbtrack.records.record import Record

__all__ = [
    "CorrectParam",
    "CreateExperiment",
    "Operation",
    "Purge",
    "PurgeModel",
    "RenameExperiment",
    "SetExperimentTag",
    "SetLifecycle",
]

Noun = Literal["run", "experiment"]


class Operation(Record, frozen=True, kw_only=True):
    """What all operations have; `number` is given by the store when it is applied.

    The rest says who does it, and from where: the process, its notebook or script, its cell.
    """

    number: int = 0
    time: int = 0
    actor: str = ""
    host: str = ""
    pid: int = 0
    origin: str = ""
    cell: str = ""
    execution_id: str = ""


class CreateExperiment(Operation, frozen=True, tag="create_experiment", kw_only=True):
    """Make an experiment; the result is its id."""

    name: str
    artifact_location: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    experiment_id: str | None = None


class RenameExperiment(Operation, frozen=True, tag="rename_experiment", kw_only=True):
    """Give an experiment another name."""

    experiment_id: str
    name: str


class SetExperimentTag(Operation, frozen=True, tag="set_experiment_tag", kw_only=True):
    """Set a tag of an experiment, or with None take it away."""

    experiment_id: str
    key: str
    value: str | None


class SetLifecycle(Operation, frozen=True, tag="set_lifecycle", kw_only=True):
    """Delete (so that it can be restored) or restore a run or an experiment with its runs."""

    noun: Noun
    id: str
    stage: Literal["active", "deleted"]


class Purge(Operation, frozen=True, tag="purge", kw_only=True):
    """Delete for good; a tombstone drops what may still arrive."""

    noun: Noun
    id: str


class PurgeModel(Operation, frozen=True, tag="purge_model", kw_only=True):
    """Delete a logged model for good; its files go with the next clean-up."""

    model_id: str


class CorrectParam(Operation, frozen=True, tag="correct_param", kw_only=True):
    """Replace a param's value, for the record."""

    run_id: str
    key: str
    value: str
    reason: str = ""
