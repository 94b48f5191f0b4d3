"""Delivers what events brought about: a thread that lives while something is due.

Whoever has the store open delivers. A delivery is claimed under the store's lock for as long as an
attempt may take, so that no two send it at once; a process that dies leaves it to the next one.
"""

from __future__ import annotations

import atexit
import logging
import os
import queue
import threading
import time
import weakref
from collections.abc import Callable
from typing import NamedTuple

from nbtrack.capture.guard import guarded, warn
from nbtrack.errors import StoreError
from nbtrack.questions import webhooks
from nbtrack.records.ids import now_ms
from nbtrack.records.webhook import Delivery, Webhook
from nbtrack.records.webhook_operation import ClaimDeliveries, SettleDelivery
from nbtrack.registry.webhooks.post import Reply, post
from nbtrack.registry.webhooks.schedule import Schedule
from nbtrack.registry.webhooks.secrets import Secrets, has_secrets, secrets_of
from nbtrack.registry.webhooks.signature import headers_for
from nbtrack.store.protocol import Store

__all__ = ["Courier", "Manner", "send"]

AT_ONCE = 8
"""So many webhooks are delivered to at the same time; each gets one delivery after the other."""

SLACK_SECONDS = 15.0
"""How much longer than an attempt a claim lasts."""

IDLE_SECONDS = 0.02
LONGEST_SLEEP_SECONDS = 300.0
"""Between two looks at what is due but cannot be taken on: others have it, or its secret."""

logger = logging.getLogger("nbtrack")


class Manner(NamedTuple):
    """How deliveries are made."""

    seconds: float = 30.0
    """How long an attempt may take."""
    private: bool = True
    """Whether addresses of this machine and of its network may be posted to."""
    schedule: Schedule = Schedule()
    parting_seconds: float = 3.0
    """How long a process that ends waits for what is being sent."""


class Sent(NamedTuple):
    """An attempt that was made."""

    delivery: Delivery
    reply: Reply


class Courier:
    """Delivers for one store; it has no thread until something is due."""

    def __init__(self, store: Callable[[], Store], manner: Callable[[], Manner]) -> None:
        self.store, self.manner = store, manner
        self.begin()
        every.add(self)

    def begin(self) -> None:
        """Have no thread, as in a forked child."""
        self.lock = threading.Lock()
        self.thread: threading.Thread | None = None
        self.woken = threading.Event()
        self.is_stopped = False
        self.due_at: int | None = None
        self.idle_seconds = IDLE_SECONDS
        self.sent: queue.SimpleQueue[Sent] = queue.SimpleQueue()
        self.under_way: set[str] = set()
        self.told: set[str] = set()

    def wake(self, due_at: int | None, *, is_new: bool = False) -> None:
        """Hear when the next delivery is due (ms since the epoch); None if none is."""
        is_new = is_new or due_at != self.due_at
        self.due_at = due_at
        if due_at is None or self.is_stopped or threading.current_thread() is self.thread:
            return
        with self.lock:
            if self.thread is None:
                self.thread = threading.Thread(
                    target=self.work, name="nbtrack-webhooks", daemon=True
                )
                self.thread.start()
            elif is_new:
                self.idle_seconds = IDLE_SECONDS
                self.woken.set()

    def stop(self) -> None:
        """Wait a moment for what is under way, and end the thread."""
        self.is_stopped = True
        self.woken.set()
        thread = self.thread
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def work(self) -> None:
        """Deliver until nothing is due any more; runs in the thread."""
        while self.deliver_due():
            self.rest()
        if self.is_stopped:
            self.part()
        with self.lock:
            if self.thread is threading.current_thread() and not self.is_stopped:
                self.thread = None  # a round failed: the next event begins anew

    @guarded
    def deliver_due(self) -> bool:
        """Send what is due, write down what was sent; whether to go on."""
        self.settle_all()
        if not self.is_stopped:
            self.send_due()
        with self.lock:
            if self.is_stopped:
                return False
            if self.due_at is None and not self.under_way:
                self.thread = None
                return False
        return True

    def rest(self) -> None:
        """Wait for an answer, for an event, or for the next attempt."""
        wait = LONGEST_SLEEP_SECONDS
        if self.due_at is not None:
            wait = min(wait, max(self.idle_seconds, (self.due_at - now_ms()) / 1000))
        self.woken.wait(wait)
        self.woken.clear()

    @guarded
    def part(self) -> None:
        """Give what is under way a moment, and what is due one attempt, when the process ends.

        No thread can be started then, so what is due is sent from this one.
        """
        end = time.monotonic() + self.manner().parting_seconds
        if self.due_at is not None and self.due_at <= now_ms():
            for webhook, delivery in self.claimed():
                seconds = max(0.1, end - time.monotonic())
                self.attempt(webhook, delivery, self.manner()._replace(seconds=seconds))
        while self.under_way and time.monotonic() < end:
            self.woken.wait(0.05)
            self.woken.clear()
            self.settle_all()

    def send_due(self) -> None:
        """Send what is due, each in a thread of its own, which may hang and hold up nobody."""
        for webhook, delivery in self.claimed():
            threading.Thread(
                target=self.attempt,
                args=(webhook, delivery, self.manner()),
                name="nbtrack-delivery",
                daemon=True,
            ).start()

    def claimed(self) -> list[tuple[Webhook, Delivery]]:
        """Claim what is due and can be signed here, one for each webhook."""
        store = self.store()
        known = {it.webhook_id: it for it in webhooks.every(store)}
        first: dict[str, Delivery] = {}
        for delivery in webhooks.due(store, now_ms()):
            if delivery.webhook_id in known and self.can_send(known[delivery.webhook_id]):
                first.setdefault(delivery.webhook_id, delivery)
        wanted = list(first.values())[: AT_ONCE - len(self.under_way)]
        if not wanted:
            self.idle_seconds = min(2 * self.idle_seconds, LONGEST_SLEEP_SECONDS)
            return []
        self.idle_seconds = IDLE_SECONDS
        lease = self.manner().seconds + SLACK_SECONDS
        (claimed,) = store.append(
            [
                ClaimDeliveries(
                    delivery_ids=tuple(it.delivery_id for it in wanted),
                    owner=f"{os.uname().nodename}:{os.getpid()}",
                    leased_until=now_ms() + int(lease * 1000),
                )
            ]
        )
        self.under_way |= claimed
        return [(known[it.webhook_id], it) for it in wanted if it.delivery_id in claimed]

    def can_send(self, webhook: Webhook) -> bool:
        """Whether a webhook's deliveries can be signed here; where not, that is said once."""
        if not webhook.is_signed or has_secrets(webhook.webhook_id):
            return True
        if webhook.webhook_id not in self.told:
            self.told.add(webhook.webhook_id)
            logger.info("deliveries of webhook %s wait for who has its secret", webhook.name)
        return False

    def attempt(self, webhook: Webhook, delivery: Delivery, manner: Manner) -> None:
        """Send one delivery; its outcome is written down by the courier's thread."""
        told = secrets_of(webhook.webhook_id) if webhook.is_signed else None
        reply = send(webhook.url, delivery.body, delivery.delivery_id, told or Secrets(), manner)
        self.sent.put(Sent(delivery, reply))
        self.woken.set()

    def settle_all(self) -> None:
        """Write down what was sent."""
        while not self.sent.empty():
            delivery, reply = self.sent.get()
            try:
                self.store().append([self.outcome(delivery, reply)])
            except StoreError as error:  # the lease ends, and it is sent once more
                logger.warning("how a delivery went cannot be written down: %s", error)
            self.under_way.discard(delivery.delivery_id)

    def outcome(self, delivery: Delivery, reply: Reply) -> SettleDelivery:
        """What is written down of an attempt."""
        if reply.is_taken:
            return SettleDelivery(
                delivery_id=delivery.delivery_id, state="DELIVERED", status_code=reply.status
            )
        attempt = delivery.attempts + 1
        wait = self.manner().schedule.wait_after(attempt, reply)
        if wait is None:
            warn(
                f"nbtrack: the event {delivery.event} was not delivered to webhook "
                f"{delivery.webhook_id}: {reply.error}; nbtrack.webhooks.redeliver"
                f"({delivery.delivery_id!r}) tries again"
            )
        return SettleDelivery(
            delivery_id=delivery.delivery_id,
            state="FAILED" if wait is None else "PENDING",
            next_time=0 if wait is None else now_ms() + int(wait * 1000),
            status_code=reply.status,
            error=reply.error[:500],
        )


def send(url: str, body: str, delivery_id: str, told: Secrets, manner: Manner) -> Reply:
    """Make one attempt."""
    headers = headers_for(body, delivery_id, str(int(time.time())), told.secret, told.authorization)
    return post(url, body, headers, seconds=manner.seconds, private=manner.private)


every: weakref.WeakSet[Courier] = weakref.WeakSet()


def begin_all() -> None:
    """After a fork."""
    for courier in every:
        courier.begin()


def stop_all() -> None:
    """When the process ends: a thread that is in DuckDB then would take the process down."""
    for courier in list(every):
        courier.stop()


os.register_at_fork(after_in_child=begin_all)
atexit.register(stop_all)
