"""The magics that look: `%lineage`, `%diff`, `%stale`, `%runs`, `%compare`, `%run_info`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from IPython.core.error import UsageError

from nbtrack.errors import listing
from nbtrack.hosts.notebook.desk import NO_RUN, Desk
from nbtrack.hosts.notebook.words_shown import Script, Words

if TYPE_CHECKING:
    from nbtrack.hosts.notebook import usage
    from nbtrack.hosts.notebook.compared_runs import ComparedRuns, LiveComparison
    from nbtrack.hosts.notebook.listed_runs import ListedRuns
    from nbtrack.hosts.notebook.live_runs import LiveRuns
    from nbtrack.hosts.notebook.run_facts import ShownRun
    from nbtrack.panels.difference_view import DifferenceView
    from nbtrack.panels.lineage_graph import LineageGraph
    from nbtrack.panels.stale_view import StaleView

__all__ = ["compare", "diff", "lineage", "run_info", "runs", "stale"]


def lineage(desk: Desk, line: usage.Lineage) -> LineageGraph | Script | Words:
    """What a variable, a run or a metric came from: as a graph, a list or a script."""
    from nbtrack.api.lineage import lineage as asked
    from nbtrack.panels.answers import lineage_panel

    del desk
    found = asked(line.target, run=line.run, metric=line.metric)
    if line.code:
        return Script(found.code)
    panel = lineage_panel(found)
    return Words(panel.text()) if line.text else panel


def diff(desk: Desk, line: usage.Diff) -> DifferenceView:
    """What made two runs differ."""
    from nbtrack.api.differences.diff import diff as asked
    from nbtrack.panels.answers import difference_panel

    if desk.store is None:
        raise UsageError(NO_RUN)
    return difference_panel(asked(line.first, line.second))


def stale(desk: Desk, line: usage.Stale) -> StaleView:
    """What does not follow from the present code and data any more."""
    from nbtrack.hosts.notebook.staleness import stale_view

    known = desk.session.variables_now()
    for name in line.names:
        if name not in known:
            raise UsageError(
                f"%stale: no variable is called {name!r}; {listing(sorted(known), name)}"
            )
    return stale_view(desk.session, line.names)


def runs(desk: Desk, line: usage.Runs) -> ListedRuns | LiveRuns:
    """Runs as a table, which is a sequence of them as well."""
    from nbtrack.hosts.notebook.listed_runs import listed_runs

    if line.live:
        from nbtrack.hosts.notebook.live_runs import LiveRuns

        return LiveRuns(desk, line)
    return listed_runs(desk, line)


def compare(desk: Desk, line: usage.Compare) -> ComparedRuns | LiveComparison:
    """Runs side by side."""
    from nbtrack.hosts.notebook.compared_runs import LiveComparison, Wish, compared

    if desk.store is None:
        raise UsageError(NO_RUN)
    wish = Wish(line.metrics, line.x, line.y)
    if line.live:
        return LiveComparison(line.runs, wish, desk.cell_id)
    return compared(line.runs, wish)


def run_info(desk: Desk, line: usage.RunInfo) -> ShownRun:
    """All there is to know of a run."""
    from nbtrack.api.chosen_run import run_called
    from nbtrack.api.session import session
    from nbtrack.hosts.notebook.run_facts import sheet_of

    store = desk.store
    if store is None:
        raise UsageError(NO_RUN)
    return sheet_of(store, run_called(session(), line.run))
