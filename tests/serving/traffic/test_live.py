"""Traffic of a real worker: shared exactly, shadowed unseen, judged, and learned from."""

from __future__ import annotations

import http.client
import itertools
import json
import random
from collections import Counter

import msgspec
import pandas as pd
import pytest

import nbtrack
from nbtrack.records.endpoint import EndpointStats, Traffic, VariantStats
from nbtrack.serving.protocol import Applied, NewPlan, StatsOfAll
from nbtrack.serving.scoring.ids import Answering, PredictionIds, tag_of
from nbtrack.serving.traffic.canary import judge

SHARES = {"champion": 0.7, "challenger": 0.3}


def one(model_input):
    """Says 1."""
    return [1] * len(model_input)


def two(model_input):
    """Says 2, and cannot do odd numbers."""
    if (model_input["x"] % 2).any():
        raise ValueError("an odd number")
    return [2] * len(model_input)


@pytest.fixture(scope="module")
def worker(start_worker, plan, variant, tmp_path_factory):
    """A worker with two variants and a shadow."""
    variants = []
    for name, model in (("champion", one), ("challenger", two), ("shadow", two)):
        folder = tmp_path_factory.mktemp(name)
        nbtrack.pyfunc.save_model(
            folder / "model", python_model=model, input_example=pd.DataFrame({"x": [2, 4]})
        )
        more = {"is_shadow": True} if name == "shadow" else {"share": SHARES[name]}
        variants.append(variant(folder / "model", name, **more))
    return start_worker(plan(*variants, traffic=Traffic(mode="split", key="user")))


numbers = itertools.count(2)


def put(worker, plan):
    """Have a plan in force."""
    plan = msgspec.structs.replace(plan, number=next(numbers))
    worker.tell(NewPlan(plan))
    assert worker.hears(Applied).plan_number == plan.number


@pytest.fixture
def traffic(worker):
    """Has other traffic in force; the plan with it."""

    def change(**fields):
        plan = msgspec.structs.replace(worker.plan, traffic=Traffic(**fields))
        put(worker, plan)
        return plan

    return change


class Client:
    """A connection that is kept, as clients have it."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def post(self, path, body, **headers):
        sent = {"Content-Type": "application/json", **headers}
        self.connection.request("POST", path, json.dumps(body), sent)
        response = self.connection.getresponse()
        return response.status, response.headers, json.loads(response.read())

    def ask(self, x=2, **headers):
        """Who answered, the id, and the status."""
        body = {"dataframe_records": [{"x": x}]}
        status, told, _ = self.post("/invocations", body, **headers)
        return told["X-Nbtrack-Variant"], told["X-Prediction-Id"], status


@pytest.fixture
def client(worker):
    found = Client(worker.port)
    yield found
    found.connection.close()


def answered(stats):
    """How many requests each variant had."""
    return {it.name: it.requests for it in stats.variants if it.version is None}


def served(worker):
    """The figures of what the worker serves, without earlier versions."""
    return [it for it in worker.stats().variants if it.version is None]


def test_each_key_gets_the_variant_that_is_told_offline_and_shadows_none(worker, client, traffic):
    traffic(mode="split", key="user")
    before = answered(worker.stats())
    keys = [f"user-{n}" for n in range(300)]
    expected = [nbtrack.variant_of(key, SHARES) for key in keys]
    assert [client.ask(**{"X-Nbtrack-Key": key})[0] for key in keys] == expected
    after = answered(worker.stats())
    gained = {name: after[name] - before[name] for name in after}
    assert gained == {**Counter(expected), "shadow": 300}


def test_a_key_may_be_a_column_or_a_param_and_is_the_same_as_a_number(client, traffic):
    traffic(mode="split", key="user")
    for user in (7, 7.0, "7"):
        body = {"dataframe_records": [{"x": 2, "user": user}]}
        _, told, _ = client.post("/invocations", body)
        assert told["X-Nbtrack-Variant"] == nbtrack.variant_of(7, SHARES)


def test_a_canary_that_fails_is_judged_by_what_its_worker_counts(worker, client, traffic):
    before = worker.stats()
    plan = traffic(mode="canary", key="user", least_requests=20)
    assert judge(plan, before) is None
    for n in range(200):
        client.ask(x=n, **{"X-Nbtrack-Key": str(n)})
    stopped = judge(plan, worker.stats(), before)
    assert [it.share for it in stopped.variants] == [0.7, 0.0, 1.0]
    put(worker, stopped)
    assert {client.ask(**{"X-Nbtrack-Key": str(n)})[0] for n in range(50)} == {"champion"}


def test_a_bandit_goes_where_feedback_says(worker, client, traffic):
    before = {it.name: it.rewards for it in served(worker)}
    worker.tell(StatsOfAll(EndpointStats(variants=[VariantStats(name=name) for name in before])))
    traffic(mode="bandit")
    chance = random.Random(1)
    found = Counter()
    for _ in range(400):
        name, prediction_id, _ = client.ask()
        found[name] += 1
        reward = float(chance.random() < {"champion": 0.2, "challenger": 0.8}[name])
        status, _, told = client.post(
            "/feedback", {"prediction_id": prediction_id, "reward": reward}
        )
        assert (status, told) == (200, {"taken": 1})
    assert found["challenger"] > 300
    rewarded = {it.name: it.rewards - before[it.name] for it in served(worker)}
    assert rewarded == {**found, "shadow": 0}


def test_rewards_of_other_workers_are_learned(worker, client, traffic):
    plan = traffic(mode="bandit")
    of_all = EndpointStats(variants=served(worker))
    for it in of_all.variants:
        it.rewards = 5_000
        it.reward_sum = it.reward_squares = 4_500.0 if it.name == "champion" else 10.0
    worker.tell(StatsOfAll(of_all))
    put(worker, plan)
    assert Counter(client.ask()[0] for _ in range(30))["champion"] == 30


def test_a_reward_that_comes_after_a_reload_is_of_the_version_that_answered(worker, client):
    before = VariantStats(name="champion", version=7, requests=10)
    made = PredictionIds().make(tag_of(Answering("champion", 7)))
    sent = {"prediction_id": made, "reward": 1.0}
    worker.tell(StatsOfAll(EndpointStats(variants=served(worker))))
    client.ask()
    assert client.post("/feedback", sent)[0] == 404  # nobody here ever was that version
    worker.tell(StatsOfAll(EndpointStats(variants=[*served(worker), before])))
    client.ask()
    assert client.post("/feedback", sent)[2] == {"taken": 1}
    (found,) = [it for it in worker.stats().variants if it.version == 7]
    assert (found.name, found.rewards, found.requests) == ("champion", 1, 0)
