"""Where answers go: tables and cards for people, JSON for programs, notes on stderr.

A terminal gets colours and tables as wide as it is; a pipe gets plain text in natural width.
"""

from __future__ import annotations

import csv
import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack.hosts.command_line.wording import one_line
from nbtrack.records.codec import spelled

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.text import Text

__all__ = [
    "Column",
    "console",
    "csv_text",
    "heading",
    "is_terminal",
    "json_text",
    "note",
    "plain_values",
    "progress",
    "row",
    "say",
    "show",
    "styled",
    "table",
    "width",
    "write",
]

PIPE_WIDTH = 10_000
STATUS_STYLES = {
    "RUNNING": "cyan",
    "SCHEDULED": "cyan",
    "FINISHED": "green",
    "FAILED": "red",
    "KILLED": "yellow",
    "deleted": "red",
}


class Column(NamedTuple):
    """The head of a table's column."""

    title: str
    right: bool = False
    style: str = ""
    fold: bool = False
    """Whether a long value goes on in the next line; else it is cut."""


def is_terminal() -> bool:
    """Whether a person looks at stdout."""
    return sys.stdout.isatty()


def width() -> int:
    """How wide an answer may be: the terminal, `COLUMNS`, or as wide as it wants in a pipe."""
    if (columns := os.environ.get("COLUMNS", "")).isdigit() and int(columns) > 0:
        return int(columns)
    return console().width if is_terminal() else PIPE_WIDTH


def console(*, stderr: bool = False) -> Console:
    """Rich's view of one of the streams as it is now; tests and pipes replace them."""
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, soft_wrap=False, emoji=False, markup=False)


def show(*parts: RenderableType) -> None:
    """Print what rich can render; a pipe gets it without colours and trailing blanks."""
    if is_terminal():
        console().print(*parts, sep="\n")
        return
    from rich.console import Console

    page = io.StringIO()
    plain = Console(file=page, width=width(), color_system=None, highlight=False, emoji=False)
    plain.print(*parts, sep="\n", markup=False)
    write("\n".join(line.rstrip() for line in page.getvalue().split("\n")))


def say(text: str, style: str = "") -> None:
    """Answer in a sentence; long ones are left to the terminal, so that paths can be copied."""
    if is_terminal():
        console().print(styled(text, style), soft_wrap=True)
    else:
        write(f"{one_line(text)}\n")


def write(text: str) -> None:
    """Put text on stdout as it is."""
    sys.stdout.write(text)
    sys.stdout.flush()


def note(text: str, style: str = "") -> None:
    """Tell a person something that is no part of the answer."""
    console(stderr=True).print(text, style=style or None, soft_wrap=True)


def json_text(value: Any) -> str:
    """JSON that any parser takes: NaN and infinities as words, as in the journal."""
    return json.dumps(jsonable(value), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def jsonable(value: Any) -> Any:
    """A value of rows and records as JSON has it."""
    match value:
        case None | bool() | int() | str():
            return value
        case float() | Decimal():
            return spelled(float(value))
        case Mapping():
            return {str(key): jsonable(item) for key, item in value.items()}
        case list() | tuple() | set():
            return [jsonable(item) for item in value]
    if hasattr(value, "tolist"):
        return jsonable(value.tolist())
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def plain_values(column: Any) -> list[Any]:
    """A column of an answer as plain values; moments to the microsecond."""
    if isinstance(column, list):
        return column
    if column.dtype.kind == "M":
        column = column.astype("datetime64[us]")
    return list(column.tolist())


def csv_text(titles: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Rows as CSV with a head; what is missing stays empty."""
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\n")
    writer.writerow(titles)
    for values in rows:
        writer.writerow(["" if value is None else value for value in values])
    return page.getvalue()


def styled(value: object, style: str = "") -> Text:
    """A value as text that rich takes literally; statuses have their colours."""
    from rich.text import Text

    text = one_line(str(value)) if value is not None else ""
    return Text(text, style=style or STATUS_STYLES.get(text, ""))


def row(*values: object) -> list[Text]:
    """The cells of a table's row."""
    from rich.text import Text

    return [value if isinstance(value, Text) else styled(value) for value in values]


def heading(title: str, rest: str = "") -> Text:
    """The first line of a part, with a word on it."""
    from rich.text import Text

    return Text.assemble((one_line(title), "bold"), "  " if rest else "", (one_line(rest), "dim"))


def table(columns: Sequence[Column], rows: Iterable[Sequence[object]]) -> RenderableType:
    """A table of literal texts: no lines but the one below its head, if it has one."""
    from rich import box
    from rich.table import Table

    has_head = any(it.title for it in columns)
    made = Table(
        box=box.SIMPLE_HEAD if has_head else None,
        show_header=has_head,
        show_edge=False,
        pad_edge=False,
        # the box puts a blank between columns, too: two in all
        padding=(0, 1 if has_head else 2, 0, 0),
    )
    for each in columns:
        made.add_column(
            styled(each.title),
            justify="right" if each.right else "left",
            style=each.style or None,
            overflow="fold" if each.fold else "ellipsis",
            no_wrap=not each.fold,
        )
    for values in rows:
        made.add_row(*row(*values))
    return made


@contextmanager
def progress(doing: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr for long work, gone when it is done; nothing is drawn in a pipe.

    Yields:
        What to call with how much is done and how much there is.
    """
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    parts = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*parts, console=console(stderr=True), transient=True) as bars:
        task = bars.add_task(doing, total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total)
