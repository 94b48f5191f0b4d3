"""The figures of all workers together, those that ended included, and the last two minutes."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable

from nbtrack.records.endpoint import EndpointStats, VariantStats

__all__ = ["Figures", "added", "quantile"]

RECENT_SECONDS = 120
RATE_SECONDS = 10


class Figures:
    """Sums up what workers say of themselves.

    A worker counts from its own start, so that what an ended one said last is kept for good. The
    sums are a file of the endpoint's folder, and are gone on with where it is started again.
    """

    def __init__(self) -> None:
        self.ended = EndpointStats()
        self.restarts = 0
        self.recent: deque[tuple[int, int, int, float, float]] = deque(maxlen=RECENT_SECONDS)
        self.before = EndpointStats()
        self.total = EndpointStats()
        self.at_change: EndpointStats | None = None
        """How all fared when the models in force came."""

    def go_on(self, before: EndpointStats) -> None:
        """Count on from where an endpoint stood as it ended, whichever way it did."""
        self.ended = added([before])
        self.ended.in_flight = 0
        self.restarts = before.restarts
        self.before = self.total = self.at_change = self.ended

    def keep(self, stats: EndpointStats | None) -> None:
        """Add the last figures of a worker that has ended."""
        if stats is not None:
            self.ended = added([self.ended, stats])
            self.ended.in_flight = 0

    def tick(self, living: Iterable[EndpointStats | None], stopped: Iterable[str]) -> EndpointStats:
        """The figures of this second.

        Args:
            living: What each worker said last.
            stopped: The variants that were taken out of the traffic.
        """
        said = [it for it in living if it is not None]
        total = added([self.ended, *said])
        total.moment = time.time_ns() // 1_000_000
        total.workers = len(said)
        total.restarts = self.restarts
        self.add_second(total)
        total.recent = list(self.recent)
        total.per_second = self.rate(total.moment)
        total.p50_ms, total.p95_ms, total.p99_ms = self.latencies(total)
        for variant in total.variants:
            variant.is_stopped = variant.name in set(stopped)
        self.total = total
        return total

    def add_second(self, total: EndpointStats) -> None:
        """Note what this second brought; its latencies are those of its own requests."""
        before, self.before = self.before, total
        new = {
            bound: count - before.buckets.get(bound, 0) for bound, count in total.buckets.items()
        }
        p50, p95 = (1000 * (quantile(new, it) or 0.0) for it in (0.5, 0.95))
        # What was added up is never less than before: a worker's last words may be lost, though.
        requests = max(0, total.requests - before.requests)
        errors = max(0, total.errors - before.errors)
        self.recent.append((total.moment, requests, errors, round(p50, 3), round(p95, 3)))

    def rate(self, moment: int) -> float:
        """Requests a second, over the last ten."""
        seconds = [it for it in self.recent if it[0] > moment - 1000 * RATE_SECONDS]
        return round(sum(it[1] for it in seconds) / max(1, len(seconds)), 2)

    @staticmethod
    def latencies(total: EndpointStats) -> tuple[float | None, ...]:
        """The percentiles since the start, in ms."""
        found = (quantile(total.buckets, it) for it in (0.5, 0.95, 0.99))
        return tuple(None if it is None else round(1000 * it, 3) for it in found)

    @property
    def is_quiet(self) -> bool:
        """Whether nothing was asked in the last two minutes."""
        return not any(it[1] or it[2] for it in self.recent) and not self.total.in_flight


def added(many: list[EndpointStats]) -> EndpointStats:
    """Figures added up: counts and what is counted by a key; the rest belongs to none but its own.

    Example:
        >>> added([EndpointStats(requests=2, codes={"200": 2}), EndpointStats(requests=1)]).requests
        3
    """
    total = EndpointStats()
    variants: dict[tuple[str, int | None], VariantStats] = {}
    for one in many:
        add(total, one)
        for it in one.variants:
            new = VariantStats(name=it.name, version=it.version)
            add(variants.setdefault((it.name, it.version), new), it)
    total.variants = list(variants.values())
    return total


def add(total: EndpointStats | VariantStats, one: EndpointStats | VariantStats) -> None:
    """Add each number of one to those of the other."""
    for name in one.__struct_fields__:
        if name == "version":  # a number that says which one
            continue
        value, sum_ = getattr(one, name), getattr(total, name)
        if isinstance(value, dict):
            setattr(total, name, {**sum_, **{at: sum_.get(at, 0) + n for at, n in value.items()}})
        elif isinstance(value, int | float) and sum_ is not None and not isinstance(value, bool):
            setattr(total, name, sum_ + value)


def quantile(buckets: dict[str, int], part: float) -> float | None:
    """The latency below which a part of the requests is, in seconds.

    Within a bucket they are taken to be spread evenly.

    Args:
        buckets: How many requests there are up to each upper bound, those of lower ones included,
            as Prometheus counts; "+Inf" are all.
        part: Such as 0.95.

    Example:
        >>> quantile({"0.01": 90, "0.1": 100, "+Inf": 100}, 0.95)
        0.055
    """
    ordered = sorted((float(bound), count) for bound, count in buckets.items())
    if not ordered or ordered[-1][1] <= 0:
        return None
    wanted = part * ordered[-1][1]
    low, below = 0.0, 0
    for bound, count in ordered:
        if count >= wanted and count > below:
            if bound == float("inf"):
                return low
            return round(low + (bound - low) * (wanted - below) / (count - below), 6)
        low, below = bound, count
    return low
