"""The panels of the magics as calls: `nbtrack.ui` hands them on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from IPython.core.getipython import get_ipython

from nbtrack.errors import InvalidValue
from nbtrack.hosts.notebook import usage
from nbtrack.hosts.notebook.choices import present
from nbtrack.hosts.notebook.desk import NO_RUN, Desk, PlainDesk

if TYPE_CHECKING:
    from nbtrack.hosts.notebook.compared_runs import ComparedRuns, LiveComparison
    from nbtrack.hosts.notebook.endpoints_panel import EndpointsPanel
    from nbtrack.hosts.notebook.listed_runs import ListedRuns
    from nbtrack.hosts.notebook.live_runs import LiveRuns
    from nbtrack.hosts.notebook.registry_panel import RegistryPanel

__all__ = ["compare", "endpoints", "registry", "runs"]


def runs(
    filter_string: str = "",
    *,
    experiment: str | None = None,
    here: bool = False,
    every: bool = False,
    metrics: Sequence[str] = (),
    params: Sequence[str] = (),
    limit: int | None = None,
    sort: str | None = None,
    live: bool = False,
) -> ListedRuns | LiveRuns:
    """Runs as a table, newest first; as a value they are a sequence, with a DataFrame `frame`.

    Args:
        filter_string: Such as `acc > 0.9 and params.model = 'tree'`.
        experiment: The experiment; the current one unless told.
        here: Whether only runs of this notebook are wanted.
        every: Whether runs of all experiments are.
        metrics: Metrics that become columns.
        params: Params that become columns.
        limit: At most so many runs.
        sort: What to sort by, such as `acc desc`.
        live: Whether the table is kept up to date while cells run.

    Raises:
        InvalidValue: `here` is asked outside of a notebook that is followed.

    Example:
        >>> import nbtrack
        >>> from nbtrack import ui
        >>> from nbtrack.testing import temporary_store
        >>> with temporary_store():
        ...     with nbtrack.start_run(run_name="tree"):
        ...         nbtrack.log_metric("acc", 0.9)
        ...     print(ui.runs("acc > 0.8"))
        experiment Default: 1 run
          run   status    cell  acc
          tree  FINISHED        0.9
    """
    line = usage.Runs(
        filter=filter_string or None,
        experiment=experiment,
        here=here,
        all=every,
        metrics=list(metrics),
        params=list(params),
        limit=limit,
        sort=sort,
        live=live,
    )
    desk = desk_here()
    if here and isinstance(desk, PlainDesk):
        raise InvalidValue("cells are known once %load_ext nbtrack was said in this notebook")
    if live:
        from nbtrack.hosts.notebook.live_runs import LiveRuns

        return LiveRuns(desk, line)
    from nbtrack.hosts.notebook.listed_runs import listed_runs

    return listed_runs(desk, line)


def compare(
    *chosen: Any,
    metrics: Sequence[str] = (),
    x: str | None = None,
    y: str | None = None,
    live: bool = False,
) -> ComparedRuns | LiveComparison:
    """Runs side by side: what differs and why, their curves, and charts of their values.

    Args:
        chosen: Runs, their names or ids, or lists of them; the newest three if none is named.
        metrics: Metrics whose curves are drawn; the first that have any, unless told.
        x: The param or metric that the dots go by from left to right.
        y: And from below upwards.
        live: Whether it is kept up to date until every run has ended.

    Raises:
        NotFound: There is no such run, metric or param.
        InvalidValue: These are too few runs, or too many.

    Example:
        >>> import nbtrack
        >>> from nbtrack import ui
        >>> from nbtrack.testing import temporary_store
        >>> with temporary_store():
        ...     for depth in (3, 5):
        ...         with nbtrack.start_run(run_name=f"depth-{depth}"):
        ...             nbtrack.log_params({"depth": depth})
        ...             nbtrack.log_metric("acc", 0.9 + depth / 100)
        ...     both = ui.compare("depth-3", "depth-5")
        >>> [chart.figure.data[0].type for chart in both.charts]
        ['parcoords', 'scatter']
    """
    from nbtrack.hosts.notebook.compared_runs import LiveComparison, Wish, compared

    if present() is None:
        raise InvalidValue(NO_RUN)
    names: list[Any] = []
    for it in chosen:
        names += [it] if isinstance(it, str) or hasattr(it, "info") else list(it)
    wish = Wish(metrics, x, y)
    return LiveComparison(names, wish, desk_here().cell_id) if live else compared(names, wish)


def registry(name: str | None = None) -> RegistryPanel:
    """Registered models with their versions, to promote them and to take it back.

    Args:
        name: The model; all of them unless told.

    Raises:
        NotFound: There is no such model.

    Example:
        >>> from nbtrack import ui
        >>> from nbtrack.testing import temporary_store
        >>> with temporary_store():
        ...     print(str(ui.registry())[:37])
        there are no registered models yet: w
    """
    from nbtrack.hosts.notebook import registry as magics

    return magics.panel(desk_here(), usage.Registry(name=name))


def endpoints(name: str | None = None) -> EndpointsPanel:
    """The endpoints of the store in a table that follows them; a click stops or starts one.

    Args:
        name: The endpoint; all of them unless told.

    Raises:
        NotFound: There is no such endpoint.

    Example:
        >>> from nbtrack import ui
        >>> from nbtrack.testing import temporary_store
        >>> with temporary_store():
        ...     print(str(ui.endpoints())[:25])
        no model is served yet: %
    """
    from nbtrack.hosts.notebook.endpoints_panel import EndpointsPanel

    return EndpointsPanel(name, desk_here().cell_id)


def desk_here() -> Desk:
    """The desk of the notebook that runs; one that follows no cells where nothing was loaded."""
    from nbtrack.hosts.notebook.extension import extensions

    shell: Any = get_ipython()
    found = extensions.get(id(shell))
    return PlainDesk(shell) if found is None else found.magics.desk
