"""Variables and displayed results that no longer follow from the code and data: `%stale`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from nbtrack.panels import formats, theme
from nbtrack.panels.formats import one_line, plural, shortened

__all__ = ["StaleRow", "StaleView"]


class StaleRow(NamedTuple):
    """Something that is out of date."""

    name: str
    """A variable, or the code whose result is displayed."""
    kind: Literal["variable", "result"] = "variable"
    number: int | None = None
    """The execution it comes from."""
    reason: str = ""
    rerun: Sequence[int] = ()
    """The executions to run again for it, in order."""


@dataclass(frozen=True, kw_only=True)
class StaleView(theme.Panel):
    """What is out of date, why, and what to run again."""

    rows: Sequence[StaleRow] = ()
    order: Sequence[int] = ()
    """The executions to run again for all of it, in order."""
    doubts: Sequence[str] = ()
    """Why more may be stale than is listed."""

    def html(self) -> str:
        """The list for a page."""
        doubts = [
            theme.note("≈", "not exact:", theme.cut(it, 300), theme.AMBER) for it in self.doubts
        ]
        if not self.rows:
            fine = theme.note("✓", "nothing is stale", "", theme.GREEN)
            return theme.frame(fine + "".join(doubts), theme.GREEN, "stale")
        parts = [theme.heading(theme.element("span", headline(self.rows)))]
        if self.order:
            told = f"<code>{arrows(self.order)}</code>"
            parts.append(theme.line(f"run again, in this order: {told}"))
        heads = ("stale", "kind", "from", "because", "run again")
        parts += [theme.table("what is out of date", heads, map(row_html, self.rows)), *doubts]
        return theme.frame("".join(parts), theme.AMBER, "stale")

    def text(self) -> str:
        """The list for a terminal."""
        doubts = [f"not exact: {one_line(it)}" for it in self.doubts]
        if not self.rows:
            lines = ["nothing is stale", *doubts]
        else:
            rows = [
                (
                    shortened(one_line(it.name), 24),
                    it.kind,
                    tag(it.number),
                    shortened(one_line(it.reason), 40),
                    shortened(arrows(it.rerun), 20),
                )
                for it in self.rows
            ]
            heads = ("stale", "kind", "from", "because", "run again")
            lines = [headline(self.rows)]
            lines += formats.aligned([heads, *rows], indent="  ").splitlines()
            if self.order:
                lines.append(f"run again, in this order: {arrows(self.order)}")
            lines += doubts
        return "\n".join(shortened(it, formats.COLUMNS) for it in lines)


def headline(rows: Sequence[StaleRow]) -> str:
    """How many variables and results."""
    counts = [
        plural(count, noun)
        for noun in ("variable", "result")
        if (count := sum(it.kind == noun for it in rows))
    ]
    return f"{' and '.join(counts)} out of date"


def tag(number: int | None) -> str:
    """An execution as IPython numbers it."""
    return "" if number is None else f"[{number}]"


def arrows(numbers: Sequence[int]) -> str:
    """Executions in their order."""
    return " → ".join(map(tag, numbers))


def row_html(row: StaleRow) -> str:
    """The cells of something stale."""
    return (
        theme.cell(f"<code>{theme.cut(row.name, 60)}</code>", head="row")
        + theme.cell(row.kind)
        + theme.cell(tag(row.number))
        + theme.cell(theme.cut(row.reason, 200))
        + theme.cell(arrows(row.rerun), nowrap=True)
    )
