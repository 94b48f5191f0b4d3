"""The magic `%serve`: a model behind a URL, from a line of a notebook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from IPython.core.error import UsageError

from nbtrack.errors import NotFound, listing
from nbtrack.hosts.notebook.desk import Desk

if TYPE_CHECKING:
    from nbtrack.api.endpoints.endpoint import Endpoint
    from nbtrack.api.endpoints.serve import Details
    from nbtrack.hosts.notebook import usage
    from nbtrack.hosts.notebook.endpoints_panel import EndpointsPanel

__all__ = ["endpoints", "serve"]

WAIT_SECONDS = 120.0
REMOVE = "remove"


def serve(desk: Desk, line: usage.Serve) -> Endpoint:
    """Serve a model, show the endpoint that serves it already, or stop one."""
    from nbtrack.api.endpoints.serve import endpoint
    from nbtrack.api.endpoints.serve import serve as act

    if line.stop is not None:
        return endpoint(line.stop).stop()
    if line.uri is None:
        raise UsageError("%serve: say which model, such as models:/churn@champion")
    uri = address(line.uri)
    split, canary = shares("--split", line.split), canary_of(line.canary)
    bandit, shadow = ([address(it) for it in told] for told in (line.bandit, line.shadow))
    known = running(line.name, [uri, *split, *canary, *bandit, *shadow])
    if known is not None:
        return known
    return act(
        uri,
        line.name,
        host=line.host,
        port=line.port,
        workers=1 if line.workers is None else line.workers,
        keep=line.keep,
        follow=line.follow,
        log_predictions=line.log_predictions or 0.0,
        token=token(desk, line.token),
        split=split or None,
        canary=canary or None,
        bandit=bandit or None,
        shadow=shadow or None,
        key=line.key,
        wait=WAIT_SECONDS,
        **details(line),
    )


def details(line: usage.Serve) -> Details:
    """What of an endpoint is seldom said; the rest is as always."""
    columns = line.log_columns
    told = {
        "allow_pickle": line.allow_pickle or None,
        "timeout": line.timeout,
        "cache_seconds": line.cache_ttl,
        "cache_url": line.cache_url,
        "log_columns": columns and [it.strip() for it in columns.split(",") if it.strip()],
        "salt": line.salt,
        "most_waiting": line.most_waiting,
        "drain_seconds": line.drain_seconds,
    }
    found: Details = {name: it for name, it in told.items() if it is not None}  # type: ignore[assignment]
    return found


def endpoints(desk: Desk, line: usage.Endpoints) -> EndpointsPanel | None:
    """The endpoints of the store, or one of them, to be acted on; or one of them removed."""
    if line.removed is not None or line.name == REMOVE:
        remove(line)
        return None
    from nbtrack.hosts.notebook.endpoints_panel import EndpointsPanel

    if line.stop:
        raise UsageError("%endpoints: --stop goes with remove NAME; %serve --stop NAME only stops")
    return EndpointsPanel(line.name, desk.cell_id)


def remove(line: usage.Endpoints) -> None:
    """`%endpoints remove NAME`."""
    from nbtrack.api.endpoints.serve import endpoint
    from nbtrack.panels.formats import size

    if line.name != REMOVE:
        raise UsageError(f"%endpoints: one NAME, or {REMOVE} NAME; {line.removed!r} is one more")
    if line.removed is None:
        raise UsageError(f"%endpoints: say which one, such as %endpoints {REMOVE} churn")
    freed = endpoint(line.removed).remove(stop=line.stop)
    print(  # noqa: T201 - what a person asked for
        f"removed {freed.name}: {size(freed.size_bytes)} freed; its events and predictions stay"
    )


def address(text: str) -> str:
    """An address, of which `models:/` may be left out."""
    return text if ":" in text or Path(text).expanduser().exists() else f"models:/{text}"


def running(name: str | None, uris: list[str]) -> Endpoint | None:
    """The endpoint that serves just these models already, so that a cell can be run again."""
    from nbtrack.api.endpoints.serve import endpoints

    for it in endpoints(("STARTING", "HEALTHY", "UNHEALTHY", "RESTARTING")):
        if name in (None, it.name) and [v.model_uri for v in it.plan.variants] == uris:
            return it.wait(WAIT_SECONDS)
    return None


def canary_of(text: str | None) -> dict[str, float]:
    """A canary and its part of the traffic, from `URI`, or `URI=SHARE`."""
    from nbtrack.api.endpoints.served_models import CANARY_SHARE

    if not text:
        return {}
    return shares("--canary", [text]) if "=" in text else {address(text): CANARY_SHARE}


def shares(option: str, texts: list[str]) -> dict[str, float]:
    """Models with their parts of the traffic, from `URI=SHARE`."""
    found = {}
    for text in texts:
        uri, _, share = text.rpartition("=")
        try:
            found[address(uri)] = float(share)
        except ValueError:
            raise UsageError(
                f"%serve: {option} {text}: write URI=SHARE, such as models:/churn/4=0.1"
            ) from None
    return found


def token(desk: Desk, name: str | None) -> str | None:
    """The token that a variable holds: it stands in no cell, and so in no history."""
    if name is None:
        return None
    value = desk.shell.user_ns.get(name)
    if not isinstance(value, str) or not value:
        names = desk.shell.user_ns.items()
        known = sorted(it for it, held in names if isinstance(held, str) and it[:1] != "_")
        raise NotFound(f"--token names no variable with a text {name!r}; {listing(known, name)}")
    return value
