"""One run on a card: who, params, metrics with their curves, tags, datasets, files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack.hosts.command_line import output, wording
from nbtrack.hosts.command_line.artifacts import artifact_rows, artifact_tree
from nbtrack.hosts.command_line.output import Column
from nbtrack.hosts.command_line.shapes import run_json
from nbtrack.questions import metrics, runs
from nbtrack.questions.artifacts import files
from nbtrack.questions.metrics import Summary

if TYPE_CHECKING:
    from nbtrack.hosts.command_line.desk import Desk
    from nbtrack.records.artifact import Artifact
    from nbtrack.records.entities import Run

__all__ = ["Card", "card_json", "card_of", "show_card"]

CURVES = 24
"""A curve is drawn for so many metrics at most: each is a question of its own."""

POINTS = 40
HIDDEN = ("mlflow.", "nbtrack.")


class Card(NamedTuple):
    """All that is shown of a run."""

    run: Run
    names: Mapping[str, str]
    summaries: list[Summary]
    curves: dict[str, list[float]]
    files: list[Artifact]
    conflicts: list[dict[str, Any]]


def card_of(desk: Desk, run: Run, names: Mapping[str, str], *, curves: bool) -> Card:
    """Ask the store for what belongs on a run's card."""
    run_id = run.info.run_id
    summaries = metrics.summaries(desk.store, run_id)
    drawn: dict[str, list[float]] = {}
    if curves:
        for it in [it for it in summaries if it.n > 1][:CURVES]:
            points = metrics.curve(desk.store, [run_id], it.key, points=POINTS)["value"]
            drawn[it.key] = output.plain_values(points)
    kept = files(desk.store, run_id)
    conflicts = runs.conflicts(desk.store, [run_id])
    return Card(run, names, summaries, drawn, kept, conflicts)


def card_json(card: Card) -> dict[str, Any]:
    """A card for programs."""
    run = card.run
    return run_json(run, card.names) | {
        "metric_summaries": {it.key: it._asdict() for it in card.summaries},
        "artifacts": artifact_rows(card.files),
        "datasets": [
            {
                "name": it.dataset.name,
                "digest": it.dataset.digest,
                "source_type": it.dataset.source_type,
                "context": context_of(it),
            }
            for it in run.inputs.dataset_inputs
        ],
        "param_conflicts": [
            {name: it[name] for name in ("key", "kept", "refused")} for it in card.conflicts
        ],
    }


def context_of(dataset_input: Any) -> str | None:
    """What a dataset was used for."""
    tags = {tag.key: tag.value for tag in dataset_input.tags}
    return tags.get("mlflow.data.context")


def show_card(card: Card) -> None:
    """Draw a card."""
    run, info = card.run, card.run.info
    title = output.heading(str(info.run_name or info.run_id))
    title.append("  ")
    title.append_text(
        output.styled("deleted" if info.lifecycle_stage == "deleted" else info.status)
    )
    output.show(title)
    show_pairs(facts(card))
    if card.run.data.params:
        show_part("params", len(run.data.params))
        show_pairs(sorted(run.data.params.items()))
    for it in card.conflicts:
        both = f"{it['kept']!r} was kept, {it['refused']!r} came from elsewhere"
        output.say(f"! {it['key']}: {both}", "yellow")
    if card.summaries:
        show_part("metrics", len(card.summaries))
        show_metrics(card)
    own = {key: value for key, value in run.data.tags.items() if not key.startswith(HIDDEN)}
    if own:
        show_part("tags", len(own))
        show_pairs(sorted(own.items()))
    if run.inputs.dataset_inputs:
        show_part("datasets", len(run.inputs.dataset_inputs))
        columns = [Column("", style="dim"), Column(""), Column(""), Column("")]
        output.show(
            output.table(
                columns,
                [
                    [it.dataset.name, it.dataset.digest, it.dataset.source_type, context_of(it)]
                    for it in run.inputs.dataset_inputs
                ],
            )
        )
    if card.files:
        output.write("\n")
        total = wording.size(sum(it.file_size for it in card.files))
        output.show(
            artifact_tree(
                f"artifacts  {wording.plural(len(card.files), 'file')}, {total}", card.files
            )
        )


def facts(card: Card) -> list[tuple[str, str]]:
    """Who, when and from where, as far as it is known."""
    info, tags = card.run.info, card.run.data.tags
    took = wording.duration(card.run.info.duration_seconds)
    started = wording.ago(info.start_time)
    failed = (tags.get("nbtrack.error.type"), tags.get("nbtrack.error.message"))
    found = [
        ("id", info.run_id),
        ("experiment", card.names.get(str(info.experiment_id), str(info.experiment_id))),
        ("started", f"{started}, took {took}" if took else started),
        ("user", info.user_id),
        ("source", tags.get("mlflow.source.name")),
        ("commit", (tags.get("mlflow.source.git.commit") or "")[:12]),
        ("parent", tags.get("mlflow.parentRunId")),
        ("note", tags.get("mlflow.note.content")),
        ("error", ": ".join(it for it in failed if it)),
    ]
    return [(name, str(value)) for name, value in found if value]


def show_part(name: str, count: int) -> None:
    """The heading of a part of the card."""
    output.write("\n")
    output.show(output.heading(name, str(count)))


def show_pairs(pairs: list[tuple[str, str]]) -> None:
    """Names and values."""
    columns = [Column("", style="dim"), Column("", fold=True)]
    output.show(
        output.table(columns, [(wording.shortened(key, 40), value) for key, value in pairs])
    )


def show_metrics(card: Card) -> None:
    """Metrics: the latest value, and for curves their extremes, length and shape."""
    curved = any(it.n > 1 for it in card.summaries)
    columns = [Column("name", style="dim"), Column("latest", right=True)]
    if curved:
        columns += [Column(it, right=True) for it in ("min", "max", "points")] + [Column("curve")]
    rows: list[list[Any]] = []
    for it in card.summaries:
        cells: list[Any] = [it.key, wording.number(it.value)]
        if curved and it.n > 1:
            cells += [wording.number(it.min), wording.number(it.max), wording.count(it.n)]
            cells.append(output.styled(wording.sparkline(card.curves.get(it.key, [])), "cyan"))
        rows.append(cells + [""] * (len(columns) - len(cells)))
    output.show(output.table(columns, rows))
