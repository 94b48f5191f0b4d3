"""Models served from here: `serve`, and the endpoints that a store has or had."""

from __future__ import annotations

import hashlib
import math
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypedDict, Unpack, get_args

import msgspec

from nbtrack.api.endpoints import start as starting
from nbtrack.api.endpoints.changes import check_rate
from nbtrack.api.endpoints.endpoint import OVER, Endpoint
from nbtrack.api.endpoints.names import names_in
from nbtrack.api.endpoints.served_models import (
    Uri,
    Wanted,
    named_variants,
    variant_of,
    wanted_models,
)
from nbtrack.api.session import Session, session
from nbtrack.errors import AlreadyExists, InvalidValue, NotFound, UnknownName, listing
from nbtrack.records.endpoint import (
    EndpointOptions,
    EndpointPlan,
    EndpointStatus,
    Traffic,
)
from nbtrack.records.ids import uuid7
from nbtrack.serving.supervising.copies import release
from nbtrack.serving.supervising.following import size_of
from nbtrack.serving.supervising.place import EndpointFolder, Launch

__all__ = [
    "Details",
    "Manner",
    "Prepared",
    "checked_port",
    "endpoint",
    "endpoints",
    "give_up",
    "name_for",
    "positive",
    "prepare_endpoint",
    "prepared_for",
    "serve",
]

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
LAST_PORT = 65535


class Prepared(NamedTuple):
    """An endpoint that is about to be started: its folder is made, and its lock taken."""

    folder: EndpointFolder
    plan: EndpointPlan
    launch: Launch
    lock: int


class Details(TypedDict, total=False):
    """What of an endpoint is seldom said; each has the default of `EndpointOptions`.

    Attributes:
        salt: What the key is hashed with; another one shares the users anew.
        log_columns: The columns that may be kept; all that look like no secret else.
        cache_seconds: How long an answer is given again for the same input; shadows are asked
            all the same.
        cache_url: Where answers are kept, such as redis://127.0.0.1:6379; in memory else.
        timeout: How long a request may take, in seconds.
        most_bytes: The largest body that is read.
        most_waiting: How many requests may wait for the model.
        drain_seconds: How long requests in flight are waited for at the end.
        allow_pickle: Whether models that you did not log yourself may run code as they are read.
        python: The interpreter of the workers; this one else.
    """

    salt: str
    log_columns: Sequence[str] | None
    cache_seconds: float
    cache_url: str | None
    timeout: float
    most_bytes: int
    most_waiting: int
    drain_seconds: float
    allow_pickle: bool | None
    python: str | None


def serve(
    model_uri: Uri,
    name: str | None = None,
    *,
    host: str = "127.0.0.1",
    port: int | None = None,
    workers: int = 1,
    keep: bool = False,
    follow: bool = False,
    log_predictions: float = 0.0,
    token: str | None = None,
    split: Mapping[str, float] | None = None,
    shadow: Uri | Sequence[Uri] | None = None,
    canary: Uri | Mapping[str, float] | None = None,
    bandit: Uri | Sequence[Uri] | None = None,
    key: str | None = None,
    wait: float = 60.0,
    **details: Unpack[Details],
) -> Endpoint:
    """Serve a model over HTTP, by a process of its own; MLflow's clients can ask it.

    Args:
        model_uri: `models:/name@alias`, `models:/name/1`, `runs:/<run id>/name`, or a path.
        name: What the endpoint is called; the model's name else.
        host: Where it listens; this machine alone is served by 127.0.0.1.
        port: The port; the first free one from 5000 on else.
        workers: Processes that share the port.
        keep: Whether it outlives the process that asked for it, such as a notebook's kernel.
        follow: Whether it goes over to another version as soon as an alias moves.
        log_predictions: The part of the requests that is kept with inputs and outputs, 0 to 1.
        token: What clients must send as `Authorization: Bearer …`.
        split: Further models and their part of the traffic: `{"models:/churn@challenger": 0.1}`.
        shadow: Models that get a copy of each request, of those that the cache answers, too, and
            whose answers are only logged.
        canary: As `split`, for a model that is taken out once it does worse; 5% by default.
        bandit: Models among which rewards decide.
        key: The column or param by which traffic is shared, such as "user_id".
        wait: How long to wait until it serves; 0 does not wait.
        details: What is seldom said: `timeout`, `most_bytes`, `most_waiting` and `drain_seconds`
            are limits; `cache_seconds` and `cache_url` keep answers; `log_columns` are those of
            the inputs that are kept; `salt` shares users anew; `allow_pickle` lets models that
            you did not log run code; `python` is the interpreter of another environment.

    Raises:
        AlreadyExists: An endpoint of that name runs.
        InvalidValue: A share, a rate, a number or a name cannot be.
        NotFound: There is no such model.
        PortTaken: Somebody else listens at the port.
        EndpointError: It does not come up; the message is the model's own.

    Example:
        >>> import nbtrack
        >>> from nbtrack.testing import temporary_store
        >>> with temporary_store():
        ...     info = nbtrack.pyfunc.log_model(name="total", python_model=lambda it: sum(it))
        ...     endpoint = nbtrack.serve(info.model_uri, port=0)
        ...     endpoint.predict([1, 2, 3])
        ...     endpoint.stop().status
        6
        'STOPPED'
    """
    here = session()
    sharing = (split, shadow, canary, bandit, key)
    manner = Manner(host, port, workers, keep, follow, log_predictions, token, *sharing)
    prepared = prepared_for(here, model_uri, name, manner, details)
    starting.spawn(prepared.folder, prepared.launch, prepared.lock)
    made = Endpoint(here, prepared.plan.name, token=token)
    return made.wait(wait) if wait else made


class Manner(NamedTuple):
    """How a model is to be served: what `serve` is told besides its details."""

    host: str = "127.0.0.1"
    port: int | None = None
    workers: int = 1
    keep: bool = False
    follow: bool = False
    log_predictions: float = 0.0
    token: str | None = None
    split: Mapping[str, float] | None = None
    shadow: Uri | Sequence[Uri] | None = None
    canary: Uri | Mapping[str, float] | None = None
    bandit: Uri | Sequence[Uri] | None = None
    key: str | None = None


def prepared_for(
    here: Session, model_uri: Uri, name: str | None, manner: Manner, details: Details
) -> Prepared:
    """An endpoint that is ready to be started.

    Raises:
        AlreadyExists: An endpoint of that name runs.
        InvalidValue: Something of it cannot be.
        NotFound: There is no model at an address.
    """
    models, mode = wanted_models(
        model_uri, manner.split, manner.canary, manner.bandit, manner.shadow
    )
    key, salt = column(manner.key, "key"), details.get("salt", "")
    traffic = Traffic(mode=mode, key=key, salt=salt)
    options, launch = options_of(details, manner), launch_of(details, manner)
    return prepare_endpoint(here, models, launch, name, traffic=traffic, options=options)


def options_of(details: Details, manner: Manner) -> EndpointOptions:
    """The options of an endpoint, checked.

    Raises:
        InvalidValue: One of them cannot be.
        TypeError: There is no detail of a name.
    """
    known = Details.__annotations__
    if unknown := sorted(set(details) - set(known)):
        raise TypeError(f"serve() takes no {unknown[0]!r}; {listing(sorted(known), unknown[0])}")
    columns, token = details.get("log_columns"), manner.token
    columns = [columns] if isinstance(columns, str) else columns
    usual = EndpointOptions()
    kept_for = seconds(details.get("cache_seconds", usual.cache_seconds), "cache_seconds")
    cache_url = details.get("cache_url")
    if cache_url and not kept_for:
        raise InvalidValue(
            "cache_url says where answers are kept, and cache_seconds for how long (in a shell "
            "--cache-ttl); without it none is kept"
        )
    return EndpointOptions(
        workers=positive(manner.workers, "workers"),
        follow=manner.follow,
        token_digest=None if token is None else digest_of_token(token),
        log_rate=check_rate(manner.log_predictions, "log_predictions"),
        log_columns=None if columns is None else tuple(columns),
        cache_seconds=kept_for,
        cache_url=cache_url,
        timeout_seconds=seconds(details.get("timeout", usual.timeout_seconds), "timeout"),
        most_bytes=positive(details.get("most_bytes", usual.most_bytes), "most_bytes"),
        most_waiting=positive(details.get("most_waiting", usual.most_waiting), "most_waiting"),
        drain_seconds=seconds(details.get("drain_seconds", usual.drain_seconds), "drain_seconds"),
    )


def digest_of_token(token: Any) -> str | None:
    """What is kept of a token; None for an empty one."""
    if not isinstance(token, str):
        raise InvalidValue(f"token is a text that clients send, not a {type(token).__name__}")
    return hashlib.sha256(token.encode()).hexdigest() if token else None


def launch_of(details: Details, manner: Manner) -> Launch:
    """How an endpoint is started.

    Raises:
        InvalidValue: There is no such host or port.
    """
    if not isinstance(manner.host, str) or not manner.host:
        raise InvalidValue(f"host is an address of this machine, not {manner.host!r}")
    return Launch(
        host=manner.host,
        port=checked_port(manner.port),
        is_kept=manner.keep,
        python=details.get("python"),
        working_folder=str(Path.cwd()),
        allows_pickle=details.get("allow_pickle"),
    )


def prepare_endpoint(
    here: Session,
    models: Sequence[Wanted],
    launch: Launch,
    name: str | None = None,
    *,
    traffic: Traffic | None = None,
    options: EndpointOptions | None = None,
) -> Prepared:
    """Find the models of an endpoint, take its name, and write its plan.

    Raises:
        AlreadyExists: An endpoint of that name runs.
        InvalidValue: The name cannot be a folder's.
        NotFound: There is no model at an address.
    """
    root = here.folder.path / "endpoints"
    called = checked_name(name) if name else name_for(here, models[0])
    folder = EndpointFolder(root / called)
    lock = folder.seize()
    if lock is None:
        raise taken(folder)
    launch = msgspec.structs.replace(launch, seen_bytes=size_of(here.folder.operations))
    try:
        variants = named_variants(
            [
                variant_of(here, it, folder.models, allow_pickle=launch.allows_pickle)
                for it in models
            ]
        )
        plan = EndpointPlan(
            endpoint_id=uuid7(),
            name=called,
            variants=variants,
            traffic=traffic or Traffic(),
            options=options or EndpointOptions(),
            store=str(here.folder.path) if here.folder.journal.is_dir() else None,
        )
        release(folder, variants)
        folder.log.unlink(missing_ok=True)
        starting.prepare(folder, plan, launch)
    except BaseException:
        forget_if_new(folder)
        os.close(lock)
        raise
    return Prepared(folder, plan, launch, lock)


def give_up(prepared: Prepared, error: BaseException) -> None:
    """Leave an endpoint that was not started after all, with the reason."""
    state = prepared.folder.state()
    if state is not None:
        reason = str(error) or type(error).__name__
        prepared.folder.put(msgspec.structs.replace(state, status="FAILED", reason=reason))
    os.close(prepared.lock)


def forget_if_new(folder: EndpointFolder) -> None:
    """Leave nothing of an endpoint that never was."""
    if folder.plan() is None:
        import shutil

        shutil.rmtree(folder.path, ignore_errors=True)


def taken(folder: EndpointFolder) -> AlreadyExists:
    """What to say where a name is in use."""
    state, name = folder.state(), folder.path.name
    where = f" at {state.url}" if state is not None and state.url else ""
    return AlreadyExists(
        f"an endpoint {name!r} runs already{where}: nbtrack.endpoint({name!r}).reload() brings "
        f"what its alias means now, .stop() ends it (nbtrack endpoints reload {name}, or stop), "
        f"and name=… (--name) makes another beside it"
    )


def endpoint(name: str, *, token: str | None = None) -> Endpoint:
    """The endpoint of a name, running or not.

    Args:
        name: What it is called.
        token: What `predict` sends, if it wants one; NBTRACK_ENDPOINT_TOKEN else.

    Raises:
        NotFound: There never was one of that name.
    """
    if not isinstance(name, str):
        raise InvalidValue(f"an endpoint is found by its name, not by a {type(name).__name__}")
    here = session()
    found = Endpoint(here, name, token=token)
    if NAME.fullmatch(name) is None or (
        found.folder.state() is None and name not in names_in(here)
    ):
        known = [it.name for it in endpoints()]
        raise NotFound(f"there is no endpoint {name!r}; {listing(known, name)}")
    return found


def endpoints(status: EndpointStatus | Sequence[EndpointStatus] | None = None) -> list[Endpoint]:
    """The endpoints of the store: those that run first, each kind by name.

    Args:
        status: Only those that stand so, such as "HEALTHY".

    Raises:
        UnknownName: There is no such status.
    """
    here = session()
    found = [Endpoint(here, it) for it in names_in(here)]
    wanted = None if status is None else {status} if isinstance(status, str) else set(status)
    for it in sorted(wanted or ()):
        if it not in get_args(EndpointStatus):
            raise UnknownName("status of endpoints", it, get_args(EndpointStatus))
    by_status = [(it, it.status) for it in found]
    kept = [it for it in by_status if wanted is None or it[1] in wanted]
    return [it for it, _ in sorted(kept, key=lambda pair: pair[1] in OVER)]


def name_for(here: Session, wanted: Wanted) -> str:
    """What an endpoint is called if nobody says: as its model is."""
    from nbtrack.api.endpoints.served_models import place_at

    place = place_at(here, wanted.uri)
    name = place.name or (place.local.name if place.local is not None else "") or "model"
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-._")[:63] or "model"


def checked_name(name: str) -> str:
    """A name that can be a folder's.

    Raises:
        InvalidValue: It cannot.
    """
    if not isinstance(name, str) or NAME.fullmatch(name) is None:
        raise InvalidValue(
            f"{name!r} cannot be the name of an endpoint: up to 63 letters, digits, '.', '_' and "
            f"'-', the first a letter or digit"
        )
    return name


def positive(value: Any, name: str) -> int:
    """A number of things."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise InvalidValue(f"{name} is a whole number from 1 on, not {value!r}")
    return value


def column(value: Any, name: str) -> str | None:
    """The name of a column or param."""
    if value is not None and not (isinstance(value, str) and value):
        raise InvalidValue(f"{name} is the name of a column or param, not {value!r}")
    return value


def seconds(value: Any, name: str) -> float:
    """A time.

    Raises:
        InvalidValue: It is none.
    """
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 <= value < math.inf or (name == "timeout" and not value):
        raise InvalidValue(f"{name} is a time in seconds, such as 30, not {value!r}")
    return float(value)


def checked_port(port: Any) -> int | None:
    """A port; None takes any that is free."""
    if port is None:
        return None
    if isinstance(port, bool) or not isinstance(port, int) or not 0 <= port <= LAST_PORT:
        raise InvalidValue(f"a port is a number from 0 (any that is free) to 65535, not {port!r}")
    return port
