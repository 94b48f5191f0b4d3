from __future__ import annotations

import shutil
import subprocess

import pandas as pd
import pytest

import nbtrack
from nbtrack.api import session
from nbtrack.api.endpoints.serve import Manner, options_of
from nbtrack.errors import (
    AlreadyExists,
    EndpointError,
    InvalidValue,
    NotFound,
    PortTaken,
    UnknownName,
)

NAME = "prices"
TOKEN = "open sesame"
FRAME = pd.DataFrame({"rooms": [2, 3], "town": ["Bonn", "Köln"]})


class Cheap(nbtrack.pyfunc.PythonModel):
    """A price by rooms."""

    def predict(self, context, model_input, params=None):
        factor = (params or {}).get("factor", 1.0)
        return [factor * float(rooms) for rooms in model_input["rooms"]]


@pytest.fixture(scope="module")
def registry(tmp_path_factory):
    """A store with two versions of a model."""
    place = tmp_path_factory.mktemp("registry")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(place / "state"))
        nbtrack.set_tracking_uri(place / ".nbtrack")
        for _ in range(2):
            nbtrack.pyfunc.log_model(
                name="model",
                python_model=Cheap(),
                input_example=(FRAME, {"factor": 10.0}),
                registered_model_name=NAME,
            )
        client = nbtrack.MlflowClient()
        client.set_registered_model_alias(NAME, "champion", 1)
        client.set_registered_model_alias(NAME, "challenger", 2)
        session.reset()
    return place / ".nbtrack"


@pytest.fixture(scope="module")
def started(registry):
    """An endpoint with two variants and a token."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(registry.parent / "state"))
        nbtrack.set_tracking_uri(registry)
        found = nbtrack.serve(
            f"models:/{NAME}@champion",
            port=0,
            token=TOKEN,
            split={f"models:/{NAME}@challenger": 0.25},
            key="town",
            allow_pickle=True,
        )
        session.reset()
    yield found
    found.stop()


@pytest.fixture
def store(registry):
    nbtrack.set_tracking_uri(registry)


@pytest.fixture
def endpoint(started, store):
    return nbtrack.endpoint(NAME, token=TOKEN)


def test_an_endpoint_answers_frames_bodies_and_params(endpoint):
    assert endpoint.predict(FRAME) == [20.0, 30.0]  # by the default of the signature
    assert endpoint.predict(FRAME, {"factor": 2.0}, key="日本") == [4.0, 6.0]
    assert endpoint.predict([[2, "Bonn"], [3, "Köln"]]) == [20.0, 30.0]
    body = {"dataframe_records": FRAME.to_dict("records")}
    assert endpoint.predict(body, {"factor": 3.0}) == [6.0, 9.0]


def test_what_the_model_does_not_take_is_told_in_its_own_words(endpoint):
    with pytest.raises(InvalidValue, match=r"answers 400: .*town"):
        endpoint.predict(FRAME[["rooms"]])
    with pytest.raises(InvalidValue, match="timeout is a time in seconds, such as 30, not 0"):
        endpoint.predict(FRAME, timeout=0)


def test_who_sends_no_token_is_told_so(endpoint):
    with pytest.raises(InvalidValue, match="answers 401"):
        nbtrack.endpoint(NAME).predict(FRAME)


def test_variants_have_the_names_of_their_aliases_and_their_shares(endpoint):
    found = [(it.name, it.version, it.share) for it in endpoint.plan.variants]
    assert found == [("champion", 1, 0.75), ("challenger", 2, 0.25)]
    assert (endpoint.plan.traffic.mode, endpoint.plan.traffic.key) == ("split", "town")


def test_shares_change_while_it_serves(endpoint):
    endpoint.change(shares={"champion": 0.5, "challenger": 0.5}, log_rate=0.5)
    assert [it.share for it in endpoint.plan.variants] == [0.5, 0.5]
    assert endpoint.events()[-1].text == "traffic: champion 50%, challenger 50%"
    number = endpoint.plan.number
    assert endpoint.change(log_rate=0.5).plan.number == number  # nothing is to be changed
    endpoint.change(shares={"champion": 0.75, "challenger": 0.25}, log_rate=0.0)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"shares": {"nobody": 1}}, "no variant is called 'nobody'"),
        ({"shares": {"champion": -1}}, "a number from 0 on, not -1"),
        ({"shares": {"champion": 0, "challenger": 0}}, "no variant would get any traffic"),
        ({"traffic": {"speed": 1}}, "no field of traffic is called 'speed'"),
        ({"traffic": {"most_errors": "many"}}, "traffic cannot be"),
        ({"log_rate": 2}, "from 0 to 1, not 2"),
    ],
)
def test_changes_that_cannot_be_are_refused(endpoint, changes, problem):
    before = endpoint.plan
    with pytest.raises(InvalidValue, match=problem):
        endpoint.change(**changes)
    assert endpoint.plan == before


def test_a_name_that_runs_is_refused_with_its_url_and_the_ways_on(endpoint):
    with pytest.raises(AlreadyExists) as found:
        nbtrack.serve(f"models:/{NAME}@champion")
    assert all(it in str(found.value) for it in (endpoint.url, "reload()", "stop()", "name="))
    assert endpoint.status == "HEALTHY"


def test_a_port_that_an_endpoint_has_is_refused_with_its_name(endpoint):
    port = endpoint.state.port
    with pytest.raises(PortTaken, match=r"the endpoint 'prices' of .* serves there.*such as"):
        nbtrack.serve(f"models:/{NAME}/1", "other", port=port)
    assert nbtrack.endpoint("other").status == "FAILED"


def test_snippets_ask_with_the_example_of_the_model(endpoint):
    told = endpoint.snippets()
    assert set(told) == {"curl", "python", "javascript"}
    assert all(endpoint.url in it and "YOUR_TOKEN" in it for it in told.values())
    curl = told["curl"].replace("YOUR_TOKEN", TOKEN)
    done = subprocess.run(["sh", "-c", curl], capture_output=True, text=True, check=True)
    assert '"predictions":[20' in done.stdout


def test_a_form_has_the_columns_and_params_of_the_signature(endpoint):
    fields = [(it.name, it.type, it.kind, it.is_required, it.example) for it in endpoint.form()]
    assert fields == [
        ("rooms", "long", "column", True, 2),
        ("town", "string", "column", True, "Bonn"),
        ("factor", "double", "param", False, 10.0),
    ]


def test_it_is_shown_with_what_it_serves_and_how_it_is_asked(endpoint):
    what = "prices version 1, prices version 2"
    assert repr(endpoint) == f"<Endpoint 'prices': {what}, HEALTHY at {endpoint.url}>"
    assert next(iter(endpoint.told())) == f"prices: {what}, HEALTHY"
    assert [it.name for it in nbtrack.endpoints("HEALTHY")] == [NAME]
    with pytest.raises(UnknownName, match="no status of endpoints is called 'RUNNING'; there are"):
        nbtrack.endpoints("RUNNING")
    with pytest.raises(InvalidValue, match="found by its name, not by a Endpoint"):
        nbtrack.endpoint(nbtrack.endpoint(NAME))


def test_results_compare_the_variants(endpoint):
    assert {it.name for it in endpoint.results().results} == {"champion", "challenger"}


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"name": "a/b"}, "cannot be the name of an endpoint"),
        ({"workers": 0}, "workers is a whole number from 1 on, not 0"),
        ({"port": 70000}, "a port is a number from 0"),
        ({"log_predictions": 3}, "log_predictions is a part of the requests"),
        ({"timeout": 0}, "timeout is a time in seconds, such as 30, not 0"),
        ({"drain_seconds": "long"}, "drain_seconds is a time in seconds"),
        ({"most_bytes": 0}, "most_bytes is a whole number"),
        ({"key": 3}, "key is the name of a column or param, not 3"),
        ({"cache_url": "redis://127.0.0.1:1"}, "cache_seconds for how long"),
        ({"split": {"models:/prices/2": 2}}, "shares say which part"),
        ({"split": "models:/prices/2"}, "split says the part of each further model"),
        ({"canary": 3}, "a model is served by its address, .*, not by a int"),
        ({"token": 3}, "token is a text that clients send, not a int"),
        ({"host": 3}, "host is an address of this machine, not 3"),
    ],
)
def test_what_cannot_be_served_so_is_refused_before_anything_is_made(store, given, problem):
    with pytest.raises(InvalidValue, match=problem):
        nbtrack.serve(f"models:/{NAME}/1", **given)


def test_one_column_to_log_needs_no_list():
    options = options_of({"log_columns": "rooms"}, Manner())
    assert options.log_columns == ("rooms",)


def test_an_unknown_detail_is_told_like_any_argument(store):
    with pytest.raises(TypeError, match=r"serve\(\) takes no 'time_out'; .*timeout"):
        nbtrack.serve(f"models:/{NAME}/1", "fresh", time_out=3)


def test_a_model_that_is_not_there_leaves_nothing_behind(store, registry):
    with pytest.raises(NotFound, match="prices"):
        nbtrack.serve("models:/prices/9", "nothing")
    assert not (registry / "endpoints" / "nothing").exists()


def test_an_endpoint_that_never_was_is_told_with_those_there_are(endpoint):
    with pytest.raises(NotFound, match=r"there is no endpoint 'price'; .*'prices'"):
        nbtrack.endpoint("price")
    with pytest.raises(NotFound):
        nbtrack.endpoint("../../etc")


def test_an_endpoint_that_does_not_run_cannot_be_changed(store, registry):
    nbtrack.serve(f"models:/{NAME}/1", "brief", port=0, wait=0, allow_pickle=True).stop()
    brief = nbtrack.endpoint("brief")
    with pytest.raises(EndpointError, match=r"does not run: restart\(\) starts it"):
        brief.change(log_rate=1)
    shutil.rmtree(registry / "endpoints" / "brief")
    with pytest.raises(NotFound, match="the model of the endpoint 'brief' is not at"):
        brief.snippets()
