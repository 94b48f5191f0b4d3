from __future__ import annotations

import msgspec
import pytest

from nbtrack.records.endpoint import EndpointOptions, EndpointPlan, Traffic, Variant
from nbtrack.serving.supervising.crew import Crew, is_for_same_workers, shares_told
from nbtrack.serving.supervising.worker import Start

replace = msgspec.structs.replace

PLAN = EndpointPlan(
    endpoint_id="e",
    name="e",
    variants=(
        Variant(name="a", model_uri="models:/m/1", folder="/1", share=0.9),
        Variant(name="b", model_uri="models:/m/2", folder="/2", share=0.1),
    ),
    traffic=Traffic(mode="split"),
)


def with_shares(*shares):
    """The plan with other shares."""
    pairs = zip(PLAN.variants, shares, strict=True)
    return replace(PLAN, variants=tuple(replace(it, share=share) for it, share in pairs))


@pytest.mark.parametrize(
    "other",
    [
        replace(PLAN, number=2),
        with_shares(0.5, 0.5),
        replace(PLAN, options=EndpointOptions(log_rate=1.0)),
        replace(PLAN, traffic=Traffic(mode="split", most_errors=0.5)),
    ],
)
def test_shares_and_rates_change_while_workers_run(other):
    assert is_for_same_workers(PLAN, other)


@pytest.mark.parametrize(
    "other",
    [
        replace(PLAN, variants=PLAN.variants[:1]),
        replace(PLAN, variants=(replace(PLAN.variants[0], folder="/3"), PLAN.variants[1])),
        replace(PLAN, options=EndpointOptions(workers=2)),
        replace(PLAN, traffic=Traffic(mode="canary")),
    ],
)
def test_other_models_and_limits_need_new_workers(other):
    assert not is_for_same_workers(PLAN, other)


def test_shares_are_told_as_parts_of_a_hundred():
    assert shares_told(with_shares(3, 1)) == "traffic: a 75%, b 25%"


class Events(list):
    """What happened to workers."""

    def happened(self, kind, text):
        self.append((kind, text))


@pytest.fixture
def crew():
    """A crew whose interpreter is not there."""
    return Crew(Start(None, "/nowhere/python", 0, print), PLAN, Events())


def test_workers_that_cannot_be_started_at_all_are_told_of(crew):
    crew.begin()
    assert crew.failure == (
        "no worker could be started with /nowhere/python (No such file or directory)"
    )
    assert crew.is_ending


def test_a_plan_whose_workers_cannot_be_started_is_refused(crew):
    crew.change(replace(PLAN, number=2, options=EndpointOptions(workers=2)))
    assert (crew.refused, crew.plan, crew.coming) == (2, PLAN, [])
    assert "goes on" in crew.listener[0][1]


def test_a_worker_that_cannot_be_started_again_is_tried_later(crew):
    crew.is_up, crew.due = True, [0.0]
    crew.tick()
    assert "it is tried again" in crew.reason
    (due,) = crew.due
    assert due > 0
