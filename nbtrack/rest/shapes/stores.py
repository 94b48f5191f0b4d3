"""What stores there are, what is in them, what went wrong in them and what changed."""

from __future__ import annotations

from typing import Literal

from nbtrack.rest.shapes.shape import Shape

__all__ = [
    "Change",
    "ExperimentItem",
    "ExperimentWish",
    "ExperimentsReply",
    "ExperimentsWish",
    "FieldItem",
    "FieldsReply",
    "MadeReply",
    "OperatorItem",
    "Problem",
    "StoreItem",
    "StoresReply",
]


class Problem(Shape, frozen=True):
    """Why a request was not answered; `position` is where in a filter it went wrong."""

    error_code: str
    message: str
    position: int | None = None


class Change(Shape, frozen=True):
    """The event that says something in a store changed.

    `run_ids` names the runs; empty with `runs` set means more than can be named.
    """

    store_id: str
    seq: int
    runs: bool = False
    run_ids: list[str] = []
    models: bool = False


class StoreItem(Shape, frozen=True):
    """A store that can be looked at; `is_missing` if nothing was tracked there yet."""

    store_id: str
    name: str
    path: str
    is_read_only: bool = False
    is_missing: bool = False
    problem: str | None = None


class StoresReply(Shape, frozen=True):
    """The stores there are; `current` is the one of the notebook asked for."""

    stores: list[StoreItem]
    current: str | None = None


class FieldItem(Shape, frozen=True):
    """What a filter may ask for: `metrics.acc`, `status`."""

    name: str
    kind: Literal["number", "text", "time"]
    doc: str = ""


class OperatorItem(Shape, frozen=True):
    """A word between a field and a value."""

    symbol: str
    kinds: list[str]
    doc: str = ""


class FieldsReply(Shape, frozen=True):
    """The words of the filter language."""

    fields: list[FieldItem]
    operators: list[OperatorItem]
    words: list[str]


class ExperimentItem(Shape, frozen=True):
    """An experiment and how many runs it has; `description` is no longer among its tags."""

    experiment_id: str
    name: str
    run_count: int
    last_update_time: int | None = None
    lifecycle_stage: str = "active"
    description: str = ""
    tags: dict[str, str] = {}


class ExperimentsReply(Shape, frozen=True):
    """The experiments of a store, the last changed first."""

    experiments: list[ExperimentItem]


class ExperimentWish(Shape, frozen=True):
    """An experiment gets a name."""

    name: str


class ExperimentsWish(Shape, frozen=True):
    """Some experiments are to be deleted or restored."""

    experiment_ids: list[str]


class MadeReply(Shape, frozen=True):
    """The experiment that was made."""

    experiment_id: str
