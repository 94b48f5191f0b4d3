from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

import nbtrack
from nbtrack.api.session import session_at
from nbtrack.journal.folder import StoreFolder
from nbtrack.records.registry_operation import CreateModelVersion
from nbtrack.rest.known_stores import KnownStores
from nbtrack.rest.routes import ROUTES
from nbtrack.rest.routing import Request, answer, find


def total(given):
    """A model."""
    return sum(given)


@pytest.fixture
def churn(here, put_runs):
    """A model of two versions; the first is worse."""
    put_runs(here.store, one={"metrics": {"acc": 0.5}}, two={"metrics": {"acc": 0.9}})
    for run_id in ("one", "two"):
        here.store.append([CreateModelVersion(name="churn", create_model=True, run_id=run_id)])


def promoted(ask, version, **told):
    """Ask for a promotion."""
    return ask("POST", "models", "churn", "promote", sent={"version": version, **told})


def champion(ask):
    """The version that is champion."""
    return ask("GET", "models", "churn").told["model"]["aliases"].get("champion")


def test_a_version_that_passes_its_gates_is_moved(ask, churn):
    found = promoted(ask, "2", gates=["acc > 0.8"], note="tried").told
    assert found == {
        "name": "churn",
        "version": "2",
        "to": "@champion",
        "is_moved": True,
        "headline": "churn version 2 is now @champion",
        "gates": [{"name": "acc > 0.8", "status": "passed", "message": "acc is 0.9"}],
        "previous": None,
    }
    assert champion(ask) == "2"
    assert ask("GET", "models", "churn").told["moves"][0]["note"] == "tried"


def test_a_gate_that_fails_is_an_answer_and_moves_nothing(ask, churn):
    found = promoted(ask, "1", gates=["acc > 0.8", "approved"])
    assert (found.status, found.told["is_moved"]) == (200, False)
    assert [it["status"] for it in found.told["gates"]] == ["failed", "failed"]
    assert found.told["headline"] == "churn version 1 was not made @champion: nothing was moved"
    assert champion(ask) is None


def test_a_trial_shows_the_report_and_moves_nothing(ask, churn):
    found = promoted(ask, "2", gates=["acc > 0.8"], dry_run=True).told
    assert (found["is_moved"], found["gates"][0]["status"]) == (False, "passed")
    assert "this was a trial" in found["headline"]
    assert champion(ask) is None


def test_force_moves_in_spite_of_a_gate(ask, churn):
    found = promoted(ask, "1", gates=["acc > 0.8"], force=True, to="Production").told
    assert (found["is_moved"], found["to"]) == (True, "Production")
    assert found["headline"].endswith("in spite of 1 gate")


@pytest.mark.parametrize(
    ("told", "status", "message"),
    [
        ({"version": "2", "gates": ["acc is good"]}, 400, "the gate 'acc is good' cannot be read"),
        ({"version": "2", "to": "Archived"}, 400, "nothing is promoted to 'Archived'"),
        ({"version": "9"}, 404, "9"),
        ({"version": "two"}, 400, "must be an integer"),
        ({}, 400, "what was sent is no PromotionWish"),
        ({"version": 2}, 400, "what was sent is no PromotionWish"),
    ],
)
def test_what_cannot_be_promoted_is_a_problem(ask, churn, told, status, message):
    found = ask("POST", "models", "churn", "promote", sent=told)
    assert found.status == status
    assert message in found.told["message"]


def test_the_way_back_gives_the_place_to_the_version_before(ask, churn):
    promoted(ask, "1")
    promoted(ask, "2")
    found = ask("POST", "models", "churn", "rollback", sent={"note": "worse"}).told
    assert found["headline"] == "churn version 1 is @champion again, in place of version 2"
    assert (found["is_moved"], found["gates"], champion(ask)) == (True, [], "1")
    assert ask("GET", "models", "churn").told["moves"][0]["is_rollback"]
    again = ask("POST", "models", "churn", "rollback", sent={})
    assert (again.status, again.told["error_code"]) == (404, "RESOURCE_DOES_NOT_EXIST")


def test_an_alias_is_set_and_taken_away(ask, churn):
    sent = {"alias": "next", "version": "1"}
    found = ask("POST", "models", "churn", "alias", sent=sent).told
    assert found["model"]["aliases"] == {"next": "1"}
    found = ask("POST", "models", "churn", "alias", sent={"alias": "next"}).told
    assert found["model"]["aliases"] == {}


def test_a_version_goes_to_a_stage(ask, churn):
    for version in ("1", "2"):
        sent = {"version": version, "stage": "Staging", "archive_existing_versions": True}
        found = ask("POST", "models", "churn", "stage", sent=sent).told
    assert [it["current_stage"] for it in found["versions"]] == ["Staging", "Archived"]
    found = ask("POST", "models", "churn", "stage", sent={"version": "1", "stage": "Nowhere"})
    assert (found.status, "Invalid Model Version stage" in found.told["message"]) == (400, True)


def test_a_model_and_its_versions_are_described(ask, churn):
    ask("PATCH", "models", "churn", sent={"description": "# Churn"})
    found = ask("PATCH", "models", "churn", sent={"description": "better", "version": "2"}).told
    assert found["model"]["description"] == "# Churn"
    assert [it["description"] for it in found["versions"]] == ["better", ""]


def test_a_logged_model_becomes_a_version(ask, here):
    with nbtrack.start_run():
        info = nbtrack.pyfunc.log_model(name="total", python_model=total)
    sent = {"model_id": info.model_id, "name": "totals"}
    assert ask("POST", "models", "register", sent=sent).told == {"name": "totals", "version": "1"}
    (version,) = ask("GET", "models", "totals").told["versions"]
    assert version["model_id"] == info.model_id
    found = ask("POST", "models", "totals", "promote", sent={"version": "1", "gates": ["schema"]})
    assert found.told["gates"][0]["status"] == "passed"


def test_what_is_no_logged_model_is_not_registered(ask, churn):
    for model_id in ("", "churn/1", "../../etc/passwd", "m-0", "churn@champion"):
        found = ask("POST", "models", "register", sent={"model_id": model_id, "name": "x"})
        assert (found.status, found.told["error_code"]) == (404, "RESOURCE_DOES_NOT_EXIST")


def test_a_name_that_no_model_may_have_is_refused(ask, here):
    with nbtrack.start_run():
        info = nbtrack.pyfunc.log_model(name="total", python_model=total)
    for name in ("", "  ", "a/b", "a:b"):
        found = ask("POST", "models", "register", sent={"model_id": info.model_id, "name": name})
        assert (found.status, found.told["error_code"]) == (400, "INVALID_PARAMETER_VALUE")


def test_threads_that_ask_several_stores_at_once_each_get_their_own(ask, here, tmp_path):
    """The store in use is none of them."""
    stores, ids = KnownStores(tmp_path), {}
    for name in ("left", "right"):
        folder = StoreFolder(tmp_path / name / ".nbtrack")
        folder.prepare()
        ids[name] = stores.note(folder)
        made = CreateModelVersion(name=name, create_model=True)
        session_at(folder).store.append([made, made])

    def promote(number):
        name, version = ("left", "right")[number % 2], 1 + number // 2 % 2
        found = find(ROUTES, "POST", f"models/{name}/promote")
        sent = b'{"version": "%d"}' % version
        return answer(found, Request(stores, query={"store": ids[name]}), sent).status

    with ThreadPoolExecutor(8) as pool:
        statuses = set(pool.map(promote, range(16)))
    assert 200 in statuses
    assert statuses <= {200, 409}  # who judged by a champion that is another now is told so
    assert ask("GET", "models").told == {"models": []}
    for name, store_id in ids.items():
        found = find(ROUTES, "GET", f"models/{name}")
        reply = answer(found, Request(stores, query={"store": store_id}))
        told = json.loads(reply.content)
        assert told["model"]["version_count"] == 2
        assert {it["place"] for it in told["moves"]} == {"@champion"}
