"""What the tests of questions share: a store, and runs in it."""

from __future__ import annotations

from functools import partial

import pytest

from nbtrack.records.metric import Metric
from nbtrack.records.param import Param
from nbtrack.records.run import RunInfo
from nbtrack.records.tag import RunTag
from nbtrack.store.duckdb import DuckDBStore


@pytest.fixture
def store(store_folder):
    store = DuckDBStore(store_folder)
    yield store
    store.close()


@pytest.fixture(scope="session")
def put_runs():
    """Put runs into a store by their names, each a second after the one before.

    A run's metrics are values, or lists of them by step.
    """

    def put_runs(store, **runs):
        records = []
        for number, (run_id, told) in enumerate(runs.items()):
            given = {"experiment_id": "0", "run_name": run_id, "status": "FINISHED"} | told
            parts = {part: given.pop(part, {}) for part in ("params", "metrics", "tags")}
            moment = given.pop("start_time", 1_000_000 + number * 1000)
            records.append(RunInfo(run_id=run_id, start_time=moment, time=moment * 1000, **given))
            for key, value in parts["params"].items():
                records.append(Param(key, value, run_id, moment * 1000))
            for key, value in parts["tags"].items():
                records.append(RunTag(key, value, run_id, moment * 1000))
            for key, value in parts["metrics"].items():
                for step, it in enumerate(value if isinstance(value, list) else [value]):
                    records.append(Metric(key, it, moment + step, step, run_id=run_id))
        store.append(records)

    return put_runs


@pytest.fixture
def log_runs(store, put_runs):
    """Put runs into the store of the test."""
    return partial(put_runs, store)
