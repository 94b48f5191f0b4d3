"""A prediction log on a store of its own, and that store as it reads."""

from __future__ import annotations

import pytest

from nbtrack.questions import predictions
from nbtrack.records.endpoint import EndpointOptions, EndpointPlan, Variant
from nbtrack.records.ids import uuid7
from nbtrack.serving.predictions.log import JournalLog
from nbtrack.serving.protocol import Scored, ScoredRow, Together
from nbtrack.store.duckdb import DuckDBStore


@pytest.fixture
def plan_for(store_folder):
    """A plan of two variants that logs to the store: `plan_for(log_rate=0.5)`."""

    def plan(**options):
        variants = tuple(
            Variant(
                name=name,
                model_uri=f"models:/churn/{version}",
                folder="nowhere",
                model_name="churn",
                version=version,
                model_id=f"m-{version}",
            )
            for version, name in enumerate(("champion", "challenger"), start=1)
        )
        return EndpointPlan(
            endpoint_id="e-1",
            name="churn",
            variants=variants,
            options=EndpointOptions(**{"log_rate": 1.0, **options}),
            store=str(store_folder.path),
        )

    return plan


@pytest.fixture
def log(plan_for):
    """A log at full rate."""
    found = JournalLog(plan_for())
    yield found
    found.close()
    found.writer.close()


@pytest.fixture
def scored():
    """A request that was answered: `scored({"age": [31]}, [1], key="ada")`."""

    def make(inputs, outputs=None, prediction_id="", **more):
        fields = {"variant": 0, "moment": 1_000, "seconds": 0.002, **more}
        return Scored(
            prediction_id=prediction_id or uuid7(), inputs=inputs, outputs=outputs, **fields
        )

    return make


@pytest.fixture
def rows_of_table():
    """What requests of one row each were asked together, as they are offered to a log."""

    def make(asked, said, ids=None, **more):
        together = Together(asked, said, 1_000)
        return [
            ScoredRow(
                together,
                place,
                **{
                    "variant": 0,
                    "prediction_id": ids[place] if ids else uuid7(),
                    "seconds": 0.002,
                    **more,
                },
            )
            for place in range(len(said))
        ]

    return make


@pytest.fixture
def read(store_folder):
    """The predictions of the store as a frame: `read(filter_string="age > 40")`."""
    store = DuckDBStore(store_folder)

    def table(**asked):
        return predictions.table(store, predictions.asked_for(**asked))

    yield table
    store.close()
