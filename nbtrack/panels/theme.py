"""What all panels share: safe html, tables, and styles that read well in every theme.

Saved notebooks lose scripts, style sheets, svg and CSS variables until somebody trusts them. So
colours of text are inherited, lines and tints are half transparent, and styles stand inline.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from nbtrack.panels.formats import code_lines, one_line, shortened

__all__ = [
    "AMBER",
    "BLUE",
    "CODE",
    "GREEN",
    "GREY",
    "MUTED",
    "RED",
    "STATUS",
    "Panel",
    "badge",
    "cell",
    "code",
    "cut",
    "details",
    "element",
    "frame",
    "heading",
    "line",
    "note",
    "pairs",
    "safe",
    "table",
]

GREEN, RED, BLUE, AMBER, GREY = "#1f9254", "#d64550", "#3b82f6", "#b97700", "#808080"
"""Each at least three times as bright, or as dark, as white and as a dark page."""

RULE = "1px solid #80808040"
MUTED = "opacity:.75"
FRAME = (
    "border:0;border-left:4px solid {colour};padding:2px 0 2px 12px;margin:4px 0;"
    "font-size:13px;line-height:1.5;max-width:1100px;overflow-x:auto"
)
TABLE = "border-collapse:collapse;border:0;margin:4px 0;font-size:13px;table-layout:auto"
CELL = "text-align:{side};padding:2px 14px 2px 0"
CAPTION = f"text-align:left;padding:0;color:inherit;font-size:12px;white-space:nowrap;{MUTED}"
ROW = f"background:transparent;border-bottom:{RULE}"
CODE = "font-family:monospace;font-size:12px;line-height:1.45;white-space:pre"
PRE = f"margin:2px 0;padding:6px 8px;background:#8080801a;overflow-x:auto;{CODE}"

STATUS = {
    "RUNNING": ("●", BLUE),
    "SCHEDULED": ("○", BLUE),
    "FINISHED": ("✓", GREEN),
    "FAILED": ("✗", RED),
    "KILLED": ("■", AMBER),
}
"""A sign and a colour for each status; the word always stands beside them."""

TITLE = 4000
"""A tooltip holds so many characters of what was cut."""

NO_FORMULAS = "nbtrack tex2jax_ignore mathjax_ignore"
"""A value between dollar signs is a value: typesetters leave these classes alone."""


class Panel:
    """Something to show: html where there is a page, text where there is none."""

    def html(self) -> str:
        """The panel for a page."""
        raise NotImplementedError

    def text(self) -> str:
        """The panel for a terminal, without ids, times and durations."""
        raise NotImplementedError

    def __str__(self) -> str:
        return self.text()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        del include, exclude
        return {"text/html": self.html(), "text/plain": self.text()}


def safe(value: object) -> str:
    """A value as html that is text and nothing else."""
    return escape(one_line(str(value)))


def element(name: str, content: str, style: str = "", **attributes: object) -> str:
    """An element around content that is html already; attributes that are empty are left out."""
    if style:
        attributes["style"] = style
    told = "".join(
        f' {key}="{escape(str(value))}"' for key, value in attributes.items() if value != ""
    )
    return f"<{name}{told}>{content}</{name}>"


def cut(value: object, most: int = 60) -> str:
    """A value in at most so many characters; the whole of it is its tooltip."""
    text = str(value)
    if len(text) <= most:
        return safe(text)
    whole = shortened(one_line(text[:TITLE]), TITLE)
    if len(text) > TITLE:
        whole += f" … ({len(text):,} characters)"
    return element("span", safe(shortened(text, most)), title=whole)


def frame(content: str, colour: str = GREY, label: str = "") -> str:
    """The outer box of a panel, its left edge in a colour."""
    return (
        f'<div class="{NO_FORMULAS}" role="group" aria-label="{safe(label)}" '
        f'style="{FRAME.format(colour=colour)}">{content}</div>'
    )


def line(content: str, style: str = "") -> str:
    """A line of its own."""
    return element("div", content, "margin:2px 0;" + style)


def heading(title: str, facts: Iterable[str] = ()) -> str:
    """The first line: what this is, then facts about it, quieter; both are html."""
    told = "".join(f" · {it}" for it in facts if it)
    return line(f"<strong>{title}</strong>{element('span', told, MUTED) if told else ''}")


def badge(text: str, colour: str) -> str:
    """A word or two in a coloured outline."""
    style = f"border:1px solid {colour};border-radius:3px;padding:0 4px;font-size:11px"
    return element("span", safe(text), style)


def note(sign: str, word: str, content: str, colour: str) -> str:
    """A line to be noticed: a sign, the word for it, and html."""
    mark = element("span", sign, f"color:{colour};font-weight:bold")
    return line(f"{mark} <strong>{word}</strong> {content}")


def cell(
    content: str,
    *,
    right: bool = False,
    head: str = "",
    nowrap: bool = False,
    style: str = "",
) -> str:
    """A cell of a table; `head` says whose header it is: col or row."""
    told = CELL.format(side="right" if right else "left")
    if nowrap:
        told += ";white-space:nowrap"
    if head:
        told += ";font-weight:normal"
    if style:
        told += ";" + style
    return element("th" if head else "td", content, told, scope=head)


def table(caption: str, head: Sequence[str], rows: Iterable[str], right: Sequence[int] = ()) -> str:
    """A table of rows that hold their cells; the caption and the heads are plain text."""
    top = "".join(cell(safe(it), right=place in right, head="col") for place, it in enumerate(head))
    body = "".join(element("tr", it, ROW) for it in rows)
    told = element("caption", safe(caption), CAPTION)
    if head:
        told += element("thead", element("tr", top, f"{ROW};{MUTED}"), "border:0")
    return element("table", f"{told}<tbody>{body}</tbody>", TABLE)


def pairs(caption: str, values: Iterable[tuple[str, object]], most: int = 100) -> str:
    """Names and values as a table of two columns."""
    rows = [cell(cut(key), head="row", nowrap=True) + cell(cut(it, most)) for key, it in values]
    return table(caption, (), rows)


def details(summary: str, content: str, *, is_open: bool = False) -> str:
    """What opens on a click; the summary is html."""
    begin = "<details open>" if is_open else "<details>"
    told = element("summary", summary, "display:list-item;cursor:pointer")
    return f"{begin}{told}{content}</details>"


def code(source: str, most: int = 200) -> str:
    """A source as it was written, at most so many lines of it."""
    lines = code_lines(source)
    kept = [escape(shortened(it, 500)) for it in lines[:most]]
    if len(lines) > most:
        kept.append(f"… {len(lines) - most:,} more lines")
    return element("pre", "\n".join(kept), PRE)
