"""A promotion, or a way back: what came of it, each gate's answer, and how to undo it."""

from __future__ import annotations

from dataclasses import dataclass

from nbtrack.panels import formats, theme
from nbtrack.registry.promotion.report import GateResult, Promotion

__all__ = ["PromotionView"]

OUTCOMES = {
    "promoted": ("✓", theme.GREEN),
    "rolled_back": ("↩", theme.GREEN),
    "forced": ("⚠", theme.AMBER),
    "refused": ("✗", theme.RED),
}
"""A sign and a colour for what was done; of a trial, what would be."""

GATES = {
    "passed": ("✓", theme.GREEN),
    "failed": ("✗", theme.RED),
    "error": ("!", theme.RED),
    "skipped": ("–", theme.GREY),
}


@dataclass(frozen=True, kw_only=True)
class PromotionView(theme.Panel):
    """The report of a promotion; it is true where the version is, or could be, in its place.

    Attributes:
        promotion: The report itself.
    """

    promotion: Promotion

    def __bool__(self) -> bool:
        return bool(self.promotion)

    def html(self) -> str:
        """The report for a page."""
        report = self.promotion
        sign, colour = OUTCOMES.get(report.outcome, GATES["passed" if report else "failed"])
        mark = theme.element("span", sign, f"color:{colour};font-weight:bold")
        parts = [theme.heading(f"{mark} {theme.cut(report.headline(), 200)}", facts_of(report))]
        if report.gates:
            rows = [row_html(it) for it in report.gates]
            heads = ("gate", "answer", "because", "measured", "took")
            parts.append(theme.table(formats.plural(len(rows), "gate"), heads, rows, right=(4,)))
        if report.note:
            parts.append(theme.line(f"note: {theme.cut(report.note, 300)}", theme.MUTED))
        for words, code in further(report):
            parts.append(theme.line(f"{words} <code>{theme.safe(code)}</code>"))
        label = f"{report.act} of {report.name}"
        return theme.frame("".join(parts), colour, label)

    def text(self) -> str:
        """The report for a terminal."""
        lines = [self.promotion.text()]
        lines += [f"  {words} {code}" for words, code in further(self.promotion)]
        return "\n".join(lines)


def facts_of(report: Promotion) -> list[str]:
    """Who asked, and when."""
    return [
        f"by {theme.cut(report.actor, 40)}" if report.actor else "",
        formats.clock(report.time) if report.time else "",
    ]


def row_html(result: GateResult) -> str:
    """A gate's answer."""
    sign, colour = GATES[result.outcome]
    answer = f"{theme.element('span', sign, f'color:{colour}')} {result.outcome}"
    where = f" ({result.where})" if result.where else ""
    numbers = ", ".join(f"{key} {formats.number(it)}" for key, it in result.measured.items())
    return (
        theme.cell(f"<strong>{theme.cut(result.gate, 80)}</strong>", head="row")
        + theme.cell(answer, nowrap=True)
        + theme.cell(theme.cut(f"{result.message}{where}", 300))
        + theme.cell(theme.cut(numbers, 80))
        + theme.cell(formats.duration(result.seconds), right=True, nowrap=True)
    )


def further(report: Promotion) -> list[tuple[str, str]]:
    """What can be done now, in words and as what is written for it."""
    name = quoted(report.name)
    place = report.alias or report.stage or "champion"
    is_usual = place == "champion"
    if report.moved:
        if not report.previous or report.previous == report.version:
            return []
        if report.act == "promote":
            back = f"%rollback {name}" + ("" if is_usual else f" --alias {place}")
            return [("the way back:", back)]
        again = f"%promote {name} {report.previous}" + ("" if is_usual else f" --to {place}")
        return [("the way forward:", again)]
    if report.failures:
        return [("to promote it all the same, add", "--force")]
    return [("to do it, leave out", "--dry-run")] if report.outcome == "tried" else []


def quoted(name: str) -> str:
    """A name as a magic's line takes it."""
    return f'"{name}"' if " " in name else name
