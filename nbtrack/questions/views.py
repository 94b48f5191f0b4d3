"""Which of the active and the deleted a caller means, in any of MLflow's spellings."""

from __future__ import annotations

from typing import get_args

from nbtrack.errors import InvalidValue
from nbtrack.query.tree import View
from nbtrack.records.entities import ViewType

__all__ = ["AnyView", "page_limit", "view_of"]

AnyView = int | str
"""A `ViewType`, or its name."""

VIEWS: dict[str, View] = {name: name for name in get_args(View)}


def view_of(view: AnyView) -> View:
    """A view by its number or name.

    Raises:
        InvalidValue: There is none such.
    """
    name = ViewType.to_string(view) if isinstance(view, int) else str(view)
    found = VIEWS.get(name.upper())
    if found is None:
        raise InvalidValue(f"no view is called {view!r}; there are {', '.join(VIEWS)}")
    return found


def page_limit(max_results: int | None) -> int | None:
    """How many rows a page may have; None for all of them.

    Raises:
        InvalidValue: It is no positive whole number.
    """
    if max_results is None:
        return None
    if isinstance(max_results, bool) or not isinstance(max_results, int) or max_results < 1:
        raise InvalidValue(
            f"Invalid value {max_results!r} for parameter 'max_results' supplied: "
            f"it must be a positive integer, or None for all there are"
        )
    return max_results
