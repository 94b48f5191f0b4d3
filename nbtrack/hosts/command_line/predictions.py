"""`nbtrack predictions`: what models answered, what turned out to be true, and what goes."""

from __future__ import annotations

import sys
import time
from typing import Annotated, Any, Literal

import typer

from nbtrack.hosts.command_line import output, wording
from nbtrack.hosts.command_line.arguments import Limit, Yes
from nbtrack.hosts.command_line.completion import desk_of, models_like
from nbtrack.hosts.command_line.desk import Desk, WrongUse
from nbtrack.hosts.command_line.gc import seconds_of
from nbtrack.hosts.command_line.sql import Format, write_rows
from nbtrack.hosts.command_line.verb import noun, verb

__all__ = ["app"]

app = noun("Predictions: what models answered, with labels that came later.")


def endpoints_like(context: typer.Context, incomplete: str) -> list[str]:
    """Endpoints, there or gone, whose name begins so."""
    from nbtrack.api.predictions.log import known_endpoints

    desk = desk_of(context)
    if not desk.exists:
        return []
    with desk.in_use():
        return [it for it in known_endpoints() if it.startswith(incomplete)]


EndpointArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="ENDPOINT",
        help="The name of an endpoint; all if it is left out.",
        show_default=False,
        autocompletion=endpoints_like,
    ),
]
EndpointOption = Annotated[
    str | None,
    typer.Option(
        "--endpoint",
        metavar="NAME",
        help="Only of this endpoint.",
        autocompletion=endpoints_like,
    ),
]
Since = Annotated[
    str | None,
    typer.Option("--since", metavar="TIME", help="From when on: '2 hours ago', 2026-11-01."),
]
Until = Annotated[str | None, typer.Option("--until", metavar="TIME", help="Before when.")]
FilterOption = Annotated[
    str | None,
    typer.Option("--filter", metavar="FILTER", help='Such as "inputs.age > 40 and output = 1".'),
]


@verb(
    app,
    "list",
    "nbtrack predictions list churn --since '1 hour ago'",
    'nbtrack predictions list churn --filter "inputs.age > 40 and output = 1" --format csv',
)
def list_predictions(
    desk: Desk,
    *,
    endpoint: EndpointArgument = None,
    model: Annotated[
        str | None,
        typer.Option(
            "--model", metavar="NAME", help="Only of this model.", autocompletion=models_like
        ),
    ] = None,
    version: Annotated[
        str | None, typer.Option("--version", metavar="VERSION", help="Only of this version of it.")
    ] = None,
    variant: Annotated[
        str | None, typer.Option("--variant", metavar="NAME", help="Only of this variant.")
    ] = None,
    since: Since = None,
    until: Until = None,
    filter_string: FilterOption = None,
    limit: Limit = 1000,
    format: Annotated[  # noqa: A002 - the option's name
        Format, typer.Option("--format", "-f", help="How rows are written.")
    ] = "table",
) -> None:
    """List predictions with their labels, the newest ones, in order of time."""
    from nbtrack.api.predictions.log import predictions

    with desk.in_use():
        frame = predictions(
            endpoint,
            model,
            version,
            variant=variant,
            since=since,
            until=until,
            filter_string=filter_string,
            limit=limit,
        )
    if frame.empty and format == "table" and not desk.as_json:
        output.say(why_none(desk, endpoint))
        return
    columns = {
        name: [plain(it) for it in frame[name].tolist()]
        for name in frame.columns
        if format != "table" or desk.as_json or frame[name].notna().any()
    }
    write_rows(columns, "json" if desk.as_json else format)


def why_none(desk: Desk, endpoint: str | None) -> str:
    """What to say where no prediction is shown: there are none, or none is as it was asked for."""
    from nbtrack.questions import predictions

    newest = predictions.table(desk.store, predictions.asked_for(endpoint=endpoint, limit=1))
    if newest.empty:
        return "no predictions; an endpoint keeps them where --log-predictions says how many"
    known = [name for name in newest.columns if newest[name].notna().any()]
    return f"no prediction is as asked for; the newest one has {', '.join(known)}"


def plain(value: Any) -> Any:
    """A cell of a frame as JSON has it."""
    if hasattr(value, "isoformat"):
        return None if value != value else value.isoformat()  # noqa: PLR0124 - NaT is not itself
    is_missing = isinstance(value, float) and value != value  # noqa: PLR0124 - nor is NaN
    return None if is_missing or type(value).__name__ == "NAType" else value


@verb(
    app,
    "label",
    "nbtrack predictions label churned.csv --on key --column churned",
    "nbtrack predictions label - < labels.csv",
)
def label(
    desk: Desk,
    *,
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="CSV with a line of names; - reads stdin.")
    ],
    on: Annotated[
        Literal["prediction_id", "key"],
        typer.Option("--on", help="The column that says of which predictions."),
    ] = "prediction_id",
    column: Annotated[
        str | None, typer.Option("--column", metavar="NAME", help="The column of labels.")
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="What the labels are called.")
    ] = None,
    endpoint: EndpointOption = None,
) -> None:
    """Tell what turned out to be true, from a CSV file."""
    import pandas as pd

    from nbtrack.api.predictions.labels import log_labels

    try:
        frame = pd.read_csv(sys.stdin if file == "-" else file, dtype={on: "object"})
    except (OSError, ValueError) as error:
        raise WrongUse(f"{file} cannot be read as CSV: {error}") from error
    with desk.in_use():
        done = log_labels(frame, on, label=column, name=name, endpoint=endpoint)
    more = f", {done.missing} without a value left out" if done.missing else ""
    more += f", {done.unknown} for predictions that are not known yet" if done.unknown else ""
    desk.done(done._asdict(), f"kept {wording.plural(done.labels, 'label')}{more}")


@verb(
    app,
    "purge",
    "nbtrack predictions purge --older-than 30d",
    "nbtrack predictions purge --endpoint churn --key ada --yes",
)
def purge(
    desk: Desk,
    *,
    older_than: Annotated[
        str | None,
        typer.Option("--older-than", metavar="AGE", help="Only those so old: 30d, 12h, 1d12h."),
    ] = None,
    endpoint: EndpointOption = None,
    key: Annotated[
        list[str] | None,
        typer.Option("--key", metavar="KEY", help="Only those of a key; repeatable."),
    ] = None,
    yes: Yes = False,
) -> None:
    """Delete predictions and their labels for good; a dry run unless --yes."""
    from nbtrack.api.predictions.log import check_endpoint_known, purge_of
    from nbtrack.store.predictions import count_predictions

    if older_than is None and endpoint is None and not key:
        raise WrongUse("say which: --older-than 30d, --endpoint NAME or --key KEY")
    before = None if older_than is None else (time.time() - seconds_of(older_than)) * 1000
    operation = purge_of(endpoint, before, (), key or None)
    if yes:
        (count,) = desk.store.append([operation])
    else:
        count = desk.store.ask(lambda cursor: count_predictions(cursor, operation))
    if not count:
        with desk.in_use():
            check_endpoint_known(endpoint)
    told = wording.plural(count, "prediction")
    desk.done(
        {"done": yes, "predictions": count}, f"{'gone' if yes else 'would go'} for good: {told}"
    )
    if not yes and not desk.as_json:
        output.note("nothing was changed; --yes does it", style="dim")
