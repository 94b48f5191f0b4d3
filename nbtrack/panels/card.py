"""The card below a tracked cell: what this run was, and what changed against the run before it.

A host fills a `Card` and displays it; while the cell runs it fills and displays it again.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from nbtrack.capture.open_run import MadeModel
from nbtrack.panels import figures, formats, theme
from nbtrack.panels.formats import one_line, plural, shortened
from nbtrack.panels.model_lines import model_lines, text_model

__all__ = ["Card", "DatasetRow", "MetricRow", "Status"]

Status = Literal["RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"]

CHIPS, METRICS, FILES, LINES = 12, 12, 4, 4
"""So many are shown at once; what is beyond opens on a click."""

CHIP = (
    "display:inline-block;margin:2px 6px 2px 0;padding:0 7px;border-radius:9px;"
    "background:#80808026;border:1px solid "
)


class MetricRow(NamedTuple):
    """A metric of the run, and how it stands among the earlier runs of the cell."""

    key: str
    value: float
    previous: float | None = None
    """Its value in the run before."""
    best: float | None = None
    """The best of the earlier runs, where it is known what is better."""
    is_best: bool = False
    history: Sequence[float] = ()
    """Its values in earlier runs of the cell, oldest first."""
    curve: Sequence[float] = ()
    """Its points in this run."""


class DatasetRow(NamedTuple):
    """A dataset that the run read."""

    name: str
    shape: str = ""
    digest: str = ""
    is_changed: bool = False
    """Whether it is another than in the run before."""


@dataclass(frozen=True, kw_only=True)
class Card(theme.Panel):
    """A run as it shows below its cell."""

    run_name: str
    run_id: str = ""
    experiment_name: str = ""
    status: Status = "FINISHED"
    duration_seconds: float | None = None
    params: Mapping[str, object] = field(default_factory=dict)
    metrics: Sequence[MetricRow] = ()
    artifacts: Sequence[tuple[str, int]] = ()
    """Paths with their bytes."""
    models: Sequence[MadeModel] = ()
    datasets: Sequence[DatasetRow] = ()
    warnings: Sequence[str] = ()
    error: tuple[str, str] | None = None
    """The type and the message of what the cell raised."""
    stale: Sequence[str] = ()
    """What the cell read that is out of date, and why."""
    run_number: int | None = None
    """Which run of this cell it is, counted from 1."""
    changed_params: Mapping[str, object] = field(default_factory=dict)
    """Params with another value than in the run before, with that value."""
    notes: Sequence[str] = ()
    own_params: int | None = None
    """How many of the params the cell itself names; the others, defaults, are shown on a click."""
    is_named: bool = True
    """Whether a person chose the name: invented ones stay out of the text, which is compared."""

    def html(self) -> str:
        """The card for a page."""
        _, colour = theme.STATUS[self.status]
        parts = [
            heading(self),
            error_line(self),
            notices(self),
            chips(self),
            metric_table(self),
            model_lines(self.models),
            dataset_line(self),
            artifact_line(self),
            *(theme.line(theme.cut(it, 300), theme.MUTED) for it in self.notes),
        ]
        return theme.frame("".join(parts), colour, f"run {self.run_name}")

    def text(self) -> str:
        """The card for a terminal."""
        name = f"run {one_line(self.run_name)}" if self.is_named else "run"
        number = f", run {self.run_number} of this cell" if self.run_number else ""
        lines = [f"{shortened(name, 60)} {self.status}{number}"]
        if self.error:
            lines.append(f"  error     {': '.join(map(one_line, self.error))}")
        lines += [f"  warning   {one_line(it)}" for it in self.warnings]
        lines += [f"  stale     {one_line(it)}" for it in self.stale]
        lines += text_params(self) + text_metrics(self)
        lines += [f"  model     {text_model(it)}" for it in self.models]
        lines += [f"  dataset   {dataset_text(it)}" for it in self.datasets]
        lines += [f"  artifact  {one_line(path)}" for path, _ in self.artifacts[:METRICS]]
        if len(self.artifacts) > METRICS:
            lines.append(f"  and {plural(len(self.artifacts) - METRICS, 'more artifact')}")
        lines += [f"  {one_line(it)}" for it in self.notes]
        return "\n".join(shortened(it, formats.COLUMNS) for it in lines)


def heading(card: Card) -> str:
    """Name, status, duration, which run of the cell, experiment."""
    sign, colour = theme.STATUS[card.status]
    status = theme.element("span", sign, f"color:{colour};font-weight:bold")
    facts = [
        f"{status} {card.status}",
        formats.duration(card.duration_seconds),
        f"run {card.run_number:,} of this cell" if card.run_number else "",
        f"experiment {theme.cut(card.experiment_name, 40)}" if card.experiment_name else "",
    ]
    name = theme.cut(card.run_name or card.run_id, 80)
    return theme.heading(theme.element("span", name, title=card.run_id), facts)


def error_line(card: Card) -> str:
    """What the cell raised."""
    if not card.error:
        return ""
    kind, message = card.error
    return theme.note("✗", theme.cut(kind), theme.cut(message, 300), theme.RED)


def notices(card: Card) -> str:
    """Warnings, and what is out of date."""
    found = [theme.note("⚠", "warning:", theme.cut(it, 300), theme.AMBER) for it in card.warnings]
    found += [theme.note("⟳", "stale:", theme.cut(it, 300), theme.AMBER) for it in card.stale]
    rest = found[LINES:]
    if rest:
        return "".join(found[:LINES]) + theme.details(f"{len(rest)} more", "".join(rest))
    return "".join(found)


def chips(card: Card) -> str:
    """Params, those that changed first and outlined."""
    if not card.params:
        return ""
    ordered = sorted(card.params, key=lambda it: it not in card.changed_params)
    drawn = [chip(card, key) for key in ordered]
    limit = CHIPS if card.own_params is None else min(CHIPS, max(card.own_params, 1))
    shown, rest = chip_list(drawn[:limit]), drawn[limit:]
    if rest:
        shown += theme.details(plural(len(rest), "more param"), chip_list(rest))
    return shown


def chip_list(drawn: Sequence[str]) -> str:
    """Chips as a list."""
    style = "list-style:none;margin:2px 0;padding:0"
    return f'<ul aria-label="params" style="{style}">{"".join(drawn)}</ul>'


def chip(card: Card, key: str) -> str:
    """One param; where it changed, with what it was."""
    value = theme.cut(formats.number(card.params[key]), 48)
    told = f"{theme.element('span', theme.cut(key, 40), theme.MUTED)} <strong>{value}</strong>"
    edge = "#80808026"
    if key in card.changed_params:
        was = theme.cut(formats.number(card.changed_params[key]), 32)
        told, edge = f"{told} <em>was {was}</em>", theme.BLUE
    return theme.element("li", told, f"{CHIP}{edge}")


def metric_table(card: Card) -> str:
    """Metrics: value, change, best, and a curve."""
    if not card.metrics:
        return ""
    shown = metric_rows(card.metrics[:METRICS], "metrics, against the run before")
    rest = card.metrics[METRICS:]
    if rest:
        shown += theme.details(plural(len(rest), "more metric"), metric_rows(rest, "more metrics"))
    return shown


def metric_rows(metrics: Sequence[MetricRow], caption: str) -> str:
    """A table of metrics; columns that would be empty are left out."""
    drawn = [(it, formats.change(it.value, it.previous), best(it), curve(it)) for it in metrics]
    heads = ["metric", "value", *("change", "best", "trend")]
    kept = [0, 1, *(place for place in (2, 3, 4) if any(it[place - 1] for it in drawn))]
    rows = []
    for it, moved, mark, trend in drawn:
        cells = [
            theme.cell(theme.cut(it.key, 40), head="row"),
            theme.cell(f"<strong>{formats.number(it.value)}</strong>", right=True),
            theme.cell(moved, right=True, nowrap=True),
            theme.cell(mark, nowrap=True),
            theme.cell(trend, nowrap=True),
        ]
        rows.append("".join(cells[place] for place in kept))
    if 2 not in kept:
        caption = "metrics"
    return theme.table(caption, [heads[place] for place in kept], rows, right=(1, 2))


def best(metric: MetricRow) -> str:
    """Whether no earlier run was better, or what the best one had."""
    if metric.is_best:
        return "★ best so far"
    return "" if metric.best is None else f"best {formats.number(metric.best)}"


def curve(metric: MetricRow) -> str:
    """The points of this run, or else the runs of the cell up to this one."""
    if len(metric.curve) > 1:
        drawn = figures.sparkline(metric.curve)
        return f"{drawn} {small(plural(len(metric.curve), 'point'))}"
    values = [*metric.history, metric.value]
    drawn = figures.sparkline(values, "run")
    return f"{drawn} {small(plural(len(values), 'run'))}" if drawn else ""


def small(text: str) -> str:
    """Words beside a drawing."""
    return theme.element("span", text, "opacity:.75;font-size:11px")


def dataset_line(card: Card) -> str:
    """Datasets on one line, with what is not as before."""
    told = []
    for it in card.datasets:
        digest = f" <code>{theme.cut(it.digest, 16)}</code>" if it.digest else ""
        shape = f" {theme.cut(it.shape, 30)}" if it.shape else ""
        changed = " " + theme.badge("changed", theme.AMBER) if it.is_changed else ""
        told.append(f"<strong>{theme.cut(it.name, 50)}</strong>{shape}{digest}{changed}")
    return listed("data", told)


def artifact_line(card: Card) -> str:
    """Files with their sizes, the first of them at once."""
    told = [
        f"{theme.cut(path, 60)} {theme.element('span', formats.size(length), theme.MUTED)}"
        for path, length in card.artifacts
    ]
    return listed("artifacts", told)


def listed(word: str, told: Sequence[str]) -> str:
    """A word and what there is of it, separated by commas; many of them open on a click."""
    if not told:
        return ""
    shown = f"{theme.element('span', word, theme.MUTED)} {', '.join(told[:FILES])}"
    rest = told[FILES:]
    if rest:
        items = "".join(theme.element("li", it) for it in rest)
        shown += theme.details(f"{len(rest):,} more", f'<ul style="margin:0">{items}</ul>')
    return theme.line(shown)


def text_params(card: Card) -> list[str]:
    """Params for a terminal, each on a line of its own, those that changed marked."""
    rows = [
        (
            "  param     " + shortened(one_line(key), 30),
            shortened(formats.number(value), 40),
            f"was {shortened(formats.number(card.changed_params[key]), 20)}"
            if key in card.changed_params
            else "",
        )
        for key, value in card.params.items()
    ]
    lines = formats.aligned(rows[: 2 * CHIPS]).splitlines()
    if len(rows) > 2 * CHIPS:
        lines.append(f"  and {plural(len(rows) - 2 * CHIPS, 'more param')}")
    return lines


def text_metrics(card: Card) -> list[str]:
    """Metrics for a terminal."""
    rows = [
        (
            "  metric    " + shortened(one_line(it.key), 30),
            formats.number(it.value),
            formats.change(it.value, it.previous),
            best(it),
            text_curve(it),
        )
        for it in card.metrics[: 2 * METRICS]
    ]
    lines = formats.aligned(rows, right=(1,)).splitlines()
    if len(card.metrics) > 2 * METRICS:
        lines.append(f"  and {plural(len(card.metrics) - 2 * METRICS, 'more metric')}")
    return lines


def text_curve(metric: MetricRow) -> str:
    """The same curve as on a page, as bars."""
    values = metric.curve if len(metric.curve) > 1 else [*metric.history, metric.value]
    return formats.bars(values) if sum(map(math.isfinite, values)) > 1 else ""


def dataset_text(dataset: DatasetRow) -> str:
    """A dataset in words."""
    told = f"{one_line(dataset.name)} {one_line(dataset.shape)}".rstrip()
    return f"{told}, changed" if dataset.is_changed else told
