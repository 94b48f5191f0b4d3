"""A canary is stopped when it is surely worse, not before, and says why."""

from __future__ import annotations

import subprocess
import sys

import msgspec
import pytest

from nbtrack.records.endpoint import EndpointStats, VariantStats
from nbtrack.serving.statistics.latencies import step_of
from nbtrack.serving.traffic.canary import judge, reason_to_stop


def figures(**variants):
    """Stats by variant: requests, errors, and seconds that each request took."""
    found = []
    for name, (requests, errors, *seconds) in variants.items():
        latencies = {step_of(it): requests // len(seconds) for it in seconds}
        found.append(VariantStats(name=name, requests=requests, errors=errors, latencies=latencies))
    return EndpointStats(variants=found)


@pytest.fixture
def plan(plan_of):
    """A tenth of the traffic for a canary."""
    return plan_of({"champion": 0.9, "challenger": 0.1}, mode="canary")


def test_a_canary_that_fails_is_taken_out(plan):
    stats = figures(champion=(900, 1), challenger=(100, 20))
    stopped = judge(plan, stats)
    assert stopped.number == plan.number + 1
    assert [it.share for it in stopped.variants] == [0.9, 0.0]
    assert msgspec.structs.replace(stopped, number=1, variants=plan.variants) == plan
    assert reason_to_stop(plan, stats) == (
        "challenger was stopped: 20 of its 100 answers were errors, and 1 of the 900 of champion"
    )


def test_one_that_was_stopped_is_judged_no_more(plan):
    stats = figures(champion=(900, 1), challenger=(100, 20))
    assert judge(judge(plan, stats), stats) is None


@pytest.mark.parametrize(
    ("champion", "challenger"),
    [
        ((900, 0), (100, 0)),
        ((900, 90), (100, 10)),
        ((9_000, 0), (1_000, 10)),
        ((900, 0), (100, 3)),
        ((90, 0), (99, 99)),
        ((0, 0), (500, 500)),
    ],
    ids=[
        "no errors",
        "the same errors",
        "as many more errors as may be",
        "a few errors that may be chance",
        "too few requests",
        "nothing to compare with",
    ],
)
def test_one_that_may_be_as_good_goes_on(plan, champion, challenger):
    stats = figures(champion=champion, challenger=challenger)
    assert judge(plan, stats) is None
    assert not reason_to_stop(plan, stats)


def test_one_that_is_far_slower_is_taken_out(plan):
    stats = figures(champion=(900, 0, 0.004, 0.005, 0.006), challenger=(100, 0, 0.018, 0.02))
    assert judge(plan, stats).variants[1].share == 0
    assert reason_to_stop(plan, stats) == (
        "challenger was stopped: half of its answers take over 17.2 ms, and half of those of "
        "champion at most 5.48 ms"
    )


@pytest.mark.parametrize("seconds", [0.005, 0.012, 0.015])
def test_one_that_is_slower_by_less_goes_on(plan, seconds):
    stats = figures(champion=(900, 0, 0.004, 0.005, 0.006), challenger=(100, 0, seconds))
    assert judge(plan, stats) is None


def test_a_few_slow_answers_are_no_reason(plan):
    stats = figures(champion=(900, 0, 0.005), challenger=(100, 0, 0.004, 0.005, 0.006, 9.0))
    assert judge(plan, stats) is None


def test_what_was_before_the_canary_does_not_count(plan):
    before = figures(champion=(900, 1, 0.005), challenger=(100, 90, 0.9))
    stats = figures(champion=(1_800, 2, 0.005), challenger=(200, 90, 0.9))
    stats.variants[1].latencies = {step_of(0.9): 100, step_of(0.005): 100}
    assert judge(plan, stats) is not None
    assert judge(plan, stats, before) is None


def test_what_an_earlier_version_of_it_did_does_not_count(plan):
    stats = figures(champion=(900, 1), challenger=(100, 0))
    stats.variants.append(VariantStats(name="challenger", version=7, requests=100, errors=90))
    assert judge(plan, stats) is None


def test_of_two_canaries_the_bad_one_is_taken_out(plan_of):
    plan = plan_of({"a": 0.8, "b": 0.1, "c": 0.1}, mode="canary", shadows=["s"])
    stats = figures(a=(8_000, 5), b=(1_000, 1), c=(1_000, 300), s=(10_000, 10_000))
    assert [it.share for it in judge(plan, stats).variants] == [0.8, 0.1, 0.0, 1.0]


def test_a_split_is_not_judged(plan_of):
    plan = plan_of({"a": 0.5, "b": 0.5})
    assert judge(plan, figures(a=(900, 0), b=(900, 900))) is None


def test_a_canary_without_figures_goes_on(plan):
    assert judge(plan, EndpointStats()) is None


def test_the_supervisor_needs_no_numpy_for_it():
    code = (
        "import sys\nfrom nbtrack.serving.traffic.canary import judge\n"
        "print({'numpy', 'pandas', 'duckdb'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
