"""Logged models to rows, called by the drain: merged by rules that no order of journals changes.

Facts merge field by field; of a param the first value stays, of a tag the last, of
files all.
"""

from __future__ import annotations

from nbtrack.store.merging import renewed, told
from nbtrack.store.protocol import Cursor
from nbtrack.store.tables import MODEL_COLUMNS

__all__ = ["insert_links", "merge_models", "sweep_models"]


def merge_models(cursor: Cursor) -> None:
    """Merge starts, ends and changes of logged models, with their params, tags and files."""
    drop_purged(cursor)
    cursor.execute(f"""
        CREATE OR REPLACE TEMP TABLE told AS
        SELECT s.model_id, {told(MODEL_COLUMNS)}, max(s.time) AS time
        FROM (
          SELECT * REPLACE (coalesce(a.experiment_id, staged.experiment_id) AS experiment_id)
          FROM staged LEFT JOIN core.experiment_aliases a ON a.alias = staged.experiment_id
          WHERE {MODELS}) s
        GROUP BY s.model_id""")
    cursor.execute(f"""
        UPDATE core.logged_models AS r
        SET {renewed(MODEL_COLUMNS)}, time = greatest(r.time, s.time)
        FROM told s WHERE r.model_id = s.model_id""")
    cursor.execute("""
        INSERT INTO core.logged_models BY NAME
        SELECT * FROM told s ANTI JOIN core.logged_models r ON r.model_id = s.model_id
        ORDER BY s.model_id""")
    merge_params(cursor)
    merge_tags(cursor)
    insert_files(cursor)


MODELS = (
    "staged.type = 'model' AND 'model:' || staged.model_id NOT IN"
    " (SELECT run_id FROM core.tombstones)"
)


def drop_purged(cursor: Cursor) -> None:
    """A model of an experiment that was deleted for good is gone with it."""
    cursor.execute("""
        INSERT INTO core.tombstones
        SELECT DISTINCT 'model:' || s.model_id FROM staged s
        JOIN core.tombstones t ON t.run_id = 'experiment:' || s.experiment_id
        WHERE s.type = 'model' ON CONFLICT DO NOTHING""")


def pairs(column: str) -> str:
    """The keys and values of a staged mapping, with its model and time, as SQL."""
    return (
        f"SELECT model_id, time, unnest(map_entries({column}::JSON::MAP(VARCHAR, VARCHAR)))"
        f" AS entry FROM staged WHERE {MODELS} AND {column} IS NOT NULL"
    )


def merge_params(cursor: Cursor) -> None:
    """Add params; the first value of each stays."""
    cursor.execute(f"""
        CREATE OR REPLACE TEMP TABLE said AS
        SELECT model_id, entry.key AS key,
          min({{'time': time, 'value': entry.value}}) AS entry
        FROM ({pairs("params")}) WHERE entry.value IS NOT NULL GROUP BY ALL""")
    cursor.execute("""
        MERGE INTO core.model_params AS x USING said s ON x.model_id = s.model_id AND x.key = s.key
        WHEN MATCHED AND s.entry < {'time': x.time, 'value': x.value}
          THEN UPDATE SET value = s.entry.value, time = s.entry.time
        WHEN MATCHED THEN DO NOTHING
        WHEN NOT MATCHED THEN INSERT (model_id, key, value, time)
          VALUES (s.model_id, s.key, s.entry.value, s.entry.time)""")


def merge_tags(cursor: Cursor) -> None:
    """Merge tags; the last value stays, and one that was taken away stays as a NULL."""
    cursor.execute(f"""
        CREATE OR REPLACE TEMP TABLE said AS
        SELECT model_id, entry.key AS key, max({{'time': time,
          'is_there': entry.value IS NOT NULL, 'value': entry.value}}) AS entry
        FROM ({pairs("tags")}) GROUP BY ALL""")
    cursor.execute("""
        MERGE INTO core.model_tags AS x USING said s ON x.model_id = s.model_id AND x.key = s.key
        WHEN MATCHED AND s.entry >
            {'time': x.time, 'is_there': x.value IS NOT NULL, 'value': x.value}
          THEN UPDATE SET value = s.entry.value, time = s.entry.time
        WHEN MATCHED THEN DO NOTHING
        WHEN NOT MATCHED THEN INSERT (model_id, key, value, time)
          VALUES (s.model_id, s.key, s.entry.value, s.entry.time)""")


def insert_files(cursor: Cursor) -> None:
    """Add files; what stood at a path before stays known, as versions may have been made of it."""
    cursor.execute(f"""
        INSERT INTO core.model_files BY NAME
        SELECT model_id, unnest(paths) AS path, unnest(digests) AS digest,
          unnest(sizes) AS file_size, unnest(seals) AS seal, time
        FROM staged WHERE {MODELS} AND paths IS NOT NULL
        ORDER BY model_id, path, time""")


def insert_links(cursor: Cursor) -> None:
    """Add which models runs made or read; the first record of each stays."""
    cursor.execute("""
        INSERT INTO core.model_links BY NAME
        SELECT t.run_seq, s.kind, s.model_id, s.step, min(s.time) AS time
        FROM staged s JOIN touched t ON t.run_id = s.run_id
        ANTI JOIN core.model_links x ON x.run_seq = t.run_seq
          AND (x.kind, x.model_id, x.step) = (s.kind, s.model_id, s.step)
        WHERE s.type = 'model_link'
        GROUP BY ALL ORDER BY ALL""")


def sweep_models(cursor: Cursor) -> None:
    """Take the rows of models with a tombstone out of each table."""
    gone = "'model:' || model_id IN (SELECT run_id FROM core.tombstones)"
    for table in ("model_params", "model_tags", "model_files", "model_links", "logged_models"):
        cursor.execute(f"DELETE FROM core.{table} WHERE {gone}")
