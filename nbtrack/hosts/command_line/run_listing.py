"""Runs in a table: who they are, then as many metrics and params as there is room for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from nbtrack.hosts.command_line import output, wording
from nbtrack.hosts.command_line.fitting import Candidate, fitting, rows_of
from nbtrack.hosts.command_line.output import Column

if TYPE_CHECKING:
    from nbtrack.records.entities import Run

__all__ = ["chosen_names", "show_runs"]

WIDEST = 24
OWN_TAGS = ("mlflow.", "nbtrack.")


def show_runs(runs: Sequence[Run], names: Mapping[str, str], columns: list[str] | None) -> int:
    """Draw runs.

    Args:
        runs: The runs, in order.
        names: The experiments' names by id.
        columns: Which metrics, params and tags to show; None chooses what fits.

    Returns:
        How many columns found no room.
    """
    ids = wording.short_ids([run.info.run_id for run in runs])
    fixed = [
        Candidate(Column("run", style="cyan"), [ids[run.info.run_id] for run in runs], 32),
        Candidate(Column("name"), [text(run.info.run_name) for run in runs]),
    ]
    if columns is not None:
        kept = [*fixed, *(asked(runs, name) for name in columns)]
        output.show(output.table([it.column for it in kept], rows_of(kept)))
        return 0
    kept, left_out = fitting([*fixed, *about(runs)], values(runs, names), output.width())
    output.show(output.table([it.column for it in kept], rows_of(kept)))
    return left_out


def about(runs: Sequence[Run]) -> list[Candidate]:
    """How each run went; whether it is deleted, if any is."""
    states = [
        "deleted" if run.info.lifecycle_stage == "deleted" else text(run.info.status)
        for run in runs
    ]
    took = [wording.duration(run.info.duration_seconds) for run in runs]
    return [
        Candidate(Column("status"), states),
        Candidate(Column("started"), [wording.ago(run.info.start_time) for run in runs]),
        Candidate(Column("took", right=True), took),
    ]


def values(runs: Sequence[Run], names: Mapping[str, str]) -> list[Candidate]:
    """What there may be room for: the experiment if they differ, metrics, params that differ."""
    groups = [names.get(text(run.info.experiment_id), "") for run in runs]
    found = [Candidate(Column("experiment"), groups)] if len(set(groups)) > 1 else []
    for source in ("metrics", "params", "tags"):
        of_runs = [getattr(run.data, source) for run in runs]
        for key in most_common(of_runs):
            if is_telling(source, key, of_runs):
                column = Column(key, right=source == "metrics")
                found.append(asked(runs, f"{source}.{key}")._replace(column=column))
    return found


def is_telling(source: str, key: str, of_runs: Sequence[Mapping[str, object]]) -> bool:
    """Whether a column is worth its room without being asked for."""
    if source == "params":
        return len(of_runs) == 1 or len({it.get(key) for it in of_runs}) > 1
    return not key.startswith(("system/",) if source == "metrics" else OWN_TAGS)


def most_common(dictionaries: Sequence[Mapping[str, object]]) -> list[str]:
    """Keys, those of most runs first."""
    counts = Counter(key for it in dictionaries for key in it)
    return sorted(counts, key=lambda key: (-counts[key], key))


def asked(runs: Sequence[Run], name: str) -> Candidate:
    """A column by its name: `metrics.k`, `params.k`, `tags.k`, an attribute, or a bare key."""
    kind, dot, key = name.partition(".")
    for prefix, source in (("metric", "metrics"), ("param", "params"), ("tag", "tags")):
        of_runs = [getattr(run.data, source) for run in runs]
        if dot and kind in {prefix, source}:
            wanted = key
        elif any(name in it for it in of_runs) and not hasattr(runs[0].info, name):
            wanted = name
        else:
            continue
        cells = [wording.number(it.get(wanted)) for it in of_runs]
        return Candidate(Column(name, right=source == "metrics"), cells, WIDEST)
    attribute = key if kind in {"attributes", "attribute", "attr", "run"} and dot else name
    cells = [attribute_text(run, attribute) for run in runs]
    return Candidate(Column(name), cells, WIDEST)


def attribute_text(run: Run, name: str) -> str:
    """An attribute of a run in a cell; empty if it has none of that name."""
    value = getattr(run.info, name, None)
    return wording.ago(value) if name in {"start_time", "end_time"} else text(value)


def text(value: object) -> str:
    """A value that may be missing."""
    return "" if value is None else wording.one_line(str(value))


def chosen_names(columns: list[str] | None) -> list[str] | None:
    """`--columns a,b --columns c` as a list; None if it was not given."""
    if columns is None:
        return None
    names = [name.strip() for it in columns for name in it.split(",")]
    return [name for name in names if name]
