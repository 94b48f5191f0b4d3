"""The table of `make bench`: nbtrack's value, what is asked of it, and how the others do."""

from __future__ import annotations

import statistics
from typing import Any

from figure import Figure, Row
from rich import box
from rich.console import Console
from rich.table import Table

__all__ = ["show"]

WIDTH = 180
"""What the table needs; a narrower terminal wraps its lines."""
SIDES = ("mlflow", "mlflow-files", "trackio", "ipyflow")
Values = dict[str, dict[str, list[float]]]


def show(results: list[tuple[Figure, Values]], kept: dict[str, Any]) -> int:
    """Print the table; how many targets were missed."""
    console = Console(width=max(WIDTH, Console().width))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("figure", no_wrap=True)
    for name in ("nbtrack", "asked", "", *SIDES):
        table.add_column(name, justify="right", no_wrap=True)
    missed = 0
    for figure, values in results:
        for row in figure.rows:
            met = verdict(row, values)
            missed += met is False
            table.add_row(*cells(row, values, met))
        table.add_section()
    console.print(table, highlight=False)
    console.print(caption(kept), style="dim", highlight=False)
    for note in filter(None, dict.fromkeys(figure.note for figure, _ in results)):
        console.print(f"  {note}", style="dim", highlight=False)
    console.print(f"{missed} targets missed" if missed else "every target met")
    return missed


def caption(kept: dict[str, Any]) -> str:
    return (
        f"medians of alternating rounds; N× says how many times better nbtrack is; "
        f"{kept['machine']}, Python {kept['python']}, {kept['seconds']} s"
    )


def value_of(row: Row, values: Values, side: str) -> float | None:
    """A side's value: the median of its rounds, or the worst of them."""
    rounds = values.get(side, {}).get(row.key)
    if not rounds:
        return None
    return max(rounds) if row.worst else statistics.median(rounds)


def verdict(row: Row, values: Values) -> bool | None:
    """Whether nbtrack does what is asked; None where nothing is."""
    ours = value_of(row, values, "nbtrack")
    if ours is None:
        return None
    checks = []
    if row.at_most is not None:
        checks.append(ours <= row.at_most)
    if row.at_least is not None:
        checks.append(ours >= row.at_least)
    if row.not_above:
        side, part = row.not_above
        theirs = value_of(row, values, side)
        checks.append(theirs is not None and ours <= theirs * part)
    return all(checks) if checks else None


def cells(row: Row, values: Values, met: bool | None) -> list[str]:  # noqa: FBT001 - a cell's content
    ours = value_of(row, values, "nbtrack")
    mark = {True: "[green]met[/]", False: "[bold red]MISSED[/]", None: ""}[met]
    theirs = [beside(row, ours, value_of(row, values, side)) for side in SIDES]
    return [row.label, shown(ours, row.unit), asked(row), mark, *theirs]


def beside(row: Row, ours: float | None, theirs: float | None) -> str:
    """A peer's value, and how many times better nbtrack's is."""
    if theirs is None:
        return "–"
    text = shown(theirs, row.unit)
    if not ours or not theirs or row.unit in {"", "×", "%"}:
        return text
    times = ours / theirs if row.unit == "/s" else theirs / ours
    return f"{text} [dim]{times:6,.0f}×[/]" if times >= 10 else f"{text} [dim]{times:6.1f}×[/]"


def asked(row: Row) -> str:
    parts = []
    if row.at_most is not None:
        parts.append(f"≤ {shown(row.at_most, row.unit)}")
    if row.at_least is not None:
        parts.append(f"≥ {shown(row.at_least, row.unit)}")
    if row.not_above:
        side, part = row.not_above
        parts.append(f"≤ {side}" + (f"/{1 / part:.0f}" if part != 1 else ""))
    return ", ".join(parts)


def shown(value: float | None, unit: str) -> str:
    """A value with three digits and the unit a person would use."""
    if value is None:
        return "–"
    if unit == "s":
        for factor, name in ((1, "s"), (1e3, "ms"), (1e6, "µs")):
            if value * factor >= 1 or name == "µs":
                return f"{value * factor:.3g} {name}"
    if unit == "B" and value >= 1e6:
        return f"{value / 1e6:,.0f} MB"
    number = f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"
    return f"{number} {unit}".strip()
