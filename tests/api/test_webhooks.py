"""Webhooks and handlers, as users set them up."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import nbtrack
from nbtrack import MlflowClient
from nbtrack.api.session import session
from nbtrack.entities import WebhookEvent, WebhookStatus
from nbtrack.errors import AlreadyExists, InvalidValue, NotFound
from nbtrack.journal.folder import state_folder
from nbtrack.utils.rest_utils import http_request
from nbtrack.webhooks import is_signed_by


@pytest.fixture(autouse=True)
def quickly(monkeypatch):
    monkeypatch.setenv("NBTRACK_WEBHOOK_WAIT", "0.001")


@pytest.fixture
def client():
    return MlflowClient()


URL = "http://localhost:9/hook"
CREATED = ["model_version.created"]


# The client's calls


def test_a_webhook_is_made_listed_changed_and_deleted_as_in_mlflow(client):
    made = client.create_webhook(
        name="deploy",
        url=URL,
        events=[WebhookEvent("model_version", "created"), "model_version_alias.created"],
        description="tells the deployer",
        secret="s3cret",
        status="ACTIVE",
    )
    assert client.get_webhook(made.webhook_id) == made
    assert (made.name, made.url, made.description, made.status, made.secret) == (
        "deploy",
        URL,
        "tells the deployer",
        WebhookStatus.ACTIVE,
        None,
    )
    assert [str(it) for it in made.events] == [
        "model_version.created",
        "model_version_alias.created",
    ]
    changed = client.update_webhook(made.webhook_id, name="d2", events=CREATED, status="disabled")
    assert (changed.name, changed.status.is_active(), changed.is_signed) == ("d2", False, True)
    assert [it.name for it in client.list_webhooks()] == ["d2"]
    client.delete_webhook(made.webhook_id)
    assert client.list_webhooks() == []
    assert list((state_folder() / "webhooks").iterdir()) == []


def test_webhooks_come_in_pages(client):
    for name in "abc":
        client.create_webhook(name, URL, CREATED)
    page = client.list_webhooks(max_results=2)
    rest = client.list_webhooks(max_results=2, page_token=page.token)
    assert [it.name for it in (*page, *rest)] == ["a", "b", "c"]
    assert rest.token is None
    with pytest.raises(InvalidValue, match="no page token"):
        client.list_webhooks(page_token="x")


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"name": "-a"}, "Webhook name '-a' is invalid"),
        ({"name": "a b"}, "is invalid"),
        ({"name": 3}, "is invalid"),
        ({"url": "ftp://x"}, "Invalid webhook URL scheme"),
        ({"events": []}, "Webhook events cannot be empty"),
        ({"events": "model_version.created"}, "cannot be empty: give a list"),
        ({"events": ["model_version.made"]}, "no event is called 'model_version.made'"),
        ({"events": ["MODEL_VERSION_CREATED", *CREATED]}, "make two webhooks"),
        ({"status": "ASLEEP"}, "there are ACTIVE, DISABLED"),
        ({"secret": "a\nb"}, "texts of one line"),
    ],
)
def test_what_is_no_webhook_is_refused(client, told, words):
    with pytest.raises(InvalidValue, match=words):
        client.create_webhook(**({"name": "w", "url": URL, "events": CREATED} | told))
    assert client.list_webhooks() == []


def test_a_name_that_is_taken_leaves_no_secret_behind(client):
    client.create_webhook("w", URL, CREATED)
    with pytest.raises(AlreadyExists):
        client.create_webhook("w", URL, CREATED, secret="s")
    assert list((state_folder() / "webhooks").iterdir()) == []


def test_a_webhook_can_be_tried(client, receiver):
    hook = client.create_webhook("w", receiver.url, CREATED, secret="s3cret")
    result = client.test_webhook(hook.webhook_id)
    assert (result.success, result.response_status, result.response_body) == (True, 200, "thanks")
    _, headers, body = receiver.came[0]
    assert is_signed_by("s3cret", headers, body)
    assert json.loads(body)["data"]["name"] == "example_model"
    receiver.answers = [(500, {})]
    result = client.test_webhook(hook.webhook_id, "model_version_alias.created")
    assert (result.success, result.response_status) == (False, 500)
    assert json.loads(receiver.came[1][2])["entity"] == "model_version_alias"
    (state_folder() / "webhooks" / f"{hook.webhook_id}.json").unlink()
    assert "give it again" in client.test_webhook(hook.webhook_id).error_message
    client.update_webhook(hook.webhook_id, secret="new")
    assert client.test_webhook(hook.webhook_id).success


def test_the_secret_is_nowhere_in_the_store(client, receiver):
    hook = nbtrack.webhooks.create(
        "w", receiver.url, ["registered_model.created"], secret="hunter2hunter2",
        authorization="Bearer hunter3hunter3",
    )  # fmt: skip
    client.create_registered_model("churn")
    receiver.wait()
    assert receiver.came[0][1]["Authorization"] == "Bearer hunter3hunter3"
    session().courier.stop()
    assert "hunter" not in repr(hook)
    for path in session().folder.path.rglob("*"):
        if path.is_file():
            assert b"hunter" not in path.read_bytes(), path


def test_deliveries_can_be_looked_at_and_sent_again(client, receiver):
    receiver.answers = [(404, {})]
    nbtrack.webhooks.create("w", receiver.url, ["registered_model.created"])
    with pytest.warns(UserWarning, match=r"nbtrack\.webhooks\.redeliver"):
        deliver(client, receiver)
    (failed,) = nbtrack.webhooks.deliveries(state="failed")
    assert (failed.status_code, failed.error) == (404, "HTTP 404 Not Found")
    nbtrack.webhooks.redeliver(failed.delivery_id)
    receiver.wait()
    session().courier.stop()
    assert [it.state for it in nbtrack.webhooks.deliveries()] == ["DELIVERED"]
    with pytest.raises(InvalidValue, match="was taken by its receiver"):
        nbtrack.webhooks.redeliver(failed.delivery_id)
    with pytest.raises(NotFound):
        nbtrack.webhooks.redeliver("none")


def deliver(client, receiver):
    """Bring an event about, and wait until the courier has written down how it went."""
    client.create_registered_model("churn")
    receiver.wait()
    thread = session().courier.thread
    if thread is not None:
        thread.join(20)


def test_what_a_process_leaves_is_delivered_by_the_next_that_opens_the_store(client, receiver):
    client.create_webhook("w", receiver.url, ["registered_model.created"], status="DISABLED")
    hook = client.list_webhooks()[0]
    script = (
        "import os, nbtrack\n"
        "client = nbtrack.MlflowClient()\n"
        "nbtrack.api.session.session().store.listener = None\n"
        "client.update_webhook(client.list_webhooks()[0].webhook_id, status='ACTIVE')\n"
        "client.create_registered_model('churn')\n"
        "os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert done.returncode == -9
    assert receiver.came == []
    client.get_webhook(hook.webhook_id)
    receiver.wait()
    assert receiver.bodies[0]["data"]["name"] == "churn"


def test_a_script_that_ends_at_once_still_delivers(client, receiver):
    client.create_webhook("w", receiver.url, ["registered_model.created"])
    script = "import nbtrack; nbtrack.MlflowClient().create_registered_model('churn')"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert (done.returncode, b"terminate" in done.stderr) == (0, False)
    receiver.wait()
    assert [it.state for it in nbtrack.webhooks.deliveries()] == ["DELIVERED"]


# Requests of the older registry webhooks


def asked(endpoint, method="POST", **told):
    path = f"/api/2.0/mlflow/registry-webhooks/{endpoint}"
    return http_request(host_creds=None, endpoint=path, method=method, json=told)


def test_the_older_requests_make_list_change_try_and_delete(client, receiver):
    told = {
        "model_name": "iris_classifier",
        "events": ["MODEL_VERSION_TRANSITIONED_STAGE"],
        "http_url_spec": {"url": receiver.url, "authorization": "Bearer your-auth-token"},
    }
    answer = asked("create", **told)
    assert (answer.status_code, answer.ok, answer.reason) == (200, True, "OK")
    answer.raise_for_status()
    shown = answer.json()["webhook"]
    assert "Bearer" not in answer.text
    assert (shown["model_name"], shown["events"]) == ("iris_classifier", told["events"])
    assert asked("list", "GET", model_name="iris_classifier").json() == {"webhooks": [shown]}
    assert asked("list", "GET", model_name="another").json() == {"webhooks": []}
    assert asked("list", "GET", events=["MODEL_VERSION_CREATED"]).json() == {"webhooks": []}
    tried = asked("test", id=shown["id"], event="MODEL_VERSION_TRANSITIONED_STAGE").json()
    assert tried == {"webhook": {"status_code": 200, "body": "thanks"}}
    assert receiver.came[0][1]["Authorization"] == "Bearer your-auth-token"
    assert receiver.bodies[0]["event"] == "MODEL_VERSION_TRANSITIONED_STAGE"
    changed = asked("update", "PATCH", id=shown["id"], status="TEST_MODE", description="d")
    assert (changed.json()["webhook"]["status"], changed.json()["webhook"]["description"]) == (
        "DISABLED",
        "d",
    )
    assert asked("delete", "DELETE", id=shown["id"]).json() == {}
    assert client.list_webhooks() == []


@pytest.mark.parametrize(
    ("endpoint", "told", "status", "code"),
    [
        ("create", {"events": ["MODEL_VERSION_CREATED"]}, 400, "INVALID_PARAMETER_VALUE"),
        ("create", {"http_url_spec": {}}, 400, "INVALID_PARAMETER_VALUE"),
        (
            "create",
            {"http_url_spec": {"url": URL, "enable_ssl_verification": False}},
            400,
            "INVALID_PARAMETER_VALUE",
        ),
        ("delete", {"id": "none"}, 404, "RESOURCE_DOES_NOT_EXIST"),
        ("delete", {}, 400, "INVALID_PARAMETER_VALUE"),
    ],
)
def test_a_request_that_cannot_be_done_is_answered_as_a_server_does(endpoint, told, status, code):
    answer = asked(endpoint, **told)
    assert (answer.status_code, answer.json()["error_code"], answer.ok) == (status, code, False)
    with pytest.raises(nbtrack.MlflowException, match=f"HTTP {status}"):
        answer.raise_for_status()


def test_other_requests_need_a_server():
    for endpoint, creds in (("/api/2.0/mlflow/runs/search", None), ("registry-webhooks/x", None)):
        with pytest.raises(nbtrack.MlflowException, match="the tracking server"):
            http_request(creds, endpoint, "POST")
    with pytest.raises(InvalidValue, match="a JSON object"):
        http_request(None, "/api/2.0/mlflow/registry-webhooks/list", "GET", json=[1])


# Handlers in Python


def test_a_handler_hears_what_this_process_does_after_it_is_committed(client):
    heard = []

    @nbtrack.on_model_event("model_version.transitioned", model_name="churn")
    def stage(event):
        there = client.get_model_version(event.name, event.version).current_stage
        heard.append((event["to_stage"], there))

    @nbtrack.on_model_event
    def everything(event):
        heard.append(event.kind)

    client.create_registered_model("churn")
    client.create_model_version("churn", "somewhere")
    client.transition_model_version_stage("churn", "1", "Production")
    assert heard == [
        "registered_model.created",
        "model_version.created",
        ("Production", "Production"),
        "model_version.transitioned",
    ]
    assert nbtrack.off_model_event(stage)
    assert not nbtrack.off_model_event(stage)


def test_a_handler_that_fails_does_not_fail_the_act(client):
    @nbtrack.on_model_event("registered_model.created")
    def fails(event):
        raise NotFound("not mine")

    with pytest.warns(UserWarning, match="the handler fails failed"):
        client.create_registered_model("churn")
    assert client.get_registered_model("churn").name == "churn"


def test_a_handler_may_act_on_the_registry_itself(client):
    @nbtrack.on_model_event("model_version.created")
    def tags(event):
        client.set_model_version_tag(event.name, event.version, "seen", "yes")

    client.create_registered_model("churn")
    client.create_model_version("churn", "somewhere")
    assert client.get_model_version("churn", "1").tags == {"seen": "yes"}


def test_a_handler_of_nothing_that_happens_is_refused_where_it_is_written():
    with pytest.raises(InvalidValue, match="did you mean"):
        nbtrack.on_model_event("model_version.transition")
