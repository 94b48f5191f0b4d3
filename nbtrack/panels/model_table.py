"""Registered models, and the versions of one: `%models`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from nbtrack.panels import formats, theme
from nbtrack.panels.formats import one_line, plural, shortened

__all__ = ["ModelRow", "ModelTable", "VersionRow", "VersionTable"]

METRICS = 4
"""Metrics of a version that are shown at once."""

NO_MODELS = (
    "there are no registered models yet: write %%track --model VARIABLE --register NAME above a "
    "cell that fits a model, or call nbtrack.register_model(uri, name)"
)
NO_VERSIONS = "it has no versions yet: %%track --model VARIABLE --register {name} makes one"


class ModelRow(NamedTuple):
    """A registered model in one line."""

    name: str
    newest: str = ""
    """The number of its newest version."""
    aliases: Mapping[str, str] = {}
    """Each alias with the version that it points to."""
    stages: Mapping[str, str] = {}
    updated: int | None = None
    description: str = ""


class VersionRow(NamedTuple):
    """A version in one line."""

    version: str
    aliases: Sequence[str] = ()
    stage: str = ""
    metrics: Mapping[str, float] = {}
    """Of the run that made it."""
    run_name: str = ""
    run_id: str = ""
    cell: int | None = None
    """The execution count of the cell that made it."""
    created: int | None = None
    problem: str = ""
    description: str = ""
    approvers: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class ModelTable(theme.Panel):
    """Registered models, each with where its aliases point."""

    rows: Sequence[ModelRow] = ()
    now: float | None = None

    def html(self) -> str:
        """The table for a page."""
        if not self.rows:
            return theme.frame(theme.line(theme.safe(NO_MODELS)), theme.GREY, "registered models")
        heads = ("model", "newest", "aliases", "stages", "changed", "description")
        rows = [model_html(it, self.now) for it in self.rows]
        caption = plural(len(rows), "registered model")
        return theme.frame(theme.table(caption, heads, rows, right=(1,)), theme.BLUE, caption)

    def text(self) -> str:
        """The table for a terminal."""
        if not self.rows:
            return NO_MODELS
        rows = [["model", "newest", "aliases", "stages", "description"]]
        rows += [
            [
                shortened(one_line(it.name), 40),
                it.newest,
                pointing(it.aliases, "@"),
                pointing(it.stages),
                shortened(one_line(it.description), 40),
            ]
            for it in self.rows
        ]
        title = plural(len(self.rows), "registered model")
        return f"{title}\n{formats.aligned(filled(rows), (1,), '  ')}"


@dataclass(frozen=True, kw_only=True)
class VersionTable(theme.Panel):
    """The versions of a registered model, the newest first."""

    name: str
    rows: Sequence[VersionRow] = ()
    description: str = ""
    now: float | None = None

    def html(self) -> str:
        """The table for a page."""
        parts = [theme.heading(theme.cut(self.name, 80), [plural(len(self.rows), "version")])]
        if self.description:
            parts.append(theme.line(theme.cut(self.description, 300), theme.MUTED))
        if self.rows:
            heads = ("version", "aliases", "stage", "metrics", "run", "cell", "made", "notes")
            rows = [version_html(it, self.now, self.name) for it in self.rows]
            parts.append(theme.table(f"versions of {self.name}", heads, rows))
        else:
            parts.append(theme.line(theme.safe(NO_VERSIONS.format(name=self.name))))
        return theme.frame("".join(parts), theme.BLUE, f"registered model {self.name}")

    def text(self) -> str:
        """The table for a terminal."""
        title = f"{one_line(self.name)}: {plural(len(self.rows), 'version')}"
        lines = [title, f"  {one_line(self.description)}"] if self.description else [title]
        if not self.rows:
            return "\n".join([*lines, f"  {NO_VERSIONS.format(name=self.name)}"])
        rows = [["version", "aliases", "stage", "metrics", "cell", "notes"]]
        rows += [
            [
                it.version,
                ", ".join(f"@{alias}" for alias in it.aliases),
                it.stage,
                shortened(metrics_of(it), 50),
                "" if it.cell is None else f"[{it.cell}]",
                shortened(one_line(notes_of(it)), 40),
            ]
            for it in self.rows
        ]
        return "\n".join([*lines, formats.aligned(filled(rows), (0,), "  ")])


def filled(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Rows below their heads, without the columns that have nothing but a head."""
    kept = [place for place in range(len(rows[0])) if any(row[place] for row in rows[1:])]
    return [[row[place] for place in kept] for row in rows]


def pointing(places: Mapping[str, str], sign: str = "") -> str:
    """Aliases or stages with the versions that they point to."""
    return ", ".join(f"{sign}{one_line(it)} → {version}" for it, version in places.items())


def metrics_of(row: VersionRow) -> str:
    """The first metrics of a version."""
    shown = list(row.metrics.items())[:METRICS]
    told = ", ".join(f"{one_line(key)} {formats.number(value)}" for key, value in shown)
    left = len(row.metrics) - len(shown)
    return f"{told} and {left} more" if left else told


def notes_of(row: VersionRow) -> str:
    """What else is to say of a version."""
    approved = f"approved by {', '.join(row.approvers)}" if row.approvers else ""
    return "; ".join(filter(None, (row.problem, approved, row.description)))


def model_html(row: ModelRow, now: float | None) -> str:
    """The cells of a model."""
    return (
        theme.cell(f"<strong>{theme.cut(row.name, 60)}</strong>", head="row")
        + theme.cell(theme.safe(row.newest), right=True)
        + theme.cell(theme.cut(pointing(row.aliases, "@"), 80))
        + theme.cell(theme.cut(pointing(row.stages), 60))
        + theme.cell(moment(row.updated, now), nowrap=True)
        + theme.cell(theme.cut(row.description, 80))
    )


def version_html(row: VersionRow, now: float | None, name: str) -> str:
    """The cells of a version; where it can be promoted, and its aliases, are named for a page."""
    named = {"data-name": name, "data-version": row.version}
    version = theme.element("strong", theme.safe(row.version), "", **named)
    aliases = " ".join(alias_html(it, name) for it in row.aliases)
    run = theme.element("span", theme.cut(row.run_name, 40), title=row.run_id)
    return (
        theme.cell(version, head="row")
        + theme.cell(aliases)
        + theme.cell(theme.safe(row.stage))
        + theme.cell(theme.cut(metrics_of(row), 100))
        + theme.cell(run if row.run_name else "")
        + theme.cell("" if row.cell is None else f"[{row.cell}]")
        + theme.cell(moment(row.created, now), nowrap=True)
        + theme.cell(theme.cut(notes_of(row), 120))
    )


def alias_html(alias: str, name: str) -> str:
    """An alias of a version."""
    named = {"data-name": name, "data-alias": alias}
    return theme.element("span", theme.badge(f"@{alias}", theme.GREEN), "", **named)


def moment(milliseconds: int | None, now: float | None) -> str:
    """How long ago something was; the clock's time is the tooltip."""
    told = theme.safe(formats.ago(milliseconds, now))
    return theme.element("span", told, title=formats.clock(milliseconds))
