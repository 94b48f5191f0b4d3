"""Questions about registered models."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from nbtrack.errors import NotFound, listing
from nbtrack.query.grammar import parse_filter, parse_order
from nbtrack.query.tree import Comparison, Field, RegisteredModels
from nbtrack.questions.model_versions import version_from
from nbtrack.questions.views import page_limit
from nbtrack.records.paged_list import PagedList
from nbtrack.records.registered_model import (
    RegisteredModel,
    RegisteredModelAlias,
    RegisteredModelTag,
)
from nbtrack.store.protocol import Store

__all__ = ["find", "get", "search"]


def search(
    store: Store,
    filter_string: str | None = None,
    *,
    order_by: Iterable[str] | None = None,
    max_results: int | None = 100,
    page_token: str | None = None,
) -> PagedList[RegisteredModel]:
    """A page of registered models.

    Args:
        store: Where.
        filter_string: Such as `name LIKE 'churn%' and tags.team = 'growth'`.
        order_by: Such as `["last_updated_timestamp DESC"]`; by name, if not given.
        max_results: How many at most; all if None.
        page_token: Where the page before ended.

    Raises:
        InvalidValue: The filter, order, limit or token cannot be taken.
    """
    return found(
        store,
        RegisteredModels(
            parse_filter(filter_string, "registered_model"),
            parse_order(order_by, "registered_model"),
            page_limit(max_results),
            page_token or None,
        ),
    )


def found(store: Store, question: RegisteredModels) -> PagedList[RegisteredModel]:
    """The models a question asks for."""
    answer = store.fetch(question)
    names = list(answer.columns)
    rows = zip(*answer.columns.values(), strict=True)
    return PagedList(
        (model_from(dict(zip(names, row, strict=True))) for row in rows), answer.next_token
    )


def model_from(row: dict[str, Any]) -> RegisteredModel:
    """A model from its row."""
    told = dict(row)
    tags, aliases, latest = (told.pop(part) for part in ("tags", "aliases", "latest_versions"))
    return RegisteredModel(
        latest_versions=[version_from(version) for version in latest],
        tags=[RegisteredModelTag(key, value) for key, value in tags],
        aliases=[RegisteredModelAlias(alias, version) for alias, version in aliases],
        **told,
    )


def find(store: Store, name: str) -> RegisteredModel | None:
    """The registered model of a name; None if there is none."""
    is_called = Comparison(Field("attribute", "name"), "=", name)
    return next(iter(found(store, RegisteredModels(where=is_called, limit=1))), None)


def get(store: Store, name: str) -> RegisteredModel:
    """The registered model of a name.

    Raises:
        NotFound: There is none; the message names those that there are.
    """
    model = find(store, name)
    if model is None:
        known = [it.name for it in search(store, max_results=1000)]
        raise NotFound(f"Registered Model with name={name} not found; {listing(known, name)}")
    return model
