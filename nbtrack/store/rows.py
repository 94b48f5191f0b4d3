"""Staged lines to rows: the SQL of a drain, one function for each kind of record.

Each merges what is staged into its table by a rule that does not depend on the order of drains:
the first or the last by (time, value), the greatest (step, timestamp, value), sums.
"""

from __future__ import annotations

from collections.abc import Callable

from nbtrack.store.endpoints import insert_endpoint_events
from nbtrack.store.logged_models import insert_links, merge_models
from nbtrack.store.merging import renewed, told
from nbtrack.store.predictions import insert_labels, insert_predictions
from nbtrack.store.protocol import Cursor
from nbtrack.store.tables import EXECUTION_COLUMNS, RUN_COLUMNS

__all__ = ["insert"]


def insert(cursor: Cursor, kinds: set[str], updated_seq: int) -> None:
    """Merge what is staged into the tables; within a transaction."""
    for kind, merge in OF_THEMSELVES.items():
        if kind in kinds:
            merge(cursor)
    if kinds <= {"journal", "experiment", *OF_THEMSELVES}:
        return
    if "run" in kinds:
        drop_purged_experiments(cursor)
    touch(cursor, updated_seq)
    if kinds & {"metric", "series"}:
        insert_points(cursor, kinds)
    for kind, merge in OF_RUNS.items():
        if kind in kinds:
            merge(cursor)


def touch(cursor: Cursor, updated_seq: int) -> None:
    """Find or make the run of each staged line; one that is not known yet becomes a stub."""
    cursor.execute(f"""
        CREATE OR REPLACE TEMP TABLE touched AS
        SELECT s.run_id, r.run_seq IS NOT NULL AS is_known, s.last_time,
          coalesce(r.run_seq, (SELECT coalesce(max(run_seq), 0) FROM core.runs)
            + row_number() OVER (PARTITION BY r.run_seq IS NULL ORDER BY s.run_id))::INTEGER
            AS run_seq
        FROM (
          SELECT run_id, max(greatest(time, {MOMENT})) AS last_time
          FROM staged WHERE run_id IS NOT NULL GROUP BY run_id) s
        LEFT JOIN core.runs r ON r.run_id = s.run_id
        WHERE s.run_id NOT IN (SELECT run_id FROM core.tombstones)""")
    cursor.execute(
        """
        UPDATE core.runs AS r
        SET last_time = greatest(r.last_time, t.last_time), updated_seq = ?
        FROM touched t WHERE t.is_known AND r.run_seq = t.run_seq""",
        [updated_seq],
    )
    cursor.execute(
        """
        INSERT INTO core.runs BY NAME
        SELECT run_seq, run_id, 'active' AS lifecycle_stage, last_time,
          CAST(? AS BIGINT) AS updated_seq
        FROM touched WHERE NOT is_known ORDER BY run_seq""",
        [updated_seq],
    )


MOMENT = (
    "CASE WHEN coalesce(timestamp, list_max(timestamps)) BETWEEN 0 AND 253402300799000"
    " THEN coalesce(timestamp, list_max(timestamps)) * 1000 ELSE 0 END"
)
"""A metric's timestamp in µs; what lies beyond the year 9999 says nothing of a run's end."""


def drop_purged_experiments(cursor: Cursor) -> None:
    """A run of an experiment that was deleted for good is gone with it."""
    cursor.execute("""
        INSERT INTO core.tombstones
        SELECT DISTINCT s.run_id FROM staged s
        JOIN core.tombstones t ON t.run_id = 'experiment:' || s.experiment_id
        WHERE s.type = 'run' ON CONFLICT DO NOTHING""")


def merge_runs(cursor: Cursor) -> None:
    """Merge starts, ends and changes of runs field by field."""
    cursor.execute(f"""
        CREATE OR REPLACE TEMP TABLE told AS
        SELECT t.run_seq, {told(RUN_COLUMNS)}
        FROM (
          SELECT * REPLACE (
            coalesce(a.experiment_id, staged.experiment_id) AS experiment_id)
          FROM staged LEFT JOIN core.experiment_aliases a ON a.alias = staged.experiment_id
          WHERE staged.type = 'run') s
        JOIN touched t ON t.run_id = s.run_id GROUP BY t.run_seq""")
    cursor.execute(
        f"UPDATE core.runs AS r SET {renewed(RUN_COLUMNS)} FROM told s WHERE r.run_seq = s.run_seq"
    )


def merge_executions(cursor: Cursor) -> None:
    """Merge starts and ends of executions field by field; either may come first."""
    cursor.execute(f"""
        CREATE OR REPLACE TEMP TABLE told AS
        SELECT s.execution_id, {told(EXECUTION_COLUMNS)}, max(s.time) AS time
        FROM staged s WHERE s.type = 'execution' GROUP BY s.execution_id""")
    cursor.execute(f"""
        UPDATE core.executions AS r
        SET {renewed(EXECUTION_COLUMNS)}, time = greatest(r.time, s.time)
        FROM told s WHERE r.execution_id = s.execution_id""")
    cursor.execute("""
        INSERT INTO core.executions BY NAME
        SELECT * FROM told s ANTI JOIN core.executions r ON r.execution_id = s.execution_id
        ORDER BY s.execution_id""")


def insert_points(cursor: Cursor, kinds: set[str]) -> None:
    """Add the points of metrics, and renew the latest of each."""
    sources = []
    if "metric" in kinds:
        sources.append("""
            SELECT run_id, key, step, timestamp,
              CAST(value AS DOUBLE) AS value, model_id, dataset_name, dataset_digest
            FROM staged WHERE type = 'metric'""")
    if "series" in kinds:
        sources.append("""
            SELECT run_id, key, unnest(steps) AS step, unnest(timestamps) AS timestamp,
              unnest("values") AS value, model_id, dataset_name, dataset_digest
            FROM staged WHERE type = 'series'""")
    cursor.execute(f"""
        CREATE OR REPLACE TEMP TABLE points AS
        SELECT t.run_seq, p.* EXCLUDE (run_id)
        FROM ({" UNION ALL ".join(sources)}) p JOIN touched t ON t.run_id = p.run_id
        ORDER BY t.run_seq, p.key, p.step, p.timestamp""")
    cursor.execute("INSERT INTO core.metrics SELECT * FROM points")
    # As in MLflow a NaN counts as 0 between points of one step and one time.
    cursor.execute("""
        CREATE OR REPLACE TEMP TABLE newest AS
        SELECT run_seq, key,
          max({'step': step, 'timestamp': timestamp,
               'rank': CASE WHEN isnan(value) THEN 0 ELSE value END,
               'is_number': NOT isnan(value), 'value': value}) AS point,
          min(value) FILTER (NOT isnan(value)) AS least,
          max(value) FILTER (NOT isnan(value)) AS most, count(*) AS n
        FROM points GROUP BY run_seq, key""")
    cursor.execute("""
        MERGE INTO core.latest AS l USING (
          SELECT *, (point.step, point.timestamp, point.rank, point.is_number) AS place
          FROM newest) s
        ON l.run_seq = s.run_seq AND l.key = s.key
        WHEN MATCHED AND s.place > (l.step, l.timestamp,
            CASE WHEN isnan(l.value) THEN 0 ELSE l.value END, NOT isnan(l.value))
          THEN UPDATE SET step = s.point.step, timestamp = s.point.timestamp,
            value = s.point.value, min = least(l.min, s.least), max = greatest(l.max, s.most),
            n = l.n + s.n
        WHEN MATCHED THEN UPDATE SET
            min = least(l.min, s.least), max = greatest(l.max, s.most), n = l.n + s.n
        WHEN NOT MATCHED THEN INSERT VALUES (s.run_seq, s.key, s.point.step,
            s.point.timestamp, s.point.value, s.least, s.most, s.n)""")


def insert_params(cursor: Cursor) -> None:
    """Add params; the first value of each stays, others are listed as conflicts."""
    cursor.execute("""
        CREATE OR REPLACE TEMP TABLE said AS
        SELECT t.run_seq, s.key, s.value, min(s.time) AS time
        FROM staged s JOIN touched t ON t.run_id = s.run_id
        WHERE s.type = 'param' GROUP BY ALL""")
    cursor.execute("""
        CREATE OR REPLACE TEMP TABLE unsettled AS
        SELECT s.run_seq, s.key FROM said s
        LEFT JOIN core.params p ON p.run_seq = s.run_seq AND p.key = s.key
        GROUP BY ALL
        HAVING count(*) > 1 OR bool_or(p.value <> s.value OR s.time < p.time)""")
    cursor.execute("""
        INSERT INTO core.params
        SELECT s.run_seq, s.key, s.value, s.time FROM said s
        ANTI JOIN core.params p ON p.run_seq = s.run_seq AND p.key = s.key
        ANTI JOIN unsettled u ON u.run_seq = s.run_seq AND u.key = s.key
        ORDER BY s.run_seq, s.key""")
    if cursor.execute("SELECT count(*) FROM unsettled").fetchone()[0]:
        settle_params(cursor)


def settle_params(cursor: Cursor) -> None:
    """Decide anew between all values that a param was ever given."""
    cursor.execute("""
        CREATE OR REPLACE TEMP TABLE settled AS
        SELECT run_seq, key, value, min(time) AS time,
          row_number() OVER (PARTITION BY run_seq, key ORDER BY min(time), value) = 1 AS is_kept,
          first_value(value) OVER (PARTITION BY run_seq, key ORDER BY min(time), value) AS kept
        FROM (
          SELECT * FROM said
          UNION ALL SELECT * FROM core.params
          UNION ALL SELECT run_seq, key, refused, time FROM core.param_conflicts) v
        SEMI JOIN unsettled u ON u.run_seq = v.run_seq AND u.key = v.key
        GROUP BY run_seq, key, value""")
    for table in ("params", "param_conflicts"):
        cursor.execute(
            f"DELETE FROM core.{table} WHERE (run_seq, key) IN"
            " (SELECT (run_seq, key) FROM unsettled)"
        )
    cursor.execute("""
        INSERT INTO core.params
        SELECT run_seq, key, value, time FROM settled WHERE is_kept ORDER BY run_seq, key""")
    cursor.execute("""
        INSERT INTO core.param_conflicts
        SELECT run_seq, key, kept, value, time FROM settled WHERE NOT is_kept""")


def merge_tags(cursor: Cursor) -> None:
    """Merge tags; the last value stays."""
    merge_last(cursor, "tag", "tags", "key", ("value",))


def merge_artifacts(cursor: Cursor) -> None:
    """Merge files; what was kept last at a path stays."""
    merge_last(cursor, "artifact", "artifacts", "path", ("digest", "file_size"))


def merge_last(cursor: Cursor, kind: str, table: str, key: str, values: tuple[str, ...]) -> None:
    """Merge facts of which the last written stays; one that was taken away stays as a NULL."""
    entry = ", ".join(f"'{name}': s.{name}" for name in values)
    cursor.execute(f"""
        CREATE OR REPLACE TEMP TABLE said AS
        SELECT t.run_seq, s.{key} AS key,
          max({{'time': s.time, 'is_there': s.{values[0]} IS NOT NULL, {entry}}})
            AS entry
        FROM staged s JOIN touched t ON t.run_id = s.run_id
        WHERE s.type = '{kind}' GROUP BY ALL""")
    sets = ", ".join(f"{name} = s.entry.{name}" for name in values)
    stored = ", ".join(f"'{name}': x.{name}" for name in values)
    given = ", ".join(f"s.entry.{name}" for name in values)
    cursor.execute(f"""
        MERGE INTO core.{table} AS x USING said s ON x.run_seq = s.run_seq AND x.{key} = s.key
        WHEN MATCHED AND s.entry >
            {{'time': x.time, 'is_there': x.{values[0]} IS NOT NULL, {stored}}}
          THEN UPDATE SET {sets}, time = s.entry.time
        WHEN MATCHED THEN DO NOTHING
        WHEN NOT MATCHED THEN
          INSERT (run_seq, {key}, {", ".join(values)}, time)
          VALUES (s.run_seq, s.key, {given}, s.entry.time)""")


def insert_inputs(cursor: Cursor) -> None:
    """Add datasets; the first record of a (run, name, digest) stays."""
    fields = (
        "{'time': time, 'source_type': coalesce(source_type, 'local'),"
        " 'source': coalesce(source, '{}'), 'schema': schema, 'profile': profile, 'tags': tags}"
    )
    cursor.execute(f"""
        CREATE OR REPLACE TEMP TABLE said AS
        SELECT run_seq, name, digest, min(entry) AS entry FROM (
          SELECT t.run_seq, s.name, s.digest, {fields} AS entry
          FROM staged s JOIN touched t ON t.run_id = s.run_id WHERE s.type = 'input'
          UNION ALL
          SELECT x.run_seq, x.name, x.digest, {fields} AS entry
          FROM core.inputs x SEMI JOIN touched t ON t.run_seq = x.run_seq)
        GROUP BY ALL""")
    cursor.execute(
        "DELETE FROM core.inputs WHERE (run_seq, name, digest) IN"
        " (SELECT (run_seq, name, digest) FROM said)"
    )
    cursor.execute("""
        INSERT INTO core.inputs
        SELECT run_seq, name, digest, entry.source_type, entry.source, entry.schema,
          entry.profile, entry.tags, entry.time FROM said ORDER BY run_seq, name""")


OF_THEMSELVES: dict[str, Callable[[Cursor], None]] = {
    "execution": merge_executions,
    "model": merge_models,
    "predictions": insert_predictions,
    "labels": insert_labels,
    "endpoint_event": insert_endpoint_events,
}
"""Kinds of records that belong to no run."""

OF_RUNS: dict[str, Callable[[Cursor], None]] = {
    "run": merge_runs,
    "param": insert_params,
    "tag": merge_tags,
    "artifact": merge_artifacts,
    "input": insert_inputs,
    "model_link": insert_links,
}
