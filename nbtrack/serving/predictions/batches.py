"""Requests that were answered, and labels, as records of a journal: many rows in each.

The log of a worker makes them, and so does `nbtrack.log_predictions`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, groupby
from typing import Any, NamedTuple

import numpy as np

from nbtrack.capture.redaction import is_wanted
from nbtrack.records.ids import next_time
from nbtrack.records.prediction import LabelBatch, PredictionBatch, no_rows
from nbtrack.serving.predictions.discretion import (
    Discretion,
    discreet_error,
    discreet_key,
    discreet_value,
    discretion_of,
)
from nbtrack.serving.predictions.encoding import FEW_BYTES, json_rows
from nbtrack.serving.predictions.rows import WHOLE, Rows, answers_of, rows_of
from nbtrack.serving.protocol import Scored

__all__ = ["Gathered", "Labelled", "Source", "label_batches"]

MOST_ROWS = 1000


class Source(NamedTuple):
    """Who answered: what all rows of a record have in common."""

    endpoint_id: str
    endpoint: str
    variant: str = ""
    model_name: str | None = None
    version: int | None = None
    model_id: str | None = None
    is_shadow: bool = False


class Gathered:
    """Rows of one source, by column, until they are written.

    Args:
        source: Who answered.
        wanted: The columns of inputs that may be kept; None for all.
    """

    def __init__(self, source: Source, wanted: Sequence[str] | None = None) -> None:
        self.source = source
        self.wanted = None if wanted is None else tuple(wanted)
        self.ids: list[str] = []
        self.moments: list[int] = []
        self.latencies: list[float | None] = []
        self.inputs: list[Any] = []
        self.outputs: list[Any] = []
        self.params: list[Any] = []
        self.keys: list[str | None] = []
        self.errors: list[str | None] = []

    def __len__(self) -> int:
        return len(self.ids)

    def add_all(self, requests: list[Scored]) -> None:
        """Take in requests; rows of numbers together, which takes a fifth of the time."""
        shared: dict[int, list[Scored]] = {}
        for scored in requests:
            if scored.row is None:
                self.add(scored)
            else:
                shared.setdefault(id(scored.inputs), []).append(scored)
        kinds: dict[Any, list[list[Scored]]] = {}
        for group in shared.values():
            kinds.setdefault(kind_of_numbers(group[0]), []).append(group)
        for groups in kinds.values():
            self.add_tables(groups)

    def add_tables(self, groups: list[list[Scored]]) -> None:
        """Take in rows of tables of one kind, from each those of some requests."""
        firsts = [group[0] for group in groups]
        requests = [it for group in groups for it in group]
        begins = accumulate((len(it.outputs) for it in firsts), initial=0)
        places = [
            begin + (it.row or 0)
            for begin, group in zip(begins, groups, strict=False)
            for it in group
        ]
        matrix = np.concatenate([it.inputs.matrix for it in firsts])[places]
        answers = np.concatenate([it.outputs for it in firsts])[places]
        columns = tuple(map(str, firsts[0].inputs.names))
        self.inputs += self.discretion(columns).rows(matrix.tolist(), is_plain=True)
        self.outputs += answers.tolist()
        self.ids += [it.prediction_id for it in requests]
        self.moments += [it.moment for it in requests]
        self.latencies += [it.seconds for it in requests]
        self.keys += [discreet_key(it.key) for it in requests]
        nothing = [None] * len(requests)
        self.params += nothing
        self.errors += nothing

    def add(self, scored: Scored) -> None:
        """Take in the rows of a request."""
        rows = rows_of(scored.inputs, scored.columns)
        answers = answers_of(scored.outputs, len(rows.cells))
        if answers is None:  # the model spoke of the request, not of its rows
            rows = as_one(rows)
            answers = answers_of(scored.outputs, 1) or [None]
        count, identity = len(rows.cells), scored.prediction_id
        if count == 1:
            self.ids.append(identity)
        else:
            self.ids += [f"{identity}/{at}" for at in range(count)]
        self.inputs += self.discretion(rows.names).rows(rows.cells, is_plain=rows.is_plain)
        self.outputs += [it if type(it) in NUMBERS else discreet_value(it) for it in answers]
        self.moments += [scored.moment] * count
        self.latencies += [scored.seconds] * count
        self.params += [discreet_value(scored.params) if scored.params else None] * count
        self.keys += [discreet_key(scored.key)] * count
        self.errors += [discreet_error(scored.error)] * count

    def discretion(self, names: tuple[str, ...]) -> Discretion:
        """What may be written of rows with these columns."""
        return discretion_of(names, self.wanted, redacts=is_wanted())

    def batches(self) -> Iterator[PredictionBatch]:
        """The rows as records, none of them too long."""
        for begin in range(0, len(self), MOST_ROWS):
            yield from self.within(begin, min(begin + MOST_ROWS, len(self)))

    def within(self, begin: int, end: int) -> Iterator[PredictionBatch]:
        """The rows from one place to another, in halves if they are too long for one record."""
        inputs, outputs = json_rows(self.inputs[begin:end]), json_rows(self.outputs[begin:end])
        params = given(self.params[begin:end])
        param_rows = json_rows(params) if params else no_rows()
        size = sum(len(memoryview(it)) for it in (inputs, outputs, param_rows))
        if size > FEW_BYTES and end - begin > 1:
            middle = (begin + end) // 2
            yield from self.within(begin, middle)
            yield from self.within(middle, end)
            return
        yield PredictionBatch(
            **self.source._asdict(),
            prediction_ids=self.ids[begin:end],
            moments=self.moments[begin:end],
            latencies=self.latencies[begin:end],
            input_rows=inputs,
            output_rows=outputs,
            param_rows=param_rows,
            prediction_keys=given(self.keys[begin:end]),
            prediction_errors=given(self.errors[begin:end]),
            time=next_time(),
        )


def given(values: list[Any]) -> list[Any]:
    """Values of which any is given; an empty list says that none is."""
    return values if values.count(None) < len(values) else []


NUMBERS = frozenset({float, int, bool, type(None)})


def kind_of_numbers(scored: Scored) -> tuple[Any, ...]:
    """What tables have in common that can be one: whole numbers would become floats in others."""
    table, said = scored.inputs, scored.outputs
    return (id(table.names), table.matrix.dtype.char, said.dtype.char, said.shape[1:])


def as_one(rows: Rows) -> Rows:
    """Rows as the one row of a request."""
    whole = [
        it if isinstance(it, dict) else dict(zip(rows.names, it, strict=True)) for it in rows.cells
    ]
    return Rows((WHOLE,), [(whole,)])


class Labelled(NamedTuple):
    """One label: of a prediction by its id, or of all predictions of a key."""

    name: str
    value: Any
    moment: int
    prediction_id: str | None = None
    key: str | None = None
    endpoint: str | None = None
    """The only endpoint that it is for, if it is of a key."""


def label_batches(labels: Iterable[Labelled]) -> Iterator[LabelBatch]:
    """Labels as records, in their order."""
    for (name, endpoint, has_id), group in groupby(labels, kind_of):
        some = list(group)
        for begin in range(0, len(some), MOST_ROWS):
            yield batch_of(some[begin : begin + MOST_ROWS], name, endpoint, has_id=has_id)


def kind_of(label: Labelled) -> tuple[str, str | None, bool]:
    """What labels of one record have in common."""
    return label.name, label.endpoint, label.prediction_id is not None


def batch_of(
    labels: list[Labelled], name: str, endpoint: str | None, *, has_id: bool
) -> LabelBatch:
    """One record of labels that are told in one way."""
    keys = [] if has_id else [str(discreet_key(it.key)) for it in labels]
    return LabelBatch(
        label=name,
        label_values=json_rows([discreet_value(it.value) for it in labels]),
        label_moments=[it.moment for it in labels],
        label_ids=[str(it.prediction_id) for it in labels] if has_id else [],
        label_keys=keys,
        of_endpoint=None if has_id else endpoint,
        time=next_time(),
    )
