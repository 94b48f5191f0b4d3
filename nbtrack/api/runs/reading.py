"""What was tracked, read back: runs, tables of runs, curves, counts, and SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, overload

from nbtrack.api.runs.current_experiment import experiment_for
from nbtrack.api.runs.experiments import by_name, change_stage, purge
from nbtrack.api.session import Session, session
from nbtrack.capture.guard import warn
from nbtrack.errors import InvalidValue
from nbtrack.query.tree import Sql
from nbtrack.questions import metrics, runs
from nbtrack.records.entities import Run
from nbtrack.records.metric import Metric

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "count_runs",
    "delete_run",
    "get_metric_history",
    "get_parent_run",
    "get_run",
    "metric_history",
    "purge_run",
    "restore_run",
    "search_runs",
    "sql",
]

PARENT_TAG = "mlflow.parentRunId"


def run_of(here: Session, run_id: str) -> Run:
    """A run by its id."""
    return runs.get(here.store, run_id)


def parent_of(here: Session, run_id: str) -> Run | None:
    """The run that a run is nested in."""
    parent = run_of(here, run_id).data.tags.get(PARENT_TAG)
    return None if parent is None else run_of(here, parent)


def history_of(here: Session, run_id: str, key: str) -> list[Metric]:
    """The points of a metric."""
    return metrics.history(here.store, run_id, key)


def chosen_experiments(
    here: Session,
    experiment_ids: Sequence[str] | str | None,
    experiment_names: Sequence[str] | None,
    *,
    everywhere: bool,
) -> Sequence[str] | str | None:
    """The experiments of a search: as named, else all, else the active one."""
    if sum((bool(experiment_ids), bool(experiment_names), everywhere)) > 1:
        raise InvalidValue(
            "say only one of experiment_ids, experiment_names and search_all_experiments"
        )
    if experiment_names:
        names = [experiment_names] if isinstance(experiment_names, str) else experiment_names
        found = {name: by_name(here, name) for name in names}
        for name, experiment in found.items():
            if experiment is None:
                warn(f"nbtrack: there is no experiment {name!r}; its runs were not searched")
        return [experiment.experiment_id for experiment in found.values() if experiment]
    if everywhere:
        return None
    return experiment_ids or [experiment_for(here, None)]


@overload
def search_runs(
    experiment_ids: Sequence[str] | None = ...,
    filter_string: str = ...,
    run_view_type: int = ...,
    max_results: int = ...,
    order_by: Sequence[str] | None = ...,
    output_format: Literal["pandas"] = ...,
    search_all_experiments: bool = ...,  # noqa: FBT001 - MLflow's signature
    experiment_names: Sequence[str] | None = ...,
    *,
    columns: Sequence[str] | None = ...,
) -> pd.DataFrame: ...
@overload
def search_runs(
    experiment_ids: Sequence[str] | None = ...,
    filter_string: str = ...,
    run_view_type: int = ...,
    max_results: int = ...,
    order_by: Sequence[str] | None = ...,
    *,
    output_format: Literal["list"],
    search_all_experiments: bool = ...,
    experiment_names: Sequence[str] | None = ...,
) -> list[Run]: ...
def search_runs(  # noqa: PLR0917 - MLflow's signature
    experiment_ids: Sequence[str] | None = None,
    filter_string: str = "",
    run_view_type: int = 1,
    max_results: int = 100_000,
    order_by: Sequence[str] | None = None,
    output_format: str = "pandas",
    search_all_experiments: bool = False,  # noqa: FBT001, FBT002 - MLflow's signature
    experiment_names: Sequence[str] | None = None,
    *,
    columns: Sequence[str] | None = None,
) -> pd.DataFrame | list[Run]:
    """Runs that a filter finds, as a DataFrame or as objects.

    Args:
        experiment_ids: Where to look; in the active experiment, if nothing is said.
        filter_string: Such as "metrics.acc > 0.9 and params.lr = '0.01'"; `or`, `not`,
            parentheses and bare names (`acc > 0.9`) are understood too.
        run_view_type: `ViewType.ACTIVE_ONLY` (1), `DELETED_ONLY` (2) or `ALL` (3).
        max_results: How many at most.
        order_by: Such as ["metrics.acc DESC"]; what lacks a value comes last.
        output_format: "pandas" or "list".
        search_all_experiments: Look in all experiments.
        experiment_names: Where to look, by name.
        columns: Only these columns of the DataFrame, such as ["run_id", "metrics.acc"].

    Raises:
        FilterSyntax: The filter cannot be read; a caret shows where.
        UnknownName: There is no such attribute; the message names the nearest.

    Example:
        >>> import nbtrack
        >>> for lr in (0.1, 0.2):
        ...     with nbtrack.start_run():
        ...         nbtrack.log_param("lr", lr)
        ...         nbtrack.log_metric("acc", 1 - lr)
        >>> found = nbtrack.search_runs(filter_string="acc > 0.8 and params.lr < 0.15")
        >>> found["params.lr"].tolist()
        ['0.1']
    """
    here = session()
    where = chosen_experiments(
        here, experiment_ids, experiment_names, everywhere=search_all_experiments
    )
    if output_format == "list":
        found = runs.search(
            here.store,
            where,
            filter_string,
            order_by=order_by,
            view=run_view_type,
            max_results=max_results,
        )
        return found.to_list()
    if output_format != "pandas":
        raise InvalidValue(f"output_format is 'pandas' or 'list', not {output_format!r}")
    return runs.table(
        here.store,
        where,
        filter_string,
        order_by=order_by,
        view=run_view_type,
        max_results=max_results,
        columns=columns,
    )


def count_runs(
    experiment_ids: Sequence[str] | None = None,
    filter_string: str = "",
    run_view_type: int = 1,
    *,
    search_all_experiments: bool = False,
    experiment_names: Sequence[str] | None = None,
) -> int:
    """How many runs a filter finds, without reading them; the arguments are `search_runs`'."""
    here = session()
    where = chosen_experiments(
        here, experiment_ids, experiment_names, everywhere=search_all_experiments
    )
    return runs.count(here.store, where, filter_string, view=run_view_type)


def get_run(run_id: str) -> Run:
    """A run with its params, latest metrics, tags and inputs; also one that goes on.

    Raises:
        NotFound: There is no such run.
    """
    return run_of(session(), run_id)


def get_parent_run(run_id: str) -> Run | None:
    """The run that a run is nested in; None if it is in none."""
    return parent_of(session(), run_id)


def get_metric_history(run_id: str, key: str) -> list[Metric]:
    """All points of a metric of a run; none, if it was never logged.

    Raises:
        NotFound: There is no such run.
    """
    return history_of(session(), run_id, key)


def metric_history(
    run_id: str | Sequence[str], key: str, points: int | None = None
) -> pd.DataFrame:
    """The curve of a metric as a DataFrame: run_id, step, timestamp, value.

    Args:
        run_id: The run, or several.
        key: The metric.
        points: About how many points to reduce each curve to; what stands out is kept, by
            the smallest and the largest value of each stretch.

    Example:
        >>> import nbtrack
        >>> with nbtrack.start_run() as run:
        ...     nbtrack.log_metric("loss", [0.9, 0.5, 0.3])
        >>> nbtrack.metric_history(run.info.run_id, "loss")["value"].tolist()
        [0.9, 0.5, 0.3]
    """
    import pandas as pd

    ids = [run_id] if isinstance(run_id, str) else list(run_id)
    store = session().store
    if points is None:
        found = metrics.arrays(store, ids, key)
    else:
        found = metrics.curve(store, ids, key, points=points)
    if not len(found["run"]):
        for one in ids:
            runs.get(store, one)
    places = pd.Categorical.from_codes(found["run"], pd.Index(ids))
    rest = {name: found[name] for name in ("step", "timestamp", "value")}
    return pd.DataFrame({"run_id": places, **rest})


def delete_run(run_id: str) -> None:
    """Delete a run, so that it can be restored."""
    change_stage(session(), "run", run_id, "deleted")


def restore_run(run_id: str) -> None:
    """Bring a deleted run back."""
    change_stage(session(), "run", run_id, "active")


def purge_run(run_id: str) -> None:
    """Delete a run for good; what may still arrive of it is dropped."""
    purge(session(), "run", run_id)


def sql(text: str) -> pd.DataFrame:
    """The rows of one SELECT over the views `runs`, `params`, `metrics`, `tags`, `experiments`….

    The store is attached read-only and nothing else can be reached: writing and reading of files
    are refused.

    Example:
        >>> import nbtrack
        >>> with nbtrack.start_run():
        ...     nbtrack.log_metric("loss", 0.5)
        >>> nbtrack.sql("select key, value from latest_metrics").values.tolist()
        [['loss', 0.5]]
    """
    import pandas as pd

    found: Any = session().store.fetch(Sql(text)).columns
    return pd.DataFrame(found)
