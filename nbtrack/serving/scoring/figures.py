"""What one worker counts: requests, rows, errors, latencies, by variant and by status."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate

from nbtrack.records.endpoint import EndpointStats, Variant, VariantStats
from nbtrack.records.ids import now_ms
from nbtrack.serving.statistics.latencies import step_of

__all__ = ["BOUNDS", "Figures"]

BOUNDS = (
    *(0.0001, 0.0002, 0.0003, 0.0005, 0.00075, 0.001, 0.0015, 0.002, 0.003, 0.005, 0.0075),
    *(0.01, 0.015, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75),
    *(1.0, 1.5, 2.0, 3.0, 5.0, 7.5, 10.0, 15.0, 20.0, 30.0, 60.0, 120.0),
)
"""Upper bounds of latencies in seconds: fine enough to read percentiles from."""

LABELS = (*(f"{it:g}" for it in BOUNDS), "+Inf")
REFUSED = 400
SERVER_ERROR = 500


class Figures:
    """Counts of one worker since its start.

    Example:
        >>> figures = Figures([Variant(name="a", model_uri="", folder="")])
        >>> figures.count(0, 0.002, 200, rows=1)
        >>> figures.stats().codes
        {'200': 1}
    """

    def __init__(self, variants: list[Variant] | tuple[Variant, ...]) -> None:
        self.variants = [VariantStats(name=it.name, version=it.version) for it in variants]
        self.buckets = [0] * (len(BOUNDS) + 1)
        self.codes: dict[int, int] = {}
        self.requests = self.errors = self.cached = 0

    def count(
        self,
        variant: int | None,
        seconds: float,
        status: int,
        *,
        rows: int = 0,
        failed: bool = False,
    ) -> None:
        """A request was answered; `failed` is a model that could not."""
        self.requests += 1
        self.codes[status] = self.codes.get(status, 0) + 1
        self.buckets[bisect_left(BOUNDS, seconds)] += 1
        if status >= SERVER_ERROR:
            self.errors += 1
        if variant is not None:
            failed = failed or status >= SERVER_ERROR
            self.count_variant(variant, seconds, rows, failed=failed)
            self.variants[variant].refusals += not failed and status >= REFUSED

    def count_variant(self, at: int, seconds: float, rows: int, *, failed: bool) -> None:
        """A variant was asked, for a client or as a shadow."""
        known = self.variants[at]
        known.requests += 1
        known.rows += rows
        known.seconds += seconds
        known.errors += failed
        step = step_of(seconds)
        known.latencies[step] = known.latencies.get(step, 0) + 1

    def reward(self, name: str, version: int | None, value: float) -> None:
        """An answer was worth something, be it one of a version that is served no more."""
        key = (name, version)
        known = next((it for it in self.variants if (it.name, it.version) == key), None)
        if known is None:
            known = VariantStats(name=name, version=version)
            self.variants.append(known)
        known.rewards += 1
        known.reward_sum += value
        known.reward_squares += value * value

    def stats(self) -> EndpointStats:
        """All that was counted so far."""
        return EndpointStats(
            moment=now_ms(),
            workers=1,
            requests=self.requests,
            errors=self.errors,
            cached=self.cached,
            codes={str(code): count for code, count in self.codes.items()},
            buckets=dict(zip(LABELS, accumulate(self.buckets), strict=True)),
            variants=self.variants,
        )
