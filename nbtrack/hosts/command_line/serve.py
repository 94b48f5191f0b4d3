"""`nbtrack models serve`: a model behind a URL, until Ctrl-C or for good."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import msgspec
import typer

from nbtrack.hosts.command_line import output
from nbtrack.hosts.command_line import serve_arguments as own
from nbtrack.hosts.command_line.arguments import one_of
from nbtrack.hosts.command_line.desk import Desk, WrongUse
from nbtrack.hosts.command_line.model_arguments import (
    AddressOption,
    AllowPickle,
    EnvManager,
    OptionalAddress,
)
from nbtrack.hosts.command_line.model_choice import address_called, is_of_store
from nbtrack.hosts.command_line.run_listing import chosen_names
from nbtrack.hosts.command_line.verb import verb
from nbtrack.journal.folder import StoreFolder, state_folder
from nbtrack.serving.supervising.place import folders_in

if TYPE_CHECKING:
    from nbtrack.api.endpoints.serve import Details, Manner
    from nbtrack.api.session import Session
    from nbtrack.records.endpoint import EndpointPlan

__all__ = ["add_to"]

SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmg]?)i?b?", re.IGNORECASE)
UNITS = {"": 1, "k": 1024, "m": 1024**2, "g": 1024**3}


def add_to(app: typer.Typer) -> None:
    """Put the verb into the list."""
    verb(
        app,
        "serve",
        "nbtrack models serve -m models:/churn@champion -p 5000",
        "nbtrack models serve churn@champion --workers 2 --follow --log-predictions 0.1",
        "nbtrack models serve churn@champion --split models:/churn@challenger=0.1 --key user_id",
        "nbtrack models serve ./model --host 0.0.0.0 --token s3cret --keep",
        reads=False,
    )(serve)


def serve(
    desk: Desk,
    *,
    uri: OptionalAddress = None,
    model_uri: AddressOption = None,
    host: own.Host = "127.0.0.1",
    port: own.Port = None,
    workers: own.Workers = None,
    name: own.ServedName = None,
    follow: own.Follow = False,
    keep: own.Keep = False,
    timeout: own.Timeout = 60.0,
    token: own.Token = None,
    log_predictions: own.LogPredictions = 0.0,
    split: own.Split = None,
    canary: own.Canary = None,
    bandit: own.Bandit = None,
    shadow: own.Shadow = None,
    key: own.Key = None,
    max_body: own.MaxBody = "64MB",
    cache_ttl: own.CacheTtl = 0.0,
    cache_url: own.CacheUrl = None,
    log_columns: own.LogColumns = None,
    salt: own.Salt = None,
    most_waiting: own.MostWaiting = None,
    drain_seconds: own.DrainSeconds = None,
    allow_pickle: AllowPickle = False,
    env_manager: EnvManager = None,
    no_conda: own.NoConda = False,
    install_mlflow: own.Taken = False,  # noqa: ARG001 - as MLflow's
    install_java: own.Taken = False,  # noqa: ARG001 - as MLflow's
    enable_mlserver: own.Taken = False,
) -> None:
    """Serve a model over HTTP, as MLflow's clients ask it: POST /invocations.

    It runs until Ctrl-C, which lets requests in flight end; --keep lets it go on by itself.
    """
    if enable_mlserver:
        output.note("--enable-mlserver: nbtrack's own server is used")
    details = said(
        timeout=timeout,
        most_bytes=bytes_of(max_body),
        cache_seconds=cache_ttl,
        cache_url=cache_url,
        log_columns=chosen_names(log_columns),
        salt=salt,
        most_waiting=most_waiting,
        drain_seconds=drain_seconds,
        allow_pickle=allow_pickle or None,
    )
    from nbtrack.api.endpoints.serve import Manner

    sharing = (shares_of(split, "--split"), shadow, canary_of(canary), bandit)
    shared = (*(addresses_called(desk, it) for it in sharing), key)
    manner = Manner(
        host, port, 1 if workers is None else workers, keep, follow, log_predictions, token, *shared
    )
    manager = "local" if no_conda else env_manager or "local"
    asked = Asked(address_called(desk, one_of(uri, model_uri, "URI")), name, manager)
    with serving_from(desk, asked.address) as here:
        start(here, asked, manner, details)


def addresses_called(desk: Desk, given: Any) -> Any:
    """The addresses of further models, with their shares if they have some."""
    if isinstance(given, dict):
        return {address_called(desk, uri): share for uri, share in given.items()}
    if isinstance(given, list):
        return [address_called(desk, uri) for uri in given]
    return given and address_called(desk, given)


def said(**given: Any) -> Details:
    """The details that somebody said; the others are as always."""
    return cast("Details", {name: it for name, it in given.items() if it is not None})


class Asked(NamedTuple):
    """Which model is to be served, as what, and in which environment."""

    address: str
    name: str | None
    manager: str


def start(here: Session, asked: Asked, manner: Manner, details: Details) -> None:
    """Start it in the background and answer, or become what serves."""
    from nbtrack.api.endpoints.endpoint import Endpoint
    from nbtrack.api.endpoints.serve import give_up, prepared_for
    from nbtrack.api.endpoints.start import become_supervisor, spawn

    manager = checked_manager(asked.manager)
    with output.progress("reading the model"):
        name = asked.name or free_name(here, asked.address)
        prepared = prepared_for(here, asked.address, name, manner, details)
    folder, told = prepared.folder, greeting(prepared.plan)
    try:
        python = python_for(prepared.plan, manager)
    except BaseException as error:
        give_up(prepared, error)
        raise
    launch = msgspec.structs.replace(
        prepared.launch, python=python, greeting=f"{told}\n\nCtrl-C stops it"
    )
    folder.put(launch)
    if manner.keep:
        spawn(folder, launch, prepared.lock)
        endpoint = Endpoint(here, name, token=manner.token).wait()
        stop = f"stop it with: nbtrack endpoints stop {name}"
        output.write(f"{told.replace('{url}', endpoint.url)}\n\n{stop}\n")
        return
    here.close()
    become_supervisor(folder, prepared.lock)


@contextmanager
def serving_from(desk: Desk, address: str) -> Iterator[Session]:
    """The store whose endpoint it is; a folder is served where there is none."""
    from nbtrack.api.session import in_use, session_at

    if desk.exists or is_of_store(address):
        with desk.in_use() as here:
            yield here
        return
    nowhere = session_at(StoreFolder(state_folder()))
    with in_use(nowhere):
        yield nowhere


def free_name(here: Session, address: str) -> str:
    """The model's name, with a number where an endpoint of that name runs."""
    from nbtrack.api.endpoints.serve import name_for
    from nbtrack.api.endpoints.served_models import Wanted

    name = name_for(here, Wanted(address))
    runs = {it.path.name for it in folders_in(here.folder.path) if it.is_alive}
    numbered = (f"{name}-{number}" for number in itertools.count(2))
    return next(it for it in itertools.chain([name], numbered) if it not in runs)


def checked_manager(name: str) -> str:
    """What makes the model's environment; "local" makes none."""
    if name == "local":
        return name
    from nbtrack.registry.environments import manager_called

    return manager_called(name)


def python_for(plan: EndpointPlan, manager: str) -> str | None:
    """The interpreter of an environment that has what the model was logged with.

    Raises:
        InvalidValue: There is no such way to make one.
        ModelError: It cannot be made.
    """
    if manager == "local":
        return None
    from nbtrack.registry.environments import python_of

    with output.progress("making the model's environment"):
        return str(python_of(Path(plan.variants[0].folder), manager))


def greeting(plan: EndpointPlan) -> str:
    """What is said once it serves; `{url}` is filled in then."""
    from nbtrack.api.endpoints.form import example_body
    from nbtrack.api.endpoints.served_models import described
    from nbtrack.api.endpoints.snippets import snippets_for

    models = ", ".join(described(it) for it in plan.variants)
    body = example_body(Path(plan.variants[0].folder))
    has_token = plan.options.token_digest is not None
    curl = snippets_for("{url}", body, has_token=has_token)["curl"]
    return f"{plan.name}: {models} at {{url}}\n\n{curl}"


def bytes_of(text: str) -> int:
    """A size such as 64MB."""
    found = SIZE.fullmatch(text.strip())
    if found is None or not float(found[1]):
        raise WrongUse(f"--max-body {text}: write a size such as 64MB, 500k or 1048576")
    return int(float(found[1]) * UNITS[found[2].lower()])


def shares_of(texts: list[str] | None, option: str) -> dict[str, float] | None:
    """Addresses with their shares from `URI=SHARE`."""
    if not texts:
        return None
    found = {}
    for text in texts:
        uri, _, share = text.rpartition("=")
        try:
            found[uri] = float(share)
        except ValueError:
            uri = ""
        if not uri:
            raise WrongUse(f"{option} {text}: write URI=SHARE, such as models:/churn/4=0.1")
    return found


def canary_of(text: str | None) -> str | dict[str, float] | None:
    """A canary from `URI`, or `URI=SHARE`."""
    return shares_of([text], "--canary") if text and "=" in text else text or None
