"""The answer to `runs/search`: rows with their cells and curves, the count, the columns there are.

The store is opened once for it, and once more where it changed since the page before.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from nbtrack.query.grammar import parse_filter, parse_order
from nbtrack.query.tree import (
    Changes,
    Comparison,
    Condition,
    Field,
    Names,
    Question,
    RunCount,
    RunPage,
    Together,
)
from nbtrack.questions.notebook_runs import all_of, of_notebook, with_ids
from nbtrack.questions.views import page_limit
from nbtrack.rest.memory import Memory
from nbtrack.rest.numbers import sendable
from nbtrack.rest.shapes import RunRow, RunsQuestion, RunsReply
from nbtrack.store.protocol import Answer, Store

__all__ = [
    "COLUMNS",
    "METRICS",
    "columns_of",
    "first_metric",
    "found",
    "names_of",
    "page_of",
    "rows_of",
    "state_of",
    "together",
]

PARENT_TAG = "tags.mlflow.parentRunId"
METRICS = "metrics."
CURVE_POINTS = 24
MOST_ROWS = 10_000
MOST_KEYS = 2000
"""Nobody chooses among more, and each page of rows comes with them."""
MOST_SKIPPED = 2**62
"""The store counts no further; no table is so long."""

COLUMNS = (
    *("start_time", "duration_seconds", "status", "user_id", "experiment_name"),
    *("end_time", "run_id"),
)
"""Facts of each run that a table may show."""

ENTITIES: tuple[Literal["metric", "param", "tag"], ...] = ("metric", "param", "tag")

OF_MACHINES = ("mlflow.", "nbtrack.")
"""Tags that come last: programs write them, people hardly look at them."""


def found(store: Store, asked: RunsQuestion, paths: Sequence[str], memory: Memory) -> RunsReply:
    """A page of runs.

    Args:
        store: Where.
        asked: Which.
        paths: The notebook that is asked for, in each spelling that kernels may have told.
        memory: What was answered of this store before.
    """
    shown = first_metric(store, asked, memory) if asked.columns is None else asked.columns
    page = page_of(asked, shown, paths)
    count = RunCount(page.experiment_ids, page.where, page.view, hints=False)
    names = names_of(page)
    wanted: list[Question] = [count, *names]
    missing = [it for it in wanted if it not in memory.answers]
    changes, table, *told = together(store, Changes(), page, *missing)
    known = memory.as_of(state_of(changes))
    known.update(zip(missing, told, strict=True))
    if outdated := [it for it in wanted if it not in known]:
        known.update(zip(outdated, together(store, *outdated), strict=True))
    return RunsReply(
        runs=rows_of(table.columns, shown),
        total=int(known[count].columns["count"][0]),
        seq=changes.columns["seq"][0],
        columns=columns_of(*(known[it].columns["key"] for it in names)),
        shown=shown,
    )


def names_of(page: RunPage) -> list[Names]:
    """The questions for the columns that there are."""
    return [Names(it, page.experiment_ids, varied_first=it == "param") for it in ENTITIES]


def first_metric(store: Store, asked: RunsQuestion, memory: Memory) -> list[str]:
    """The column for whoever chose none: the first metric, if there is any."""
    question = Names("metric", ids_of(asked))
    answered = memory.answers.get(question)
    if answered is None:
        changes, answered = together(store, Changes(), question)
        memory.as_of(state_of(changes))[question] = answered
    return [f"{METRICS}{key}" for key in answered.columns["key"][:1]]


def state_of(changes: Answer) -> tuple[int, int]:
    """What is another whenever an answer may be."""
    return changes.columns["seq"][0], changes.columns["acts"][0]


def ids_of(asked: RunsQuestion) -> tuple[str, ...] | None:
    """The experiments whose runs are asked for; None for all."""
    return None if asked.experiment_ids is None else tuple(asked.experiment_ids)


def page_of(asked: RunsQuestion, columns: Sequence[str], paths: Sequence[str]) -> RunPage:
    """The question for the rows with their columns."""
    own = [
        None if asked.run_ids is None else with_ids(asked.run_ids),
        of_notebook(paths) if paths else None,
        of_cell(asked.cell_id) if asked.cell_id else None,
    ]
    return RunPage(
        ids_of(asked),
        all_of(*own, parse_filter(asked.filter)),
        parse_order(asked.order_by),
        asked.view,
        min(page_limit(asked.limit) or MOST_ROWS, MOST_ROWS),
        min(max(0, asked.offset), MOST_SKIPPED),
        tuple(dict.fromkeys([*columns, PARENT_TAG])),
        next((it.removeprefix(METRICS) for it in columns if it.startswith(METRICS)), None),
        CURVE_POINTS,
    )


def of_cell(cell_id: str) -> Condition:
    """The runs of a cell."""
    return Comparison(Field("attribute", "cell_id"), "=", cell_id)


def together(store: Store, *questions: Question) -> list[Answer]:
    """The answers to some questions, of one state of the store."""
    answers: list[Answer] = store.fetch(Together(questions)).columns["answer"]
    return answers


def rows_of(rows: Mapping[str, list[Any]], columns: Sequence[str]) -> list[RunRow]:
    """Rows as they are sent; of a curve the points that can be drawn."""
    made = []
    for row in zip(*rows.values(), strict=True):
        told = dict(zip(rows, row, strict=True))
        run_id, values = told["run_id"], told["values"]
        made.append(
            RunRow(
                run_id=run_id,
                run_name=told["run_name"] or run_id,
                status=told["status"] or "",
                experiment_id=str(told["experiment_id"]),
                start_time=told["start_time"],
                end_time=told["end_time"],
                user_id=told["user_id"],
                lifecycle_stage=told["lifecycle_stage"],
                number=told["number"],
                cell_id=told["cell_id"],
                notebook=told["notebook"],
                parent_run_id=values.get(PARENT_TAG),
                values={name: shown(values[name]) for name in columns if name in values},
                curve=[it for it in told["curve"] if math.isfinite(it)],
            )
        )
    return made


def shown(value: Any) -> float | str | None:
    """A value as it is sent."""
    return sendable(value) if isinstance(value, float) else value


def columns_of(metrics: list[str], params: list[str], tags: list[str]) -> list[str]:
    """The columns that a table may show, what people look at first; of very many not all.

    Of the params those come first that runs differ in.
    """
    own = sorted(tags, key=lambda it: (it.startswith(OF_MACHINES), it))
    return [
        *(f"metrics.{key}" for key in metrics[:MOST_KEYS]),
        *(f"params.{key}" for key in params[:MOST_KEYS]),
        *COLUMNS,
        *(f"tags.{key}" for key in own[:MOST_KEYS]),
    ]
