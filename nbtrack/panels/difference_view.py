"""Two runs side by side, the cause of their difference first: `%diff a b`."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from nbtrack.panels import formats, theme
from nbtrack.panels.formats import code_lines, one_line, plural, shortened

__all__ = ["CODE", "DifferenceView", "Effect", "Finding", "code_difference"]

FINDINGS = 12
"""So many are shown at once."""

AROUND = 2
"""Lines of code before and after a change."""

LINES = 80
CODE = "code"
TINTS = {"+": "#1f925433", "-": "#d6455033", "@": "#80808026"}
ROW = f"margin:0;padding:0 8px;{theme.CODE};"


class Finding(NamedTuple):
    """Something that differs, and may be why the results do."""

    kind: str
    """code, param, data, package, seed, environment …"""
    title: str
    """In words: `param max_depth`, `column age of train.csv`."""
    before: str = ""
    after: str = ""
    """The values; sources for code."""
    weight: float = 0.0
    """How likely it is the cause: the heaviest comes first."""
    detail: str = ""
    """Where it is, or more about it."""


class Effect(NamedTuple):
    """A metric in either run."""

    key: str
    before: float | None = None
    after: float | None = None


@dataclass(frozen=True, kw_only=True)
class DifferenceView(theme.Panel):
    """Why two runs differ, as far as it is known."""

    left: str
    right: str
    findings: Sequence[Finding] = ()
    effects: Sequence[Effect] = ()
    same: Sequence[str] = ()
    """What is equal: `7 params`, `the data`, `Python 3.11`."""
    cause: str | None = None
    """In words; the heaviest finding, unless told; empty where none of them is one."""

    def html(self) -> str:
        """The comparison for a page."""
        ranked = ranking(self.findings)
        parts = [
            theme.line(f"<strong>{safe_cause(self)}</strong>", "font-size:14px"),
            theme.line(f"from {theme.cut(self.left)} to {theme.cut(self.right)}", theme.MUTED),
            *map(finding_html, ranked[:FINDINGS]),
        ]
        rest = ranked[FINDINGS:]
        if rest:
            told = plural(len(rest), "more difference")
            parts.append(theme.details(told, "".join(map(finding_html, rest))))
        if self.same:
            parts.append(theme.line(f"equal: {theme.cut(', '.join(self.same), 300)}", theme.MUTED))
        parts.append(effect_table(self.effects))
        return theme.frame("".join(parts), theme.BLUE, f"{self.left} and {self.right}")

    def text(self) -> str:
        """The comparison for a terminal."""
        lines = [cause_of(self)]
        for it in ranking(self.findings):
            lines.append(f"  {one_line(it.kind):<11} {finding_text(it)}")
            if it.kind == CODE:
                lines += [f"      {line}" for line in code_difference(it.before, it.after)[:LINES]]
        if self.same:
            lines.append(f"equal: {', '.join(map(one_line, self.same))}")
        rows = [(one_line(it.key), *effect_cells(it)) for it in self.effects]
        if rows:
            lines.append("effect on metrics")
            lines += formats.aligned(rows, right=(1, 3), indent="  ").splitlines()
        return "\n".join(shortened(it, formats.COLUMNS) for it in lines)


def ranking(findings: Sequence[Finding]) -> list[Finding]:
    """Findings, the likeliest cause first; equals stay in their order."""
    return sorted(findings, key=lambda it: -it.weight)


def cause_of(view: DifferenceView) -> str:
    """The first line: the cause in words, or that there is none to name."""
    if view.cause:
        return f"cause: {one_line(view.cause)}"
    if view.findings and view.cause is None:
        return f"cause: {finding_text(ranking(view.findings)[0])}"
    if view.findings:
        return "no cause was found"
    moved = any(effect.before != effect.after for effect in view.effects)
    if moved:
        return "no cause found: code, params, data, packages and seeds that are known are equal"
    return "no difference"


def safe_cause(view: DifferenceView) -> str:
    """The cause as html."""
    return theme.cut(cause_of(view), 200)


def finding_text(finding: Finding) -> str:
    """A finding in words, with its values where they are short enough to tell."""
    title = one_line(finding.title)
    if finding.kind == CODE or not has_values(finding):
        told = title
    else:
        before, after = (shortened(one_line(it) or "none", 30) for it in finding[2:4])
        told = f"{title} {before} → {after}"
    return f"{told} ({one_line(finding.detail)})" if finding.detail else told


def has_values(finding: Finding) -> bool:
    """Whether there are values to tell that the title does not tell already."""
    return bool(finding.before or finding.after) and "→" not in finding.title


def finding_html(finding: Finding) -> str:
    """A finding with its kind, values or lines of code."""
    told = f"{theme.badge(finding.kind, theme.GREY)} {theme.cut(finding.title, 160)}"
    if finding.kind == CODE:
        where = f" {theme.element('span', theme.cut(finding.detail, 120), theme.MUTED)}"
        return theme.line(told + where) + code_html(finding)
    if has_values(finding):
        before, after = (theme.cut(it or "none", 80) for it in finding[2:4])
        told += f" {before} → <strong>{after}</strong>"
    if finding.detail:
        told += f" {theme.element('span', theme.cut(finding.detail, 200), theme.MUTED)}"
    return theme.line(told)


def code_html(finding: Finding) -> str:
    """Lines that went and came, each with its sign."""
    lines = code_difference(finding.before, finding.after)
    rows = []
    for it in lines[:LINES]:
        tint = TINTS.get(it[:1])
        style = f"{ROW}background:{tint}" if tint else ROW
        name = {"+": "ins", "-": "del"}.get(it[:1], "span")
        told = f'<{name} style="text-decoration:none">{escape(it) or " "}</{name}>'
        rows.append(theme.element("pre", told, style))
    if len(lines) > LINES:
        rows.append(theme.line(f"… {len(lines) - LINES:,} more lines"))
    return theme.element("div", "".join(rows), "margin:2px 0 6px 0;overflow-x:auto")


def code_difference(before: str, after: str) -> list[str]:
    """Two sources line by line: what went with -, what came with +, and some lines around."""
    left, right = code_lines(before), code_lines(after)
    return list(told_lines(left, right))


def told_lines(left: list[str], right: list[str]) -> Iterator[str]:
    """The lines of a difference, parts that lie apart under the number of their first line."""
    matcher = difflib.SequenceMatcher(None, left, right, autojunk=False)
    for number, group in enumerate(matcher.get_grouped_opcodes(AROUND)):
        first = group[0][3]
        if first or number:
            yield f"@ line {first + 1}"
        for kind, i, j, k, m in group:
            if kind == "equal":
                yield from (f"  {it}" for it in right[k:m])
            else:
                yield from (f"- {it}" for it in left[i:j])
                yield from (f"+ {it}" for it in right[k:m])


def effect_cells(effect: Effect) -> tuple[str, str, str, str]:
    """A metric before and after, and how it moved."""
    before, after = (
        "none" if it is None else formats.number(it) for it in (effect.before, effect.after)
    )
    moved = ""
    if effect.before is not None and effect.after is not None:
        moved = formats.change(effect.after, effect.before)
        if math.isnan(effect.before) and math.isnan(effect.after):
            moved = "="
    return before, "→", after, moved


def effect_table(effects: Sequence[Effect]) -> str:
    """What became of the metrics."""
    if not effects:
        return ""
    rows = []
    for it in effects:
        before, _, after, moved = effect_cells(it)
        rows.append(
            theme.cell(theme.cut(it.key, 60), head="row")
            + theme.cell(before, right=True, nowrap=True)
            + theme.cell(f"<strong>{after}</strong>", right=True, nowrap=True)
            + theme.cell(moved, right=True, nowrap=True)
        )
    heads = ("metric", "before", "after", "change")
    return theme.table("effect on metrics", heads, rows, right=(1, 2, 3))
