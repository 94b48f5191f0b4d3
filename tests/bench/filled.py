"""Large stores to search, made once: nbtrack's through its journal, mlflow's straight by SQL."""

from __future__ import annotations

import contextlib
import random
import sqlite3
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from trackers import opened, uri_of

__all__ = ["CURVE_RUN", "HISTORY_RUN"]

START = 1_700_000_000_000
HISTORY_RUN = f"{1:032x}"
"""The run that holds one metric of a million points."""
CURVE_RUN = HISTORY_RUN

Rows = Iterator[tuple[Any, ...]]


class Data:
    """Runs with params and metrics, and long curves; the same on every side."""

    def __init__(self, name: str) -> None:
        kind, size = name.split("-")
        scale = {"k": 1_000, "m": 1_000_000}[size[-1]] * int(size[:-1])
        self.runs = scale if kind == "runs" else 1
        self.points = 0 if kind == "runs" else scale

    def run_ids(self) -> list[str]:
        return [f"{number + 1:032x}" for number in range(self.runs)]

    def params(self) -> Rows:
        for number, run_id in enumerate(self.run_ids()):
            yield from ((run_id, f"p{key}", str((number * (key + 3)) % 10)) for key in range(10))

    def metrics(self) -> Rows:
        """Run, key, value, step, timestamp: five final values a run, or one long random walk."""
        chance = random.Random(0)
        if self.points:
            value = 0.0
            for step in range(self.points):
                value += chance.gauss(0, 1)
                yield HISTORY_RUN, "loss", value, step, START + step * 10
            return
        for run_id in self.run_ids():
            yield from ((run_id, f"m{key}", chance.random(), 0, START) for key in range(5))


def fill_nbtrack(data: Data, folder: Path) -> None:
    """Write records as many processes would have, then take them in."""
    from nbtrack.journal.folder import StoreFolder
    from nbtrack.journal.writer import JournalWriter
    from nbtrack.records.metric import Metric
    from nbtrack.records.param import Param
    from nbtrack.records.run import RunInfo
    from nbtrack.store.duckdb import DuckDBStore

    place = StoreFolder(Path(uri_of("nbtrack", folder)))
    place.prepare()
    writer = JournalWriter(place)
    runs = (
        RunInfo(
            run_id=run_id,
            experiment_id="0",
            run_name=f"run-{number}",
            user_id="bench",
            status="FINISHED",
            start_time=START + number,
            end_time=START + number + 500,
            time=(START + number) * 1000,
        )
        for number, run_id in enumerate(data.run_ids())
    )
    params = (Param(key, value, run_id, START * 1000) for run_id, key, value in data.params())
    metrics = (
        Metric(key=key, value=value, timestamp=timestamp, step=step, run_id=run_id)
        for run_id, key, value, step, timestamp in data.metrics()
    )
    for records in (runs, params, metrics):
        while batch := list(islice(records, 10_000)):
            writer.write_all(batch)
    writer.close()
    store = DuckDBStore(place)
    store.drain()
    store.drain()  # the second one may delete the segments that the first one took in
    store.close()


def fill_mlflow(data: Data, folder: Path) -> None:
    """Let mlflow make its tables, then write rows as it would have written them."""
    tracker = opened("mlflow", folder)
    experiment = tracker.module.get_experiment_by_name("bench").experiment_id
    runs = (
        (run_id, f"run-{number}", "LOCAL", "bench", "FINISHED", START + number)
        for number, run_id in enumerate(data.run_ids())
    )
    database = folder / "mlflow.db"
    with contextlib.closing(sqlite3.connect(database)) as connection, connection:
        connection.executemany(
            "insert into runs (run_uuid, name, source_type, source_name, entry_point_name, user_id,"
            " status, start_time, end_time, source_version, lifecycle_stage, artifact_uri,"
            " experiment_id) values (?1, ?2, ?3, '', '', ?4, ?5, ?6, ?6 + 500, '', 'active',"
            f" '{folder}/artifacts/' || ?1, {int(experiment)})",
            runs,
        )
        connection.execute(
            "insert into tags (key, value, run_uuid) select 'mlflow.runName', name, run_uuid"
            " from runs"
        )
        connection.executemany(
            "insert into params (run_uuid, key, value) values (?, ?, ?)", data.params()
        )
        connection.executemany(
            "insert into metrics (run_uuid, key, value, step, timestamp, is_nan)"
            " values (?, ?, ?, ?, ?, 0)",
            data.metrics(),
        )
        connection.execute(
            "insert into latest_metrics (run_uuid, key, value, step, timestamp, is_nan)"
            " select run_uuid, key, value, max(step), timestamp, 0 from metrics group by 1, 2"
        )


if __name__ == "__main__":
    side, target, wanted = sys.argv[1:]
    {"nbtrack": fill_nbtrack, "mlflow": fill_mlflow}[side](Data(wanted), Path(target))
