"""Handlers in Python: told in order, and never able to fail what they are told of."""

from __future__ import annotations

import pytest

from nbtrack.capture.guard import TrackingWarning
from nbtrack.errors import InvalidValue, NotFound
from nbtrack.records.model_event import ModelEvent
from nbtrack.registry.webhooks import handlers


@pytest.fixture(autouse=True)
def nobody_listens():
    handlers.forget_all()
    yield
    handlers.forget_all()


def event(kind="model_version.created", name="churn", **data):
    return ModelEvent(kind, name, "1", {"name": name, "version": "1", **data}, 1, "ana", 1)


def test_a_handler_hears_what_it_asked_for():
    heard = []
    handlers.subscribe(heard.append, ["model_version.created"])
    handlers.subscribe(lambda it: heard.append(it.kind), [], "fraud")
    handlers.tell([event(), event("model_version_alias.created"), event(name="fraud")])
    assert heard == [event(), event(name="fraud"), "model_version.created"]


def test_older_names_of_events_name_stages_too():
    heard = []
    handlers.subscribe(heard.append, ["MODEL_VERSION_TRANSITIONED_TO_PRODUCTION"])
    up = event("model_version.transitioned", to_stage="Production", from_stage="None")
    handlers.tell([event("model_version.transitioned", to_stage="Staging"), up])
    assert heard == [up]


@pytest.mark.parametrize("error", [ValueError("no"), NotFound("no such thing"), TypeError("odd")])
def test_what_a_handler_raises_is_told_once_and_stops_nobody(error):
    heard = []

    def fails(_):
        raise error

    handlers.subscribe(fails, [])
    handlers.subscribe(heard.append, [])
    with pytest.warns(TrackingWarning, match="the handler fails failed") as warned:
        handlers.tell([event(), event()])
    assert len(warned) == 1
    assert len(heard) == 2


def test_events_of_handlers_are_told_after_those_before_them():
    order = []

    def first(it):
        order.append(f"first {it.name}")
        if it.name == "churn":
            handlers.tell([event(name="inner")])

    handlers.subscribe(first, [])
    handlers.subscribe(lambda it: order.append(f"second {it.name}"), [])
    handlers.tell([event(), event(name="next")])
    assert order == [
        f"{who} {it}" for it in ("churn", "next", "inner") for who in ("first", "second")
    ]


def test_handlers_that_keep_causing_events_are_ended_with_a_word():
    handlers.subscribe(lambda it: handlers.tell([it]), [])
    with pytest.warns(TrackingWarning, match="keep causing new ones"):
        handlers.tell([event()])


def test_a_handler_can_be_taken_away():
    heard = []
    handlers.subscribe(heard.append, [])
    assert handlers.unsubscribe(heard.append)
    assert not handlers.unsubscribe(heard.append)
    handlers.tell([event()])
    assert heard == []


def test_what_cannot_be_a_handler_is_refused():
    async def later(_):
        """Never awaited."""

    for wrong in (later, "print", None):
        with pytest.raises(InvalidValue, match="a plain function"):
            handlers.subscribe(wrong, [])
    with pytest.raises(InvalidValue, match=r"did you mean 'model_version.created'"):
        handlers.subscribe(print, ["model_version.create"])


def test_an_event_reads_like_its_payload():
    it = event(to_stage="Production")
    assert (it["to_stage"], it.get("nothing", 3), it.get("model_name")) == (
        "Production",
        3,
        "churn",
    )
    assert (it.get("event"), it.entity, it.action) == (
        "model_version.created",
        "model_version",
        "created",
    )
    assert it[0] == "model_version.created"
