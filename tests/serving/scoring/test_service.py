"""Requests shared among variants, asked together, logged, answered from the cache."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import socket
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from nbtrack.models import infer_signature
from nbtrack.records.endpoint import Traffic
from nbtrack.serving.in_process import answering
from nbtrack.serving.scoring.connections import MOST_HEAD_BYTES
from nbtrack.serving.scoring.models import load
from nbtrack.serving.scoring.service import Service


@pytest.fixture(scope="module")
def regression(save, people):
    """A tree that gives another number for each row."""
    from sklearn.tree import DecisionTreeRegressor

    data, _ = people
    fitted = DecisionTreeRegressor().fit(data, range(len(data)))
    return save("sklearn", "regression", sk_model=fitted, input_example=data.head(3))


@pytest.fixture(scope="module")
def slow(save, people):
    """A model that is busy for a while, and tells of how many rows it was asked at once."""

    def slow(data):
        import time

        time.sleep(0.02)
        return [len(data)] * len(data) if len(data) > 8 else data["age"].tolist()

    data = people[0].head(3)
    signature = infer_signature(data, [0.5])
    return save("pyfunc", "slow", python_model=slow, signature=signature, input_example=data)


def asked(url, body, content_type="application/json", **headers):
    """The headers and the body of an answer."""
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=30)
    with contextlib.closing(connection):
        sent = body if isinstance(body, str | bytes) else json.dumps(body)
        named = {name.replace("_", "-"): it for name, it in headers.items()}
        told = {"Content-Type": content_type, **named}
        connection.request("POST", "/invocations", sent, told)
        response = connection.getresponse()
        return dict(response.getheaders()), json.loads(response.read())


def test_each_of_many_requests_at_once_gets_its_own_answer(plan, regression, people, rows_of):
    data, _ = people
    with answering(plan(regression)) as url, ThreadPoolExecutor(16) as pool:
        found = pool.map(lambda row: asked(url, rows_of(row))[1], data.to_numpy().tolist())
        assert [it["predictions"] for it in found] == [[float(at)] for at in range(len(data))]


def test_what_queued_while_the_model_was_busy_is_asked_together(plan, slow, rows_of):
    with answering(plan(slow)) as url, ThreadPoolExecutor(40) as pool:
        found = list(pool.map(lambda _: asked(url, rows_of((1, 2, 3)))[1], range(40)))
    assert max(it["predictions"][0] for it in found) > 8


def test_a_key_is_answered_by_one_variant_however_it_is_told(
    plan, variant, classifier, regression, rows_of
):
    variants = variant(classifier, "a", share=0.5), variant(regression, "b", share=0.5)
    columns = ["age", "income", "visits", "user"]
    rows = "age,income,visits,user\n1,2,3,{}\n"
    with answering(plan(*variants, traffic=Traffic(mode="split", key="user"))) as url:
        by_key = {}
        for key in range(12):
            body = rows_of((1, 2, 3, key), columns=columns)
            records = {"dataframe_records": [{**dict.fromkeys(columns, 1), "user": key}]}
            told = [
                asked(url, rows_of((1, 2, 3)), X_Nbtrack_Key=str(key)),
                asked(url, body),
                asked(url, records),
                asked(url, rows.format(key), "text/csv"),
            ]
            (by_key[key],) = {headers["x-nbtrack-variant"] for headers, _ in told}
        assert set(by_key.values()) == {"a", "b"}


def test_a_shadow_is_asked_the_same_and_never_answers(plan, variant, classifier, faulty, rows_of):
    shadows = variant(faulty, "other", is_shadow=True), variant(classifier, "next", is_shadow=True)
    with answering(plan(variant(classifier, "now"), *shadows)) as url:
        for _ in range(5):
            headers, told = asked(url, rows_of((1, 2, 3)))
            assert (headers["x-nbtrack-variant"], told) == ("now", {"predictions": [1]})
        lines = metrics(url)
    assert lines['nbtrack_variant_requests_total{endpoint="tests",variant="next",version=""}'] == 5
    assert lines['nbtrack_variant_errors_total{endpoint="tests",variant="other",version=""}'] == 5
    assert lines['nbtrack_errors_total{endpoint="tests"}'] == 0


def test_an_answer_is_given_again_for_a_while(plan, classifier, rows_of):
    with answering(plan(classifier, cache_seconds=30.0)) as url:
        first, again = (asked(url, rows_of((1, 2, 3))) for _ in range(2))
        other = asked(url, rows_of((1, 2, 4)))
    assert again[0]["x-nbtrack-cache"] == "hit"
    assert first[1] == again[1]
    assert first[0]["x-prediction-id"] != again[0]["x-prediction-id"]
    assert "x-nbtrack-cache" not in first[0] | other[0]


def test_answers_that_are_kept_outlive_other_shares_and_a_plan_that_is_said_again(
    plan, variant, classifier
):
    two = plan(variant(classifier, "a"), variant(classifier, "b"), cache_seconds=30.0)
    models = [load(it) for it in two.variants]

    async def used():
        service = Service(two, models)
        cache, router = service.cache, service.router
        service.use(two)
        assert (service.cache, service.router) == (cache, router)
        service.use(msgspec.structs.replace(two, number=2, traffic=Traffic(mode="split")))
        assert service.cache is cache
        assert service.router is not router
        service.close()

    asyncio.run(used())


def test_a_shadow_is_asked_also_what_the_cache_answers(plan, variant, classifier, rows_of):
    shadow = variant(classifier, "next", is_shadow=True)
    with answering(plan(variant(classifier, "now"), shadow, cache_seconds=30.0)) as url:
        told = [asked(url, rows_of((1, 2, 3)))[0] for _ in range(3)]
        lines = metrics(url)
    assert [it.get("x-nbtrack-cache") for it in told] == [None, "hit", "hit"]
    assert lines['nbtrack_variant_requests_total{endpoint="tests",variant="next",version=""}'] == 3


def test_missing_values_and_no_rows_are_told_as_the_client_s(plan, classifier, rows_of):
    with answering(plan(classifier)) as url:
        _, gap = asked(url, rows_of((1, None, 3)))
        _, none = asked(url, rows_of())
        _, whole = asked(url, rows_of((1, 2, 3)))
    assert "values are missing in 'income'" in gap["message"]
    assert "has no rows" in none["message"]
    assert whole == {"predictions": [1]}


def metrics(url):
    """The figures of an endpoint by their names."""
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=30)
    with contextlib.closing(connection):
        connection.request("GET", "/metrics")
        lines = connection.getresponse().read().decode().splitlines()
    pairs = [line.rpartition(" ") for line in lines if not line.startswith("#")]
    return {name: float(value) for name, _, value in pairs}


def test_a_head_that_does_not_end_is_cut_off(plan, classifier, rows_of):
    with answering(plan(classifier)) as url:
        host, _, port = url.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port)), timeout=30) as client:
            client.sendall(b"GET /ping HTTP/1.1\r\nx-long: " + b"a" * (MOST_HEAD_BYTES + 1))
            said = b""
            with contextlib.suppress(ConnectionResetError):
                while block := client.recv(4096):
                    said += block
        head, _, body = said.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 431 ")
        assert f"content-length: {len(body)}".encode() in head
        assert asked(url, rows_of((1, 2, 3)))[1] == {"predictions": [1]}
        assert asked(url, rows_of((1, 2, 3)), x_long="a" * 60_000)[1] == {"predictions": [1]}
