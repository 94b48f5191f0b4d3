"""Requests that were answered, and labels, as records of a journal: many rows in each.

The log of a worker makes them, and so does `nbtrack.log_predictions`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, groupby
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np

from nbtrack.capture.redaction import is_wanted
from nbtrack.records.endpoint import EndpointPlan
from nbtrack.records.ids import next_time
from nbtrack.records.prediction import LabelBatch, PredictionBatch, no_rows
from nbtrack.serving.predictions.discretion import (
    discreet_error,
    discreet_key,
    discreet_value,
    discretion_of,
)
from nbtrack.serving.predictions.encoding import FEW_BYTES, json_rows
from nbtrack.serving.predictions.numbers import (
    NUMBER_BYTES,
    Numbers,
    look_of,
    matrix_of,
    numbers_of,
)
from nbtrack.serving.predictions.rows import WHOLE, Rows, answers_of, rows_of
from nbtrack.serving.protocol import Scored, ScoredRow

__all__ = [
    "Gathered",
    "Labelled",
    "Source",
    "alone",
    "gathered",
    "gathered_rows",
    "label_batches",
]

MOST_ROWS = 1000

LATENCY_DIGITS = 7
"""A tenth of a microsecond: what is beyond is noise, and takes half of the room."""


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
        numbers: What is kept of the inputs, if that is nothing but numbers.
    """

    def __init__(
        self,
        source: Source,
        wanted: Sequence[str] | None = None,
        numbers: Numbers | None = None,
    ) -> None:
        self.source = source
        self.wanted = None if wanted is None else tuple(wanted)
        self.numbers = numbers
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

    def add_rows(self, numbers: Numbers, groups: list[list[ScoredRow]]) -> None:
        """Take in requests of one row each, in groups that were asked together."""
        asked = [group[0].together for group in groups]
        begins = accumulate((len(it.outputs) for it in asked), initial=0)
        rows = [it for group in groups for it in group]
        places = [
            begin + it.place for begin, group in zip(begins, groups, strict=False) for it in group
        ]
        matrix = np.concatenate([it.inputs.matrix for it in asked])[places]
        self.inputs += numbers.rows(matrix)
        self.outputs += np.concatenate([it.outputs for it in asked])[places].tolist()
        self.ids += [it.prediction_id for it in rows]
        self.moments += [it.together.moment for it in rows]
        self.latencies += np.round([it.seconds for it in rows], LATENCY_DIGITS).tolist()
        self.keys += [discreet_key(it.key) for it in rows]
        nothing = [None] * len(rows)
        self.params += nothing
        self.errors += nothing

    def add_table(self, numbers: Numbers, scored: Scored) -> None:
        """Take in all rows of a request."""
        self.inputs += numbers.rows(matrix_of(scored.inputs))
        self.outputs += discreet_answers(scored.outputs.tolist())
        self.add_facts(scored, len(scored.outputs))

    def add(self, scored: Scored) -> None:
        """Take in the rows of a request, whatever they are."""
        rows = rows_of(scored.inputs, scored.columns)
        answers = answers_of(scored.outputs, len(rows.cells))
        if answers is None:  # the model spoke of the request, not of its rows
            rows = as_one(rows)
            answers = answers_of(scored.outputs, 1) or [None]
        discretion = discretion_of(rows.names, self.wanted, redacts=is_wanted())
        self.inputs += map(discretion.row, rows.cells)
        self.outputs += discreet_answers(answers)
        self.add_facts(scored, len(rows.cells))

    def add_given(
        self,
        rows: Rows,
        answers: list[Any],
        ids: Sequence[str],
        keys: Sequence[str | None],
        told: tuple[int, float],
    ) -> None:
        """Take in rows, each with an id and a key of its own; of numbers as they are kept."""
        moment, seconds = told
        if self.numbers is None:
            discretion = discretion_of(rows.names, self.wanted, redacts=is_wanted())
            self.inputs += map(discretion.row, rows.cells)
        else:
            self.inputs += rows.cells
        self.outputs += discreet_answers(answers)
        self.ids += ids
        self.keys += map(discreet_key, keys)
        self.moments += [moment] * len(ids)
        self.latencies += [seconds] * len(ids)
        nothing = [None] * len(ids)
        self.params += nothing
        self.errors += nothing

    def add_facts(self, scored: Scored, count: int) -> None:
        """Take in what all rows of a request have in common."""
        identity = scored.prediction_id
        if count == 1:
            self.ids.append(identity)
        else:
            self.ids += [f"{identity}/{at}" for at in range(count)]
        self.moments += [scored.moment] * count
        self.latencies += [scored.seconds] * count
        self.params += [discreet_value(scored.params) if scored.params else None] * count
        self.keys += [discreet_key(scored.key)] * count
        self.errors += [discreet_error(scored.error)] * count

    def batches(self) -> Iterator[PredictionBatch]:
        """The rows as records, none of them too long."""
        for begin in range(0, len(self), MOST_ROWS):
            yield from self.within(begin, min(begin + MOST_ROWS, len(self)))

    def within(self, begin: int, end: int) -> Iterator[PredictionBatch]:
        """The rows from one place to another, in halves if they are too long for one record."""
        inputs, size = self.inputs_within(begin, end)
        outputs = json_rows(self.outputs[begin:end])
        params = given(self.params[begin:end])
        param_rows = json_rows(params) if params else no_rows()
        size += sum(len(memoryview(it)) for it in (outputs, param_rows))
        if size > FEW_BYTES and end - begin > 1:
            middle = (begin + end) // 2
            yield from self.within(begin, middle)
            yield from self.within(middle, end)
            return
        yield PredictionBatch(
            **self.source._asdict(),
            **inputs,
            prediction_ids=self.ids[begin:end],
            moments=self.moments[begin:end],
            latencies=self.latencies[begin:end],
            output_rows=outputs,
            param_rows=param_rows,
            prediction_keys=given(self.keys[begin:end]),
            prediction_errors=given(self.errors[begin:end]),
            time=next_time(),
        )

    def inputs_within(self, begin: int, end: int) -> tuple[dict[str, Any], int]:
        """The inputs of some rows as a record has them, and about how long they are."""
        rows, numbers = self.inputs[begin:end], self.numbers
        if numbers is None:
            text = json_rows(rows)
            return {"input_rows": text}, len(memoryview(text))
        kept = {
            "input_numbers": rows,
            "input_columns": [*numbers.columns],
            "whole_columns": numbers.whole,
        }
        return kept, len(rows) * len(numbers.columns) * NUMBER_BYTES


def gathered(plan: EndpointPlan, requests: Iterable[Scored]) -> Iterator[Gathered]:
    """Requests by who answered and by what their inputs are: numbers of one kind together."""
    wanted = plan.options.log_columns
    alike: dict[Any, list[Scored]] = {}
    for it in requests:
        what = (it.variant, it.is_shadow, look_of(it.inputs, it.outputs, it.columns))
        alike.setdefault(what, []).append(it)
    for (variant, is_shadow, look), some in alike.items():
        given = [it.inputs for it in some]
        numbers = None if look is None else numbers_of(given, some[0].columns, wanted)
        found = Gathered(source_of(plan, variant, is_shadow=is_shadow), wanted, numbers)
        for scored in some:
            if numbers is None:
                found.add(scored)
            else:
                found.add_table(numbers, scored)
        yield found


def gathered_rows(plan: EndpointPlan, rows: Iterable[ScoredRow]) -> Iterator[Gathered]:
    """Requests of one row of numbers by who answered, and by what columns they have."""
    wanted = plan.options.log_columns
    alike: dict[Any, list[list[ScoredRow]]] = {}
    for (together, variant, is_shadow), group in groupby(rows, shared):
        asked, said = together.inputs, together.outputs
        kinds = (asked.matrix.dtype.char, said.dtype.char, said.shape[1:])
        what = (variant, is_shadow, id(asked.names), id(asked.dtypes), kinds)
        alike.setdefault(what, []).append([*group])
    for (variant, is_shadow, *_), groups in alike.items():
        numbers = numbers_of([group[0].together.inputs for group in groups], None, wanted)
        found = Gathered(source_of(plan, variant, is_shadow=is_shadow), wanted, numbers)
        if numbers is not None:
            found.add_rows(numbers, groups)
        else:
            for row in (it for group in groups for it in group):
                found.add(alone(row))
        yield found


shared = attrgetter("together", "variant", "is_shadow")
"""What the rows that were asked together have in common."""


def source_of(plan: EndpointPlan, variant: int, *, is_shadow: bool) -> Source:
    """Who answered, as the plan says."""
    it = plan.variants[variant]
    return Source(
        plan.endpoint_id, plan.name, it.name, it.model_name, it.version, it.model_id, is_shadow
    )


def given(values: list[Any]) -> list[Any]:
    """Values of which any is given; an empty list says that none is."""
    return values if values.count(None) < len(values) else []


def discreet_answers(answers: list[Any]) -> list[Any]:
    """What a model said, as it may be written."""
    return [it if type(it) in NUMBERS else discreet_value(it) for it in answers]


NUMBERS = frozenset({float, int, bool, type(None)})


def alone(row: ScoredRow) -> Scored:
    """A request with nothing but its own row of what others share with it."""
    it, here = row.together, slice(row.place, row.place + 1)
    table = it.inputs.with_matrix(it.inputs.matrix[here])
    return Scored(
        row.prediction_id,
        row.variant,
        it.moment,
        row.seconds,
        table,
        it.outputs[here],
        row.key,
        is_shadow=row.is_shadow,
    )


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
