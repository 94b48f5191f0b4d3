"""Deliveries: sent by whoever is there, again if they fail, by nobody twice at once."""

from __future__ import annotations

import socket
import threading
from functools import partial

import pytest

from nbtrack.capture.guard import TrackingWarning
from nbtrack.questions import webhooks
from nbtrack.records.ids import now_ms
from nbtrack.records.registry_operation import CreateRegisteredModel
from nbtrack.records.webhook_operation import ClaimDeliveries, CreateWebhook, UpdateWebhook
from nbtrack.registry.webhooks.courier import Courier, Manner
from nbtrack.registry.webhooks.schedule import Schedule
from nbtrack.registry.webhooks.secrets import Secrets, keep
from nbtrack.registry.webhooks.signature import is_signed_by
from nbtrack.store.duckdb import DuckDBStore

QUICK = Manner(5.0, schedule=Schedule(4, 0.001, 1.0), parting_seconds=1.0)


class Office:
    """A store with its courier, and a bell that rings when a delivery is settled."""

    def __init__(self, folder, manner=QUICK):
        self.store = DuckDBStore(folder, listener=self.hear)
        self.manner = manner
        self.courier = Courier(lambda: self.store, lambda: self.manner)
        self.idle = threading.Event()

    def hear(self, events, next_delivery):
        self.courier.wake(next_delivery, is_new=bool(events))
        if next_delivery is None:
            self.idle.set()
        else:
            self.idle.clear()

    def hook(self, url, webhook_id="w1", **more):
        told = {"name": webhook_id, "events": ("registered_model.created",)} | more
        self.store.append([CreateWebhook(webhook_id=webhook_id, url=url, **told)])

    def make(self, name):
        self.store.append([CreateRegisteredModel(name=name)])

    def states(self):
        return [it.state for it in webhooks.deliveries(self.store)]

    def deliver(self, receiver):
        """Bring an event about, and wait until nobody tries any more."""
        self.hook(receiver.url)
        self.make("a")
        self.settled()

    def settled(self):
        """Wait until nothing is left to deliver."""
        assert self.idle.wait(20)
        thread = self.courier.thread
        if thread is not None:
            thread.join(5)

    def close(self):
        self.courier.stop()
        self.store.close()


@pytest.fixture
def office(store_folder):
    made = []

    def office(**more):
        made.append(Office(store_folder, **more))
        return made[-1]

    yield office
    for it in made:
        it.close()


@pytest.fixture
def desk(office):
    return office()


def test_events_reach_a_webhook_in_their_order_and_the_thread_ends(desk, receiver):
    desk.hook(receiver.url)
    for name in "abc":
        desk.make(name)
    receiver.wait(3)
    desk.settled()
    assert [body["data"]["name"] for body in receiver.bodies] == ["a", "b", "c"]
    assert desk.states() == ["DELIVERED"] * 3
    assert desk.courier.thread is None


def test_a_receiver_that_fails_twice_gets_the_same_delivery_again(desk, receiver):
    receiver.answers = [(503, {}), (500, {})]
    desk.hook(receiver.url)
    desk.make("a")
    receiver.wait(3)
    desk.settled()
    ids = {headers["X-MLflow-Delivery-Id"] for _, headers, _ in receiver.came}
    (delivery,) = webhooks.deliveries(desk.store)
    assert ids == {delivery.delivery_id}
    assert (delivery.state, delivery.attempts, delivery.status_code, delivery.error) == (
        "DELIVERED",
        3,
        200,
        None,
    )


def test_a_receiver_that_wants_quiet_is_left_alone(desk, receiver):
    receiver.answers = [(429, {"Retry-After": "3600"})]
    desk.hook(receiver.url)
    desk.make("a")
    receiver.wait()
    desk.courier.stop()
    (delivery,) = webhooks.deliveries(desk.store)
    assert delivery.state == "PENDING"
    assert delivery.next_time > now_ms() + 3_500_000


def test_what_is_given_up_is_said_and_can_be_seen(desk, receiver):
    receiver.answers = [(503, {})] * 4
    with pytest.warns(TrackingWarning, match="was not delivered") as told:
        desk.deliver(receiver)
    (delivery,) = webhooks.deliveries(desk.store)
    assert (delivery.state, delivery.attempts, delivery.status_code) == ("FAILED", 4, 503)
    assert delivery.delivery_id in str(told[0].message)


def test_a_receiver_that_refuses_for_good_is_not_asked_again(desk, receiver):
    receiver.answers = [(410, {})]
    with pytest.warns(TrackingWarning, match="HTTP 410 Gone"):
        desk.deliver(receiver)
    assert desk.states() == ["FAILED"]


def test_a_receiver_that_hangs_holds_nobody_up(office, receiver):
    desk = office(manner=QUICK._replace(seconds=20.0))
    receiver.answers = ["hang"]
    desk.hook(receiver.url, "slow", events=("registered_model.created",))
    desk.make("a")
    receiver.wait()
    desk.hook(receiver.url, "quick")
    desk.make("b")
    receiver.wait()
    assert [body["data"]["name"] for body in receiver.bodies] == ["a", "b"]


def test_a_receiver_that_is_down_gets_it_when_it_is_back(office, receiver):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    desk = office(manner=QUICK._replace(schedule=Schedule(1000, 0.001, 1.0)))
    desk.hook(f"http://127.0.0.1:{port}/")
    desk.make("a")
    desk.store.append([UpdateWebhook(webhook_id="w1", url=receiver.url)])
    receiver.wait()
    desk.settled()
    assert desk.states() == ["DELIVERED"]


def test_deliveries_are_signed_with_the_secret_of_the_user(desk, receiver):
    keep("w1", Secrets("s3cret", "Bearer token"))
    desk.hook(receiver.url, is_signed=True)
    desk.make("a")
    receiver.wait()
    _, headers, body = receiver.came[0]
    assert is_signed_by("s3cret", headers, body)
    assert headers["Authorization"] == "Bearer token"
    desk.settled()


def test_who_lacks_the_secret_leaves_a_delivery_to_who_has_it(desk, receiver):
    desk.hook(receiver.url, is_signed=True)
    desk.hook(receiver.url + "/open", "w2")
    desk.make("a")
    receiver.wait()
    assert [path for path, *_ in receiver.came] == ["/hook/open"]
    keep("w1", Secrets("s3cret"))
    desk.courier.wake(0, is_new=True)
    receiver.wait()
    desk.settled()
    assert desk.states() == ["DELIVERED"] * 2


def test_what_another_has_claimed_is_left_until_its_lease_ends(store_folder, receiver):
    store = DuckDBStore(store_folder)
    hook = CreateWebhook(
        webhook_id="w1", name="w", url=receiver.url, events=("registered_model.created",)
    )
    store.append([hook, CreateRegisteredModel(name="a")])
    (due,) = webhooks.due(store, now_ms())
    claim = partial(ClaimDeliveries, delivery_ids=(due.delivery_id,), owner="another")
    until = now_ms() + 60_000
    assert store.append([claim(leased_until=until)]) == [{due.delivery_id: receiver.url}]
    assert store.append([claim(leased_until=until)]) == [{}]
    assert webhooks.due(store, now_ms()) == []
    assert [it.delivery_id for it in webhooks.due(store, until)] == [due.delivery_id]
    assert (store.next_delivery or 0) == until


def test_a_process_that_ends_waits_a_moment_for_what_is_under_way(office, receiver):
    desk = office()
    desk.hook(receiver.url)
    desk.make("a")
    desk.courier.stop()
    assert desk.states() == ["DELIVERED"]


def test_of_two_who_deliver_each_delivery_is_sent_by_one(office, receiver):
    here, there = office(), office()
    here.hook(receiver.url)
    here.hook(receiver.url + "/second", "w2")
    for number in range(6):
        (here, there)[number % 2].make(f"m{number}")
    receiver.wait(12)
    for desk in (here, there):
        desk.courier.stop()
    ids = [headers["X-MLflow-Delivery-Id"] for _, headers, _ in receiver.came]
    assert len(ids) == len(set(ids)) == 12
    assert here.states() == ["DELIVERED"] * 12


def test_a_process_that_ends_delivers_all_it_can(office, receiver):
    desk = office()
    desk.hook(receiver.url)
    desk.courier.is_stopped = True
    for name in "abc":
        desk.make(name)
    desk.courier.part()
    assert desk.states() == ["DELIVERED"] * 3


def test_what_waits_in_line_goes_where_the_webhook_points_now(desk, receiver):
    desk.hook(receiver.url)
    receiver.answers = ["wait"]
    for name in "abc":
        desk.make(name)
    receiver.wait()
    desk.store.append([UpdateWebhook(webhook_id="w1", url=receiver.url + "/new")])
    receiver.let_go.set()
    receiver.wait(2)
    desk.settled()
    assert [path for path, *_ in receiver.came] == ["/hook", "/hook/new", "/hook/new"]


def test_a_disabled_webhook_is_told_nothing(desk, receiver):
    desk.hook(receiver.url, status="DISABLED")
    desk.make("a")
    assert desk.states() == []
    assert desk.courier.thread is None
