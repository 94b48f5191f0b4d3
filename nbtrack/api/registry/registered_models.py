"""Registered models and their aliases: made, found, described, tagged, deleted.

The functions that take a session first are what `MlflowClient` shares with the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nbtrack.api.runs.experiments import act
from nbtrack.api.runs.new_experiment import stamp, texts_of
from nbtrack.api.session import Session, session
from nbtrack.capture.redaction import redact_text
from nbtrack.errors import InvalidValue
from nbtrack.questions import model_versions, registered_models
from nbtrack.records.registered_model import (
    ModelVersion,
    RegisteredModel,
    RegisteredModelTag,
)
from nbtrack.records.registry_operation import (
    CreateRegisteredModel,
    DeleteModelAlias,
    DeleteRegisteredModel,
    RenameRegisteredModel,
    SetModelAlias,
    SetRegisteredModelTag,
    UpdateRegisteredModel,
)

__all__ = [
    "create",
    "delete",
    "delete_alias",
    "delete_tag",
    "get",
    "rename",
    "required",
    "said",
    "search_registered_models",
    "set_alias",
    "set_tag",
    "tag_of",
    "update",
    "version_at",
]


def create(
    here: Session,
    name: str,
    tags: Mapping[str, Any] | None = None,
    description: str | None = None,
) -> RegisteredModel:
    """Make a registered model.

    Raises:
        AlreadyExists: A model has that name.
        InvalidValue: No model may have it.
    """
    made = CreateRegisteredModel(
        name=required(name, "name"),
        tags=texts_of(tags or {}),
        description=said(description),
        **stamp(),
    )
    act(here, made)
    moment = made.time // 1000
    return RegisteredModel(
        made.name,
        moment,
        moment,
        made.description,
        tags=[RegisteredModelTag(key, value) for key, value in made.tags.items()],
        user_id=made.actor or None,
    )


def get(here: Session, name: str) -> RegisteredModel:
    """The registered model of a name."""
    return registered_models.get(here.store, required(name, "name"))


def rename(here: Session, name: str, new_name: str) -> RegisteredModel:
    """Give a registered model another name."""
    new = required(new_name, "new_name")
    act(here, RenameRegisteredModel(name=required(name, "name"), new_name=new, **stamp()))
    return get(here, new)


def update(here: Session, name: str, description: str | None) -> RegisteredModel:
    """Describe a registered model; None takes the description away."""
    changed = UpdateRegisteredModel(
        name=required(name, "name"), description=said(description), **stamp()
    )
    act(here, changed)
    return get(here, name)


def delete(here: Session, name: str) -> None:
    """Delete a registered model with its versions and aliases, for good."""
    act(here, DeleteRegisteredModel(name=required(name, "name"), **stamp()))


def set_tag(here: Session, name: str, key: str, value: Any) -> None:
    """Set a tag of a registered model."""
    key, text = tag_of(key, value)
    act(here, SetRegisteredModelTag(name=required(name, "name"), key=key, value=text, **stamp()))


def delete_tag(here: Session, name: str, key: str) -> None:
    """Take a tag of a registered model away; one that is not there is gone already."""
    name, key = required(name, "name"), required(key, "key")
    act(here, SetRegisteredModelTag(name=name, key=key, value=None, **stamp()))


def set_alias(here: Session, name: str, alias: str, version: str | int) -> None:
    """Let an alias point to a version, wherever it pointed before."""
    told = SetModelAlias(
        name=required(name, "name"),
        alias=required(alias, "alias"),
        version=model_versions.number_of(version),
        **stamp(),
    )
    act(here, told)


def delete_alias(here: Session, name: str, alias: str) -> None:
    """Take an alias away; one that is not there is gone already."""
    name, alias = required(name, "name"), required(alias, "alias")
    act(here, DeleteModelAlias(name=name, alias=alias, **stamp()))


def version_at(here: Session, name: str, alias: str) -> ModelVersion:
    """The version that an alias points to."""
    return model_versions.at_alias(here.store, required(name, "name"), required(alias, "alias"))


def required(text: Any, parameter: str) -> str:
    """A text that must be given.

    Raises:
        InvalidValue: It is none.
    """
    if text is None:
        raise InvalidValue(f"Missing value for required parameter '{parameter}'.")
    if not isinstance(text, str):
        raise InvalidValue(
            f"Invalid value {text!r} for parameter '{parameter}' supplied: it is a text, "
            f"not {type(text).__name__}"
        )
    return text


def said(description: Any) -> str | None:
    """A description without secrets."""
    return None if description is None else redact_text(required(description, "description"))


def tag_of(key: Any, value: Any) -> tuple[str, str]:
    """A tag as texts, without secrets."""
    ((name, text),) = texts_of({required(key, "key"): value}).items()
    return name, text


def search_registered_models(
    max_results: int | None = None,
    filter_string: str | None = None,
    order_by: Sequence[str] | None = None,
) -> list[RegisteredModel]:
    """Registered models that a filter finds, by name.

    Args:
        max_results: How many at most; all if None.
        filter_string: Such as "name LIKE 'churn%' and tags.team = 'growth'".
        order_by: Such as ["last_updated_timestamp DESC"].

    Example:
        >>> import nbtrack
        >>> client = nbtrack.MlflowClient()
        >>> made = client.create_registered_model("churn-by-hand")
        >>> found = nbtrack.search_registered_models(filter_string="name LIKE 'churn-b%'")
        >>> [model.name for model in found]
        ['churn-by-hand']
    """
    return list(
        registered_models.search(
            session().store, filter_string, order_by=order_by, max_results=max_results
        )
    )
