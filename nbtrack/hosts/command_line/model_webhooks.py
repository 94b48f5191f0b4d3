"""`nbtrack models webhooks`: who is told of what happens in the registry."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from nbtrack.errors import InvalidValue, NotFound, listing
from nbtrack.hosts.command_line import output, wording
from nbtrack.hosts.command_line.arguments import Limit, Yes
from nbtrack.hosts.command_line.desk import Desk
from nbtrack.hosts.command_line.model_data import content_of
from nbtrack.hosts.command_line.model_shapes import delivery_json, webhook_json
from nbtrack.hosts.command_line.output import Column
from nbtrack.hosts.command_line.verb import noun, verb

if TYPE_CHECKING:
    from nbtrack.records.webhook import Delivery, Webhook

__all__ = ["app"]

app = noun("Webhooks: URLs that are told of what happens in the registry.")

WebhookArgument = Annotated[
    str, typer.Argument(metavar="WEBHOOK", help="Its name, its id, or the beginning of its id.")
]
SecretFile = Annotated[
    str | None,
    typer.Option(
        "--secret-file",
        metavar="FILE",
        help="The secret that signs deliveries; - reads it from stdin, so that no history has it.",
    ),
]


@verb(app, "list", "nbtrack models webhooks list", "nbtrack models webhooks list --json")
def list_webhooks(desk: Desk) -> None:
    """List webhooks, with what waits and what was given up."""
    from nbtrack.questions import webhooks

    found = webhooks.every(desk.store)
    open_ = webhooks.deliveries(desk.store, states=("PENDING", "FAILED"))
    counts = Counter((it.webhook_id, it.state) for it in open_)
    told = [(it, counts[it.webhook_id, "PENDING"], counts[it.webhook_id, "FAILED"]) for it in found]
    desk.answer([webhook_json(*it) for it in told], lambda: draw(told))


def draw(told: list[tuple[Webhook, int, int]]) -> None:
    """Draw webhooks."""
    if not told:
        output.say("no webhook is made; nbtrack models webhooks create --help shows how")
        return
    columns = [Column("name", style="cyan"), Column("url", fold=True), Column("events", fold=True)]
    columns += [Column("model"), Column("state"), Column("waiting", right=True)]
    columns += [Column("given up", right=True)]
    rows = [
        [
            it.name,
            it.url,
            ", ".join(str(event) for event in it.events),
            it.model_name or "all",
            str(it.status).lower(),
            wording.count(waiting),
            wording.count(failed),
        ]
        for it, waiting, failed in told
    ]
    output.show(output.table(columns, rows))


@verb(
    app,
    "create",
    "nbtrack models webhooks create deploy https://ci.example/hook -e model_version_alias.created",
    "nbtrack models webhooks create chat https://chat.example/x -e model_version.promoted "
    "--model churn --secret-file ~/.hook-secret",
)
def create(
    desk: Desk,
    *,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is called.")],
    url: Annotated[str, typer.Argument(metavar="URL", help="Where to; http or https.")],
    event: Annotated[
        list[str] | None,
        typer.Option(
            "--event",
            "-e",
            metavar="EVENT",
            help="Such as model_version.created, model_version_alias.created; repeatable.",
        ),
    ] = None,
    model: Annotated[
        str | None, typer.Option("--model", metavar="NAME", help="Only this model's events.")
    ] = None,
    secret_file: SecretFile = None,
    description: Annotated[
        str | None, typer.Option("--description", "-d", metavar="TEXT", help="What it is for.")
    ] = None,
) -> None:
    """Have events of the registry posted to a URL."""
    from nbtrack.api.registry.webhooks import add

    secret = None if secret_file is None else content_of(secret_file).decode().strip()
    made = add(desk.session, name, url, event or [], description, secret, model_name=model)
    desk.done(
        webhook_json(made, 0, 0),
        f"made webhook {name!r}; try it with: nbtrack models webhooks test {name}",
    )


@verb(app, "test", "nbtrack models webhooks test deploy")
def try_webhook(
    desk: Desk,
    *,
    webhook: WebhookArgument,
    event: Annotated[
        str | None,
        typer.Option("--event", "-e", metavar="EVENT", help="Which example; its first event else."),
    ] = None,
) -> None:
    """Post an example to a webhook, and tell how it answered; the exit code is 1 if it did not."""
    from nbtrack.api.registry.webhooks import try_out

    found = webhook_called(desk, webhook)
    with output.progress(f"posting to {found.url}"):
        result = try_out(desk.session, found.webhook_id, event)
    told = f"status {result.response_status}" if result.response_status else "no answer"
    why = f": {result.error_message}" if result.error_message else ""
    sentence = "took it" if result.success else "did not take it"
    data = {
        "webhook_id": found.webhook_id,
        "success": result.success,
        "response_status": result.response_status,
        "error_message": result.error_message,
    }
    desk.done(data, f"{found.url} {sentence} ({told}){why}")
    if not result.success:
        raise typer.Exit(1)


@verb(
    app,
    "deliveries",
    "nbtrack models webhooks deliveries deploy",
    "nbtrack models webhooks deliveries deploy --again",
)
def deliveries(
    desk: Desk,
    *,
    webhook: WebhookArgument,
    again: Annotated[
        bool, typer.Option("--again", help="Have those that were given up tried again.")
    ] = False,
    limit: Limit = 20,
) -> None:
    """List what a webhook was told, and is yet to be told; the newest last."""
    from nbtrack.api.registry.webhooks import redeliver
    from nbtrack.questions import webhooks

    found = webhook_called(desk, webhook)
    if again:
        failed = webhooks.deliveries(desk.store, found.webhook_id, ("FAILED",))
        with desk.in_use():
            for it in failed:
                redeliver(it.delivery_id)
    told = webhooks.deliveries(desk.store, found.webhook_id, limit=limit)
    desk.answer([delivery_json(it) for it in told], lambda: draw_deliveries(told))


def draw_deliveries(told: list[Delivery]) -> None:
    """Draw deliveries."""
    if not told:
        output.say("it was told nothing yet")
        return
    columns = [Column("when"), Column("event"), Column("state"), Column("attempts", right=True)]
    rows = [
        [
            wording.ago(it.creation_time),
            it.event,
            it.state.lower(),
            it.attempts,
            it.error or (f"status {it.status_code}" if it.status_code else ""),
        ]
        for it in told
    ]
    output.show(output.table([*columns, Column("answer", fold=True)], rows))


@verb(app, "delete", "nbtrack models webhooks delete deploy --yes")
def delete(desk: Desk, *, webhook: WebhookArgument, yes: Yes = False) -> None:
    """Delete a webhook, with what it has not been told yet."""
    from nbtrack.api.registry.webhooks import remove
    from nbtrack.questions import webhooks

    found = webhook_called(desk, webhook)
    waiting = len(webhooks.deliveries(desk.store, found.webhook_id, ("PENDING",)))
    lost = f", which {wording.plural(waiting, 'event')} wait for" if waiting else ""
    desk.confirm(f"delete webhook {found.name!r} ({found.url}){lost}?", yes=yes)
    remove(desk.session, found.webhook_id)
    desk.done(
        {"webhook_id": found.webhook_id, "name": found.name, "lost": waiting},
        f"deleted webhook {found.name!r}",
    )


def webhook_called(desk: Desk, text: str) -> Webhook:
    """The webhook of that name, id, or beginning of an id.

    Raises:
        NotFound: There is none.
        InvalidValue: There are several.
    """
    from nbtrack.questions import webhooks

    every = webhooks.every(desk.store)
    found = [it for it in every if text in {it.name, it.webhook_id}]
    found = found or [it for it in every if it.webhook_id.startswith(text)]
    if not found:
        names = listing([it.name for it in every], text)
        raise NotFound(f"no webhook is called {text!r}, and no id begins so; {names}")
    if len(found) > 1:
        ids = ", ".join(it.webhook_id for it in found)
        raise InvalidValue(f"{text!r} could be any of {len(found)} webhooks: {ids}")
    return found[0]
