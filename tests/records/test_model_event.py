"""Kinds of events: MLflow's, ours, and those of the older registry webhooks."""

from __future__ import annotations

import pytest

from nbtrack.errors import InvalidValue
from nbtrack.records.model_event import EVENTS, OLD_EVENTS, event_named, kinds_of
from nbtrack.records.webhook import WebhookAction, WebhookEntity, WebhookEvent, checked_status
from nbtrack.records.webhook_payload import FIELDS, example_event

MLFLOWS = [
    "registered_model.created",
    "model_version.created",
    "model_version_tag.set",
    "model_version_tag.deleted",
    "model_version_alias.created",
    "model_version_alias.deleted",
]


def test_every_event_of_mlflows_registry_is_known():
    assert set(MLFLOWS) <= set(EVENTS)
    assert all(kinds_of(name).kind in EVENTS for name in OLD_EVENTS)


@pytest.mark.parametrize("name", [*EVENTS, *OLD_EVENTS])
def test_an_event_reads_as_it_was_named(name):
    event = WebhookEvent.from_str(name)
    assert str(event) == event_named(event) == name
    assert f"{event.entity}.{event.action}" == kinds_of(name).kind
    assert (event.entity in WebhookEntity, event.action in WebhookAction) == (True, True)
    assert event == WebhookEvent.from_str(name)
    assert hash(event) == hash(WebhookEvent.from_str(name))
    assert repr(event) == f"WebhookEvent({name!r})"


def test_events_are_made_of_entity_and_action_as_in_mlflow():
    made = WebhookEvent(WebhookEntity.MODEL_VERSION_ALIAS, "created")
    assert str(made) == "model_version_alias.created"
    assert made != "model_version_alias.created"
    for wrong in (("model_version", "set"), ("model", "created")):
        with pytest.raises(InvalidValue, match="no event is called"):
            WebhookEvent(*wrong)


@pytest.mark.parametrize("name", [*EVENTS, *OLD_EVENTS])
def test_there_is_an_example_of_every_event(name):
    event = example_event(name, 1)
    assert set(FIELDS) == set(EVENTS)
    assert event.kind == kinds_of(name).kind
    assert kinds_of(name).stage in ("", event.get("to_stage"))


def test_a_status_is_known_in_any_case():
    assert [checked_status(it) for it in ("active", "DISABLED")] == ["ACTIVE", "DISABLED"]
    with pytest.raises(InvalidValue, match="there are ACTIVE, DISABLED"):
        checked_status("off")
