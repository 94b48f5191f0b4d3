"""A logged model: what the journal holds of it, and how it reads under MLflow's names."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

from msgspec import field

from nbtrack.errors import InvalidValue
from nbtrack.records.artifact import STORE_SCHEME
from nbtrack.records.entities import Entity
from nbtrack.records.field import column
from nbtrack.records.metric import Metric
from nbtrack.records.record import Record

__all__ = [
    "LoggedModel",
    "LoggedModelInput",
    "LoggedModelOutput",
    "LoggedModelParameter",
    "LoggedModelStatus",
    "LoggedModelTag",
    "ModelLink",
    "ModelRecord",
    "model_location",
]

NUMBERS = ("UNSPECIFIED", "PENDING", "READY", "FAILED")
"""The states in the order in which MLflow counts them."""


class LoggedModelStatus(StrEnum):
    """Whether a logged model can be used."""

    UNSPECIFIED = "UNSPECIFIED"
    PENDING = "PENDING"
    READY = "READY"
    FAILED = "FAILED"

    @staticmethod
    def is_finalized(status: LoggedModelStatus) -> bool:
        """Whether it will not change any more."""
        return status in {LoggedModelStatus.READY, LoggedModelStatus.FAILED}

    @classmethod
    def from_int(cls, number: int) -> LoggedModelStatus:
        """The state of a number, as MLflow counts them.

        Raises:
            InvalidValue: There is none.
        """
        if number not in range(len(NUMBERS)):
            known = ", ".join(f"{it} ({name})" for it, name in enumerate(NUMBERS))
            raise InvalidValue(f"no state of a model has the number {number!r}; there are {known}")
        return cls(NUMBERS[number])

    def to_int(self) -> int:
        """Its number."""
        return NUMBERS.index(self.value)


class ModelRecord(Record, frozen=True, tag="model"):
    """Start, end or change of a logged model; a field that is None says nothing.

    The record that makes a model READY carries its files, so that both are seen or neither is.
    Files are told by lists of one length.
    """

    model_id: str
    experiment_id: Annotated[str | None, column("The experiment it belongs to.", filter=True)] = (
        None
    )
    name: Annotated[str | None, column("Its name.", filter=True)] = None
    model_type: Annotated[
        str | None, column("What kind it is, in the user's words.", filter=True)
    ] = None
    source_run_id: Annotated[str | None, column("The run that made it.", filter=True)] = None
    user_id: Annotated[str | None, column("Who logged it.", filter=True)] = None
    status: Annotated[
        str | None, column("PENDING, READY or FAILED.", merge="last", filter=True)
    ] = None
    status_message: Annotated[str | None, column("Why it failed.", merge="last", filter=True)] = (
        None
    )
    creation_time: Annotated[
        int | None, column("When it was begun, ms since the epoch.", filter=True)
    ] = None
    last_updated_time: Annotated[
        int | None,
        column("When it was last changed, ms since the epoch.", merge="last", filter=True),
    ] = None
    lifecycle_stage: Annotated[
        str | None, column("active or deleted.", merge="last", filter=True)
    ] = None
    owner: Annotated[
        str | None, column("The process that must live while it is PENDING.", merge="last")
    ] = None
    params: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str | None] = field(default_factory=dict)
    """A value of None takes the tag away."""
    paths: list[str] = field(default_factory=list)
    digests: list[str] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    seals: list[str] = field(default_factory=list)
    """For each file a digest under the key of the user who logged it; empty where nobody did."""
    time: int = 0
    """When this was written: µs since the epoch, growing within a process."""


class ModelLink(Record, frozen=True, tag="model_link"):
    """That a run made a model (`output`), or read it (`input`)."""

    run_id: str
    model_id: str
    kind: str
    step: int = 0
    time: int = 0


def model_location(
    experiment_id: str | None, model_id: str, own_location: str | None = None
) -> str:
    """Where a model says its files are: at its experiment's own location, or in the store."""
    root = own_location.rstrip("/") if own_location else f"{STORE_SCHEME}{experiment_id}"
    return f"{root}/models/{model_id}/artifacts"


class LoggedModelParameter(Entity):
    """A param of a logged model."""

    def __init__(self, key: str, value: str) -> None:
        self.key, self.value = key, value


class LoggedModelTag(Entity):
    """A tag of a logged model."""

    def __init__(self, key: str, value: str) -> None:
        self.key, self.value = key, value


class LoggedModelInput(Entity):
    """A logged model that a run read."""

    def __init__(self, model_id: str) -> None:
        self.model_id = model_id


class LoggedModelOutput(Entity):
    """A logged model that a run made, and at which step."""

    def __init__(self, model_id: str, step: int = 0) -> None:
        self.model_id, self.step = model_id, step


Pairs = Mapping[str, str] | list[LoggedModelTag] | list[LoggedModelParameter] | None


class LoggedModel(Entity):
    """A logged model as it was found: its facts, tags, params and metrics."""

    def __init__(
        self,
        experiment_id: str,
        model_id: str,
        name: str,
        artifact_location: str,
        creation_timestamp: int,
        *,
        last_updated_timestamp: int,
        model_type: str | None = None,
        source_run_id: str | None = None,
        status: LoggedModelStatus | int | str = LoggedModelStatus.READY,
        status_message: str | None = None,
        tags: Pairs = None,
        params: Pairs = None,
        metrics: list[Metric] | None = None,
    ) -> None:
        self.artifact_location = artifact_location
        self.creation_timestamp = creation_timestamp
        self.experiment_id = experiment_id
        self.last_updated_timestamp = last_updated_timestamp
        self.metrics = metrics
        self.model_id = model_id
        self.model_type = model_type
        self.model_uri = f"models:/{model_id}"
        self.name = name
        self.params = by_key(params)
        self.source_run_id = source_run_id
        self.status = (
            LoggedModelStatus.from_int(status)
            if isinstance(status, int)
            else LoggedModelStatus(status)
        )
        self.status_message = status_message
        self.tags = by_key(tags)

    def __repr__(self) -> str:
        large = {"tags", "params", "metrics"}
        facts = ", ".join(f"{name}={value!r}" for name, value in self if name not in large)
        return f"LoggedModel({facts})"

    def to_dictionary(self) -> dict[str, Any]:
        """Its fields as MLflow gives them: the state as its number, without the URI."""
        return {
            name: value.to_int() if name == "status" else value
            for name, value in self
            if name != "model_uri"
        }


def by_key(pairs: Pairs) -> dict[str, str]:
    """Tags or params as a dict, however they were given."""
    if isinstance(pairs, Mapping):
        return dict(pairs)
    return {it.key: it.value for it in pairs or ()}
