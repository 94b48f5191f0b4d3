"""`nbtrack experiments`: groups of runs."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nbtrack.hosts.command_line import export, output, wording
from nbtrack.hosts.command_line.arguments import (
    ExperimentArgument,
    ExperimentId,
    Limit,
    NewName,
    OrderBy,
    View,
    ViewOption,
    Yes,
    one_of,
)
from nbtrack.hosts.command_line.choice import experiment_called
from nbtrack.hosts.command_line.desk import Desk
from nbtrack.hosts.command_line.output import Column
from nbtrack.hosts.command_line.shapes import experiment_json
from nbtrack.hosts.command_line.verb import noun, verb
from nbtrack.query.tree import Sql
from nbtrack.questions import experiments

if TYPE_CHECKING:
    from nbtrack.records.experiment import Experiment

__all__ = ["app"]

COUNTS = """
SELECT experiment_id, CASE lifecycle_stage WHEN 'active' THEN status ELSE 'deleted' END AS state,
  count(*) AS number
FROM runs GROUP BY ALL"""

app = noun("Groups of runs: list, make, rename, delete and restore them.")


@verb(app, "list", "nbtrack experiments list", "nbtrack experiments list --view all --json")
def list_experiments(desk: Desk, *, view: ViewOption = "active_only", limit: Limit = 100) -> None:
    """List experiments, with how many runs each has."""
    answer_found(desk, None, None, view, limit)


@verb(
    app,
    "search",
    "nbtrack experiments search \"name LIKE 'iris%'\"",
    "nbtrack experiments search \"tags.team = 'vision'\" --order-by name",
)
def search(
    desk: Desk,
    *,
    filter: Annotated[  # noqa: A002 - the word in the help
        str | None,
        typer.Argument(metavar="FILTER", help="On name, tags and times.", show_default=False),
    ] = None,
    order_by: OrderBy = None,
    view: ViewOption = "active_only",
    limit: Limit = 100,
) -> None:
    """Find experiments by name, tags or times."""
    answer_found(desk, filter, order_by, view, limit)


def answer_found(
    desk: Desk, text: str | None, order_by: list[str] | None, view: View, limit: int
) -> None:
    """Answer with the experiments that a filter finds."""
    if not desk.exists:
        desk.answer([], desk.teach_first_run)
        return
    found = experiments.search(desk.store, text, order_by=order_by, view=view, max_results=limit)
    counts = run_counts(desk)
    rows = [(it, total(it, counts)) for it in found]
    desk.answer(
        [experiment_json(it) | {"runs": count} for it, count in rows], lambda: show_rows(rows)
    )


def run_counts(desk: Desk) -> dict[str, Counter[str]]:
    """How many runs each experiment has, by status; all that are deleted under "deleted"."""
    rows = desk.store.fetch(Sql(COUNTS)).columns
    counts: dict[str, Counter[str]] = {}
    for experiment_id, state, number in zip(*rows.values(), strict=True):
        counts.setdefault(experiment_id, Counter())[state] = int(number)
    return counts


def total(experiment: Experiment, counts: dict[str, Counter[str]]) -> int:
    """How many runs an experiment has; of a deleted one, with those deleted before it."""
    found = counts.get(experiment.experiment_id, Counter())
    return found.total() - (found["deleted"] if experiment.lifecycle_stage == "active" else 0)


def show_rows(rows: list[tuple[Experiment, int]]) -> None:
    """Draw experiments."""
    if not rows:
        output.say("no experiment is found")
        return
    deleted = any(it.lifecycle_stage == "deleted" for it, _ in rows)
    columns = [Column("id"), Column("name"), Column("runs", right=True), Column("changed")]
    drawn: list[list[Any]] = []
    for it, count in rows:
        changed = wording.ago(it.last_update_time or it.creation_time)
        drawn.append([it.experiment_id, it.name, wording.count(count), changed])
        if deleted:
            drawn[-1].append("deleted" if it.lifecycle_stage == "deleted" else "")
    output.show(output.table([*columns, *([Column("")] if deleted else [])], drawn))


@verb(
    app,
    "show",
    "nbtrack experiments show iris",
    "nbtrack experiments show 1 --json",
    also=("get", "describe"),
)
def show(
    desk: Desk, *, experiment: ExperimentArgument = None, experiment_id: ExperimentId = None
) -> None:
    """Show an experiment: its tags, and how its runs went."""
    found = experiment_called(desk, one_of(experiment, experiment_id, "EXPERIMENT"))
    counts = run_counts(desk)
    by_status = dict(sorted(counts.get(found.experiment_id, Counter()).items()))
    data = experiment_json(found) | {"runs": total(found, counts), "runs_by_status": by_status}
    desk.answer(data, lambda: show_one(found, data["runs"], by_status))


def show_one(experiment: Experiment, count: int, by_status: dict[str, int]) -> None:
    """Draw an experiment."""
    output.show(output.heading(experiment.name, f"experiment {experiment.experiment_id}"))
    went = ", ".join(f"{number} {status.lower()}" for status, number in by_status.items())
    rows: list[list[Any]] = [
        ["runs", f"{wording.count(count)}{f': {went}' if went else ''}"],
        ["made", wording.ago(experiment.creation_time)],
        ["changed", wording.ago(experiment.last_update_time)],
    ]
    if experiment.lifecycle_stage == "deleted":
        rows.append(["state", "deleted"])
    if experiment.artifact_location:
        rows.append(["artifacts", experiment.artifact_location])
    rows += [[f"tag {key}", value] for key, value in sorted(experiment.tags.items())]
    output.show(output.table([Column("", style="dim"), Column("", fold=True)], rows))
    output.note(f'its runs: nbtrack runs list -x "{experiment.name}"', style="dim")


@verb(
    app,
    "create",
    "nbtrack experiments create iris/trees",
    "nbtrack experiments create -n iris --tag team=vision --artifact-location s3://bucket/iris",
)
def create(
    desk: Desk,
    *,
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Its name.", show_default=False)
    ] = None,
    experiment_name: NewName = None,
    artifact_location: Annotated[
        str | None,
        typer.Option(
            "--artifact-location", "-l", metavar="PLACE", help="Where files of its runs are kept."
        ),
    ] = None,
    tag: Annotated[
        list[str] | None, typer.Option("--tag", metavar="KEY=VALUE", help="A tag; repeatable.")
    ] = None,
) -> None:
    """Make an experiment."""
    from nbtrack.api.runs.experiments import create as make

    pairs = (text.partition("=")[::2] for text in tag or [])
    chosen = one_of(name, experiment_name, "NAME")
    made = make(desk.session, chosen, artifact_location, dict(pairs))
    desk.done({"experiment_id": made, "name": chosen}, f"made experiment {chosen!r} with id {made}")


@verb(
    app,
    "rename",
    "nbtrack experiments rename iris flowers",
    "nbtrack experiments rename -x 1 -n flowers",
)
def rename(
    desk: Desk,
    *,
    experiment: ExperimentArgument = None,
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Its new name.", show_default=False)
    ] = None,
    experiment_id: ExperimentId = None,
    new_name: NewName = None,
) -> None:
    """Give an experiment another name."""
    from nbtrack.api.runs.experiments import rename as change

    if experiment_id is not None and new_name is None:
        experiment, name = None, name or experiment
    found = experiment_called(desk, one_of(experiment, experiment_id, "EXPERIMENT"))
    chosen = one_of(name, new_name, "NAME")
    change(desk.session, found.experiment_id, chosen)
    data = {"experiment_id": found.experiment_id, "name": chosen, "old_name": found.name}
    desk.done(data, f"experiment {found.name!r} is now called {chosen!r}")


@verb(app, "delete", "nbtrack experiments delete iris", "nbtrack experiments delete -x 1 --yes")
def delete(
    desk: Desk,
    *,
    experiment: ExperimentArgument = None,
    experiment_id: ExperimentId = None,
    yes: Yes = False,
) -> None:
    """Delete an experiment with its runs; it can be restored."""
    from nbtrack.api.runs.experiments import change_stage

    found = experiment_called(desk, one_of(experiment, experiment_id, "EXPERIMENT"))
    count = wording.plural(total(found, run_counts(desk)), "run")
    desk.confirm(f"delete experiment {found.name!r} with {count}?", yes=yes)
    change_stage(desk.session, "experiment", found.experiment_id, "deleted")
    desk.done(
        {"experiment_id": found.experiment_id, "name": found.name, "lifecycle_stage": "deleted"},
        f"deleted experiment {found.name!r} with {count}; bring it back with: "
        f"nbtrack experiments restore {found.experiment_id}",
    )


@verb(app, "restore", "nbtrack experiments restore iris", "nbtrack experiments restore -x 1")
def restore(
    desk: Desk, *, experiment: ExperimentArgument = None, experiment_id: ExperimentId = None
) -> None:
    """Bring a deleted experiment back, with its runs."""
    from nbtrack.api.runs.experiments import change_stage

    found = experiment_called(desk, one_of(experiment, experiment_id, "EXPERIMENT"))
    change_stage(desk.session, "experiment", found.experiment_id, "active")
    desk.done(
        {"experiment_id": found.experiment_id, "name": found.name, "lifecycle_stage": "active"},
        f"experiment {found.name!r} is back",
    )


@verb(app, "purge", "nbtrack experiments purge iris", "nbtrack experiments purge 1 --yes")
def purge(
    desk: Desk,
    *,
    experiment: ExperimentArgument = None,
    experiment_id: ExperimentId = None,
    yes: Yes = False,
) -> None:
    """Delete an experiment and all its runs for good."""
    from nbtrack.api.runs.experiments import purge as take_away

    found = experiment_called(desk, one_of(experiment, experiment_id, "EXPERIMENT"))
    number = run_counts(desk).get(found.experiment_id, Counter()).total()
    count = wording.plural(number, "run")
    desk.confirm(
        f"delete experiment {found.name!r} with {count} for good? Only a backup brings it back.",
        yes=yes,
    )
    take_away(desk.session, "experiment", found.experiment_id)
    desk.done(
        {"experiment_id": found.experiment_id, "name": found.name, "purged_runs": number},
        f"experiment {found.name!r} and {count} are gone; nbtrack gc frees their files",
    )


@verb(
    app,
    "export-csv",
    "nbtrack experiments export-csv iris -o iris.csv",
    "nbtrack experiments csv -x 1 -o iris.csv",
    also=("csv",),
)
def export_csv(
    desk: Desk,
    *,
    experiment: ExperimentArgument = None,
    experiment_id: ExperimentId = None,
    to: Annotated[
        Path | None,
        typer.Option("--output", "--filename", "-o", metavar="FILE", help="Where to; stdout else."),
    ] = None,
) -> None:
    """Write the runs of an experiment as CSV."""
    found = experiment_called(desk, one_of(experiment, experiment_id, "EXPERIMENT"))
    export.write_runs(desk, to, "csv", export.Which([found.experiment_id]))
