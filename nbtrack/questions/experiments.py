"""Questions about experiments."""

from __future__ import annotations

from collections.abc import Iterable

from nbtrack.errors import NotFound, listing
from nbtrack.query.grammar import parse_filter, parse_order
from nbtrack.query.tree import Comparison, Experiments, Field
from nbtrack.questions.views import AnyView, page_limit, view_of
from nbtrack.records.experiment import Experiment
from nbtrack.records.paged_list import PagedList
from nbtrack.store.protocol import Store

__all__ = ["by_name", "get", "named", "search"]


def search(
    store: Store,
    filter_string: str | None = None,
    *,
    order_by: Iterable[str] | None = None,
    view: AnyView = "ACTIVE_ONLY",
    max_results: int | None = 1000,
    page_token: str | None = None,
) -> PagedList[Experiment]:
    """A page of experiments.

    Args:
        store: Where.
        filter_string: Such as `name LIKE 'churn/%' and tags.team = 'growth'`.
        order_by: Such as `["last_update_time DESC"]`; the newest first, if not given.
        view: Active experiments, deleted ones, or all.
        max_results: How many at most; all if None.
        page_token: Where the page before ended.

    Raises:
        InvalidValue: The filter, order, limit or token cannot be taken.
    """
    return found(
        store,
        Experiments(
            parse_filter(filter_string, "experiment"),
            parse_order(order_by, "experiment"),
            view_of(view),
            page_limit(max_results),
            page_token or None,
        ),
    )


def found(store: Store, question: Experiments) -> PagedList[Experiment]:
    """The experiments a question asks for."""
    answer = store.fetch(question)
    names = list(answer.columns)
    rows = zip(*answer.columns.values(), strict=True)
    return PagedList(
        (Experiment(**dict(zip(names, row, strict=True))) for row in rows), answer.next_token
    )


def get(store: Store, experiment_id: str) -> Experiment:
    """An experiment by its id, deleted ones too.

    Raises:
        NotFound: There is no such experiment.
    """
    by_id = Comparison(Field("attribute", "experiment_id"), "=", str(experiment_id))
    experiments = found(store, Experiments(where=by_id, view="ALL"))
    if not experiments:
        known = [f"{it.experiment_id} ({it.name})" for it in search(store, max_results=100)]
        raise NotFound(
            f"No Experiment with id={experiment_id} exists; {listing(known, str(experiment_id))}"
        )
    return experiments[0]


def by_name(store: Store, name: str) -> Experiment | None:
    """The experiment of a name; a deleted one only where no active one has it, None if none has."""
    is_called = Comparison(Field("attribute", "name"), "=", name)
    order = parse_order(["lifecycle_stage", "last_update_time DESC"], "experiment")
    experiments = found(store, Experiments(where=is_called, order_by=order, view="ALL", limit=1))
    return experiments[0] if experiments else None


def named(store: Store, name: str) -> Experiment:
    """The experiment of a name, deleted ones too.

    Raises:
        NotFound: None is called so.
    """
    experiment = by_name(store, name)
    if experiment is None:
        known = sorted(it.name for it in search(store, max_results=1000))
        raise NotFound(f"Could not find experiment with name {name!r}; {listing(known, name)}")
    return experiment
