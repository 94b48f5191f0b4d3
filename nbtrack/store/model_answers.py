"""Questions about logged models answered, with their params, tags, metrics and files."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from nbtrack.query.tree import LoggedModels, ModelFiles, ModelPart, Rows
from nbtrack.store.pages import read_page
from nbtrack.store.protocol import Answer, Cursor
from nbtrack.store.tables import MODEL_COLUMNS

__all__ = ["answer_logged_models", "answer_model_files", "answer_run_files"]

COLUMNS = {
    name: f"r.{name}"
    for name in (
        "model_id",
        *(column.name for column in MODEL_COLUMNS),
        "experiment_name",
        "artifact_location",
    )
}

PARTS: dict[ModelPart, tuple[str, str]] = {
    "params": ("core.model_params", "key, value"),
    "tags": ("core.model_tags WHERE value IS NOT NULL", "key, value"),
    "metrics": (
        "core.model_metrics",
        "key, value, timestamp, step, dataset_name, dataset_digest, run_id",
    ),
    "files": ("core.model_file_view", "path, digest, file_size, seal"),
}
"""The rows of each part, and the columns of its tuples, the first of which orders them."""


def answer_logged_models(question: LoggedModels, cursor: Cursor) -> Answer:
    """Logged models by column; each part is a list of tuples for every model."""
    found = read_page(question, COLUMNS, cursor)
    columns: dict[str, Any] = dict(found.columns)
    for part in question.parts:
        columns[part] = read_part(part, columns["model_id"], cursor)
    return Answer(columns, found.token)


def read_part(
    part: ModelPart, model_ids: Sequence[str], cursor: Cursor
) -> list[list[tuple[Any, ...]]]:
    """The tuples of each model."""
    source, columns = PARTS[part]
    word = "AND" if " WHERE " in source else "WHERE"
    # Placeholders, not a list to join with: the views below then read the rows of these models.
    marks = ", ".join("?" * len(model_ids)) or "NULL"
    rows = cursor.execute(
        f"SELECT model_id, {columns} FROM {source} {word} model_id IN ({marks}) ORDER BY 1, 2, 3",
        [*model_ids],
    ).fetchall()
    grouped = {it: [row[1:] for row in group] for it, group in groupby(rows, itemgetter(0))}
    return [grouped.get(it, []) for it in model_ids]


FILE_COLUMNS = ("path", "digest", "size", "seal")


def answer_model_files(question: ModelFiles, cursor: Cursor) -> Answer:
    """The files of a model by column."""
    rows = cursor.execute(
        "SELECT path, arg_max(digest, (time, digest)), arg_max(file_size, (time, digest)),"
        " arg_max(seal, (time, digest)) FROM core.model_files"
        " WHERE model_id = ? AND time <= coalesce(?, time) GROUP BY path ORDER BY path",
        [question.model_id, question.before],
    ).fetchall()
    found = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in FILE_COLUMNS]
    return Answer(dict(zip(FILE_COLUMNS, found, strict=True)))


RUN_FILE_COLUMNS = ("run_id", "path", "digest", "file_size")


def answer_run_files(question: Rows, cursor: Cursor) -> Answer:
    """Artifacts of runs, and the files of their models below the models' names.

    Of several models of one name the newest that is READY counts; where a model and an artifact
    meet at a path, the model does.
    """
    rows = cursor.execute(
        """
        WITH asked AS (SELECT run_seq, run_id FROM core.runs
          WHERE run_id IN (SELECT unnest(?::VARCHAR[]))),
        models AS (
          SELECT a.run_id, m.model_id, m.name, row_number() OVER (
            PARTITION BY a.run_id, m.name ORDER BY m.creation_time DESC, m.model_id DESC) AS place
          FROM core.model_view m JOIN asked a ON a.run_id = m.source_run_id
          WHERE m.status = 'READY' AND m.lifecycle_stage = 'active'),
        found AS (
          SELECT a.run_id, f.path, f.digest, f.file_size, 2 AS place
          FROM core.artifacts f JOIN asked a USING (run_seq) WHERE f.digest IS NOT NULL
          UNION ALL
          SELECT m.run_id, m.name || '/' || f.path, f.digest, f.file_size, 1 AS place
          FROM models m JOIN core.model_file_view f USING (model_id) WHERE m.place = 1)
        SELECT run_id, path, arg_min(digest, place), arg_min(file_size, place)
        FROM found GROUP BY run_id, path ORDER BY run_id, path""",
        [list(question.run_ids)],
    ).fetchall()
    found = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in RUN_FILE_COLUMNS]
    return Answer(dict(zip(RUN_FILE_COLUMNS, found, strict=True)))
