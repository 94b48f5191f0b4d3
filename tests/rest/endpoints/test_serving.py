from __future__ import annotations

import json
import os
import signal
import time

import pandas as pd
import pytest

import nbtrack
from nbtrack.errors import EndpointError, InvalidValue
from nbtrack.records.endpoint import EndpointPlan, EndpointStats, Variant, VariantStats
from nbtrack.rest.endpoint_items import earlier_items, load_of, log_item, served_items
from nbtrack.rest.endpoint_trial import MOST_BYTES, passed_on
from nbtrack.rest.routes import ROUTES
from nbtrack.rest.shapes import TryWish

START_SECONDS = 120


def twice(model_input):
    """A model."""
    return (2 * model_input["x"]).tolist()


def thrice(model_input):
    """A better one."""
    return (3 * model_input["x"]).tolist()


@pytest.fixture
def twofold(here):
    """A registered model with two versions; the first is champion. No endpoint outlives it."""
    with nbtrack.start_run():
        for model in (twice, thrice):
            nbtrack.pyfunc.log_model(
                name=model.__name__,
                python_model=model,
                input_example=pd.DataFrame({"x": [1.0]}),
                registered_model_name="twofold",
            )
    nbtrack.MlflowClient().set_registered_model_alias("twofold", "champion", 1)
    yield
    for it in nbtrack.endpoints():
        it.stop()


def until(ask, status, **fields):
    """The endpoint once it stands so."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        found = ask("GET", "endpoints", "twofold").told
        item = found["endpoint"]
        if item["status"] == status and all(item[key] == it for key, it in fields.items()):
            return found
        assert item["status"] != "FAILED" or status == "FAILED", item["reason"]
        time.sleep(0.1)
    raise AssertionError(item)


def test_an_endpoint_is_served_tried_shared_reloaded_and_stopped(ask, twofold):
    assert ask("GET", "endpoints").told == {"endpoints": []}
    wish = {"model_uri": "models:/twofold@champion", "other_uri": "models:/twofold/2", "share": 0.0}
    begun = ask("POST", "endpoints", sent=wish).told["endpoint"]
    assert (begun["name"], begun["status"], begun["mode"]) == ("twofold", "STARTING", "split")
    again = ask("POST", "endpoints", sent=wish)
    assert (again.status, "runs already" in again.told["message"]) == (409, True)
    found = until(ask, "HEALTHY")
    assert [it["kind"] for it in found["events"]] == ["started", "healthy"]
    assert ask("GET", "endpoints").told["endpoints"][0]["url"] == found["endpoint"]["url"]

    use = ask("GET", "endpoints", "twofold", "use").told
    assert [it["language"] for it in use["snippets"]] == ["curl", "python", "javascript"]
    assert found["endpoint"]["url"] in use["snippets"][0]["code"]
    (column,) = use["inputs"]
    assert (column["name"], column["type"], column["value"]) == ("x", "double", "1.0")
    sent = {"body": json.dumps({"dataframe_records": [{"x": 1}, {"x": 5}]})}
    tried = ask("POST", "endpoints", "twofold", "try", sent=sent).told
    assert (tried["status"], json.loads(tried["body"])) == (200, {"predictions": [2, 10]})
    assert (tried["variant"], tried["version"]) == ("champion", "1")
    refused = ask("POST", "endpoints", "twofold", "try", sent={"body": "{"}).told
    assert (refused["status"], "JSON" in refused["body"]) == (400, True)

    sent = {"shares": {"champion": 0, "v2": 1}}
    changed = ask("POST", "endpoints", "twofold", "traffic", sent=sent).told["endpoint"]
    assert [it["share"] for it in changed["variants"]] == [0.0, 1.0]
    sent = {"body": json.dumps({"dataframe_records": [{"x": 1}]})}
    tried = ask("POST", "endpoints", "twofold", "try", sent=sent).told
    assert json.loads(tried["body"]) == {"predictions": [3]}
    assert ask("GET", "endpoints", "twofold", "results").told["headline"]

    nbtrack.MlflowClient().set_registered_model_alias("twofold", "champion", 2)
    behind = ask("GET", "endpoints", "twofold").told["endpoint"]["behind"]
    assert behind == "champion is now version 2"
    now = ask("POST", "endpoints", "twofold", "reload").told["endpoint"]
    assert ([it["version"] for it in now["variants"]], now["behind"]) == (["2", "2"], "")

    os.kill(now["pid"], signal.SIGKILL)
    over = until(ask, "FAILED")["endpoint"]
    assert "without being stopped" in over["reason"]
    late = ask("POST", "endpoints", "twofold", "try", sent=sent)
    assert (late.status, "start it again" in late.told["message"]) == (400, True)
    assert ask("GET", "endpoints", "twofold", "logs", limit="5").told["lines"]
    assert ask("POST", "endpoints", "twofold", "stop").told["endpoint"]["status"] == "FAILED"
    gone = ask("POST", "endpoints", "twofold", "remove", sent={}).told
    assert (gone["name"], gone["models"] > 0, gone["size_bytes"] > 0) == ("twofold", True, True)
    assert ask("GET", "endpoints").told == {"endpoints": []}


REFUSED = (
    ({"model_uri": "models:/nothing/1"}, 404, "nothing"),
    ({"model_uri": "models:/twofold/1", "name": "a b"}, 400, "cannot be the name"),
    ({"model_uri": "models:/twofold/1", "port": 70_000}, 400, "a port is a number"),
    ({"model_uri": "models:/twofold/1", "workers": 0}, 400, "workers"),
    ({"model_uri": "models:/twofold/1", "log_rate": 2.0}, 400, "log_predictions"),
    ({"name": "x"}, 400, "what was sent is no ServeWish"),
)


def test_what_cannot_be_served_is_a_problem_and_leaves_nothing(ask, twofold):
    for told, status, message in REFUSED:
        found = ask("POST", "endpoints", sent=told)
        assert (found.status, message in found.told["message"]) == (status, True), found.told
    assert ask("GET", "endpoints").told == {"endpoints": []}


def test_an_endpoint_that_never_was_is_not_found(ask, here):
    routes = [it for it in ROUTES if it.pattern.startswith("endpoints/{name}")]
    assert len(routes) == 10
    for route in routes:
        parts = route.pattern.replace("{name}", "none").split("/")
        sent = None
        if route.shape is not None:
            sent = {} if route.pattern.endswith("remove") else {"body": "{}"}
        found = ask(route.method, *parts, sent=sent)
        assert (found.status, "there is no endpoint 'none'" in found.told["message"]) == (404, True)


def test_a_request_that_is_too_large_is_not_passed_on():
    wish = TryWish(body="x" * (MOST_BYTES + 1))
    with pytest.raises(InvalidValue, match="too large for a trial"):
        passed_on("http://127.0.0.1:1", wish)
    with pytest.raises(EndpointError, match="nobody answers at http"):
        passed_on("http://127.0.0.1:1", TryWish(body="{}"))


def test_shares_are_parts_of_one_and_figures_means():
    def variant(name, share, **more):
        return Variant(name=name, model_uri="models:/c/1", folder="", share=share, **more)

    plan = EndpointPlan(
        endpoint_id="e",
        name="c",
        variants=(variant("a", 3.0, version=1), variant("b", 1.0), variant("s", 1, is_shadow=True)),
    )
    done = VariantStats(name="a", version=1, requests=4, seconds=0.02, rewards=2, reward_sum=1.0)
    old = VariantStats(name="a", version=7, requests=9)
    stats = EndpointStats(variants=[old, done])
    (before,) = earlier_items(plan, stats)
    assert (before.name, before.version, before.requests, before.share) == ("a", "7", 9, 0.0)
    a, b, shadow = served_items(plan, stats)
    assert (a.share, a.mean_ms, a.mean_reward, a.version) == (0.75, 5.0, 0.5, "1")
    assert (b.share, b.mean_ms, b.mean_reward, b.version) == (0.25, None, None, None)
    assert (shadow.share, shadow.is_shadow) == (0.0, True)


def test_the_load_is_sent_in_columns():
    stats = EndpointStats(recent=[(1000, 2, 0, 1.5, 3.0), (2000, 0, 1, 0.0, 0.0)])
    load = load_of(stats)
    assert (load.moments, load.requests, load.errors) == ([1000, 2000], [2, 0], [0, 1])
    assert (load.p50_ms, load.p95_ms) == ([1.5, 0.0], [3.0, 0.0])
    assert load_of(EndpointStats()).moments == []


def test_a_line_of_the_log_is_its_text_and_what_else_it_says():
    line = {"moment": 5, "level": "error", "message": "no", "pid": 7, "path": "/ping", "ms": 1.5}
    item = log_item(line)
    assert (item.text, item.time, item.level) == ("no path=/ping ms=1.5", 5, "error")
    assert log_item({"text": "plain"}).text == "plain"
