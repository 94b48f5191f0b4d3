"""Endpoints: what is served and how it fares; started, stopped, shared anew, tried out."""

from __future__ import annotations

import json
from typing import Any

from nbtrack.api.endpoints import start as starting
from nbtrack.api.endpoints.endpoint import OVER, Endpoint
from nbtrack.api.endpoints.form import Field, example_body
from nbtrack.api.endpoints.serve import Details, Manner, prepared_for
from nbtrack.errors import InvalidValue, NotFound, listing
from nbtrack.rest.endpoint_facts import facts_of
from nbtrack.rest.endpoint_items import event_item, item_of, load_of, log_item, results_reply
from nbtrack.rest.endpoint_trial import passed_on
from nbtrack.rest.routing import Request, Route
from nbtrack.rest.shapes import (
    EndpointReply,
    EndpointsReply,
    InputItem,
    LogsReply,
    RemovedReply,
    RemoveWish,
    ResultsReply,
    ServeWish,
    SnippetItem,
    TrafficWish,
    TryReply,
    TryWish,
    UseReply,
)
from nbtrack.serving.supervising.place import folders_in

__all__ = [
    "ROUTES",
    "change_traffic",
    "endpoint",
    "endpoints",
    "logs",
    "reload",
    "remove",
    "restart",
    "results",
    "serve",
    "stop",
    "try_out",
    "use",
]

MOST_LINES = 2000
START_SECONDS = 0.0
"""A browser watches an endpoint come up: no thread of the server waits for that."""


def endpoints(request: Request) -> EndpointsReply:
    """The endpoints of a store, those that run first."""
    here = request.here
    facts = facts_of(here)
    own = {it.path.name for it in folders_in(here.folder.path) if it.state() is not None}
    items = [item_of(Endpoint(here, it), facts) for it in sorted(own.union(facts.names))]
    return EndpointsReply(endpoints=sorted(items, key=lambda it: it.status in OVER))


def endpoint(request: Request) -> EndpointReply:
    """An endpoint with its load and what happened to it.

    Raises:
        NotFound: There never was one of that name.
    """
    return reply_of(asked(request))


def asked(request: Request) -> Endpoint:
    """The endpoint that a request names.

    Raises:
        NotFound: There never was one of that name.
    """
    here, name = request.here, request.path["name"]
    own = [it.path.name for it in folders_in(here.folder.path) if it.state() is not None]
    known = {*own, *facts_of(here).names}
    if name not in known:
        raise NotFound(f"there is no endpoint {name!r}; {listing(sorted(known), name)}")
    return Endpoint(here, name)


def reply_of(found: Endpoint) -> EndpointReply:
    """The page of an endpoint."""
    facts, stats = facts_of(found.here), found.stats()
    return EndpointReply(
        endpoint=item_of(found, facts),
        load=load_of(stats),
        codes=stats.codes,
        events=[event_item(it) for it in facts.events_of(found)],
    )


def use(request: Request) -> UseReply:
    """How an endpoint is asked: code, the fields of a form, and a body that works.

    Raises:
        NotFound: There never was one of that name, or its model's files are gone.
    """
    found = asked(request)
    return UseReply(
        snippets=[SnippetItem(language=it, code=code) for it, code in found.snippets().items()],
        inputs=[input_item(it) for it in found.form()],
        body=json.dumps(example_body(found.model_folder), indent=2, ensure_ascii=False),
    )


def input_item(field: Field) -> InputItem:
    """A field as it is sent."""
    return InputItem(
        name=field.name,
        type=field.type,
        kind=field.kind,
        required=field.is_required,
        value=None if field.example is None else json.dumps(field.example, ensure_ascii=False),
    )


def logs(request: Request) -> LogsReply:
    """The last lines of an endpoint's log.

    Raises:
        InvalidValue: The limit is no number.
    """
    text = request.query.get("limit") or "200"
    if not text.isdecimal():
        raise InvalidValue(f"limit is a number of lines, not {text[:40]!r}")
    limit = min(int(text), MOST_LINES)
    return LogsReply(lines=[log_item(it) for it in asked(request).logs(limit)])


def results(request: Request) -> ResultsReply:
    """What the traffic says of an endpoint's variants so far."""
    return results_reply(asked(request).results())


def serve(request: Request) -> EndpointReply:
    """Start an endpoint; whether it comes up is seen in its status.

    Raises:
        AlreadyExists: One of that name runs.
        InvalidValue: Something of it cannot be.
        NotFound: There is no such model.
    """
    wish, here = request.sent(ServeWish), request.here
    manner = Manner(
        port=wish.port,
        workers=wish.workers,
        keep=wish.keep,
        follow=wish.follow,
        log_predictions=wish.log_rate,
        token=wish.token,
        key=wish.key,
        **sharing(wish),
    )
    allowed: Details = {"allow_pickle": True} if wish.allow_pickle else {}
    made = prepared_for(here, wish.model_uri, wish.name, manner, allowed)
    starting.spawn(made.folder, made.launch, made.lock)
    return reply_of(Endpoint(here, made.plan.name))


def sharing(wish: ServeWish) -> dict[str, Any]:
    """How the traffic is shared with another model, as `serve` is told it."""
    if wish.other_uri is None:
        return {}
    if wish.how in {"shadow", "bandit"}:
        return {wish.how: wish.other_uri}
    return {wish.how: {wish.other_uri: wish.share}}


def stop(request: Request) -> EndpointReply:
    """Answer what is in flight, and end."""
    return reply_of(asked(request).stop())


def restart(request: Request) -> EndpointReply:
    """Start an endpoint again; whether it comes up is seen in its status."""
    return reply_of(asked(request).restart(wait=START_SECONDS))


def remove(request: Request) -> RemovedReply:
    """Remove an endpoint with its copies of models; what it answered stays recorded.

    Raises:
        EndpointError: It runs, and is not to be stopped.
    """
    freed = asked(request).remove(stop=request.sent(RemoveWish).stop)
    return RemovedReply(**freed._asdict())


def reload(request: Request) -> EndpointReply:
    """Go over to what the aliases mean now, without a failed request.

    Raises:
        EndpointError: The new models cannot be loaded; the old ones go on.
    """
    return reply_of(asked(request).reload())


def change_traffic(request: Request) -> EndpointReply:
    """Share the traffic anew, or log another part of it."""
    wish = request.sent(TrafficWish)
    return reply_of(asked(request).change(shares=wish.shares, log_rate=wish.log_rate))


def try_out(request: Request) -> TryReply:
    """Pass a request on to an endpoint that runs."""
    found = asked(request)
    state = found.state
    if not found.is_alive or not state.url:
        raise InvalidValue(
            f"the endpoint {found.name!r} is {state.status}: start it again to ask it"
        )
    return passed_on(state.url, request.sent(TryWish))


ROUTES = (
    Route("GET", "endpoints", endpoints),
    Route("POST", "endpoints", serve, ServeWish),
    Route("GET", "endpoints/{name}", endpoint),
    Route("GET", "endpoints/{name}/use", use),
    Route("GET", "endpoints/{name}/logs", logs),
    Route("GET", "endpoints/{name}/results", results),
    Route("POST", "endpoints/{name}/stop", stop),
    Route("POST", "endpoints/{name}/restart", restart),
    Route("POST", "endpoints/{name}/reload", reload),
    Route("POST", "endpoints/{name}/remove", remove, RemoveWish),
    Route("POST", "endpoints/{name}/traffic", change_traffic, TrafficWish),
    Route("POST", "endpoints/{name}/try", try_out, TryWish),
)
