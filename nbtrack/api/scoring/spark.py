"""`score(…, on="spark")`: Spark reads the data, asks the model, and writes the predictions.

Executors need nbtrack and what the model needs; its files go to them by a broadcast.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from nbtrack.api.scoring.columns import Told, columns_for, signature_types
from nbtrack.api.scoring.parts import NOTE, Target
from nbtrack.api.scoring.report import ScoreReport
from nbtrack.api.scoring.rows import Answers, Asking, answers_of
from nbtrack.api.scoring.sources import FORMATS, FrameStream, Source, ending_of, expanded
from nbtrack.api.scoring.spark_functions import broadcast, spark_functions
from nbtrack.api.scoring.ticket import Ticket
from nbtrack.errors import InvalidValue
from nbtrack.store.table_files import joined

__all__ = ["score_on_spark"]

PROBLEM = "nbtrack_error"
"""The column that says why a row failed, until the rows are written."""


def score_on_spark(
    on: Any, ticket: Ticket, data: Any, target: Target | None, told: tuple[Told, Asking]
) -> ScoreReport:
    """Score where the data is: Spark reads it and writes the predictions.

    What was killed begins anew; the target is replaced at the end only.
    """
    functions = spark_functions()
    session = session_of(on, data)
    wanted, asking = told
    model = ticket.model()
    signature = model.metadata.signature
    frame = frame_of(session, data, signature_types(signature))
    types = {name: str(kind) for name, kind in frame.dtypes}
    stream = FrameStream((), types, None)  # its columns alone are asked for
    source = Source(stream, "the data", None)
    columns = columns_for(source, signature, wanted, None)
    sample = answers_of(model.predict, sample_of(frame, columns.given), asking)
    if set(sample.frame.columns) & set(columns.kept):
        raise InvalidValue("the predictions are called as a column of the data; say name=…")
    kind = answer_type(session, sample)
    udf = rows_udf(session, ticket, kind, asking)
    given = functions.struct(*[frame[spelled(name)] for name in columns.given])
    kept = [frame[spelled(name)] for name in columns.kept]
    scored = frame.select(*kept, udf(given).alias(PROBLEM)).select(*columns.kept, f"{PROBLEM}.*")
    if target is None:  # with on_error="null" the frame says why a row failed
        frame = scored if asking.is_patient else scored.drop(PROBLEM)
        return ScoreReport(ticket.uri, 0, 0, 0, 0.0, frame=frame)
    return write(session, scored, target, ticket)


def spelled(name: str) -> str:
    """A name as Spark has it."""
    return "`" + name.replace("`", "``") + "`"


def session_of(on: Any, data: Any) -> Any:
    """The session that is meant; one of this machine for `spark`."""
    if on != "spark" and hasattr(on, "createDataFrame"):
        return on
    if hasattr(data, "sparkSession"):
        return data.sparkSession
    from pyspark.sql import SparkSession

    return SparkSession.builder.getOrCreate()


def frame_of(session: Any, data: Any, types: Mapping[str, str]) -> Any:
    """The data as a frame of Spark; text of CSV in the types of the signature."""
    if hasattr(data, "sparkSession"):
        return data
    if type(data).__module__.partition(".")[0] == "pandas":
        return session.createDataFrame(data)
    paths = [os.fspath(data)] if isinstance(data, str | os.PathLike) else list(map(str, data))
    if len(paths) == 1 and FORMATS.get(ending_of(paths[0])) is None:
        kind = FORMATS[ending_of(expanded(paths[0])[0])]
    else:
        kind = FORMATS.get(ending_of(paths[0]), "parquet")
    if kind == "csv":
        frame = session.read.csv(paths, header=True, inferSchema=True)
        casts = {"VARCHAR": "string", "DOUBLE": "double", "BIGINT": "bigint", "FLOAT": "float"}
        for name, told in types.items():
            if name in frame.columns and told in casts:
                frame = frame.withColumn(name, frame[spelled(name)].cast(casts[told]))
        return frame
    return session.read.format("parquet" if kind == "parquet" else "json").load(paths)


def sample_of(frame: Any, given: Sequence[str]) -> Any:
    """A few rows, to see what the model gives."""
    return frame.select(*[frame[spelled(name)] for name in given]).limit(5).toPandas()


def answer_type(session: Any, sample: Answers) -> Any:
    """The type of what the model gives, with room for why a row failed."""
    from pyspark.sql.types import StringType, StructType

    if sample.frame.empty or sample.frame.shape[1] == 0:
        raise InvalidValue("the first rows have no answer, so their type is not known")
    found: StructType = session.createDataFrame(sample.frame).schema
    return found.add(PROBLEM, StringType())


def rows_udf(session: Any, ticket: Ticket, kind: Any, asking: Asking) -> Any:
    """A vectorised function that gives a model's answers as a struct, and why rows fail."""
    import pandas as pd
    from pyspark.sql.functions import pandas_udf

    sent = broadcast(session, ticket.packed())
    names = [it.name for it in kind.fields]

    def scored(batches: Any) -> Any:
        model = sent().model()
        for frame in batches:
            answers = answers_of(model.predict, frame, asking)
            problems: list[str | None] = [None] * len(frame)
            for failed in answers.failed:
                problems[failed.place] = f"{failed.error}: {failed.message}"
            yield answers.frame.assign(**{PROBLEM: problems}).reindex(columns=names)

    scored.__annotations__ = {
        "batches": Iterator[pd.DataFrame],
        "return": Iterator[pd.DataFrame],
    }
    return pandas_udf(scored, kind)


def write(session: Any, scored: Any, target: Target, ticket: Ticket) -> ScoreReport:
    """Have Spark write the predictions beside the target, then put them there."""
    beside = target.path.with_name(f"{target.path.name}.parts")
    shutil.rmtree(beside, ignore_errors=True)
    raw = beside / "raw"
    scored.write.parquet(raw.as_uri())
    back = session.read.parquet(raw.as_uri())
    if not raw.is_dir():
        raise InvalidValue(
            f"Spark did not write to {raw} of this machine: its executors are elsewhere; leave "
            f"out=None and write the report's frame where they write"
        )
    rows, failed = back.count(), list_failed(back, target)
    final = beside / "final"
    back = back.drop(PROBLEM)
    if target.kind == "parquet":
        back.write.parquet(final.as_uri())
    elif target.kind == "csv":
        back.write.csv(final.as_uri(), header=True)
    else:
        back.write.json(final.as_uri())
    parts = sorted(final.glob("part-*"))
    put(parts, target, ticket)
    shutil.rmtree(beside)
    listed = target.failed_path if failed else None
    return ScoreReport(ticket.uri, rows, 0, failed, 0.0, path=target.path, failed_path=listed)


def list_failed(frame: Any, target: Target) -> int:
    """List the rows that failed, with all that is kept of them."""
    failed = frame.where(frame[PROBLEM].isNotNull())
    count = 0
    target.failed_path.unlink(missing_ok=True)
    for row in failed.toJSON().toLocalIterator():
        with target.failed_path.open("a", encoding="utf-8") as listed:
            listed.write(f"{row}\n")
        count += 1
    return count


def put(parts: Sequence[Path], target: Target, ticket: Ticket) -> None:
    """Put what Spark wrote in its place."""
    if not target.is_folder:
        joined(parts, target.path, target.kind)
        return
    shutil.rmtree(target.path, ignore_errors=True)
    target.path.mkdir(parents=True)
    for number, part in enumerate(parts):
        part.replace(target.path / f"part-{number:05}{target.ending}")
    (target.path / NOTE).write_text(f'{{"model_uri": "{ticket.uri}"}}', encoding="utf-8")
