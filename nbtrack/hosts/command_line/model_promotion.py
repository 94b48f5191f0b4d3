"""`nbtrack models`: a version put in another's place through gates, the way back, approvals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from nbtrack.errors import InvalidValue
from nbtrack.hosts.command_line import output
from nbtrack.hosts.command_line.desk import Desk
from nbtrack.hosts.command_line.model_arguments import (
    AllowPickle,
    DataOption,
    NameArgument,
    Note,
    TagOption,
    TargetOption,
    VersionArgument,
    tags_of,
)
from nbtrack.hosts.command_line.model_choice import version_called
from nbtrack.hosts.command_line.model_shapes import version_json
from nbtrack.hosts.command_line.output import Column
from nbtrack.hosts.command_line.verb import verb

if TYPE_CHECKING:
    from nbtrack.registry.promotion.report import GateResult, Promotion

__all__ = ["add_to"]

STYLES = {"passed": "green", "failed": "red", "error": "red", "skipped": "dim"}
HEADS = {"tried": "cyan", "refused": "red", "forced": "yellow"}


def add_to(app: typer.Typer) -> None:
    """Put the verbs into the list."""
    verb(
        app,
        "promote",
        "nbtrack models promote churn 3",
        'nbtrack models promote churn 3 --gate "accuracy >= 0.9" --gate "same schema"',
        "nbtrack models promote churn latest --to challenger --gate smoke --dry-run",
        'nbtrack models promote churn 3 --gate "better than current" --data test.csv --target y',
    )(promote)
    verb(
        app,
        "rollback",
        "nbtrack models rollback churn",
        "nbtrack models rollback churn --alias Production --to-version 2 --note wrong-data",
    )(rollback)
    verb(
        app,
        "approve",
        "nbtrack models approve churn 3",
        'nbtrack models approve churn 3 --by ana --note "looks right"',
    )(approve)


def promote(
    desk: Desk,
    *,
    name: NameArgument,
    version: VersionArgument = None,
    to: Annotated[
        list[str] | None,
        typer.Option(
            "--to",
            metavar="ALIAS",
            help="An alias, Staging or Production; one of each goes too. champion, if not given.",
            show_default=False,
        ),
    ] = None,
    gate: Annotated[
        list[str] | None,
        typer.Option(
            "--gate",
            "-g",
            metavar="GATE",
            help="What must hold: 'accuracy >= 0.9', 'same schema', 'smoke', "
            "'better than current', 'approved by ana'; repeatable.",
        ),
    ] = None,
    data: DataOption = None,
    target: TargetOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Ask the gates; move nothing.")] = (
        False
    ),
    force: Annotated[bool, typer.Option("--force", help="Move it even if a gate fails.")] = False,
    note: Note = "",
    tag: TagOption = None,
    allow_pickle: AllowPickle = False,
) -> None:
    """Ask gates about a version, then move an alias or a stage to it.

    The exit code is 1 where a gate fails: nothing was moved, and the attempt is kept.
    """
    from nbtrack.api.promotion.promote import promote as ask
    from nbtrack.hosts.command_line.model_data import read_data

    found = version_called(desk, name, version)
    if target is not None and data is None:
        raise InvalidValue("--target names a column of --data, which is not given")
    with desk.in_use():
        report = ask(
            found.name,
            found.version,
            to or "champion",
            gate or (),
            data=None if data is None else read_data(data),
            target=target,
            dry_run=dry_run,
            force=force,
            note=note,
            tags=tags_of(tag),
            raise_on_failure=False,
            allow_pickle=allow_pickle or None,
        )
    desk.answer(report.to_dict(), lambda: show_promotion(report))
    if not report:
        raise typer.Exit(1)


def show_promotion(report: Promotion) -> None:
    """Draw what came of it: a row for each gate, then the way back or the way on."""
    output.say(report.headline(), HEADS.get(report.outcome, "green"))
    if report.gates:
        columns = [Column(""), Column("gate"), Column("", fold=True)]
        output.show(output.table(columns, [gate_row(it) for it in report.gates]))
    if report.note:
        output.say(f"note: {report.note}", "dim")
    target = report.alias or report.stage
    command = f"{report.name} {report.version} --to {target}"
    hints = {
        "promoted": f"the way back: nbtrack models rollback {report.name} --alias {target}",
        "forced": f"the way back: nbtrack models rollback {report.name} --alias {target}",
        "refused": f"in spite of it: nbtrack models promote {command} --force --note WHY",
    }
    if report.outcome == "tried" and report.passed:
        hints["tried"] = f"do it: nbtrack models promote {command}, with the same gates"
    if report.outcome in {"promoted", "forced"} and report.previous in {None, report.version}:
        return
    if hint := hints.get(report.outcome):
        output.note(hint, style="dim")


def gate_row(result: GateResult) -> list[object]:
    """A gate in a row."""
    said = result.message + (f" ({result.where})" if result.where else "")
    return [output.styled(result.outcome, STYLES[result.outcome]), result.gate, said]


def rollback(
    desk: Desk,
    *,
    name: NameArgument,
    alias: Annotated[
        str,
        typer.Option("--alias", "-a", metavar="ALIAS", help="The alias, or Staging, Production."),
    ] = "champion",
    to_version: Annotated[
        str | None,
        typer.Option("--to-version", metavar="N", help="Which that had it; the one before, else."),
    ] = None,
    note: Note = "",
) -> None:
    """Give an alias or a stage back to the version that had it before."""
    from nbtrack.api.promotion.rollback import rollback as take_back

    with desk.in_use():
        report = take_back(name, alias, to_version=to_version, note=note)
    again = f"nbtrack models promote {name} {report.previous} --to {report.alias or report.stage}"
    desk.done(
        report.to_dict(),
        report.headline() + (f"; again the other way: {again}" if report.previous else ""),
    )


def approve(
    desk: Desk,
    *,
    name: NameArgument,
    version: VersionArgument = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="USER", help="Who approves; you, else.")
    ] = None,
    note: Note = "",
) -> None:
    """Say that somebody approves of a version, for the gate "approved" and for the record."""
    from nbtrack.api.promotion.approval import approve as say_so

    found = version_called(desk, name, version)
    with desk.in_use():
        now = say_so(found.name, found.version, note, by)
    who = now.tags.get("approved_by", "")
    desk.done(version_json(now), f"{who} approves of {found.words}")
