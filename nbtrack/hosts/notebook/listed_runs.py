"""Runs as the table that `%runs` shows; as a value it gives the runs, and a DataFrame of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError

from nbtrack.api.session import session
from nbtrack.errors import listing
from nbtrack.hosts.notebook.desk import NO_RUN, Desk
from nbtrack.hosts.notebook.hand import Act, attached, touchable
from nbtrack.hosts.notebook.run_rows import best_of, rows_of
from nbtrack.hosts.notebook.run_scope import Scope, hint_of
from nbtrack.panels import theme
from nbtrack.panels.run_table import RunTable
from nbtrack.query.grammar import parse_filter, parse_order
from nbtrack.query.tree import All, Condition, RunCount
from nbtrack.query.tree import Runs as Asked
from nbtrack.questions import runs
from nbtrack.questions.names import known
from nbtrack.records.entities import Run

if TYPE_CHECKING:
    import pandas as pd

    from nbtrack.hosts.notebook.usage import Runs
    from nbtrack.store.protocol import Store

__all__ = ["ListedRuns", "listed_runs"]

FIRST = 20
"""So many runs are shown unless a number is given."""


@dataclass(frozen=True, kw_only=True)
class ListedRuns(RunTable):
    """A table of runs that also is a sequence of them.

    Attributes:
        found: The runs, as `search_runs` gives them.
        hint: What to do where there are none.
        again: Looks again with another filter; the page asks for it.
    """

    found: Sequence[Run] = ()
    hint: str = ""
    again: Callable[[str], ListedRuns] | None = field(default=None, compare=False, repr=False)
    chosen: list[str] = field(default_factory=list, compare=False, repr=False)

    @property
    def frame(self) -> pd.DataFrame:
        """The runs as `search_runs` gives them in a DataFrame, in the order of the table."""
        ids = [it.info.run_id for it in self.found]
        if not ids:
            return runs.table(session().store, experiment_ids=[])
        words = f"run_id IN ({', '.join(map(repr, ids))})"
        found = runs.table(session().store, None, words, view="ALL")
        return found.set_index("run_id", drop=False).loc[ids].reset_index(drop=True)

    @property
    def selected(self) -> list[Run]:
        """The runs that were chosen in the page."""
        return [runs.get(session().store, it) for it in self.chosen]

    def html(self) -> str:
        """The table for a page."""
        if self.rows:
            return super().html()
        return theme.frame(theme.line(theme.safe(self.text())), theme.GREY, "runs")

    def text(self) -> str:
        """The table for a terminal."""
        return self.hint if not self.rows and self.hint else super().text()

    def __len__(self) -> int:
        return len(self.found)

    def __getitem__(self, place: int) -> Run:
        return self.found[place]

    def __iter__(self) -> Iterator[Run]:
        return iter(self.found)

    def acts(self) -> dict[str, Act]:
        """What the page may ask for."""
        found: dict[str, Act] = {"choose": self.choose, "compare": compare}
        return found if self.again is None else found | {"ask": self.ask}

    def choose(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Runs were chosen in the page."""
        self.chosen[:] = map(str, values.get("run_ids") or ())
        return {}

    def ask(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Look with another filter."""
        found = self if self.again is None else self.again(str(values.get("filter") or ""))
        return {"html": found.html()}

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        bundle = super()._repr_mimebundle_(include, exclude)
        html = touchable(bundle["text/html"], "runs", attached(self.acts()))
        return bundle | {"text/html": html}


def compare(values: Mapping[str, Any]) -> dict[str, Any]:
    """The runs that were chosen, side by side."""
    from nbtrack.hosts.notebook.compared_runs import compared

    return {"html": compared(list(map(str, values.get("run_ids") or ()))).html()}


def listed_runs(desk: Desk, line: Runs) -> ListedRuns:
    """The runs that a line of `%runs` asks for.

    Raises:
        UsageError: No cell above has a run, or a key is none.
        NbtrackError: The filter or the order cannot be read.
    """
    looking = Looking(desk, line)
    return looking.look(desk.store)


class Looking:
    """Looks for the runs that a line of `%runs` asks for, as often as it is wanted.

    Raises:
        NbtrackError: The filter or the order cannot be read.
    """

    def __init__(self, desk: Desk, line: Runs) -> None:
        self.desk, self.line = desk, line
        self.filter = line.filter or ""
        self.scope: Scope | None = None
        parse_filter(self.filter)
        parse_order(line.sort)

    def look(self, store: Store | None, words: str | None = None) -> ListedRuns:
        """The runs of a store, under another filter if one is given.

        Raises:
            UsageError: No cell above has a run, or a key is none.
        """
        where = parse_filter(self.filter if words is None else words)
        order = parse_order(self.line.sort)
        if store is None:
            return ListedRuns(rows=(), hint=NO_RUN)
        scope = self.scope = self.scope or Scope(self.desk, store, self.line)
        conditions = [it for it in (scope.where(), where) if it is not None]
        every: Condition | None = None
        if conditions:
            every = All(tuple(conditions)) if len(conditions) > 1 else conditions[0]
        line = self.line
        limit = FIRST if line.limit is None else line.limit
        found = runs.found(store, Asked(scope.experiments, every, order, limit=limit))
        check_keys(store, "--metrics", "metric", line.metrics)
        check_keys(store, "--params", "param", line.params)
        total = len(found)
        if total == limit:
            total = int(store.fetch(RunCount(scope.experiments, every)).columns["count"][0])
        rows = rows_of(store, found, line.metrics)
        return ListedRuns(
            rows=rows,
            best=best_of(rows),
            columns=[*line.metrics, *line.params] or None,
            title=scope.title,
            total=total,
            now=time.time(),
            found=tuple(found),
            hint="" if found else hint_of(store, scope, is_filtered=where is not None),
            again=lambda words: self.look(self.desk.store, words),
        )


def check_keys(store: Store, option: str, entity: Any, wanted: Sequence[str]) -> None:
    """Refuse a column that no run has a value for."""
    keys = known(store, entity) if wanted else []
    for key in wanted:
        if key not in keys:
            raise UsageError(
                f"%runs: {option}: no run has a {entity} {key!r}; {listing(keys, key)}"
            )
