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
from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

from nbtrack.capture.guard import guarded, warn
from nbtrack.errors import StoreError
from nbtrack.questions import webhooks
from nbtrack.records.event import Op
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
        """Webhooks that are being delivered to."""
        self.line: dict[str, deque[Delivery]] = {}
        self.told: set[str] = set()

    def wake(self, due_at: int | None, *, is_new: bool = False) -> None:
        """Hear when the next delivery is due (ms since the epoch); None if none is."""
        is_new = is_new or due_at != self.due_at
        self.due_at = due_at
        if due_at is None or self.is_stopped or threading.current_thread() is self.thread:
            return
        with self.lock:
            if self.thread is None:
                thread = threading.Thread(target=self.work, name="nbtrack-webhooks", daemon=True)
                try:
                    thread.start()
                except RuntimeError:  # the interpreter ends: who opens the store next delivers
                    logger.debug("no thread can be started to deliver")
                else:
                    self.thread = thread
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
        """Write down what was sent, send what is due; whether to go on."""
        for delivery, url in self.claimed(self.settlements()):
            self.begin_attempt(delivery, url)
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
        while time.monotonic() < end:
            for delivery, url in self.claimed(self.settlements(), is_parting=True):
                seconds = max(0.1, end - time.monotonic())
                self.attempt(delivery, url, self.manner()._replace(seconds=seconds))
            if not self.under_way:
                break
            self.woken.wait(min(0.05, max(0.0, end - time.monotonic())))
            self.woken.clear()
        self.claimed(self.settlements())

    def claimed(self, settled: list[Op], *, is_parting: bool = False) -> list[tuple[Delivery, str]]:
        """Write down what was sent and claim what is next, in one act; with the URL of each."""
        wanted: list[Delivery] = []
        if is_parting or not self.is_stopped:
            wanted = self.next_in_line()
            if not wanted and self.due_at is not None and self.due_at <= now_ms():
                self.write_down(settled)
                settled = []
                self.look_what_is_due()
                wanted = self.next_in_line()
        if not wanted:
            # What is due and cannot be taken on is looked at less and less often.
            is_due = self.due_at is not None and self.due_at <= now_ms()
            longer = min(2 * self.idle_seconds, LONGEST_SLEEP_SECONDS)
            self.idle_seconds = longer if is_due else IDLE_SECONDS
            self.write_down(settled)
            return []
        self.idle_seconds = IDLE_SECONDS
        lease = self.manner().seconds + SLACK_SECONDS
        claim = ClaimDeliveries(
            delivery_ids=tuple(it.delivery_id for it in wanted),
            owner=f"{os.uname().nodename}:{os.getpid()}",
            leased_until=now_ms() + int(lease * 1000),
        )
        urls = (self.write_down([*settled, claim]) or [{}])[-1]
        found = [it for it in wanted if it.delivery_id in urls]
        self.under_way |= {it.webhook_id for it in found}
        return [(it, urls[it.delivery_id]) for it in found]

    def next_in_line(self) -> list[Delivery]:
        """The oldest that is due of each webhook that is not being delivered to."""
        found: list[Delivery] = []
        for webhook_id, waiting in self.line.items():
            is_free = webhook_id not in self.under_way
            if waiting and is_free and len(found) + len(self.under_way) < AT_ONCE:
                found.append(waiting.popleft())
        return found

    def look_what_is_due(self) -> None:
        """Have in line what can be signed here."""
        store = self.store()
        known = {it.webhook_id: it for it in webhooks.every(store)}
        self.line.clear()
        for delivery in webhooks.due(store, now_ms()):
            webhook = known.get(delivery.webhook_id)
            if webhook is not None and self.can_send(webhook):
                self.line.setdefault(delivery.webhook_id, deque()).append(delivery)

    def can_send(self, webhook: Webhook) -> bool:
        """Whether a webhook's deliveries can be signed here; where not, that is said once."""
        if not webhook.is_signed or has_secrets(webhook.webhook_id):
            return True
        if webhook.webhook_id not in self.told:
            self.told.add(webhook.webhook_id)
            logger.info("deliveries of webhook %s wait for who has its secret", webhook.name)
        return False

    def begin_attempt(self, delivery: Delivery, url: str) -> None:
        """Send one delivery in a thread of its own, which may hang and hold up nobody."""
        manner = self.manner()
        sender = threading.Thread(
            target=self.attempt, args=(delivery, url, manner), name="nbtrack-delivery", daemon=True
        )
        try:
            sender.start()
        except RuntimeError:  # the interpreter has begun to end
            self.attempt(delivery, url, manner._replace(seconds=manner.parting_seconds))

    def attempt(self, delivery: Delivery, url: str, manner: Manner) -> None:
        """Send one delivery; its outcome is written down by the courier's thread."""
        told = secrets_of(delivery.webhook_id) or Secrets()
        reply = send(url, delivery.body, delivery.delivery_id, told, manner)
        self.sent.put(Sent(delivery, reply))
        self.woken.set()

    def settlements(self) -> list[Op]:
        """What is to be written down of what was sent since."""
        found: list[Op] = []
        while not self.sent.empty():
            delivery, reply = self.sent.get()
            found.append(self.outcome(delivery, reply))
            self.under_way.discard(delivery.webhook_id)
        return found

    def write_down(self, ops: list[Op]) -> list[Any]:
        """Have the store evaluate operations; what it cannot take is sent once more later."""
        try:
            return self.store().append(ops) if ops else []
        except StoreError as error:
            logger.warning("how deliveries went cannot be written down: %s", error)
            return []

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
