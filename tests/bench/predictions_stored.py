"""How long it takes to ask a store with very many predictions; run by hand, it makes its store.

    python tests/bench/predictions_stored.py [MILLIONS] [FOLDER]

The rows stand in the store as the drain leaves them: fifty endpoints, ten columns, a label for
every third prediction.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from nbtrack.journal.folder import StoreFolder
from nbtrack.query.tree import Sql, UnknownPredictions
from nbtrack.questions import predictions
from nbtrack.store.duckdb import DuckDBStore

ENDPOINTS = 50
BEGIN = 1_790_000_000_000
STEP = 50
"""Milliseconds between two predictions."""

ROWS = f"""
    INSERT INTO core.predictions BY NAME
    SELECT printf('%016x%016x', ({BEGIN} + i * {STEP}) << 16, i) AS prediction_id,
      {BEGIN} + i * {STEP} AS moment, 'e-' || (i * 7919 % {ENDPOINTS}) AS endpoint_id,
      'endpoint' || (i * 7919 % {ENDPOINTS}) AS endpoint, 'champion' AS variant,
      'churn' AS model_name, 3 AS version, 'm-1' AS model_id, false AS is_shadow,
      'user' || (i % 100000) AS key, random() / 100 AS latency,
      '{{"age":' || (18 + i % 70) || ',"city":"' || ['Oslo', 'Rome', 'Bonn'][1 + i % 3] || '"'
        || ',"x1":' || random() || ',"x2":' || random() || ',"x3":' || random()
        || ',"x4":' || random() || ',"x5":' || random() || ',"x6":' || random()
        || ',"x7":' || random() || ',"x8":' || random()
        || '}}' AS inputs,
      (i % 2)::VARCHAR AS output
    FROM range(?, ?) t(i)"""

LABELS = f"""
    INSERT INTO core.labels BY NAME
    SELECT 'label' AS label, printf('%016x%016x', ({BEGIN} + i * {STEP}) << 16, i) AS prediction_id,
      (i % 2)::VARCHAR AS value, {BEGIN} + i * {STEP} + 86400000 AS moment, i AS time
    FROM range(?, ?, 3) t(i)"""

CHUNK = 1_000_000


def fill(store: DuckDBStore, count: int) -> None:
    """Make the store."""
    store.drain()
    for start in range(0, count, CHUNK):
        with store.session(write=True) as cursor:
            for statement in (ROWS, LABELS):
                cursor.execute(statement, [start, min(start + CHUNK, count)])


def questions(count: int) -> dict[str, object]:
    """What is asked, by what it is called."""
    end = BEGIN + count * STEP
    hour = end - 3_600_000
    one = {"endpoint": "endpoint7"}
    sums = "select count(*), avg(latency) from predictions where endpoint = 'endpoint7'"
    return {
        "an endpoint's last hour": predictions.asked_for(**one, since=hour),
        "… without labels": predictions.asked_for(**one, since=hour, labels=()),
        "… the newest 1,000": predictions.asked_for(**one, limit=1000),
        "… the newest 1,000 of all": predictions.asked_for(limit=1000),
        "… by a column": predictions.asked_for(
            **one, since=hour, filter_string="age > 80 and city = 'Rome'"
        ),
        "a key, ever": predictions.asked_for(filter_string="key = 'user77'"),
        "one id": predictions.asked_for(filter_string=f"id = '{id_of(77)}'"),
        "whether three ids are known": UnknownPredictions(tuple(map(id_of, (77, 78, 79)))),
        "SQL: sums of an hour": Sql(f"{sums} and moment > {hour}"),
        "SQL: sums of an endpoint": Sql(sums),
    }


def id_of(number: int) -> str:
    """The id of a prediction."""
    return f"{(BEGIN + number * STEP) << 16:016x}{number:016x}"


def main() -> None:
    count = round(float(sys.argv[1] if len(sys.argv) > 1 else 10) * 1e6)
    with tempfile.TemporaryDirectory() as place:
        folder = StoreFolder(Path(sys.argv[2] if len(sys.argv) > 2 else place) / ".nbtrack")
        store = DuckDBStore(folder)
        if not folder.database.exists():
            begin = time.perf_counter()
            fill(store, count)
            print(f"{count:,} predictions made in {time.perf_counter() - begin:.0f} s")
        print(f"{folder.database.stat().st_size / count:.0f} bytes a prediction with its label")
        for name, question in questions(count).items():
            times, burnt = [], []
            for _ in range(3):
                begin, cpu = time.perf_counter(), time.process_time()
                if isinstance(question, Sql | UnknownPredictions):
                    rows = 1
                    store.fetch(question)
                else:
                    rows = len(predictions.table(store, question))
                times.append(time.perf_counter() - begin)
                burnt.append(time.process_time() - cpu)
            print(f"{name:28} {min(times):7.3f} s {min(burnt):7.3f} s CPU {rows:9,} rows")


if __name__ == "__main__":
    main()
