from __future__ import annotations

import msgspec
import pytest

from nbtrack.records.endpoint import EndpointOptions, EndpointPlan, Traffic, Variant
from nbtrack.serving.supervising.crew import is_for_same_workers, shares_told

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
