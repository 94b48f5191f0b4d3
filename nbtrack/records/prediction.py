"""What models answered, and what turned out to be true: many rows in one record, by column.

The workers of an endpoint and `nbtrack.log_predictions` write them; a drain makes a row of each.
"""

from __future__ import annotations

import msgspec
from msgspec import field

from nbtrack.records.operation import Operation
from nbtrack.records.record import Record

__all__ = ["LabelBatch", "PredictionBatch", "PurgePredictions", "no_rows"]


def no_rows() -> msgspec.Raw:
    """An empty list; None would not do, as msgspec reads no `Raw | None`."""
    return msgspec.Raw(b"[]")


class PredictionBatch(Record, frozen=True, tag="predictions", kw_only=True):
    """Predictions of one variant of an endpoint: lists of one length.

    The rows of a request of several rows are called by its id, a slash and their place in it.
    """

    endpoint_id: str
    endpoint: str
    variant: str = ""
    model_name: str | None = None
    version: int | None = None
    model_id: str | None = None
    is_shadow: bool = False
    prediction_ids: list[str]
    moments: list[int]
    """When each was asked for, ms since the epoch."""
    latencies: list[float | None]
    """How long each request took, in seconds; None where nobody measured it."""
    input_rows: msgspec.Raw = field(default_factory=no_rows)
    """A list of JSON: of each row an object of its columns, without secrets; null if not kept."""
    input_columns: list[str] = field(default_factory=list)
    """What `input_numbers` are of."""
    input_numbers: list[list[float | None]] = field(default_factory=list)
    """Of each row its numbers, in place of `input_rows` where it has nothing else."""
    whole_columns: list[bool] = field(default_factory=list)
    """Whether each column holds whole numbers, none larger than 2 ** 53; empty if none does."""
    output_rows: msgspec.Raw
    """A list of JSON: what the model gave; null for an error."""
    param_rows: msgspec.Raw = field(default_factory=no_rows)
    """A list of JSON; empty if none of them had params."""
    prediction_keys: list[str | None] = field(default_factory=list)
    """The key that each was routed by; empty if none had one."""
    prediction_errors: list[str | None] = field(default_factory=list)
    """Why each failed; empty if none did."""
    time: int = 0
    """When this was written: µs since the epoch, growing within a process."""


class LabelBatch(Record, frozen=True, tag="labels", kw_only=True):
    """What turned out to be true, of predictions by their id or of all of a key.

    Lists of one length; one of `label_ids` and `label_keys` is empty.
    """

    label: str
    """What the labels are called: label, reward, churned."""
    label_values: msgspec.Raw
    """A list of JSON."""
    label_moments: list[int]
    """When each became known, ms since the epoch; of several the last is true."""
    label_ids: list[str] = field(default_factory=list)
    label_keys: list[str] = field(default_factory=list)
    of_endpoint: str | None = None
    """The name of the only endpoint that labels of keys are for; None is for all."""
    time: int = 0
    """When this was written: µs since the epoch, growing within a process."""


class PurgePredictions(Operation, frozen=True, tag="purge_predictions", kw_only=True):
    """Delete predictions for good of which all that is given holds, with their labels.

    The result is how many. Keys are told by their digests, as this is kept when they are gone.
    """

    before: int | None = None
    """Only those asked for earlier than this, ms since the epoch."""
    endpoint: str | None = None
    prediction_ids: list[str] = field(default_factory=list)
    key_digests: list[str] = field(default_factory=list)
    """The SHA-256 of each key, in hex."""
