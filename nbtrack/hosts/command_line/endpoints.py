"""`nbtrack endpoints`: models that are served, how they fare, stopped and started again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from nbtrack.errors import NotFound, listing
from nbtrack.hosts.command_line import output, wording
from nbtrack.hosts.command_line.arguments import Yes
from nbtrack.hosts.command_line.desk import Desk
from nbtrack.hosts.command_line.endpoint_lines import (
    endpoint_json,
    follow_log,
    show_endpoint,
    show_endpoints,
    show_lines,
)
from nbtrack.hosts.command_line.verb import noun, verb
from nbtrack.journal.folder import StoreFolder, state_folder

if TYPE_CHECKING:
    from nbtrack.api.endpoints.endpoint import Endpoint
    from nbtrack.api.session import Session

__all__ = ["app"]

app = noun("Endpoints: models that are served; their figures, logs, stops and restarts.")


def endpoints_like(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Endpoints whose name begins so, with how they stand."""
    from nbtrack.hosts.command_line.completion import desk_of

    desk = desk_of(context)
    return [(it.name, it.status) for it in every(desk) if it.name.startswith(incomplete)]


EndpointArgument = Annotated[
    str, typer.Argument(metavar="NAME", help="The endpoint.", autocompletion=endpoints_like)
]
NoWait = Annotated[bool, typer.Option("--no-wait", help="Do not wait until it is done.")]
WAIT_SECONDS = 120.0


def every(desk: Desk) -> list[Endpoint]:
    """The endpoints of the store, then those of folders that were served without one."""
    from nbtrack.api.endpoints.serve import endpoints
    from nbtrack.api.session import in_use

    found = []
    for here in homes(desk):
        with in_use(here):
            found += endpoints()
    return found


def called(desk: Desk, name: str) -> Endpoint:
    """The endpoint of a name.

    Raises:
        NotFound: There is none.
    """
    found = every(desk)
    for it in found:
        if it.name == name:
            return it
    raise NotFound(f"there is no endpoint {name!r}; {listing([it.name for it in found], name)}")


def homes(desk: Desk) -> list[Session]:
    """Where endpoints are: in the store, and in the user's own folder."""
    from nbtrack.api.session import session_at

    nowhere = session_at(StoreFolder(state_folder()))
    return [desk.session, nowhere] if desk.exists else [nowhere]


@verb(app, "list", "nbtrack endpoints list", "nbtrack endpoints list --json")
def list_endpoints(desk: Desk) -> None:
    """List endpoints: what they serve, where, and how they fare."""
    found = every(desk)
    desk.answer([endpoint_json(it) for it in found], lambda: show_endpoints(found))


@verb(app, "show", "nbtrack endpoints show churn", "nbtrack endpoints show churn --json")
def show(desk: Desk, *, name: EndpointArgument) -> None:
    """Show all of an endpoint: models, figures, what happened to it, how it is asked."""
    found = called(desk, name)
    more: dict[str, Any] = {
        "stats": msgspec.to_builtins(found.stats()),
        "events": [msgspec.to_builtins(it) for it in found.events()],
    }
    desk.answer(endpoint_json(found) | more, lambda: show_endpoint(found))


@verb(app, "stop", "nbtrack endpoints stop churn")
def stop(desk: Desk, *, name: EndpointArgument) -> None:
    """Let an endpoint answer what is in flight, and end."""
    found = called(desk, name)
    if not found.is_alive:
        desk.done(endpoint_json(found), f"{name} does not run: it is {found.status}")
        return
    with output.progress("waiting for requests in flight"):
        found.stop()
    desk.done(
        endpoint_json(found), f"stopped {name}; start it with: nbtrack endpoints restart {name}"
    )


@verb(
    app, "remove", "nbtrack endpoints remove churn", "nbtrack endpoints remove churn --stop --yes"
)
def remove(
    desk: Desk,
    *,
    name: EndpointArgument,
    stop: Annotated[bool, typer.Option("--stop", help="Stop it first, if it runs.")] = False,
    yes: Yes = False,
) -> None:
    """Remove an endpoint with its copies of models; what it answered stays recorded."""
    from nbtrack.api.endpoints.removal import runs

    found = called(desk, name)
    if found.is_alive and not stop:
        raise runs(found.folder)
    before = "stop and remove" if found.is_alive else "remove"
    desk.confirm(
        f"{before} the endpoint {name} with its log and copies of models? Its events and "
        f"predictions stay.",
        yes=yes,
    )
    with output.progress("removing"):
        freed = found.remove(stop=stop)
    models = f", {wording.plural(freed.models, 'copy', 'copies')} of models in it"
    desk.done(
        freed._asdict(),
        f"removed {name}: {wording.size(freed.size_bytes)} freed{models if freed.models else ''}; "
        f"its events and predictions stay",
    )


@verb(app, "restart", "nbtrack endpoints restart churn")
def restart(desk: Desk, *, name: EndpointArgument, no_wait: NoWait = False) -> None:
    """Start an endpoint again with the same models at the same port; it goes on by itself then."""
    found = called(desk, name)
    with output.progress("starting"):
        found.restart(0 if no_wait else WAIT_SECONDS, keep=True)
    desk.done(endpoint_json(found), f"{name} is {found.status} at {found.url}")


@verb(app, "reload", "nbtrack endpoints reload churn")
def reload(
    desk: Desk,
    *,
    name: EndpointArgument,
    if_moved: Annotated[
        bool, typer.Option("--if-moved", help="Only if an alias means another version now.")
    ] = False,
    no_wait: NoWait = False,
) -> None:
    """Go over to what the aliases mean now, without a failed request."""
    found = called(desk, name)
    before = found.plan
    with output.progress("loading"):
        found.reload(0 if no_wait else WAIT_SECONDS, if_moved=if_moved)
    moved = [
        f"{new.name} is version {new.version}"
        for old, new in zip(before.variants, found.plan.variants, strict=True)
        if old.version != new.version
    ]
    said = ", ".join(moved) or "nothing has moved"
    desk.done(endpoint_json(found), f"{name}: {said}")


@verb(app, "logs", "nbtrack endpoints logs churn", "nbtrack endpoints logs churn -n 20 --follow")
def logs(
    desk: Desk,
    *,
    name: EndpointArgument,
    limit: Annotated[
        int, typer.Option("--limit", "-n", min=1, help="At most so many lines.")
    ] = 200,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until Ctrl-C.")] = False,
) -> None:
    """Show the last lines of an endpoint's log."""
    found = called(desk, name)
    lines = found.logs(limit)
    desk.answer(lines, lambda: show_lines(lines))
    if follow:
        follow_log(found, lines, as_json=desk.as_json)
