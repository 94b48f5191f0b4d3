"""`nbtrack runs`: find, look at, compare and take away runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nbtrack.hosts.command_line import export, output, run_card, side_by_side, wording
from nbtrack.hosts.command_line.arguments import (
    Columns,
    ExperimentAlias,
    ExperimentOption,
    Filter,
    Limit,
    OrderBy,
    RunArgument,
    RunIdOption,
    RunsArgument,
    View,
    ViewOption,
    Yes,
)
from nbtrack.hosts.command_line.choice import (
    experiment_called,
    experiment_names,
    newest_run,
    run_called,
)
from nbtrack.hosts.command_line.comparison import compare as laid_beside
from nbtrack.hosts.command_line.desk import Desk, WrongUse
from nbtrack.hosts.command_line.export import Which
from nbtrack.hosts.command_line.fields import answer_fields
from nbtrack.hosts.command_line.run_listing import chosen_names, show_runs
from nbtrack.hosts.command_line.shapes import run_json
from nbtrack.hosts.command_line.verb import noun, verb
from nbtrack.questions import runs

if TYPE_CHECKING:
    from nbtrack.records.entities import Run

__all__ = ["app"]

app = noun("Runs: find, look at, compare, delete and restore them.")


@verb(
    app,
    "list",
    "nbtrack runs list",
    "nbtrack runs list -x iris --limit 50",
    "nbtrack runs list --columns acc,params.lr",
    "nbtrack runs list --json | jq -r '.[].run_id'",
)
def list_runs(
    desk: Desk,
    *,
    experiment: ExperimentOption = None,
    experiment_id: ExperimentAlias = None,
    view: ViewOption = "active_only",
    columns: Columns = None,
    limit: Limit = 20,
) -> None:
    """List the newest runs, with their metrics and params."""
    answer_found(desk, {"view": view, "experiment": experiment or experiment_id}, columns, limit)


@verb(
    app,
    "search",
    'nbtrack runs search "acc > 0.9 and lr < 0.1" --order-by "acc desc"',
    "nbtrack runs search \"status = 'FAILED' or tags.stage LIKE 'dev%'\" -x iris",
    "nbtrack runs search \"not params.model = 'tree'\" --columns acc,params.model --json",
)
def search(
    desk: Desk,
    *,
    filter: Filter = None,  # noqa: A002 - the word in the help
    experiment: ExperimentOption = None,
    experiment_id: ExperimentAlias = None,
    order_by: OrderBy = None,
    view: ViewOption = "active_only",
    columns: Columns = None,
    limit: Limit = 20,
) -> None:
    """Find runs by their metrics, params, tags and attributes."""
    which = {
        "view": view,
        "experiment": experiment or experiment_id,
        "filter": filter,
        "order_by": order_by,
    }
    answer_found(desk, which, columns, limit)


@verb(app, "fields", "nbtrack runs fields", "nbtrack runs fields -x iris --json")
def fields(
    desk: Desk, *, experiment: ExperimentOption = None, experiment_id: ExperimentAlias = None
) -> None:
    """Say what a filter can ask about: metrics, params, tags, attributes; and its operators."""
    answer_fields(desk, experiment or experiment_id)


def answer_found(desk: Desk, which: dict[str, Any], columns: list[str] | None, limit: int) -> None:
    """Answer with the runs that are asked for."""
    if not desk.exists:
        desk.answer([], desk.teach_first_run)
        return
    asked = asked_for(desk, **which)
    found = runs.search(desk.store, **asked._asdict(), max_results=limit)
    names = experiment_names(desk)
    desk.answer([run_json(it, names) for it in found], lambda: draw(desk, asked, found, columns))


def asked_for(
    desk: Desk,
    *,
    view: View,
    experiment: str | None = None,
    filter: str | None = None,  # noqa: A002 - the word in the help
    order_by: list[str] | None = None,
) -> Which:
    """Which runs are meant."""
    ids = None if experiment is None else [experiment_called(desk, experiment).experiment_id]
    return Which(ids, filter, order_by, view)


def draw(desk: Desk, asked: Which, found: Sequence[Run], columns: list[str] | None) -> None:
    """Draw what was found, and say what there is besides."""
    if not found:
        say_none(desk, asked)
        return
    names = experiment_names(desk)
    left_out = show_runs(found, names, chosen_names(columns))
    total = runs.count(desk.store, asked.experiment_ids, asked.filter_string, view=asked.view)
    hints = []
    if total > len(found):
        more = f"--limit {min(total, len(found) * 5)} shows more"
        hints.append(f"{len(found)} of {wording.plural(total, 'run')}: {more}")
    elif total > 1:
        hints.append(wording.plural(total, "run"))
    if left_out:
        hints.append(
            f"{wording.plural(left_out, 'column')} more: --columns chooses, --json has all"
        )
    if hints:
        output.note("; ".join(hints), style="dim")


def say_none(desk: Desk, asked: Which) -> None:
    """Nothing was found: for want of runs, or by the filter."""
    everything = runs.count(desk.store, view="ALL")
    if not everything:
        desk.teach_first_run()
        return
    there_are = wording.plural(everything, "run")
    output.say(f"no run is found among {there_are}")
    if asked.view == "active_only":
        output.note("--view all looks at deleted ones too", style="dim")


@verb(
    app,
    "show",
    "nbtrack runs show",
    "nbtrack runs show calm-owl-12",
    "nbtrack runs show 0199a4f2 --json",
    also=("describe", "get"),
)
def show(desk: Desk, *, run: RunArgument = None, run_id: RunIdOption = None) -> None:
    """Show all of a run; of the newest, if none is named."""
    chosen = run if run is not None else run_id
    found = run_called(desk, chosen) if chosen is not None else newest_run(desk)
    if found is None:
        desk.answer(None, desk.teach_first_run)
        return
    names = experiment_names(desk)
    card = run_card.card_of(desk, found, names, curves=not desk.as_json)
    desk.answer(run_card.card_json(card), lambda: run_card.show_card(card))


@verb(
    app,
    "compare",
    "nbtrack runs compare calm-owl-12 keen-fox-7",
    "nbtrack runs compare 0199a4f2 0199a4f3 0199a4f9 --all",
)
def compare(
    desk: Desk,
    *,
    run: RunsArgument = None,
    everything: Annotated[
        bool, typer.Option("--all", "-a", help="Show what is the same, too.")
    ] = False,
) -> None:
    """Lay runs side by side: what differs first, then their metrics."""
    found = [run_called(desk, it) for it in run or []]
    if len({it.info.run_id for it in found}) < 2:
        raise WrongUse("two runs or more are compared: nbtrack runs compare RUN RUN")
    names = experiment_names(desk)
    compared = laid_beside(found, names)
    desk.answer(
        compared._asdict(),
        lambda: side_by_side.show_comparison(found, compared, everything=everything),
    )


def chosen_runs(desk: Desk, run: list[str] | None, run_id: str | None) -> list[Run]:
    """The runs that are named, as arguments or as an option, each once."""
    texts = [*(run or []), *([run_id] if run_id is not None else [])]
    if not texts:
        raise WrongUse("RUN is missing; --help shows how it is said")
    found = [run_called(desk, it) for it in texts]
    return list({it.info.run_id: it for it in found}.values())


@verb(app, "delete", "nbtrack runs delete calm-owl-12", "nbtrack runs delete 0199a4f2 0199a4f3 -y")
def delete(
    desk: Desk, *, run: RunsArgument = None, run_id: RunIdOption = None, yes: Yes = False
) -> None:
    """Delete runs; they can be restored."""
    from nbtrack.api.runs.experiments import change_stage

    found = chosen_runs(desk, run, run_id)
    desk.confirm(f"delete {called(found)}?", yes=yes)
    for it in found:
        change_stage(desk.session, "run", it.info.run_id, "deleted")
    ids = [it.info.run_id for it in found]
    back = "nbtrack runs restore " + " ".join(ids[:3]) + (" …" if len(ids) > 3 else "")
    desk.done(
        {"run_ids": ids, "lifecycle_stage": "deleted"},
        f"deleted {called(found)}; bring back with: {back}",
    )


@verb(app, "restore", "nbtrack runs restore calm-owl-12", "nbtrack runs restore --run-id 0199a4f2")
def restore(desk: Desk, *, run: RunsArgument = None, run_id: RunIdOption = None) -> None:
    """Bring deleted runs back."""
    from nbtrack.api.runs.experiments import change_stage

    found = chosen_runs(desk, run, run_id)
    for it in found:
        change_stage(desk.session, "run", it.info.run_id, "active")
    ids = [it.info.run_id for it in found]
    desk.done(
        {"run_ids": ids, "lifecycle_stage": "active"},
        f"{called(found)} {'is' if len(found) == 1 else 'are'} back",
    )


@verb(app, "purge", "nbtrack runs purge calm-owl-12", "nbtrack runs purge 0199a4f2 --yes")
def purge(
    desk: Desk, *, run: RunsArgument = None, run_id: RunIdOption = None, yes: Yes = False
) -> None:
    """Delete runs for good."""
    from nbtrack.api.runs.experiments import purge as take_away

    found = chosen_runs(desk, run, run_id)
    desk.confirm(f"delete {called(found)} for good? Only a backup brings it back.", yes=yes)
    for it in found:
        take_away(desk.session, "run", it.info.run_id)
    ids = [it.info.run_id for it in found]
    desk.done(
        {"run_ids": ids}, f"{called(found)}: gone for good; nbtrack gc frees what files they had"
    )


def called(found: Sequence[Run]) -> str:
    """Runs in words: one by its name, several by their number."""
    if len(found) == 1:
        return f"run {wording.one_line(str(found[0].info.run_name or found[0].info.run_id))}"
    return wording.plural(len(found), "run")


@verb(
    app,
    "export",
    "nbtrack runs export -o runs.csv",
    'nbtrack runs export "acc > 0.9" -x iris --columns run_name,metrics.acc > best.csv',
    also=("export-csv",),
)
def export_runs(
    desk: Desk,
    *,
    filter: Filter = None,  # noqa: A002 - the word in the help
    experiment: ExperimentOption = None,
    experiment_id: ExperimentAlias = None,
    to: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Where to; stdout else."),
    ] = None,
    order_by: OrderBy = None,
    view: ViewOption = "active_only",
    columns: Columns = None,
    format: Annotated[  # noqa: A002 - the option's name
        export.Format | None, typer.Option("--format", "-f", help="By the file's name else.")
    ] = None,
) -> None:
    """Write runs as one wide table, in CSV or JSON."""
    which = asked_for(
        desk,
        view=view,
        experiment=experiment or experiment_id,
        filter=filter,
        order_by=order_by,
    )
    chosen = format or ("json" if to is not None and to.suffix == ".json" else "csv")
    export.write_runs(desk, to, chosen, which, chosen_names(columns))
