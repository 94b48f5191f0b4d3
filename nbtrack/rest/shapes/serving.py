"""Endpoints: which models they serve and how they fare, and what may be done to them."""

from __future__ import annotations

from typing import Literal

from nbtrack.api.endpoints.form import FieldKind
from nbtrack.records.endpoint import EndpointStatus, TrafficMode
from nbtrack.rest.shapes.shape import Shape

__all__ = [
    "EndpointEventItem",
    "EndpointItem",
    "EndpointReply",
    "EndpointsReply",
    "InputItem",
    "LoadItem",
    "LogItem",
    "LogsReply",
    "RemoveWish",
    "RemovedReply",
    "ResultItem",
    "ResultsReply",
    "ServeWish",
    "ServedItem",
    "SnippetItem",
    "TrafficWish",
    "TryReply",
    "TryWish",
    "UseReply",
]


class ServedItem(Shape, frozen=True):
    """A model behind an endpoint: its part of the traffic, from 0 to 1, and what it has done."""

    name: str
    model_uri: str
    model_name: str | None = None
    version: str | None = None
    run_id: str | None = None
    share: float = 1.0
    is_shadow: bool = False
    is_stopped: bool = False
    requests: int = 0
    rows: int = 0
    errors: int = 0
    mean_ms: float | None = None
    rewards: int = 0
    mean_reward: float | None = None


class EndpointItem(Shape, frozen=True):
    """An endpoint as it is listed; `recent` are the requests of each of the last seconds.

    `earlier` are versions that variants served before, with what they have done.
    """

    name: str
    endpoint_id: str
    url: str
    status: EndpointStatus
    number: int
    mode: TrafficMode
    variants: list[ServedItem]
    earlier: list[ServedItem] = []
    reason: str = ""
    since: int | None = None
    pid: int | None = None
    behind: str = ""
    is_loading: bool = False
    workers: int = 0
    restarts: int = 0
    requests: int = 0
    errors: int = 0
    in_flight: int = 0
    logged: int = 0
    cached: int = 0
    per_second: float = 0.0
    p50_ms: float | None = None
    p95_ms: float | None = None
    p99_ms: float | None = None
    recent: list[float] = []
    follow: bool = False
    needs_token: bool = False
    log_rate: float = 0.0


class EndpointsReply(Shape, frozen=True):
    """The endpoints of a store, those that run first."""

    endpoints: list[EndpointItem]


class LoadItem(Shape, frozen=True):
    """What an endpoint had to do in each of the last seconds, oldest first."""

    moments: list[int]
    requests: list[int]
    errors: list[int]
    p50_ms: list[float]
    p95_ms: list[float]


class EndpointEventItem(Shape, frozen=True):
    """Something that happened to an endpoint."""

    time: int
    kind: str
    text: str = ""


class EndpointReply(Shape, frozen=True):
    """An endpoint as it is now; `codes` counts its answers by HTTP status."""

    endpoint: EndpointItem
    load: LoadItem
    codes: dict[str, int]
    events: list[EndpointEventItem]


class SnippetItem(Shape, frozen=True):
    """How an endpoint is asked, in a language."""

    language: str
    code: str


class InputItem(Shape, frozen=True):
    """What a model takes, and where it goes in a request; `value` is JSON to begin with."""

    name: str
    type: str
    kind: FieldKind
    required: bool = True
    value: str | None = None


class UseReply(Shape, frozen=True):
    """How an endpoint is used: code, and what a form has to ask; `body` is a request."""

    snippets: list[SnippetItem]
    inputs: list[InputItem]
    body: str


class LogItem(Shape, frozen=True):
    """A line of an endpoint's log."""

    text: str
    time: int | None = None
    level: str = ""


class LogsReply(Shape, frozen=True):
    """The last lines of an endpoint's log, oldest first."""

    lines: list[LogItem]


class ResultItem(Shape, frozen=True):
    """A variant in the comparison; `low` and `high` bound how it differs from the first."""

    name: str
    count: int
    mean: float | None = None
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    lift: float | None = None
    p_value: float | None = None
    best: float | None = None


class ResultsReply(Shape, frozen=True):
    """What the traffic so far says of the variants; it may be looked at at any time."""

    headline: str
    metric: str
    results: list[ResultItem]
    winner: str | None = None
    note: str = ""
    warnings: list[str] = []


class ServeWish(Shape, frozen=True):
    """A model is to be served; `other_uri` shares the traffic, or only sees it as a shadow."""

    model_uri: str
    name: str | None = None
    port: int | None = None
    workers: int = 1
    keep: bool = True
    follow: bool = False
    log_rate: float = 0.0
    token: str | None = None
    allow_pickle: bool = False
    other_uri: str | None = None
    how: Literal["split", "canary", "bandit", "shadow"] = "split"
    share: float = 0.5
    key: str | None = None


class RemoveWish(Shape, frozen=True):
    """An endpoint is to go with its copies of models; stopped before, if that is wanted."""

    stop: bool = False


class RemovedReply(Shape, frozen=True):
    """What the removal of an endpoint freed: copies of models, and bytes in all."""

    name: str
    models: int
    size_bytes: int


class TrafficWish(Shape, frozen=True):
    """Other shares of the variants by name, or another part of requests that is logged."""

    shares: dict[str, float] | None = None
    log_rate: float | None = None


class TryWish(Shape, frozen=True):
    """A request that is passed on to an endpoint as it is."""

    body: str
    content_type: str = "application/json"
    token: str | None = None
    key: str | None = None


class TryReply(Shape, frozen=True):
    """What the endpoint answered."""

    status: int
    body: str
    seconds: float
    variant: str = ""
    version: str = ""
    prediction_id: str = ""
