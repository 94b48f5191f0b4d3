"""A comparison of runs, drawn: runs as columns, or as rows where they are many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from nbtrack.hosts.command_line import output, wording
from nbtrack.hosts.command_line.comparison import Comparison, worded_change
from nbtrack.hosts.command_line.fitting import Candidate, fitting, rows_of
from nbtrack.hosts.command_line.output import Column

if TYPE_CHECKING:
    from nbtrack.records.entities import Run

__all__ = ["show_comparison"]

NARROWEST = 14
KEYS_WIDTH = 26


def show_comparison(runs: Sequence[Run], compared: Comparison, *, everything: bool) -> None:
    """Draw what differs, then metrics, then what is the same, or how much of it there is."""
    heads = titles(runs)
    if KEYS_WIDTH + len(runs) * NARROWEST > output.width():
        show_as_rows(heads, compared)
    else:
        show_as_columns(heads, compared)
    same = [(kind, key, it) for kind, by_key in compared.same.items() for key, it in by_key.items()]
    if everything and same:
        output.write("\n")
        output.show(output.heading("the same in all", str(len(same))))
        columns = [Column("", style="dim"), Column(""), Column("", fold=True)]
        output.show(output.table(columns, [[kind, key, it] for kind, key, it in same]))
    elif same:
        counts = [wording.plural(len(it), kind[:-1]) for kind, it in compared.same.items()]
        output.note(f"the same in all: {', '.join(counts)} (--all shows them)", style="dim")


def titles(runs: Sequence[Run]) -> list[str]:
    """What each run is called: by its name, or by its id where names repeat or are missing."""
    names = [wording.one_line(str(run.info.run_name or "")) for run in runs]
    ids = wording.short_ids([run.info.run_id for run in runs])
    return [
        name if name and names.count(name) == 1 else ids[run.info.run_id]
        for name, run in zip(names, runs, strict=True)
    ]


def show_as_columns(heads: list[str], compared: Comparison) -> None:
    """A row for each key, a column for each run."""
    most = max((output.width() - KEYS_WIDTH) // len(heads) - 2, NARROWEST - 2)
    keys = [labelled(kind, key) for kind, its in compared.different.items() for key in its]
    keys += [labelled("metrics", key) for key in compared.metrics]
    # both tables have their first column as wide
    first = Column("".ljust(max(map(len, keys), default=0)))
    columns = [first, *(Column(wording.shortened(it, most), right=True) for it in heads)]
    if compared.different:
        output.show(output.heading("different"))
        rows: list[list[Any]] = []
        for kind, by_key in compared.different.items():
            for key, values in by_key.items():
                cells = [wording.shortened(wording.one_line(it or "-"), most) for it in values]
                rows.append([labelled(kind, key), *cells])
        output.show(output.table(columns, rows))
    else:
        output.say("no param, tag, dataset or attribute differs")
    if not compared.metrics:
        return
    two = len(heads) == 2
    output.write("\n")
    output.show(output.heading("metrics"))
    if two:
        columns.append(Column("change", right=True))
    rows = []
    for key, numbers in compared.metrics.items():
        cells = ["-" if it is None else wording.number(it) for it in numbers]
        change = [worded_change(numbers[0], numbers[1], wording.number)] if two else []
        rows.append([labelled("metrics", key), *cells, *change])
    output.show(output.table(columns, rows))


def labelled(kind: str, key: str) -> str:
    """A key with the kind it is of, where that is not a param."""
    prefix = {"tags": "tag ", "datasets": "dataset "}.get(kind, "")
    return wording.shortened(f"{prefix}{key}", KEYS_WIDTH)


def show_as_rows(heads: list[str], compared: Comparison) -> None:
    """A row for each run: first what differs, then as many metrics as fit."""
    fixed = [Candidate(Column("run", style="cyan"), heads)]
    wanted = [
        Candidate(Column(labelled(kind, key)), [wording.one_line(it or "-") for it in values])
        for kind, by_key in compared.different.items()
        for key, values in by_key.items()
    ]
    wanted += [
        Candidate(
            Column(key, right=True), ["-" if it is None else wording.number(it) for it in its]
        )
        for key, its in compared.metrics.items()
    ]
    kept, left_out = fitting(fixed, wanted, output.width())
    output.show(output.table([it.column for it in kept], rows_of(kept)))
    if left_out:
        more = wording.plural(left_out, "column")
        output.note(f"{more} found no room: a wider terminal or --json shows them", style="dim")
