"""Batch scoring: data of any size put to a model, in bounded memory, going on after a kill."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, NamedTuple

import msgspec

from nbtrack.api.models.loading import FoundModel, Trust, find_model
from nbtrack.api.scoring.columns import Columns, Told, columns_for
from nbtrack.api.scoring.engines import Batch, engine_called
from nbtrack.api.scoring.log import log_scoring
from nbtrack.api.scoring.parts import Memory, Parts, Target, Writer, target_called
from nbtrack.api.scoring.report import ScoreReport
from nbtrack.api.scoring.rows import Answers, Asking
from nbtrack.api.scoring.sources import Source, source_called
from nbtrack.api.scoring.ticket import Ticket, ticket_of
from nbtrack.api.screens.progress_line import ProgressLine
from nbtrack.errors import InvalidValue, ModelError
from nbtrack.registry.loading import tell_differences
from nbtrack.registry.signatures.params import enforce_params
from nbtrack.store.text_streams import TROUBLE

__all__ = ["score"]

BATCH_BYTES = 4_000_000
"""About so much of a batch is numbers, if its size is not told."""

MOST_ROWS, LEAST_ROWS = 32_768, 2_048


class Task(NamedTuple):
    """All that is known before the first row is read."""

    ticket: Ticket
    source: Source
    columns: Columns
    asking: Asking
    target: Target | None
    rows: int

    def identity(self) -> dict[str, Any]:
        """By what an unfinished scoring is known to be this one."""
        asking = self.asking
        options = [*self.columns, asking.names, asking.params, asking.is_patient]
        return {
            "data": self.source.identity,
            "model": self.ticket.digest,
            "options": repr(options),
            "model_uri": self.ticket.uri,
        }


def score(
    model_uri: str | os.PathLike[str],
    data: Any,
    out: str | os.PathLike[str] | None = None,
    *,
    on: Any = None,
    columns: Sequence[str] | None = None,
    keep: bool | Sequence[str] | None = None,
    id: str | Sequence[str] | None = None,  # noqa: A002 - the word for it
    name: str | Sequence[str] = "prediction",
    params: Mapping[str, Any] | None = None,
    on_error: Literal["raise", "null"] = "raise",
    most_failed: int = 1000,
    batch_rows: int | None = None,
    resume: bool = True,
    format: Literal["parquet", "csv", "jsonl"] | None = None,  # noqa: A002 - the word for it
    log: bool | None = None,
    allow_pickle: bool | None = None,
    trusted_types: Collection[str] = (),
) -> ScoreReport:
    """Put data of any size to a model and write its predictions, in bounded memory.

    Predictions are written in parts; after a kill the same call goes on where it was.

    Args:
        model_uri: The model, as `load_model` takes it.
        data: Files of Parquet, CSV or JSON lines (a path, a pattern, a folder), SQL, a relation of
            DuckDB, a frame of pandas, polars, Dask or Spark, or a table of Arrow.
        out: A file (`.parquet`, `.csv`, `.jsonl`) or a folder; None keeps all in `frame`.
        on: `processes:4`, `dask`, `dask://host:8786`, a client of Dask, `spark` or a SparkSession.
        columns: What the model is given; what its signature names, else all but `id`.
        keep: What is written beside the predictions: columns, True for all, False for none.
        id: The columns that say which row it is; with them, `keep` is none by default.
        name: What the column of predictions is called, or the columns, one by one.
        params: What else the model is told, as its signature names it.
        on_error: Whether a row that fails ends it, or gets nulls and is listed with its error.
        most_failed: So many rows of a batch may fail; more end it in any case.
        batch_rows: How many rows the model is asked with at once.
        resume: Whether it goes on where an earlier call was killed; else it begins anew.
        format: Of the files of a folder; Parquet by default.
        log: Whether it is noted in a run: in the active one by default, and True makes one.
        allow_pickle: As in `load_model`.
        trusted_types: As in `load_model`.

    Raises:
        InvalidValue: The data cannot be read or is not what can be scored.
        ModelError: The data does not fit the model, or the model failed.
        Conflict: What an earlier call left is of other data, or of another model.

    Example:
        >>> import nbtrack
        >>> import pandas as pd
        >>> table = pd.DataFrame({"customer": ["ada", "bob"], "x": [1.0, 2.0]})
        >>> info = nbtrack.pyfunc.log_model(name="twice", python_model=lambda it: it["x"] * 2)
        >>> nbtrack.score(info.model_uri, table, id="customer").frame["prediction"].tolist()
        [2.0, 4.0]
    """
    told = Told(columns, keep, id)
    trust = Trust(allow_pickle, trusted_types)
    wish = Wish(
        on, told, asking_for(name, params, on_error, most_failed), batch_rows, resume, trust
    )
    begun = time.monotonic()
    found = find_model(model_uri)
    target = None if out is None else target_called(out, format)
    done = scored(found, data, target, wish)
    report = replace(done, seconds=time.monotonic() - begun)
    log_scoring(report, found.place.model_id or found.description.model_id, data, log=log)
    return report


def asking_for(
    name: str | Sequence[str], params: Mapping[str, Any] | None, on_error: str, most_failed: int
) -> Asking:
    """How rows are put to the model.

    Raises:
        InvalidValue: `on_error` is neither of its words.
    """
    if on_error not in {"raise", "null"}:
        raise InvalidValue(f"on_error is 'raise' or 'null', not {on_error!r}")
    return Asking(
        names=(name,) if isinstance(name, str) else tuple(name),
        params=params,
        is_patient=on_error == "null",
        most_failed=most_failed,
    )


class Wish(NamedTuple):
    """What a caller said besides the model, the data and the place."""

    on: Any
    told: Told
    asking: Asking
    batch_rows: int | None
    resume: bool
    trust: Trust


def scored(found: FoundModel, data: Any, target: Target | None, wish: Wish) -> ScoreReport:
    """Score by the engine that is meant."""
    signature = found.description.signature
    asking = msgspec.structs.replace(
        wish.asking, params=checked_params(found, wish.asking.params), is_plain=signature is None
    )
    tell_differences(found.folder, found.description)
    ticket = ticket_of(found, wish.trust)
    if is_of_spark(wish.on, data):
        from nbtrack.api.scoring.spark import score_on_spark

        return score_on_spark(wish.on, ticket, data, target, (wish.told, asking))
    source = source_called(data)
    keep_data(source, target)
    chosen = columns_for(source, signature, wish.told, target)
    rows = wish.batch_rows or rows_for(len(chosen.casts))
    task = Task(ticket, source, chosen, asking, target, rows)
    return run_task(task, wish.on, is_new=not wish.resume)


def keep_data(source: Source, target: Target | None) -> None:
    """Do not write over what is read.

    Raises:
        InvalidValue: The predictions would stand in the place of the data.
    """
    places = [it[0] for it in source.identity or () if isinstance(it, list)]
    if target is not None and any(Path(it).is_relative_to(target.path) for it in places):
        raise InvalidValue(
            f"the predictions would replace the data in {str(target.path)!r}; name another file, "
            f"and keep=True writes the data's columns there as well"
        )


def checked_params(found: FoundModel, params: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Params as the model takes them, seen before any row is read."""
    signature = found.description.signature
    if not params:
        return None
    enforce_params(params, None if signature is None else signature.params)
    return dict(params)


def is_of_spark(on: Any, data: Any) -> bool:
    """Whether it is for Spark."""
    return on == "spark" or any(type(it).__module__.startswith("pyspark.") for it in (on, data))


def rows_for(columns: int) -> int:
    """How many rows make a batch."""
    return max(LEAST_ROWS, min(MOST_ROWS, BATCH_BYTES // (8 * max(1, columns))))


def run_task(task: Task, on: Any, *, is_new: bool) -> ScoreReport:
    """Score from where it is to the end."""
    writer = writer_of(task, is_new=is_new)
    bar = ProgressLine(f"scoring {task.source.called}")
    rows, is_whole = writer.done, False
    try:
        with engine_called(on, task.ticket) as engine:
            for batch, answers in engine(batches_of(task, writer.done), task.asking):
                frame = rows_to_write(task, batch, answers, writer.columns)
                writer.take(frame, failed_rows(task, batch, answers))
                rows += len(batch.kept)
                bar.draw(rows, task.source.stream.total)
        if rows == 0:
            writer.take(empty(task), ())
        result = writer.finish()
        is_whole = True
    finally:
        writer.leave()
        bar.end(is_whole=is_whole)
    report = ScoreReport(task.ticket.uri, rows, writer.done, writer.failed, 0.0)
    if isinstance(writer, Memory):
        return replace(report, frame=result, problems=writer.problems)
    listed = task.target.failed_path if task.target is not None and writer.failed else None
    return replace(report, path=result, failed_path=listed)


def writer_of(task: Task, *, is_new: bool) -> Writer:
    """Where the predictions go; data that may come in another order is never gone on with."""
    if task.target is None:
        return Memory()
    is_new = is_new or task.source.identity is None
    return Parts(task.target, task.identity(), task.columns.types, is_new=is_new)


def batches_of(task: Task, skip: int) -> Iterator[Batch]:
    """The batches of the data that are not scored yet."""
    chosen, first = task.columns, skip
    verbatim = [name for name in chosen.kept if name not in chosen.given]
    for frame in task.source.stream.batches(chosen.casts, verbatim, task.rows, skip):
        for begin in range(0, len(frame), task.rows):
            part = frame
            if len(frame) > task.rows:
                part = frame.iloc[begin : begin + task.rows].reset_index(drop=True)
            wrong = troubles_in(part) if TROUBLE in part else {}
            if wrong and not task.asking.is_patient:
                place, text = next(iter(wrong.items()))
                raise InvalidValue(
                    f"row {first + place:,} of {task.source.called}: {text}; on_error='null' "
                    f"writes nulls for such rows and lists them"
                )
            given = part.iloc[:, : len(chosen.given)]  # they come first, and need no copy
            yield Batch(first, given, part[list(chosen.kept)], wrong)
            first += len(part)


def troubles_in(frame: Any) -> dict[int, str]:
    """Rows that cannot be read, by their places."""
    told = frame[TROUBLE]
    return {int(place): str(told.iat[place]) for place in told.notna().to_numpy().nonzero()[0]}


def rows_to_write(task: Task, batch: Batch, answers: Answers, before: Sequence[str] | None) -> Any:
    """Rows with their predictions, in the columns that the rows before them had.

    Raises:
        InvalidValue: A column of the data is called as one of the predictions.
        ModelError: The model gives other columns than it gave before.
    """
    import pandas as pd

    if answers.frame.shape[1] == 0:  # each row failed
        columns = before or [*task.columns.kept, *task.asking.names]
        return batch.kept.reindex(columns=list(columns))
    both = sorted(set(answers.frame.columns) & set(task.columns.kept))
    if both:
        raise InvalidValue(
            f"the data has a column {both[0]!r} as the predictions have; call them otherwise with "
            f"name=…, or leave that column out with keep=…"
        )
    frame = pd.concat([batch.kept, answers.frame], axis=1)
    if before is not None and list(frame.columns) != list(before):
        raise ModelError(
            f"the model gives the columns {list(answers.frame.columns)} from row "
            f"{batch.first:,} on, and gave others before: {list(before)[len(batch.kept.columns) :]}"
        )
    return frame


def failed_rows(task: Task, batch: Batch, answers: Answers) -> list[dict[str, Any]]:
    """What is told of rows that failed."""
    told = []
    for failed in answers.failed:
        ids = {it: plain(batch.kept[it].iloc[failed.place]) for it in task.columns.ids}
        row = {"row": batch.first + failed.place, **ids}
        told.append({**row, "error": failed.error, "message": failed.message})
    return told


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    value = value.item() if hasattr(value, "item") else value
    return value if isinstance(value, int | float | str | None) else str(value)


def empty(task: Task) -> Any:
    """A table without rows, for data that has none."""
    import pandas as pd

    return pd.DataFrame({name: [] for name in (*task.columns.kept, *task.asking.names)}, dtype=str)
