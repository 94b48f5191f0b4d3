"""Registered models, versions, moves of aliases and acts of the log in tables."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from nbtrack.hosts.command_line import output, wording
from nbtrack.hosts.command_line.fitting import Candidate, fitting, rows_of
from nbtrack.hosts.command_line.output import Column
from nbtrack.query.tree import Sql

if TYPE_CHECKING:
    from nbtrack.hosts.command_line.desk import Desk
    from nbtrack.records.registered_model import (
        AliasMove,
        ModelVersion,
        RegisteredModel,
        RegistryAct,
    )

__all__ = [
    "aliases_text",
    "metrics_of_runs",
    "show_acts",
    "show_models",
    "show_moves",
    "show_versions",
    "version_counts",
]

WIDEST = 40
NO_STAGE = {None, "None"}
HIDDEN = {"archive_existing", "create_model", "digest", "signature_digest", "webhook_id"}
OWN_PROGRAMS = {"nbtrack", "__main__.py"}
"""What this command line is called as the origin of an act."""


def version_counts(desk: Desk) -> dict[str, int]:
    """How many versions each registered model has."""
    text = "SELECT name, count(*) AS number FROM model_versions GROUP BY name"
    columns = desk.store.fetch(Sql(text)).columns
    return {name: int(number) for name, number in zip(*columns.values(), strict=True)}


def aliases_text(aliases: Mapping[str, str]) -> str:
    """Aliases with the versions they point to: `champion → 3`."""
    return ", ".join(f"{alias} → {version}" for alias, version in sorted(aliases.items()))


def show_models(models: Sequence[RegisteredModel], counts: Mapping[str, int]) -> None:
    """Draw registered models."""
    stages = [
        aliases_text(
            {
                str(it.current_stage): it.version
                for it in model.latest_versions
                if it.current_stage not in NO_STAGE
            }
        )
        for model in models
    ]
    fixed = [
        Candidate(Column("name", style="cyan"), [text(it.name) for it in models], WIDEST),
        Candidate(
            Column("versions", right=True),
            [wording.count(counts.get(it.name, 0)) for it in models],
        ),
    ]
    wanted = [
        Candidate(Column("aliases"), [aliases_text(it.aliases) for it in models], WIDEST),
        Candidate(Column("stages"), stages, WIDEST),
        Candidate(Column("changed"), [wording.ago(it.last_updated_timestamp) for it in models]),
        Candidate(Column("tags"), [tags_text(it.tags) for it in models], WIDEST),
        Candidate(Column("description"), [text(it.description) for it in models], 60),
    ]
    draw(fixed, wanted)


def show_versions(
    versions: Sequence[ModelVersion],
    metrics: Mapping[str, Mapping[str, float]],
    *,
    names: bool = False,
) -> None:
    """Draw versions.

    Args:
        versions: The versions, in order.
        metrics: The metrics of their runs, by run id.
        names: Whether they are of several models.
    """
    fixed = [
        Candidate(Column("version", right=True, style="cyan"), [it.version for it in versions]),
    ]
    if names:
        fixed.insert(0, Candidate(Column("name"), [text(it.name) for it in versions], WIDEST))
    stages = ["" if it.current_stage in NO_STAGE else text(it.current_stage) for it in versions]
    states = ["" if it.status == "READY" else text(it.status) for it in versions]
    wanted = [
        Candidate(Column("aliases"), [", ".join(it.aliases) for it in versions], WIDEST),
        Candidate(Column("stage"), stages),
        Candidate(Column("status"), states),
        Candidate(Column("made"), [wording.ago(it.creation_timestamp) for it in versions]),
        Candidate(Column("by"), [text(it.user_id) for it in versions]),
        *metric_columns(versions, metrics),
        Candidate(Column("approved by"), [approvers(it) for it in versions]),
        Candidate(Column("tags"), [tags_text(it.tags) for it in versions], WIDEST),
        Candidate(Column("description"), [text(it.description) for it in versions], 60),
    ]
    draw(fixed, wanted)


def draw(fixed: list[Candidate], wanted: list[Candidate]) -> None:
    """Draw what has something to say, as far as there is room."""
    telling = [it for it in wanted if any(it.cells)]
    kept, left_out = fitting(fixed, telling, output.width())
    output.show(output.table([it.column for it in kept], rows_of(kept)))
    if left_out:
        more = wording.plural(left_out, "column")
        output.note(f"{more} found no room: a wider terminal or --json shows them", style="dim")


def metric_columns(
    versions: Sequence[ModelVersion], metrics: Mapping[str, Mapping[str, float]]
) -> list[Candidate]:
    """A column for each metric, in order of its name."""
    of_versions = [metrics.get(str(it.run_id), {}) for it in versions]
    keys = sorted({key for it in of_versions for key in it if not key.startswith("system/")})
    return [
        Candidate(Column(key, right=True), [wording.number(it.get(key)) for it in of_versions])
        for key in keys
    ]


def metrics_of_runs(desk: Desk, versions: Sequence[ModelVersion]) -> dict[str, dict[str, float]]:
    """The metrics of the runs that made versions, by run id."""
    from nbtrack.questions import runs

    ids = sorted({it.run_id for it in versions if it.run_id})
    if not ids:
        return {}
    quoted = ", ".join("'" + it.replace("'", "''") + "'" for it in ids)
    found = runs.search(desk.store, None, f"run_id IN ({quoted})", view="ALL", max_results=None)
    return {it.info.run_id: dict(it.data.metrics) for it in found}


def approvers(version: ModelVersion) -> str:
    """Who approved of a version, each once."""
    return ", ".join(dict.fromkeys(text(it.approver) for it in version.approvals))


def tags_text(tags: Mapping[str, str]) -> str:
    """Tags in a cell."""
    return ", ".join(f"{text(key)}={text(value)}" for key, value in sorted(tags.items()))


def show_moves(moves: Sequence[AliasMove]) -> None:
    """Draw where aliases and stages went, the last move first."""
    columns = [Column(it) for it in ("when", "what", "to", "from", "who", "why")]
    rows = [
        [
            wording.ago(it.time),
            text(" and ".join(filter(None, [f"@{it.alias}" if it.alias else "", it.stage or ""]))),
            "taken away" if it.version is None else f"version {it.version}",
            "" if it.previous is None else f"version {it.previous}",
            text(it.actor),
            text(it.reason),
        ]
        for it in moves
    ]
    output.show(output.table(columns, rows))


def show_acts(acts: Sequence[RegistryAct]) -> None:
    """Draw who did what, the last act first."""
    columns = [Column("when"), Column("who"), Column("what"), Column("on"), Column("")]
    rows = [
        [wording.ago(it.time), text(it.actor), it.act.replace("_", " "), subject(it), details(it)]
        for it in acts
    ]
    output.show(output.table(columns, rows))


def subject(act: RegistryAct) -> str:
    """What an act was done to."""
    if act.model is not None:
        return text(act.model) + (f"/{act.version}" if act.version is not None else "")
    return f"experiment {act.experiment_id}" if act.experiment_id else text(act.run_id)


def details(act: RegistryAct) -> str:
    """The rest of an act: its values, and the notebook or script it was done in."""
    told = [
        f"{key} {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
        for key, value in act.details.items()
        if key not in HIDDEN
    ]
    origin = PurePath(act.origin or "").name
    where = f"in {origin}" if origin and origin not in OWN_PROGRAMS else ""
    return wording.shortened(text(", ".join(filter(None, [*told, where]))), 120)


def text(value: Any) -> str:
    """A value that may be missing, in one line."""
    return "" if value is None else wording.one_line(str(value))
