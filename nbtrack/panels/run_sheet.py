"""One run in full, grouped: `%run_info`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from nbtrack.capture.open_run import MadeModel
from nbtrack.panels import figures, formats, theme
from nbtrack.panels.card import DatasetRow, Status, dataset_text
from nbtrack.panels.formats import one_line, plural, shortened
from nbtrack.panels.model_lines import model_table, text_model

__all__ = ["CellCode", "Fact", "RunSheet", "SheetMetric"]

ROWS = 30
"""A group with more rows is closed until somebody opens it."""

TEXT_ROWS = 60


class Fact(NamedTuple):
    """Something known of the run as a whole."""

    name: str
    value: str
    is_stable: bool = False
    """Whether it would be the same if the notebook ran again: then the text shows it, too."""


class SheetMetric(NamedTuple):
    """A metric: its latest value, and its points."""

    key: str
    value: float
    points: int = 1
    least: float | None = None
    most: float | None = None
    curve: Sequence[float] = ()


class CellCode(NamedTuple):
    """The code of a cell that the run is, or that it came from."""

    number: int | None
    title: str
    source: str


@dataclass(frozen=True, kw_only=True)
class RunSheet(theme.Panel):
    """All that is known of a run."""

    run_name: str
    status: Status = "FINISHED"
    run_id: str = ""
    overview: Sequence[Fact] = ()
    params: Mapping[str, object] = field(default_factory=dict)
    metrics: Sequence[SheetMetric] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    artifacts: Sequence[tuple[str, int]] = ()
    datasets: Sequence[DatasetRow] = ()
    cells: Sequence[CellCode] = ()
    models: Sequence[MadeModel] = ()

    def html(self) -> str:
        """The sheet for a page."""
        sign, colour = theme.STATUS[self.status]
        status = f'<span style="color:{colour}">{sign}</span> {self.status}'
        parts = [
            theme.heading(theme.cut(self.run_name or self.run_id, 80), [status]),
            theme.pairs("overview", [(it.name, it.value) for it in self.overview])
            if self.overview
            else "",
            group("param", len(self.params), param_table(self.params)),
            group("metric", len(self.metrics), metric_table(self.metrics)),
            group("model", len(self.models), model_table(self.models)),
            group("dataset", len(self.datasets), dataset_table(self.datasets)),
            group("artifact", len(self.artifacts), artifact_table(self.artifacts)),
            group("tag", len(self.tags), tag_table(self.tags)),
            *map(cell_code, self.cells),
        ]
        return theme.frame("".join(parts), colour, f"run {self.run_name}")

    def text(self) -> str:
        """The sheet for a terminal."""
        stable = [(it.name, one_line(it.value)) for it in self.overview if it.is_stable]
        parts = [
            part("", stable),
            part("params", [(key, formats.number(it)) for key, it in self.params.items()]),
            part("metrics", [text_metric(it) for it in self.metrics], right=(1, 3, 5)),
            part("models", [(text_model(it),) for it in self.models]),
            part("datasets", [(dataset_text(it),) for it in self.datasets]),
            part("artifacts", [(path, formats.size(it)) for path, it in self.artifacts]),
            part("tags", list(self.tags.items())),
            part("cells", [(number_of(it), it.title) for it in self.cells]),
        ]
        lines = [f"run {one_line(self.run_name)} {self.status}", *(it for it in parts if it)]
        return "\n".join(lines)


def group(noun: str, count: int, content: str) -> str:
    """A group of the sheet; a long one opens on a click."""
    if count > ROWS:
        return theme.details(plural(count, noun), content)
    return content if count else ""


def param_table(params: Mapping[str, object]) -> str:
    """Params as they read."""
    shown = [(key, formats.number(value)) for key, value in params.items()]
    return theme.pairs(plural(len(shown), "param"), shown)


def tag_table(tags: Mapping[str, str]) -> str:
    """Tags with their values."""
    return theme.pairs(plural(len(tags), "tag"), tags.items())


def metric_table(metrics: Sequence[SheetMetric]) -> str:
    """Metrics with their extremes and curves."""
    heads = ["metric", "latest", "least", "most", "points", "curve"]
    rows = [
        theme.cell(theme.cut(it.key), head="row")
        + theme.cell(f"<strong>{formats.number(it.value)}</strong>", right=True)
        + theme.cell(formats.number(it.least), right=True)
        + theme.cell(formats.number(it.most), right=True)
        + theme.cell(f"{it.points:,}", right=True)
        + theme.cell(figures.sparkline(it.curve))
        for it in metrics
    ]
    return theme.table(plural(len(metrics), "metric"), heads, rows, right=(1, 2, 3, 4))


def dataset_table(datasets: Sequence[DatasetRow]) -> str:
    """Datasets with their shapes and digests."""
    rows = [
        theme.cell(theme.cut(it.name), head="row")
        + theme.cell(theme.cut(it.shape, 40))
        + theme.cell(f"<code>{theme.cut(it.digest, 16)}</code>" if it.digest else "")
        + theme.cell(theme.badge("changed", theme.AMBER) if it.is_changed else "")
        for it in datasets
    ]
    return theme.table(plural(len(datasets), "dataset"), ("name", "shape", "digest", ""), rows)


def artifact_table(artifacts: Sequence[tuple[str, int]]) -> str:
    """Files with their sizes."""
    rows = [
        theme.cell(theme.cut(path, 100), head="row") + theme.cell(formats.size(it), right=True)
        for path, it in artifacts
    ]
    return theme.table(plural(len(artifacts), "artifact"), ("path", "size"), rows, right=(1,))


def cell_code(code: CellCode) -> str:
    """A cell's code, on a click."""
    title = f"{theme.safe(number_of(code))} <code>{theme.cut(code.title, 80)}</code>"
    return theme.details(title, theme.code(code.source))


def number_of(code: CellCode) -> str:
    """The cell as IPython numbers it."""
    return f"[{' ' if code.number is None else code.number}]"


def text_metric(metric: SheetMetric) -> tuple[str, ...]:
    """A metric in columns of text."""
    if metric.points < 2:
        return (metric.key, formats.number(metric.value), "", "", "", "", "")
    return (
        metric.key,
        formats.number(metric.value),
        "least",
        formats.number(metric.least),
        "most",
        formats.number(metric.most),
        formats.bars(metric.curve),
    )


def part(name: str, rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> str:
    """A group as text: its name and rows."""
    if not rows:
        return ""
    told = [[shortened(one_line(it), 60) for it in row] for row in rows[:TEXT_ROWS]]
    lines = [name] if name else []
    lines.append(formats.aligned(told, right, "  "))
    if len(rows) > TEXT_ROWS:
        lines.append(f"  and {len(rows) - TEXT_ROWS:,} more")
    return "\n".join(lines)
