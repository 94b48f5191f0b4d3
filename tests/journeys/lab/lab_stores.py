"""Stores with something in them, written as other processes would have written them."""

from __future__ import annotations

from itertools import islice

from desk import Place

from nbtrack.journal.writer import JournalWriter
from nbtrack.records.metric import Metric
from nbtrack.records.param import Param
from nbtrack.records.run import RunInfo

__all__ = ["put_many"]

START = 1_700_000_000_000


def put_many(place: Place, count: int) -> None:
    """Put `run-0`, `run-1`, … into a store, each a second after the one before."""
    with place.store() as store:
        writer = JournalWriter(store.folder)
        records = (record for number in range(count) for record in records_of(number))
        while batch := list(islice(records, 10_000)):
            writer.write_all(batch)
        writer.close()
        store.drain()


def records_of(number: int) -> tuple[RunInfo, Param, Metric]:
    run_id, start = f"{number + 1:032x}", START + number * 1000
    return (
        RunInfo(
            run_id=run_id,
            experiment_id="0",
            run_name=f"run-{number}",
            status="FINISHED",
            start_time=start,
            end_time=start + 500,
            time=start * 1000,
        ),
        Param("depth", str(number % 10), run_id, start * 1000),
        Metric(key="acc", value=number / 10_000, timestamp=start, step=0, run_id=run_id),
    )
