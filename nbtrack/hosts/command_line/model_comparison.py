"""`nbtrack models diff`: two versions of a model side by side, on data if there is some."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from nbtrack.errors import InvalidValue
from nbtrack.hosts.command_line import output, wording
from nbtrack.hosts.command_line.desk import Desk
from nbtrack.hosts.command_line.model_arguments import (
    AllowPickle,
    DataOption,
    NameArgument,
    TargetOption,
)
from nbtrack.hosts.command_line.model_choice import version_called
from nbtrack.hosts.command_line.output import Column
from nbtrack.hosts.command_line.verb import verb

if TYPE_CHECKING:
    from nbtrack.api.promotion.version_comparison import VersionComparison

__all__ = ["add_to"]

SHOWN_ROWS = 10


def add_to(app: typer.Typer) -> None:
    """Put the verb into the list."""
    verb(
        app,
        "diff",
        "nbtrack models diff churn 2 3",
        "nbtrack models diff churn @champion latest --data test.csv --target y",
        also=("compare",),
    )(diff)


def diff(
    desk: Desk,
    *,
    name: NameArgument,
    a: Annotated[str, typer.Argument(metavar="A", help="A version: 2, @champion, latest.")],
    b: Annotated[str, typer.Argument(metavar="B", help="Another version.")],
    data: DataOption = None,
    target: TargetOption = None,
    metric: Annotated[
        list[str] | None,
        typer.Option("--metric", metavar="NAME", help="What is scored; repeatable."),
    ] = None,
    allow_pickle: AllowPickle = False,
) -> None:
    """Lay two versions side by side: scores, metrics, params, signature, requirements, metadata."""
    from nbtrack.api.promotion.version_comparison import compare_versions
    from nbtrack.hosts.command_line.model_data import read_data

    if data is None and (target or metric):
        raise InvalidValue("--target and --metric go with --data, which is not given")
    before, after = (version_called(desk, name, it).version for it in (a, b))
    with desk.in_use():
        found = compare_versions(
            name,
            before,
            after,
            None if data is None else read_data(data),
            target,
            metric,
            allow_pickle=allow_pickle or None,
        )
    desk.answer(comparison_json(found), lambda: show_comparison(found))


def comparison_json(found: VersionComparison) -> dict[str, Any]:
    """A comparison for programs."""
    answers = found.answers
    told: dict[str, Any] = {
        "name": found.before.name,
        "versions": [found.before.version, found.after.version],
        "metrics": {it.key: [it.before, it.after] for it in found.metrics},
        "params": pairs(found.params),
        "signature": found.signature,
        "requirements": pairs(found.requirements),
        "metadata": pairs(found.metadata),
        "cause": None,
        "scores": pairs(found.scores),
        "predictions": None,
    }
    if found.runs is not None and found.runs.cause is not None:
        told["cause"] = found.runs.first_line()
    if answers is not None:
        table = answers.disagreements
        told["predictions"] = {
            "rows": answers.rows,
            "different": len(table),
            "mean_difference": answers.difference,
            "first": [
                {"row": row} | told for row, told in zip(table.index, records(table), strict=True)
            ][:SHOWN_ROWS],
        }
    return told


def pairs(both: Any) -> dict[str, list[Any]]:
    """What differs, as lists of two."""
    return {key: list(it) for key, it in both.items()}


def records(table: Any) -> list[dict[str, Any]]:
    """The rows of a frame."""
    found: list[dict[str, Any]] = table.to_dict(orient="records")
    return found


def show_comparison(found: VersionComparison) -> None:
    """Draw what differs: a part for each kind of thing."""
    output.show(output.heading(found.headline()))
    parts = found.sections()
    if not parts:
        output.say("no difference was found")
    for heading, told in parts.items():
        output.write("\n")
        output.show(output.heading(heading))
        columns = [Column("", style="dim"), Column("", fold=True)]
        output.show(
            output.table(columns, [[wording.shortened(key, 40), said] for key, said in told])
        )
    table = found.disagreements
    if table is not None and len(table):
        output.write("\n")
        output.show(output.heading("they differ on", wording.plural(len(table), "row")))
        columns = [Column("row"), *(Column(str(it), right=True) for it in table.columns)]
        rows = [
            [index, *(wording.number(it) for it in row.values())]
            for index, row in zip(table.index, records(table), strict=True)
        ]
        output.show(output.table(columns, rows[:SHOWN_ROWS]))
        if len(rows) > SHOWN_ROWS:
            output.note(f"{SHOWN_ROWS} of {len(rows)} rows", style="dim")
