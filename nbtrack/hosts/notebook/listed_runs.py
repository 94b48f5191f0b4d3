"""Runs as the table that `%runs` shows; as a value it gives the runs, and a DataFrame of them."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError

from nbtrack.api.current_experiment import experiment_for
from nbtrack.api.session import session
from nbtrack.errors import NotFound, listing
from nbtrack.hosts.notebook.desk import NO_RUN, Desk
from nbtrack.panels import theme
from nbtrack.panels.formats import plural
from nbtrack.panels.run_table import RunRow, RunTable
from nbtrack.query.grammar import parse_filter, parse_order
from nbtrack.query.tree import All, Comparison, Condition, Either, Field, RunCount, Sql
from nbtrack.query.tree import Runs as Asked
from nbtrack.questions import experiments, metrics, runs
from nbtrack.questions.directions import direction
from nbtrack.questions.names import known
from nbtrack.records.entities import Run

if TYPE_CHECKING:
    import pandas as pd

    from nbtrack.hosts.notebook.usage import Runs
    from nbtrack.store.protocol import Store

__all__ = ["ListedRuns", "listed_runs"]

FIRST = 20
"""So many runs are shown unless a number is given."""

CURVE_POINTS = 24
SOURCE_TAG = "mlflow.source.name"


@dataclass(frozen=True, kw_only=True)
class ListedRuns(RunTable):
    """A table of runs that also is a sequence of them.

    Attributes:
        found: The runs, as `search_runs` gives them.
        hint: What to do where there are none.
    """

    found: Sequence[Run] = ()
    hint: str = ""

    @property
    def frame(self) -> pd.DataFrame:
        """The runs as `search_runs` gives them in a DataFrame, in the order of the table."""
        ids = [it.info.run_id for it in self.found]
        if not ids:
            return runs.table(session().store, experiment_ids=[])
        words = f"run_id IN ({', '.join(map(repr, ids))})"
        found = runs.table(session().store, None, words, view="ALL")
        return found.set_index("run_id", drop=False).loc[ids].reset_index(drop=True)

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


def listed_runs(desk: Desk, line: Runs) -> ListedRuns:
    """The runs that a line of `%runs` asks for.

    Raises:
        UsageError: No cell above has a run, or a key is none.
        NbtrackError: The filter or the order cannot be read.
    """
    where, order = parse_filter(line.filter), parse_order(line.sort)
    store = desk.store
    if store is None:
        return ListedRuns(rows=(), hint=NO_RUN)
    scope = Scope(desk, store, line)
    conditions = [it for it in (scope.where, where) if it is not None]
    every: Condition | None = None
    if conditions:
        every = All(tuple(conditions)) if len(conditions) > 1 else conditions[0]
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
    )


class Scope:
    """Among which runs a line of `%runs` looks: its experiments, a condition, and their words."""

    def __init__(self, desk: Desk, store: Store, line: Runs) -> None:
        self.experiments: tuple[str, ...] | None = None
        self.where: Condition | None = None
        self.title = "all experiments"
        self.is_all = False
        if line.cell:
            above = desk.cell_above()
            self.where = with_ids(above.run_ids)
            self.title = f"the cell of [{above.number}]"
        elif line.here:
            self.where = of_notebook(desk, store)
            self.title = "this notebook"
        elif line.all:
            self.is_all = True
        else:
            self.experiments, self.title = of_experiment(store, line.experiment)


def of_experiment(store: Store, name: str | None) -> tuple[tuple[str, ...], str]:
    """The id of an experiment, of the current one unless one is named, and its title.

    Raises:
        NotFound: There is no such experiment.
    """
    if name is None:
        experiment_id = experiment_for(session(), None)
        return (experiment_id,), f"experiment {experiments.get(store, experiment_id).name}"
    found = experiments.by_name(store, name)
    if found is None:
        names = [it.name for it in experiments.search(store, max_results=None)]
        raise NotFound(f"no experiment is called {name!r}; {listing(names, name)}")
    return (found.experiment_id,), f"experiment {found.name}"


def of_notebook(desk: Desk, store: Store) -> Condition:
    """The runs of this notebook: those of its recorded cells, and those that name it as source."""
    path = desk.notebook
    words = f"session_id = {quoted(desk.recorder.session_id)}"
    if path:
        words += f" OR notebook = {quoted(path)}"
    text = f"SELECT DISTINCT run_id FROM executions WHERE run_id IS NOT NULL AND ({words})"
    ids = [str(it) for it in store.fetch(Sql(text)).columns["run_id"]]
    ids += [it.cell_run for it in desk.session.steps if it.cell_run]
    own = with_ids(list(dict.fromkeys(ids)))
    if not path:
        return own
    name = path.replace("\\", "/").rpartition("/")[2]
    return Either((own, Comparison(Field("tag", SOURCE_TAG), "=", name)))


def with_ids(run_ids: Sequence[str]) -> Condition:
    """The runs of some ids."""
    return Comparison(Field("attribute", "run_id"), "IN", tuple(run_ids) or ("",))


def quoted(text: str) -> str:
    """A text as SQL has it."""
    return "'" + text.replace("'", "''") + "'"


def check_keys(store: Store, option: str, entity: Any, wanted: Sequence[str]) -> None:
    """Refuse a column that no run has a value for."""
    keys = known(store, entity) if wanted else []
    for key in wanted:
        if key not in keys:
            raise UsageError(
                f"%runs: {option}: no run has a {entity} {key!r}; {listing(keys, key)}"
            )


def hint_of(store: Store, scope: Scope, *, is_filtered: bool) -> str:
    """What to do where no run was found."""
    total = int(store.fetch(RunCount()).columns["count"][0])
    if not total:
        return NO_RUN
    told = f"{scope.title}: no run fits the filter" if is_filtered else f"{scope.title}: no runs"
    return told if scope.is_all else f"{told}; %runs --all looks at all {plural(total, 'run')}"


def rows_of(store: Store, found: Sequence[Run], chosen: Sequence[str]) -> list[RunRow]:
    """Runs as rows, with the curve of the metric that most of them logged over steps."""
    ids = [it.info.run_id for it in found]
    numbers, curves = numbers_of(store, ids), curves_of(store, ids, chosen)
    return [
        RunRow(
            name=run.info.run_name or run.info.run_id,
            status=run.info.status or "",
            start_time=run.info.start_time,
            duration_seconds=run.info.duration_seconds,
            number=numbers.get(run.info.run_id),
            metrics={k: v for k, v in run.data.metrics.items() if is_shown(k, chosen)},
            params=run.data.params,
            curve=curves.get(run.info.run_id, ()),
            run_id=run.info.run_id,
        )
        for run in found
    ]


def best_of(rows: Sequence[RunRow]) -> dict[str, float]:
    """The best value of each metric of which its name says what is better."""
    found = {}
    for key in dict.fromkeys(key for row in rows for key in row.metrics):
        values = [row.metrics[key] for row in rows if key in row.metrics]
        values = [it for it in values if not math.isnan(it)]
        sign = direction(key)
        if len(set(values)) > 1 and sign:
            found[key] = min(values) if sign < 0 else max(values)
    return found


def is_shown(key: str, chosen: Sequence[str]) -> bool:
    """Whether a metric may be a column: those of the system only where somebody chose them."""
    return key in chosen or not key.startswith("system/")


def numbers_of(store: Store, run_ids: Sequence[str]) -> dict[str, int]:
    """The execution count of the cell of each run."""
    text = (
        "SELECT run_id, max(number) AS number FROM executions WHERE number IS NOT NULL "
        f"AND run_id IN ({', '.join(map(quoted, run_ids))}) GROUP BY run_id"
    )
    answered = store.fetch(Sql(text)).columns if run_ids else {"run_id": [], "number": []}
    return {str(k): int(v) for k, v in zip(answered["run_id"], answered["number"], strict=True)}


def curves_of(
    store: Store, run_ids: Sequence[str], chosen: Sequence[str]
) -> dict[str, list[float]]:
    """The points of one metric for each run: a chosen one, else that of most runs."""
    text = (
        "SELECT key FROM latest_metrics "
        f"WHERE n > 1 AND run_id IN ({', '.join(map(quoted, run_ids))})"
    )
    keys = Counter(map(str, store.fetch(Sql(text)).columns["key"])) if run_ids else Counter[str]()
    drawn = [it for it in chosen if it in keys]
    drawn += [it for it, _ in keys.most_common() if is_shown(it, ())]
    if not drawn:
        return {}
    points = metrics.curve(store, run_ids, drawn[0], points=CURVE_POINTS)
    found: dict[str, list[float]] = {}
    for place, value in zip(points["run"], points["value"], strict=True):
        found.setdefault(run_ids[int(place)], []).append(float(value))
    return found
