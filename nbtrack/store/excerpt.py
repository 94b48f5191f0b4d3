"""A small store with some runs of another: every row that belongs to them, and no other.

Rows are copied as they are, so that histories, lineages and numbers of versions stay what they
were. What is said of the store itself (journals, webhooks, the log of acts) stays at home, and so
does what people asked models.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from nbtrack.journal.folder import StoreFolder
from nbtrack.store import engine, meta
from nbtrack.store.duckdb import DuckDBStore
from nbtrack.store.execution_answers import with_uses
from nbtrack.store.protocol import Cursor
from nbtrack.store.tables import TABLES

__all__ = ["RULES", "Excerpt", "ExcerptFile", "excerpt"]


class ExcerptFile(NamedTuple):
    """A file that an excerpt tells of: its content, and the experiment whose place holds it."""

    digest: str
    size: int
    experiment_id: str
    path: str
    owner: str
    """The id of the run, or of the logged model."""


class Excerpt(NamedTuple):
    """What was copied: how many rows of each kind, and the files they tell of."""

    runs: int
    executions: int
    models: int
    versions: list[tuple[str, int]]
    files: list[ExcerptFile]
    read_models: int
    """Models of other runs that these runs read: they are not in it."""


OF_RUN = "run_seq IN (SELECT run_seq FROM wanted_runs)"
OF_EXPERIMENT = "experiment_id IN (SELECT experiment_id FROM wanted_experiments)"
OF_LOGGED = "model_id IN (SELECT model_id FROM wanted_models)"
OF_MODEL = "model_seq IN (SELECT model_seq FROM wanted_versions)"
OF_VERSION = "version_seq IN (SELECT version_seq FROM wanted_versions)"
OF_NUMBER = "(model_seq, version) IN (SELECT (model_seq, version) FROM wanted_versions)"

RULES: dict[str, str | None] = {
    "meta": None,
    "experiments": OF_EXPERIMENT,
    "experiment_tags": OF_EXPERIMENT,
    "experiment_aliases": OF_EXPERIMENT,
    "runs": OF_RUN,
    "executions": "execution_id IN (SELECT execution_id FROM wanted_executions)",
    "params": OF_RUN,
    "param_conflicts": OF_RUN,
    "tags": OF_RUN,
    "metrics": OF_RUN,
    "latest": OF_RUN,
    "artifacts": OF_RUN,
    "inputs": OF_RUN,
    "logged_models": OF_LOGGED,
    "model_params": OF_LOGGED,
    "model_tags": OF_LOGGED,
    "model_files": OF_LOGGED,
    "model_links": f"{OF_RUN} AND {OF_LOGGED}",
    "predictions": None,
    "labels": None,
    "endpoint_events": None,
    "journals": None,
    "tombstones": None,
    "refusals": OF_NUMBER,
    "webhooks": None,
    "deliveries": None,
    "registered_models": OF_MODEL,
    "registered_model_tags": OF_MODEL,
    "model_versions": OF_VERSION,
    "model_version_tags": OF_VERSION,
    "model_version_approvals": OF_VERSION,
    "model_aliases": OF_VERSION,
    "alias_history": OF_NUMBER,
    "registry_log": None,
}
"""Which rows of each table belong to the wanted runs; None for a table that stays at home."""

CHANGED = {
    # All files of an excerpt stand in its own folder.
    "experiments": "REPLACE (NULL AS artifact_location)",
    # A notebook's path tells of the author's folders; elsewhere its name says all there is to say.
    "executions": "REPLACE (parse_filename(notebook) AS notebook)",
    "tags": "REPLACE (CASE WHEN key = 'mlflow.source.name' THEN parse_filename(value)"
    " ELSE value END AS value)",
    "alias_history": "REPLACE (CASE WHEN (model_seq, previous) IN"
    " (SELECT (model_seq, version) FROM wanted_versions) THEN previous END AS previous)",
}

NUMBERS = ("last_operation", "updated_seq")
"""What goes on counting in the new store, as keys of rows came from there."""


def excerpt(store: DuckDBStore, run_ids: Sequence[str], folder: StoreFolder) -> Excerpt:
    """Make a store with some runs, their lineage, their models and versions; without files.

    Args:
        store: The store they are in.
        run_ids: The runs.
        folder: Where the new store is to be; nothing is there yet.
    """
    made = DuckDBStore(folder)
    made.drain()
    made.close()
    return store.ask(lambda cursor: copied(cursor, run_ids, folder))


def copied(cursor: Cursor, run_ids: Sequence[str], folder: StoreFolder) -> Excerpt:
    """Copy the rows of runs to the store in a folder that nobody else knows yet."""
    choose(cursor, run_ids)
    told = Excerpt(
        count(cursor, "wanted_runs"),
        count(cursor, "wanted_executions"),
        count(cursor, "wanted_models"),
        versions(cursor),
        files(cursor),
        len(read_elsewhere(cursor)),
    )
    facts = meta.everything(cursor)
    name = engine.attach(cursor, folder.database, "READ_WRITE")  # type: ignore[arg-type]
    try:
        cursor.execute("BEGIN")
        put_rows(cursor, name)
        for key in NUMBERS:
            cursor.execute(f"DELETE FROM {name}.core.meta WHERE key = ?", [key])
            cursor.execute(f"INSERT INTO {name}.core.meta VALUES (?, ?)", [key, facts.get(key, 0)])
        cursor.execute("COMMIT")
    except BaseException:
        cursor.execute("ROLLBACK")
        raise
    finally:
        cursor.execute(f"DETACH {name}")
    return told


def put_rows(cursor: Cursor, name: str) -> None:
    """Copy what each table has of the chosen runs."""
    cursor.execute(f"DELETE FROM {name}.core.experiments WHERE {OF_EXPERIMENT}")
    for table in TABLES:
        rule = RULES[table.name]
        if rule is not None:
            order = f" ORDER BY {table.order}" if table.order else ""
            cursor.execute(
                f"INSERT INTO {name}.core.{table.name} BY NAME"
                f" SELECT * {CHANGED.get(table.name, '')} FROM core.{table.name}"
                f" WHERE {rule}{order}"
            )


def choose(cursor: Cursor, run_ids: Sequence[str]) -> None:
    """Write down what belongs to runs: executions, models, versions, experiments."""
    temporary(
        cursor,
        "wanted_runs",
        "SELECT run_seq, run_id, experiment_id FROM core.runs"
        " WHERE run_id IN (SELECT unnest(?::VARCHAR[]))",
        [list(run_ids)],
    )
    own = cursor.execute(
        "SELECT execution_id FROM core.executions"
        " WHERE cell_run IN (SELECT run_id FROM wanted_runs)"
    ).fetchall()
    needed = with_uses([execution_id for (execution_id,) in own], cursor)
    temporary(cursor, "wanted_executions", "SELECT unnest(?::VARCHAR[]) AS execution_id", [needed])
    temporary(
        cursor,
        "wanted_models",
        "SELECT model_id, experiment_id FROM core.model_view WHERE"
        " (lifecycle_stage = 'active' OR model_id IN"
        "  (SELECT model_id FROM core.model_versions)) AND"
        " (source_run_id IN (SELECT run_id FROM wanted_runs) OR model_id IN"
        f" (SELECT model_id FROM core.model_links WHERE {OF_RUN} AND kind = 'output'))",
    )
    temporary(
        cursor,
        "wanted_versions",
        "SELECT version_seq, model_seq, version FROM core.model_versions"
        f" WHERE {OF_LOGGED}"
        " OR (model_id IS NULL AND run_id IN (SELECT run_id FROM wanted_runs))",
    )
    temporary(
        cursor,
        "wanted_experiments",
        "SELECT experiment_id FROM wanted_runs UNION SELECT experiment_id FROM wanted_models",
    )


def temporary(cursor: Cursor, name: str, select: str, values: Sequence[object] = ()) -> None:
    cursor.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {select}", [*values])


def count(cursor: Cursor, name: str) -> int:
    (found,) = cursor.execute(f"SELECT count(*) FROM {name}").fetchone()
    return int(found)


def versions(cursor: Cursor) -> list[tuple[str, int]]:
    """The versions of registered models, by name and number."""
    rows = cursor.execute(
        "SELECT m.name, v.version FROM wanted_versions v"
        " JOIN core.registered_models m USING (model_seq) ORDER BY ALL"
    ).fetchall()
    return [(name, version) for name, version in rows]


def read_elsewhere(cursor: Cursor) -> list[str]:
    """The models that the runs read and that other runs made."""
    rows = cursor.execute(
        f"SELECT DISTINCT model_id FROM core.model_links WHERE {OF_RUN} AND NOT {OF_LOGGED}"
    ).fetchall()
    return [model_id for (model_id,) in rows]


def files(cursor: Cursor) -> list[ExcerptFile]:
    """The files of runs and models, each content once."""
    rows = cursor.execute(
        "SELECT digest, max(file_size) AS size, any_value(experiment_id) AS experiment_id,"
        " min(path) AS path, min(owner) AS owner FROM ("
        "  SELECT digest, file_size, coalesce(r.experiment_id, '0') AS experiment_id, path,"
        "   r.run_id AS owner FROM core.artifacts JOIN wanted_runs r USING (run_seq)"
        "  UNION ALL"
        "  SELECT digest, file_size, coalesce(m.experiment_id, '0'), path, m.model_id"
        "  FROM core.model_file_view JOIN wanted_models m USING (model_id))"
        " WHERE digest IS NOT NULL GROUP BY digest ORDER BY path, digest"
    ).fetchall()
    return [ExcerptFile(*row) for row in rows]
