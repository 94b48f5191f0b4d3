"""An endpoint: which models it serves, how its traffic is shared, and how it fares."""

from __future__ import annotations

from typing import Literal

import msgspec

__all__ = [
    "EndpointOptions",
    "EndpointPlan",
    "EndpointStats",
    "EndpointStatus",
    "Traffic",
    "TrafficMode",
    "Variant",
    "VariantStats",
]

EndpointStatus = Literal[
    "STARTING", "HEALTHY", "UNHEALTHY", "RESTARTING", "STOPPING", "STOPPED", "FAILED"
]
"""FAILED is one that ended without being asked to, or never came up; STOPPED was asked to."""

TrafficMode = Literal["single", "split", "canary", "bandit"]


class Variant(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One model behind an endpoint, found and checked before a worker is started.

    Attributes:
        name: What it is called in headers, logs and statistics; unique in its endpoint.
        model_uri: The address as the user wrote it; an alias in it may be followed.
        folder: Where its files are on this machine.
        files: The SHA-256 of each file by path; a worker checks them before it reads any.
        is_vouched: Whether this user's own store recorded those digests, or the user allowed it.
        share: Its part of the traffic; the parts of a plan need not add up to one.
        is_shadow: Whether it gets a copy of each request, of those that the cache answers, too, and
            its answers go only to the log.
    """

    name: str
    model_uri: str
    folder: str
    files: dict[str, str] = {}
    is_vouched: bool = False
    model_name: str | None = None
    version: int | None = None
    model_id: str | None = None
    run_id: str | None = None
    share: float = 1.0
    is_shadow: bool = False


class Traffic(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """How requests are shared among variants.

    Attributes:
        mode: "split" by a hash of the key; "canary" is a split that stops itself when the second
            variant fails; "bandit" learns from rewards.
        key: The column or param that holds the key; the header `X-Nbtrack-Key` goes before it.
        salt: What the key is hashed with, so that two experiments share their users anew.
        most_errors: A canary stops once its rate of errors is surely above the other's by this.
        most_slowdown: A canary stops once its median latency is above this many times the other's.
        least_requests: How many requests a canary is given before it is judged.
    """

    mode: TrafficMode = "single"
    key: str | None = None
    salt: str = ""
    most_errors: float = 0.01
    most_slowdown: float = 3.0
    least_requests: int = 100


class EndpointOptions(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """How an endpoint is served.

    Attributes:
        workers: Processes that share the port.
        follow: Whether a variant whose address names an alias is replaced when the alias moves.
        token_digest: The SHA-256 of the token that a client must send; None lets everyone in.
        log_rate: The part of the requests whose inputs and outputs are kept, 0 to 1.
        log_columns: The columns that may be kept; None keeps all that look like no secret.
        cache_seconds: How long an answer is given again for the same input; 0 keeps none.
        cache_url: Where answers are kept for several processes, such as redis://127.0.0.1:6379.
        timeout_seconds: How long a request may take.
        most_bytes: The largest body that is read.
        most_waiting: How many requests may wait for the model; one more is told to come later.
        drain_seconds: How long requests in flight are waited for at the end.
    """

    workers: int = 1
    follow: bool = False
    token_digest: str | None = None
    log_rate: float = 0.0
    log_columns: tuple[str, ...] | None = None
    cache_seconds: float = 0.0
    cache_url: str | None = None
    timeout_seconds: float = 60.0
    most_bytes: int = 64 * 1024 * 1024
    most_waiting: int = 4096
    drain_seconds: float = 30.0


class EndpointPlan(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """All that a worker needs to know; a change of it is a plan with the next number."""

    endpoint_id: str
    name: str
    variants: tuple[Variant, ...]
    number: int = 1
    traffic: Traffic = Traffic()
    options: EndpointOptions = EndpointOptions()
    store: str | None = None
    """The folder of the store whose journal takes predictions; None keeps none."""

    def discreet(self) -> EndpointPlan:
        """The plan as all may read it: without the password in the address of its cache."""
        scheme, separator, rest = (self.options.cache_url or "").partition("://")
        _, has_user, place = rest.rpartition("@")
        if not has_user:
            return self
        options = msgspec.structs.replace(self.options, cache_url=f"{scheme}{separator}{place}")
        return msgspec.structs.replace(self, options=options)


class VariantStats(msgspec.Struct, omit_defaults=True, kw_only=True):
    """What one version of a variant has done since the endpoint was made, all workers together."""

    name: str
    version: int | None = None
    """The version that answered; a reload may bring another under the same name."""
    requests: int = 0
    rows: int = 0
    errors: int = 0
    seconds: float = 0.0
    rewards: int = 0
    reward_sum: float = 0.0
    reward_squares: float = 0.0
    is_stopped: bool = False
    """Whether a canary was taken out of the traffic."""
    refusals: int = 0
    """Requests that it did not take, as its signature or their form would not have it."""
    latencies: dict[int, int] = {}
    """Its answers by the step of their latency; see `nbtrack.serving.statistics.latencies`."""


class EndpointStats(msgspec.Struct, omit_defaults=True, kw_only=True):
    """How an endpoint fares: what its page shows, and `/metrics` counts.

    Attributes:
        moment: When this was written, ms since the epoch.
        buckets: Requests by the upper bound of their latency in seconds, as Prometheus wants them.
        codes: Answers by HTTP status.
        recent: The last 120 seconds, oldest first: [moment, requests, errors, p50 ms, p95 ms].
    """

    moment: int = 0
    workers: int = 0
    requests: int = 0
    errors: int = 0
    in_flight: int = 0
    logged: int = 0
    dropped: int = 0
    """Rows of the prediction log that could not be kept."""
    cached: int = 0
    restarts: int = 0
    codes: dict[str, int] = {}
    buckets: dict[str, int] = {}
    variants: list[VariantStats] = []
    recent: list[tuple[int, int, int, float, float]] = []
    p50_ms: float | None = None
    p95_ms: float | None = None
    p99_ms: float | None = None
    per_second: float = 0.0

    def of(self, variant: Variant) -> VariantStats:
        """What a variant has done with the version that it serves now."""
        for it in self.variants:
            if (it.name, it.version) == (variant.name, variant.version):
                return it
        return VariantStats(name=variant.name, version=variant.version)

    def earlier(self, plan: EndpointPlan) -> list[VariantStats]:
        """What versions have done that a plan serves no more."""
        served = {(it.name, it.version) for it in plan.variants}
        return [it for it in self.variants if (it.name, it.version) not in served]
