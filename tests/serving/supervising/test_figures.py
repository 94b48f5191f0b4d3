from __future__ import annotations

import msgspec
import pytest

from nbtrack.records.endpoint import EndpointPlan, EndpointStats, Variant, VariantStats
from nbtrack.serving.supervising.figures import Figures, added, quantile


def said(requests, errors=0, **more):
    """What a worker says of itself: all requests took a hundredth of a second."""
    buckets = {"0.01": requests, "0.1": requests, "+Inf": requests}
    variants = [VariantStats(name="a", requests=requests, latencies={3: requests})]
    return EndpointStats(
        requests=requests, errors=errors, buckets=buckets, variants=variants, **more
    )


def test_figures_of_workers_add_up_by_what_they_are_counted_by():
    total = added([said(2, codes={"200": 2}), said(3, 1, codes={"200": 2, "500": 1})])
    assert (total.requests, total.errors, total.codes) == (5, 1, {"200": 4, "500": 1})
    assert total.variants == [VariantStats(name="a", requests=5, latencies={3: 5})]


def test_what_an_ended_worker_did_is_not_forgotten():
    figures = Figures()
    figures.tick([said(10), said(5)], ())
    figures.keep(said(10, in_flight=2))
    total = figures.tick([said(6)], ())
    assert (total.requests, total.workers, total.in_flight) == (16, 1, 0)
    assert [it[1] for it in total.recent] == [15, 1]


def test_each_version_of_a_variant_is_counted_for_itself():
    before = EndpointStats(variants=[VariantStats(name="a", version=1, requests=2, rewards=1)])
    now = EndpointStats(variants=[VariantStats(name="a", version=2, requests=3)])
    total = added([before, now, before])
    variant = Variant(name="a", model_uri="models:/m@champion", folder="", version=2)
    plan = EndpointPlan(endpoint_id="e", name="m", variants=(variant,))
    assert total.of(variant).requests == 3
    (earlier,) = total.earlier(plan)
    assert (earlier.version, earlier.requests, earlier.rewards) == (1, 4, 2)
    assert total.of(msgspec.structs.replace(variant, version=4)).requests == 0


def test_an_endpoint_that_is_started_again_counts_on():
    figures = Figures()
    figures.restarts = 2
    before = figures.tick([said(10, in_flight=3)], ())
    again = Figures()
    again.go_on(before)
    total = again.tick([said(4)], ())
    assert (total.requests, total.restarts, total.workers, total.in_flight) == (14, 2, 1, 0)
    assert [it[1] for it in total.recent] == [4]  # what was before is not of this second
    assert again.at_change.requests == 10  # a canary is judged by what it does from now


def test_the_last_words_of_a_worker_that_were_lost_make_no_second_negative():
    figures = Figures()
    figures.tick([said(10)], ())
    assert figures.tick([said(7)], ()).recent[-1][1] == 0


def test_an_endpoint_is_quiet_once_nobody_asked_for_two_minutes():
    figures = Figures()
    figures.tick([said(1)], ())
    assert not figures.is_quiet
    for _ in range(120):
        figures.tick([said(1)], ())
    assert figures.is_quiet


def test_a_stopped_canary_is_marked():
    figures = Figures()
    assert figures.tick([said(1)], ["a"]).variants[0].is_stopped


@pytest.mark.parametrize(
    ("buckets", "part", "wanted"),
    [
        ({}, 0.5, None),
        ({"0.1": 0, "+Inf": 0}, 0.5, None),
        ({"0.1": 10, "+Inf": 10}, 0.5, 0.05),
        ({"0.1": 0, "0.2": 10, "+Inf": 10}, 0.5, 0.15),
        ({"0.1": 1, "+Inf": 10}, 0.95, 0.1),
    ],
)
def test_a_quantile_lies_within_its_bucket(buckets, part, wanted):
    assert quantile(buckets, part) == wanted
