"""Versions of registered models: made, found, described, tagged, moved to stages, deleted.

The functions that take a session first are what `MlflowClient` shares with the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nbtrack.api.registry.registered_models import required, said, tag_of
from nbtrack.api.runs.experiments import act
from nbtrack.api.runs.new_experiment import stamp, texts_of
from nbtrack.api.session import Session, session
from nbtrack.errors import InvalidUri, InvalidValue, ModelError, NotFound, NotYet
from nbtrack.questions import logged_models, model_versions
from nbtrack.records.event import Op
from nbtrack.records.registered_model import ALL_STAGES, ModelVersion, ModelVersionTag
from nbtrack.records.registry_operation import (
    CreateModelVersion,
    DeleteModelVersion,
    SetModelVersionTag,
    TransitionStage,
    UpdateModelVersion,
)
from nbtrack.registry.addresses import Address, parse
from nbtrack.registry.manifest import manifest_digest
from nbtrack.registry.places import VERSIONS, place_of

__all__ = [
    "begin",
    "copy",
    "create",
    "delete",
    "delete_tag",
    "download_uri",
    "get",
    "in_stages",
    "search_model_versions",
    "set_model_version_tag",
    "set_tag",
    "stages",
    "transition",
    "update",
]


def create(here: Session, version: CreateModelVersion) -> ModelVersion:
    """Make a version as an operation tells it; the result is as it will be found.

    Raises:
        NotFound: There is no model of that name.
    """
    (number,) = act(here, version)
    moment = version.time // 1000
    return ModelVersion(
        version.name,
        str(number),
        moment,
        moment,
        version.description,
        user_id=version.actor or None,
        current_stage=ALL_STAGES[0],
        source=version.source,
        run_id=version.run_id,
        run_link=version.run_link,
        status=version.status,
        status_message=version.status_message,
        tags=[ModelVersionTag(key, version.tags[key]) for key in sorted(version.tags)],
        model_id=version.model_id,
        digest=version.digest,
        signature_digest=version.signature_digest,
    )


def begin(
    here: Session,
    name: str,
    source: str | None,
    *,
    tags: Mapping[str, Any] | None = None,
    description: str | None = None,
    **facts: Any,
) -> CreateModelVersion:
    """The operation that makes a version of the model at an address.

    What the store knows of that model goes with it: its run, its id, the digest of its files.

    Args:
        here: The store.
        name: The registered model.
        source: The address.
        tags: Tags of the version.
        description: What is said of it.
        facts: Further fields of the operation, such as `run_id`; they go before what is known.
    """
    told = {key: value for key, value in facts.items() if value is not None}
    source = None if source is None else required(source, "source")
    known = known_of(here, source, told.get("model_id"))
    return CreateModelVersion(
        **({"source": source} | known | told),
        name=required(name, "name"),
        tags=texts_of(tags or {}),
        description=said(description),
        **stamp(),
    )


def known_of(here: Session, source: str | None, model_id: str | None) -> dict[str, Any]:
    """What the store knows of the model at an address.

    Raises:
        NotFound: It is of a registered or logged model that is not there.
    """
    if model_id is not None:
        source = f"models:/{model_id}"
    address = None if source is None else address_of(source)
    if address is None or address.kind in {"local", "remote"}:
        return {}
    if address.kind in VERSIONS:
        return known_of_version(VERSIONS[address.kind](here.store, address))
    try:
        place = place_of(here.store, address)
    except (NotFound, ModelError):
        if address.kind != "run":
            raise
        return {}  # as in MLflow, it may still be to come
    digest = manifest_digest(place.manifest) if place.manifest else None
    return {"run_id": place.run_id, "model_id": place.model_id, "digest": digest}


def known_of_version(version: ModelVersion) -> dict[str, Any]:
    """What a version hands on to one that has it as its source.

    The address becomes that of its number: an alias may move, and what it points to now is meant.
    """
    names = ("run_id", "run_link", "model_id", "digest", "signature_digest")
    known = {name: getattr(version, name) for name in names}
    return known | {"source": f"models:/{version.name}/{version.version}"}


def address_of(source: str) -> Address | None:
    """An address, if it is of a form that is known; MLflow takes others, too."""
    try:
        return parse(source)
    except NotYet:
        return None
    except InvalidUri:
        if source.startswith(("models:", "runs:")):
            raise
        return None


def get(here: Session, name: str, version: str | int) -> ModelVersion:
    """A version by its number."""
    return model_versions.get(here.store, required(name, "name"), version)


def update(here: Session, name: str, version: str | int, description: str | None) -> ModelVersion:
    """Describe a version; None takes the description away."""
    act(here, described(name, version, description))
    return get(here, name, version)


def described(name: str, version: str | int, description: str | None) -> UpdateModelVersion:
    """The operation that describes a version."""
    return UpdateModelVersion(
        name=required(name, "name"),
        version=model_versions.number_of(version),
        description=said(description) or "",
        **stamp(),
    )


def delete(here: Session, name: str, version: str | int, *, force: bool = False) -> None:
    """Delete a version; one that aliases point to only with `force`."""
    number = model_versions.number_of(version)
    name = required(name, "name")
    act(here, DeleteModelVersion(name=name, version=number, force=force, **stamp()))


def in_stages(
    here: Session, name: str, asked: Sequence[str] | str | None = None
) -> list[ModelVersion]:
    """The newest version in each of some stages, or in every stage."""
    wanted = [asked] if isinstance(asked, str) else asked or ()
    return model_versions.in_stages(here.store, required(name, "name"), wanted)


def transition(  # noqa: PLR0917 - MLflow's order
    here: Session,
    name: str,
    version: str | int,
    stage: str,
    archive_existing_versions: bool = False,  # noqa: FBT001, FBT002 - MLflow's signature
    description: str | None = None,
) -> ModelVersion:
    """Move a version to a stage, and describe it if that was asked for."""
    number = model_versions.number_of(version)
    ops: list[Op] = [
        TransitionStage(
            name=required(name, "name"),
            version=number,
            stage=required(stage, "stage"),
            archive_existing=bool(archive_existing_versions),
            **stamp(),
        )
    ]
    if description is not None:
        ops.append(described(name, version, description))
    act(here, *ops)
    return get(here, name, number)


def set_tag(  # noqa: PLR0917 - MLflow's order
    here: Session,
    name: str,
    version: str | int | None,
    key: str | None,
    value: Any,
    stage: str | None = None,
) -> None:
    """Set a tag of a version, or of the newest in a stage."""
    key, text = tag_of(key, value)
    number = chosen(here, name, version, stage)
    act(here, SetModelVersionTag(name=name, version=number, key=key, value=text, **stamp()))


def delete_tag(
    here: Session,
    name: str,
    version: str | int | None,
    key: str | None,
    stage: str | None = None,
) -> None:
    """Take a tag of a version away; one that is not there is gone already."""
    number, key = chosen(here, name, version, stage), required(key, "key")
    act(here, SetModelVersionTag(name=name, version=number, key=key, value=None, **stamp()))


def chosen(here: Session, name: str, version: str | int | None, stage: str | None) -> int:
    """The version that a number or a stage names; one of both is given.

    Raises:
        InvalidValue: Both were given, or neither.
        NotFound: No version is in that stage.
    """
    if version is not None and stage is not None:
        raise InvalidValue("version and stage cannot be set together")
    if version is not None:
        return model_versions.number_of(version)
    if stage is None:
        raise InvalidValue("version or stage must be set")
    found = in_stages(here, name, [stage])
    if not found:
        raise NotFound(f"Could not find any model version for {stage} stage")
    return int(found[0].version)


def stages(here: Session, name: str, version: str | int) -> list[str]:
    """The stages that a version may be in."""
    get(here, name, version)
    return list(ALL_STAGES)


def download_uri(here: Session, name: str, version: str | int) -> str | None:
    """Where the files of a version are."""
    found = get(here, name, version)
    if found.model_id is not None:
        return logged_models.get(here.store, found.model_id, view="ALL").artifact_location
    address = None if found.source is None else address_of(found.source)
    if address is not None and address.kind == "version":
        return download_uri(here, address.name, address.version)
    return found.source


def copy(here: Session, source: str, name: str) -> ModelVersion:
    """Make a version of one model the next version of another, which is made if need be.

    Raises:
        InvalidValue: The source is no version of a registered model.
    """
    address = parse(source)
    if address.kind not in VERSIONS:
        raise InvalidValue(
            f"Unsupported source model URI: '{source}'. What is copied is a version of a "
            f"registered model: models:/name/version or models:/name@alias"
        )
    found = VERSIONS[address.kind](here.store, address)
    made = CreateModelVersion(
        **known_of_version(found),
        name=required(name, "name"),
        tags=found.tags,
        description=found.description,
        create_model=True,
        **stamp(),
    )
    return create(here, made)


def search_model_versions(
    max_results: int | None = None,
    filter_string: str | None = None,
    order_by: Sequence[str] | None = None,
) -> list[ModelVersion]:
    """Versions that a filter finds, those updated last first.

    Args:
        max_results: How many at most; all if None.
        filter_string: Such as "name = 'churn' and tags.team = 'growth'"; it knows
            `version_number`, `run_id`, `aliases`, `current_stage`, `creation_timestamp` and more.
        order_by: Such as ["version_number DESC"].
    """
    return list(
        model_versions.search(
            session().store, filter_string, order_by=order_by, max_results=max_results
        )
    )


def set_model_version_tag(
    name: str, version: str | int | None = None, key: str | None = None, value: Any = None
) -> None:
    """Set a tag of a version.

    Raises:
        NotFound: There is no such model or version.
    """
    set_tag(session(), name, version, key, value)
