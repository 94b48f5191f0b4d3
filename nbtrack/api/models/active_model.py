"""The logged model that is worked on: metrics speak of it where no other is named."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from nbtrack.api.models.calls import (
    create_external_model,
    get_logged_model,
    search_logged_models,
)
from nbtrack.api.models.current_model import get_active_model_id
from nbtrack.api.models.logged_models import checked_name
from nbtrack.api.session import chosen
from nbtrack.errors import InvalidValue, warn_caller
from nbtrack.records.logged_model import LoggedModel

__all__ = ["ActiveModel", "set_active_model"]


class ActiveModel(LoggedModel):
    """A logged model that is active; at the end of a `with` the one before is so again."""

    def __init__(self, logged_model: LoggedModel) -> None:
        vars(self).update(vars(logged_model))
        self._before = get_active_model_id()
        chosen.active_models.model_id = self.model_id

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        chosen.active_models.model_id = self._before


def set_active_model(*, name: str | None = None, model_id: str | None = None) -> ActiveModel:
    """Have metrics speak of a model from now on, or within a `with`.

    Args:
        name: The newest model of this name in the active experiment; one without files is made
            if there is none.
        model_id: Or its id.

    Raises:
        InvalidValue: Neither was given, or the model of that id has another name.
        NotFound: There is no model of that id.

    Example:
        >>> import nbtrack
        >>> with nbtrack.set_active_model(name="ranker") as model:
        ...     with nbtrack.start_run():
        ...         nbtrack.log_metric("ndcg", 0.7)
        >>> [metric.value for metric in nbtrack.get_logged_model(model.model_id).metrics]
        [0.7]
    """
    if model_id is None:
        return ActiveModel(model_named(name))
    model = get_logged_model(model_id)
    if name is not None and model.name != name:
        raise InvalidValue(
            f"the logged model {model_id} is called {model.name!r}, not {name!r}; "
            f"leave out one of both"
        )
    return ActiveModel(model)


def model_named(name: str | None) -> LoggedModel:
    """The newest model of a name in the active experiment, made if there is none."""
    if name is None:
        raise InvalidValue("set_active_model takes name=… or model_id=…, and got neither")
    found = search_logged_models(
        filter_string=f"name = '{checked_name(name)}'", max_results=2, output_format="list"
    )
    if len(found) > 1:
        warn_caller(
            f"several logged models are called {name!r}; the newest is active, {found[0].model_id}",
            UserWarning,
        )
    return found[0] if found else create_external_model(name=name)
