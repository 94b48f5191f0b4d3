"""Webhooks in the store: kept, changed, told of events in the transaction of the act."""

from __future__ import annotations

import json

import pytest

from nbtrack.errors import AlreadyExists, NotFound
from nbtrack.query.tree import Sql
from nbtrack.questions import webhooks
from nbtrack.records.model_event import EVENTS
from nbtrack.records.registry_operation import (
    ApproveModelVersion,
    CreateModelVersion,
    CreateRegisteredModel,
    DeleteModelAlias,
    DeleteModelVersion,
    DeleteRegisteredModel,
    MoveAlias,
    SetModelAlias,
    SetModelVersionTag,
    TransitionStage,
    UpdateRegisteredModel,
)
from nbtrack.records.webhook import Webhook, WebhookEvent, WebhookStatus
from nbtrack.records.webhook_operation import (
    ClaimDeliveries,
    CreateWebhook,
    DeleteWebhook,
    SettleDelivery,
    UpdateWebhook,
)
from nbtrack.store.duckdb import DuckDBStore

HOOK = CreateWebhook(
    webhook_id="w1", name="all", url="http://localhost/", events=tuple(EVENTS), time=1_000_000
)
OLD = CreateWebhook(
    webhook_id="w2",
    name="old",
    url="http://localhost/",
    events=("MODEL_VERSION_TRANSITIONED_TO_PRODUCTION", "MODEL_VERSION_CREATED"),
    form="registry",
    model_name="churn",
)


@pytest.fixture
def told(store):
    """Apply operations; the result is what was put in the queue for them."""
    store.append([HOOK])

    def told(*ops):
        before = len(webhooks.deliveries(store))
        store.append(ops)
        return [(it.event, it.payload["data"]) for it in webhooks.deliveries(store)[before:]]

    return told


@pytest.fixture
def churn(told):
    told(CreateRegisteredModel(name="churn"), *[CreateModelVersion(name="churn")] * 3)


def test_a_webhook_is_kept_changed_and_taken_away(store):
    store.append([HOOK])
    kept = webhooks.get(store, "w1")
    assert kept == Webhook(
        webhook_id="w1",
        name="all",
        url="http://localhost/",
        events=[WebhookEvent.from_str(it) for it in EVENTS],
        creation_timestamp=1000,
        last_updated_timestamp=1000,
    )
    change = {"name": "some", "events": ("model_version.created",), "status": "DISABLED"}
    store.append([UpdateWebhook(webhook_id="w1", time=2_000_000, description="d", **change)])
    changed = webhooks.get(store, "w1")
    assert (changed.name, changed.events, changed.status, changed.last_updated_timestamp) == (
        "some",
        [WebhookEvent("model_version", "created")],
        WebhookStatus.DISABLED,
        2000,
    )
    store.append([DeleteWebhook(webhook_id="w1")])
    assert webhooks.every(store) == []


def test_names_of_webhooks_are_taken_once_and_unknown_ids_are_told(store):
    store.append([HOOK, OLD])
    with pytest.raises(AlreadyExists, match=r"Webhook\(name=all\) already exists"):
        store.append([CreateWebhook(webhook_id="w3", name="all", url="http://x", events=("x",))])
    with pytest.raises(AlreadyExists):
        store.append([UpdateWebhook(webhook_id="w2", name="all")])
    for op in (UpdateWebhook(webhook_id="w9"), DeleteWebhook(webhook_id="w9")):
        with pytest.raises(NotFound, match=r"w1 \(all\), w2 \(old\)"):
            store.append([op])
    with pytest.raises(NotFound, match="Webhook with ID w9 not found"):
        webhooks.get(store, "w9")


def test_each_act_is_told_as_mlflow_tells_it(told, churn):
    assert told(SetModelAlias(name="churn", alias="champion", version=2)) == [
        ("model_version_alias.created", {"name": "churn", "alias": "champion", "version": "2"})
    ]
    assert told(DeleteModelAlias(name="churn", alias="champion")) == [
        ("model_version_alias.deleted", {"name": "churn", "alias": "champion"})
    ]
    assert told(SetModelVersionTag(name="churn", version=1, key="k", value="v")) == [
        ("model_version_tag.set", {"name": "churn", "version": "1", "key": "k", "value": "v"})
    ]
    assert told(SetModelVersionTag(name="churn", version=1, key="k", value=None)) == [
        ("model_version_tag.deleted", {"name": "churn", "version": "1", "key": "k"})
    ]
    assert told(CreateRegisteredModel(name="fraud", tags={"a": "b"}, description="d")) == [
        ("registered_model.created", {"name": "fraud", "tags": {"a": "b"}, "description": "d"})
    ]
    made = {"source": "models:/m-1", "run_id": "r", "tags": {"a": "b"}, "description": None}
    assert told(
        CreateModelVersion(name="fraud", source="models:/m-1", run_id="r", tags={"a": "b"})
    ) == [("model_version.created", {"name": "fraud", "version": "1", **made})]
    assert told(DeleteRegisteredModel(name="fraud")) == [
        ("registered_model.deleted", {"name": "fraud"})
    ]


def test_a_model_made_with_its_first_version_is_told_too(told):
    kinds = [kind for kind, _ in told(CreateModelVersion(name="new", create_model=True))]
    assert kinds == ["registered_model.created", "model_version.created"]


def test_what_changes_nothing_of_interest_is_told_nobody(told, churn):
    assert told(UpdateRegisteredModel(name="churn", description="d")) == []
    assert told(DeleteModelAlias(name="churn", alias="none")) == []
    assert told(TransitionStage(name="churn", version=1, stage="None")) == []


def test_stages_are_told_with_what_made_room(told, churn):
    told(TransitionStage(name="churn", version=1, stage="Production"))
    move = TransitionStage(name="churn", version=2, stage="production", archive_existing=True)
    assert told(move) == [
        (
            "model_version.transitioned",
            {"name": "churn", "version": "2", "from_stage": "None", "to_stage": "Production"},
        ),
        (
            "model_version.transitioned",
            {"name": "churn", "version": "1", "from_stage": "Production", "to_stage": "Archived"},
        ),
    ]


def test_a_promotion_is_told_with_all_it_does(told, churn):
    told(SetModelAlias(name="churn", alias="champion", version=1))
    found = told(
        MoveAlias(
            name="churn",
            version=2,
            alias="champion",
            stage="Production",
            tags={"k": "v"},
            reason="better",
            report='{"act":"promote"}',
        )
    )
    assert [kind for kind, _ in found] == [
        "model_version_alias.created",
        "model_version.transitioned",
        "model_version_tag.set",
        "model_version.promoted",
    ]
    assert found[-1][1] == {
        "name": "churn",
        "version": "2",
        "alias": "champion",
        "stage": "Production",
        "previous_version": "1",
        "reason": "better",
    }
    back = MoveAlias(name="churn", version=1, alias="champion", report='{"act":"rollback"}')
    assert told(back)[-1][0] == "model_version.rolled_back"


def test_deletions_and_approvals_are_told(told, churn):
    told(SetModelAlias(name="churn", alias="a", version=2))
    assert told(DeleteModelVersion(name="churn", version=2, force=True)) == [
        ("model_version_alias.deleted", {"name": "churn", "alias": "a"}),
        ("model_version.deleted", {"name": "churn", "version": "2"}),
    ]
    assert told(ApproveModelVersion(name="churn", version=1, approver="ana", note="ok")) == [
        (
            "model_version.approved",
            {"name": "churn", "version": "1", "approver": "ana", "note": "ok"},
        )
    ]


def test_the_older_registry_webhooks_get_their_shape_for_their_model_and_stage(store):
    store.append([OLD])
    store.append([CreateModelVersion(name=it, create_model=True) for it in ("churn", "fraud")])
    for stage in ("Staging", "Production"):
        store.append([TransitionStage(name="churn", version=1, stage=stage)])
    first, second = webhooks.deliveries(store)
    assert (first.event, second.event) == (
        "MODEL_VERSION_CREATED",
        "MODEL_VERSION_TRANSITIONED_TO_PRODUCTION",
    )
    body = second.payload
    assert isinstance(body.pop("event_timestamp"), int)
    assert body == {
        "event": "MODEL_VERSION_TRANSITIONED_TO_PRODUCTION",
        "webhook_id": "w2",
        "model_name": "churn",
        "version": "1",
        "from_stage": "Staging",
        "to_stage": "Production",
        "text": "Registered model 'churn' version 1 transitioned from Staging to Production.",
    }


def test_an_act_that_fails_queues_nothing(store):
    store.append([HOOK])
    with pytest.raises(NotFound):
        store.append([CreateRegisteredModel(name="a"), DeleteModelAlias(name="b", alias="c")])
    assert webhooks.deliveries(store) == []
    assert store.next_delivery is None


def rows_of(store):
    """All there is about webhooks, as it stands in the tables."""
    with store.session(write=False) as cursor:
        return [
            cursor.execute(f"SELECT * FROM core.{table} ORDER BY ALL").fetchall()
            for table in ("webhooks", "deliveries", "refusals")
        ] + [cursor.execute("SELECT value FROM core.meta WHERE key = 'next_delivery'").fetchall()]


def test_a_replay_gives_equal_tables(store, folder):
    store.append([HOOK, OLD])
    store.append([CreateModelVersion(name="churn", create_model=True)])
    store.append([TransitionStage(name="churn", version=1, stage="Production")])
    ids = tuple(it.delivery_id for it in webhooks.deliveries(store))
    store.append([ClaimDeliveries(delivery_ids=ids, owner="o", leased_until=5, time=7_000)])
    store.append([SettleDelivery(delivery_id=ids[0], state="DELIVERED", status_code=200)])
    store.append([SettleDelivery(delivery_id=ids[1], state="PENDING", next_time=9, error="e")])
    store.append([SettleDelivery(delivery_id=ids[2], state="FAILED", error="gone")])
    store.append([DeleteWebhook(webhook_id="w2")])
    before = rows_of(store)
    store.close()
    folder.database.unlink()
    again = DuckDBStore(folder)
    webhooks.every(again)
    assert rows_of(again) == before


def test_what_was_delivered_is_forgotten_after_a_month(store):
    store.append([HOOK, CreateRegisteredModel(name="a"), CreateRegisteredModel(name="b")])
    old, new = (it.delivery_id for it in webhooks.deliveries(store))
    day = 86_400_000_000
    store.append([SettleDelivery(delivery_id=old, state="DELIVERED", time=day)])
    store.append([SettleDelivery(delivery_id=new, state="DELIVERED", time=40 * day)])
    assert [it.delivery_id for it in webhooks.deliveries(store)] == [new]


def test_deliveries_are_found_by_webhook_state_and_the_newest_first_to_stay(store):
    store.append([HOOK, OLD])
    for name in ("churn", "b"):
        store.append([CreateModelVersion(name=name, create_model=True)])
    found = webhooks.deliveries(store, limit=2)
    assert [it.payload["data"]["name"] for it in found] == ["b", "b"]
    assert [it.event for it in webhooks.deliveries(store, "w2")] == ["MODEL_VERSION_CREATED"]
    assert webhooks.deliveries(store, states=("FAILED",)) == []
    one = webhooks.delivery(store, found[0].delivery_id)
    assert (one.event, json.loads(one.body)) == (found[0].event, found[0].payload)
    with pytest.raises(NotFound, match=r"nbtrack\.webhooks\.deliveries\(\)"):
        webhooks.delivery(store, "d9")


def test_attempts_of_deliveries_are_not_in_the_log(store):
    store.append([HOOK, CreateRegisteredModel(name="a")])
    (delivery,) = webhooks.deliveries(store)
    store.append([SettleDelivery(delivery_id=delivery.delivery_id, state="DELIVERED")])
    acts = store.fetch(Sql("SELECT act FROM registry_log ORDER BY number")).columns["act"]
    assert list(acts) == ["create_webhook", "create_registered_model"]


def test_the_store_says_what_is_due_and_when_nothing_is(folder):
    heard = []
    store = DuckDBStore(folder, listener=lambda events, due: heard.append((len(events), due)))
    store.append([HOOK])
    assert heard == []
    store.append([CreateRegisteredModel(name="a")])
    (delivery,) = webhooks.deliveries(store)
    store.append([SettleDelivery(delivery_id=delivery.delivery_id, state="DELIVERED")])
    webhooks.every(store)
    assert heard == [(1, 0), (0, 0), (0, None)]
