"""Among which runs a line of `%runs` looks: an experiment, this notebook, the cell above, all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack.api.runs.current_experiment import experiment_for
from nbtrack.api.session import session
from nbtrack.errors import NotFound, listing
from nbtrack.hosts.notebook.desk import NO_RUN, Desk
from nbtrack.panels.formats import plural
from nbtrack.query.tree import Condition, Either, RunCount
from nbtrack.questions import experiments, notebook_runs
from nbtrack.questions.notebook_runs import with_ids

if TYPE_CHECKING:
    from nbtrack.capture.step import Step
    from nbtrack.hosts.notebook.usage import Runs
    from nbtrack.store.protocol import Store

__all__ = ["Scope", "hint_of"]


class Scope:
    """Among which runs a line of `%runs` looks: its experiments, a condition, and their words.

    Made once, it is good for later looks too: a notebook, or a cell, has new runs then.
    """

    def __init__(self, desk: Desk, store: Store, line: Runs) -> None:
        self.desk, self.is_all, self.is_here = desk, line.all, line.here
        self.experiments: tuple[str, ...] | None = None
        self.above: Step | None = None
        self.title = "all experiments"
        if line.cell:
            self.above = desk.step_above()
            self.title = f"the cell of [{self.above.number}]"
        elif line.here:
            self.title = "this notebook"
        elif not line.all:
            self.experiments, self.title = of_experiment(store, line.experiment)

    def where(self) -> Condition | None:
        """The condition that its runs fulfil now."""
        if self.above is not None:
            return with_ids(self.desk.runs_of(self.above))
        return of_this_notebook(self.desk) if self.is_here else None


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


def of_this_notebook(desk: Desk) -> Condition:
    """The runs of this notebook, those of this session whatever it is called."""
    own = notebook_runs.of_notebook([desk.notebook], desk.recorder.session_id)
    ids = dict.fromkeys(it.cell_run for it in desk.session.steps if it.cell_run)
    return Either((own, with_ids(ids)))


def hint_of(store: Store, scope: Scope, *, is_filtered: bool) -> str:
    """What to do where no run was found."""
    total = int(store.fetch(RunCount()).columns["count"][0])
    if not total:
        return NO_RUN
    told = f"{scope.title}: no run fits the filter" if is_filtered else f"{scope.title}: no runs"
    return told if scope.is_all else f"{told}; %runs --all looks at all {plural(total, 'run')}"
