"""A worker asked over HTTP: answers, headers, pages, figures, tokens, feedback."""

from __future__ import annotations

import hashlib
import json

import pytest

from nbtrack.serving.protocol import Applied, NewPlan, StatsOfAll

ROW = (1.0, 2.0, 3.0)


@pytest.fixture(scope="module")
def worker(start_worker, plan, variant, classifier):
    return start_worker(plan(variant(classifier, "champion", version=3)))


def test_the_model_answers_with_its_version_and_an_id(worker, rows_of):
    answer = worker.invoke(rows_of(ROW, (-1, -2, -3)))
    assert (answer.status, answer.told) == (200, {"predictions": [1, 0]})
    told = answer.headers
    assert (told["x-nbtrack-variant"], told["x-nbtrack-version"]) == ("champion", "3")
    assert len(told["x-prediction-id"]) == 32


@pytest.mark.parametrize("path", ["/ping", "/health", "/version", "/docs", "/", "/metrics"])
def test_what_is_looked_at_is_there(worker, path):
    answer = worker.ask(path=path)
    assert (answer.status, bool(answer.body)) == (200, True)
    assert worker.ask("HEAD", path).body == b""


def test_mlflow_s_client_finds_what_it_looks_for(worker):
    assert worker.ask(path="/ping").body == b"\n"
    assert worker.ask(path="/version").body == b"3.17.2"


def test_openapi_describes_the_columns_and_gives_the_example(worker):
    told = worker.ask(path="/openapi.json").told
    content = told["paths"]["/invocations"]["post"]["requestBody"]["content"]["application/json"]
    row = content["schema"]["oneOf"][0]["properties"]["dataframe_records"]["items"]
    assert row["required"] == ["age", "income", "visits"]
    assert row["properties"]["age"] == {"type": "number", "format": "double"}
    assert worker.invoke(content["example"]).status == 200


def test_the_page_needs_nothing_from_elsewhere(worker):
    page = worker.ask(path="/").body.decode()
    assert "http://" not in page
    assert "https://" not in page
    assert "<code>income</code>" in page


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/invocations", 405), ("POST", "/nowhere", 404)]
)
def test_other_paths_and_methods_are_told_what_there_is(worker, method, path, status):
    answer = worker.ask(method, path)
    assert answer.status == status
    assert "POST" in answer.told["message"] or "/invocations" in answer.told["message"]


def test_figures_count_requests_rows_and_refusals(worker, rows_of):
    before = worker.stats()
    worker.invoke(rows_of(ROW, ROW))
    worker.invoke({"what": 1})
    after = worker.stats()
    assert after.requests - before.requests == 2
    assert after.variants[0].rows - before.variants[0].rows == 2
    assert after.codes["400"] == before.codes.get("400", 0) + 1
    assert after.buckets["+Inf"] == after.requests


def test_metrics_tell_of_all_workers_once_they_are_known(start_worker, plan, faulty):
    worker = start_worker(plan(faulty, token_digest=hashlib.sha256(b"open").hexdigest()))
    worker.stats()
    stats = worker.stats()
    stats.requests = 77
    worker.tell(StatsOfAll(stats))
    worker.stats()
    told = {"Authorization": "Bearer open"}
    assert (
        'nbtrack_requests_total{endpoint="tests"} 77'
        in worker.ask(path="/metrics", headers=told).body.decode()
    )
    refused = [worker.ask(path="/metrics"), worker.invoke({}, Authorization="Bearer shut")]
    assert [it.status for it in refused] == [401, 401]
    assert refused[0].headers["www-authenticate"] == "Bearer"
    assert [worker.ask(path=it).status for it in ("/ping", "/", "/openapi.json")] == [200, 200, 401]


def test_another_plan_for_the_same_model_is_applied_and_one_for_others_is_not(
    worker, plan, variant, classifier, faulty
):
    same = plan(variant(classifier, "champion", version=3), number=2, most_bytes=2000)
    worker.tell(NewPlan(same))
    assert worker.hears(Applied).plan_number == 2
    assert worker.invoke({"inputs": [0] * 2000}).status == 413
    worker.tell(NewPlan(plan(faulty, number=3)))
    worker.tell(NewPlan(plan(variant(classifier, "champion", version=3), number=4)))
    assert worker.hears(Applied).plan_number == 4


def test_a_reward_is_counted_for_the_variant_that_answered(worker, rows_of):
    made = worker.invoke(rows_of(ROW)).headers["x-prediction-id"]
    before = worker.stats().variants[0].reward_sum
    told = {"prediction_id": made, "reward": 0.5}
    assert feedback(worker, told).told == {"taken": 1}
    assert feedback(worker, {"key": "u1", "variant": "champion", "reward": 1}).told == {"taken": 1}
    assert worker.stats().variants[0].reward_sum - before == 1.5


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ([], 200),
        (3, 400),
        ({"reward": 1}, 400),
        ({"prediction_id": "x"}, 400),
        ({"prediction_id": "x" * 32, "reward": 1}, 404),
        ({"key": "u1", "variant": "nobody", "reward": 1}, 404),
        ({"key": "u1", "variant": "champion", "reward": "much"}, 400),
        ({"key": ["u1"], "variant": "champion", "reward": 1}, 400),
    ],
)
def test_feedback_that_is_none_is_refused(worker, told, status):
    assert feedback(worker, told).status == status


def feedback(worker, told):
    sent = {"Content-Type": "application/json"}
    return worker.ask("POST", "/feedback", json.dumps(told), sent)
