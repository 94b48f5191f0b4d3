from __future__ import annotations

import time

import msgspec
import pytest

from nbtrack.records.endpoint import EndpointOptions, EndpointPlan, Variant
from nbtrack.serving.supervising.following import (
    FIRST_PAUSE_SECONDS,
    Follower,
    names_any,
    size_of,
)


@pytest.fixture
def log(store_folder):
    """The store's log of acts, and how long it is."""
    store_folder.operations.write_bytes(b'{"type":"create_experiment","name":"iris"}\n')
    return store_folder.operations


def plan_at(store_folder, **options):
    return EndpointPlan(
        endpoint_id="e",
        name="churn",
        variants=(Variant(name="a", model_uri="", folder="", model_name="churn"),),
        options=EndpointOptions(**options),
        store=str(store_folder.path),
    )


def grown(log, name):
    """Add an act on a model."""
    before = size_of(log)
    with log.open("ab") as file:
        file.write(msgspec.json.encode({"type": "set_model_alias", "name": name}) + b"\n")
    return before


@pytest.mark.parametrize(("name", "is_named"), [("churn", True), ("churning", False)])
def test_only_acts_on_the_models_themselves_are_looked_at(log, name, is_named):
    before = grown(log, name)
    assert names_any(log, before, size_of(log), {"churn"}) is is_named


def test_a_log_that_shrank_is_looked_at_in_any_case(log):
    assert names_any(log, size_of(log), 3, {"churn"})


def test_a_plan_that_does_not_follow_is_left_alone(log, store_folder):
    follower = Follower("churn", grown(log, "churn"), print)
    follower.tick(plan_at(store_folder))
    assert follower.process is None


def test_a_look_that_fails_is_told_in_a_line(log, store_folder):
    told = []
    follower = Follower("churn", grown(log, "churn"), told.append)
    plan = plan_at(store_folder, follow=True)
    follower.tick(plan)
    assert follower.process is not None
    end = time.monotonic() + 60
    while not told and time.monotonic() < end:
        follower.tick(plan)
        time.sleep(0.05)
    assert told[0].startswith("the alias cannot be followed: there is no endpoint 'churn'")
    follower.tick(plan)
    assert follower.process is None
    follower.again_at = time.monotonic()  # nothing was written since, but the look failed
    follower.tick(plan)
    assert follower.process is not None
    follower.close()
    assert follower.pause == 2 * FIRST_PAUSE_SECONDS


def test_a_look_that_cannot_be_begun_is_told_and_repeated(log, store_folder, monkeypatch):
    told = []
    follower = Follower("churn", grown(log, "churn"), told.append)
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    follower.tick(plan_at(store_folder, follow=True))
    assert told == ["the alias cannot be followed: No such file or directory"]
    assert (follower.process, follower.said, follower.again_at is None) == (None, None, False)
