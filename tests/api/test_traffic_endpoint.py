"""A canary on a live endpoint, from the first request to the promotion of who won."""

from __future__ import annotations

import http.client
import json
import time
from urllib.parse import urlsplit

import pandas as pd
import pytest

import nbtrack

SHARES = {"champion": 0.5, "challenger": 0.5}
KEYS = [f"user-{n}" for n in range(300)]
PATIENCE_SECONDS = 30


def yes(model_input):
    """Says 1."""
    return [1] * len(model_input)


def wrong(model_input):
    """Says 0, and cannot do a third of all numbers."""
    if (model_input["x"] % 3 == 0).any():
        raise ValueError("a third")
    return [0] * len(model_input)


@pytest.fixture
def endpoint():
    """An endpoint with a canary that fails often."""
    example = pd.DataFrame({"x": [1, 2]})
    for alias, model in (("challenger", wrong), ("champion", yes)):
        info = nbtrack.pyfunc.log_model(name="m", python_model=model, input_example=example)
        version = nbtrack.register_model(info.model_uri, "churn")
        nbtrack.MlflowClient().set_registered_model_alias("churn", alias, version.version)
    found = nbtrack.serve(
        "models:/churn@champion",
        canary={"models:/churn@challenger": 0.5},
        key="user",
        log_predictions=1.0,
        port=0,
    )
    yield found
    found.stop()


def asked(endpoint, keys):
    """Who answered each key."""
    connection = http.client.HTTPConnection(urlsplit(endpoint.url).netloc, timeout=30)
    found = []
    for n, key in enumerate(keys):
        body = json.dumps({"dataframe_records": [{"x": n}]})
        sent = {"Content-Type": "application/json", "X-Nbtrack-Key": key}
        connection.request("POST", "/invocations", body, sent)
        response = connection.getresponse()
        response.read()
        found.append(response.headers["X-Nbtrack-Variant"])
    connection.close()
    return found


def until(is_so):
    """Wait for something that comes within a second or two."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.1)


def test_a_bad_canary_stops_itself_loses_by_labels_and_may_be_tried_again(endpoint):
    answered = asked(endpoint, KEYS)
    expected = [nbtrack.variant_of(key, SHARES) for key in KEYS]
    # Once it is stopped, which may be before the last of them, all go to the champion
    differ = [n for n in range(len(KEYS)) if answered[n] != expected[n]]
    assert {answered[n] for n in differ} <= {"champion"}
    assert "challenger" in answered

    until(lambda: "canary stopped" in [it.kind for it in endpoint.events()])
    (event,) = [it for it in endpoint.events() if it.kind == "canary stopped"]
    assert "of its" in event.text
    assert "answers were errors" in event.text
    assert [it.share for it in endpoint.plan.variants] == [0.5, 0.0]
    assert set(asked(endpoint, KEYS[:40])) == {"champion"}
    assert endpoint.results().metric == "error_rate"

    nbtrack.log_labels(dict.fromkeys(KEYS, 1), on="key")
    until(lambda: endpoint.results().metric == "accuracy")
    report = endpoint.results()
    assert (report.winner, report.unit) == ("champion", "keys")
    assert report.models["champion"] == ("churn", "2")
    assert report.promote("production").headline() == "churn version 2 is now @production"

    # What it did before it was stopped is held against it no more
    endpoint.change(shares={"challenger": 0.3})
    time.sleep(2.5)
    assert endpoint.plan.variants[1].share == 0.3
