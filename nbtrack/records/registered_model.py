"""Registered models and their versions, shaped and named as MLflow's entities.

`questions.registered_models` and `questions.model_versions` answer with them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from nbtrack.errors import InvalidValue
from nbtrack.records.entities import Entity, Numbered

__all__ = [
    "ACTIVE_STAGES",
    "ALL_STAGES",
    "AliasMove",
    "Approval",
    "ModelVersion",
    "ModelVersionStatus",
    "ModelVersionTag",
    "RegisteredModel",
    "RegisteredModelAlias",
    "RegisteredModelTag",
    "RegistryAct",
    "canonical_stage",
    "check_alias",
]

ALL_STAGES = ("None", "Staging", "Production", "Archived")
ACTIVE_STAGES = ("Staging", "Production")
"""Stages in which usually one version of a model is."""

LONGEST_ALIAS = 255


def canonical_stage(stage: str) -> str:
    """A stage as it is spelled, from any letter case.

    Raises:
        InvalidValue: There is no such stage.

    Example:
        >>> from nbtrack.records.registered_model import canonical_stage
        >>> canonical_stage("production")
        'Production'
    """
    found = next((it for it in ALL_STAGES if it.lower() == str(stage).lower()), None)
    if found is None:
        raise InvalidValue(
            f"Invalid Model Version stage: {stage}. Value must be one of {', '.join(ALL_STAGES)}."
        )
    return found


def check_alias(alias: str, *, is_reserved: bool = True) -> None:
    """Refuse what cannot stand in `models:/name@alias`, or means something there already.

    Raises:
        InvalidValue: It is such a name.
    """
    if not alias:
        raise InvalidValue("Registered model alias name cannot be empty.")
    if not re.fullmatch(r"[\w\-]+", alias):
        raise InvalidValue(
            f"Invalid alias name: {alias!r}. Names may only contain alphanumerics, underscores "
            f"(_), and dashes (-)."
        )
    if len(alias) > LONGEST_ALIAS:
        raise InvalidValue(
            f"an alias has at most {LONGEST_ALIAS} characters, this one has {len(alias)}"
        )
    if is_reserved and alias.lower() == "latest":
        raise InvalidValue(
            "'latest' alias name (case insensitive) is reserved: models:/name/latest is the "
            "newest version"
        )
    if is_reserved and re.fullmatch(r"v\d+", alias, re.IGNORECASE):
        raise InvalidValue(
            f"Version alias name {alias!r} is reserved: it would be taken for version {alias[1:]}"
        )


class ModelVersionStatus(Numbered):
    """Whether a version can be used."""

    PENDING_REGISTRATION = 1
    FAILED_REGISTRATION = 2
    READY = 3

    @classmethod
    def all_status(cls) -> list[str]:
        """Every status there is."""
        return list(cls.numbers())


class RegisteredModelTag(Entity):
    """A tag of a registered model."""

    def __init__(self, key: str, value: str) -> None:
        self.key, self.value = key, value


class ModelVersionTag(Entity):
    """A tag of a version."""

    def __init__(self, key: str, value: str) -> None:
        self.key, self.value = key, value


class RegisteredModelAlias(Entity):
    """An alias of a registered model, and the version it points to."""

    def __init__(self, alias: str, version: str) -> None:
        self.alias, self.version = alias, version


class Approval(Entity):
    """That somebody approved of a version, when (ms since the epoch), and what they said."""

    def __init__(self, approver: str, time: int, note: str = "") -> None:
        self.approver, self.time, self.note = approver, time, note


class ModelVersion(Entity):
    """A version of a registered model; its number is a text, as over MLflow's REST API."""

    def __init__(
        self,
        name: str,
        version: str,
        creation_timestamp: int,
        last_updated_timestamp: int | None = None,
        description: str | None = None,
        *,
        user_id: str | None = None,
        current_stage: str | None = None,
        source: str | None = None,
        run_id: str | None = None,
        status: str = "READY",
        status_message: str | None = None,
        tags: Iterable[ModelVersionTag] | None = None,
        run_link: str | None = None,
        aliases: Iterable[str] | None = None,
        model_id: str | None = None,
        params: list[Any] | None = None,
        metrics: list[Any] | None = None,
        digest: str | None = None,
        signature_digest: str | None = None,
        approvals: Iterable[Approval] | None = None,
    ) -> None:
        self.name, self.version = name, version
        self.creation_timestamp = creation_timestamp
        self.last_updated_timestamp = last_updated_timestamp
        self.description, self.user_id = description, user_id
        self.current_stage = current_stage
        self.source, self.run_id, self.run_link = source, run_id, run_link
        self.status, self.status_message = status, status_message
        self.tags = {tag.key: tag.value for tag in tags or ()}
        self.aliases = list(aliases or ())
        self.model_id, self.params, self.metrics = model_id, params, metrics
        self.digest, self.signature_digest = digest, signature_digest
        self.approvals = list(approvals or ())


class RegisteredModel(Entity):
    """A registered model: the newest version of each stage, its tags, its aliases by name."""

    def __init__(
        self,
        name: str,
        creation_timestamp: int | None = None,
        last_updated_timestamp: int | None = None,
        description: str | None = None,
        latest_versions: list[ModelVersion] | None = None,
        *,
        tags: Iterable[RegisteredModelTag] | None = None,
        aliases: Iterable[RegisteredModelAlias] | None = None,
        user_id: str | None = None,
    ) -> None:
        self.name = name
        self.creation_timestamp = creation_timestamp
        self.last_updated_timestamp = last_updated_timestamp
        self.description = description
        self.latest_versions = latest_versions or []
        self.tags = {tag.key: tag.value for tag in tags or ()}
        self.aliases = {alias.alias: alias.version for alias in aliases or ()}
        self.user_id = user_id


class AliasMove(Entity):
    """That an alias or a stage came to a version, or with None was taken away.

    `time` is in ms since the epoch; `report` is the JSON text a promotion left.
    """

    def __init__(
        self,
        model: str,
        alias: str | None,
        stage: str | None,
        version: str | None,
        previous: str | None,
        *,
        time: int,
        actor: str = "",
        reason: str = "",
        report: str | None = None,
    ) -> None:
        self.model, self.alias, self.stage = model, alias, stage
        self.version, self.previous = version, previous
        self.time, self.actor, self.reason, self.report = time, actor, reason, report


class RegistryAct(Entity):
    """What somebody did: who, what, to which model or experiment, when, and from where."""

    def __init__(self, number: int, time: int, actor: str, act: str, **facts: Any) -> None:
        self.number, self.time, self.actor, self.act = number, time, actor, act
        self.model: str | None = facts.get("model")
        self.version: str | None = facts.get("version")
        self.experiment_id: str | None = facts.get("experiment_id")
        self.run_id: str | None = facts.get("run_id")
        self.details: dict[str, Any] = facts.get("details") or {}
        self.host: str | None = facts.get("host")
        self.pid: int | None = facts.get("pid")
        self.origin: str | None = facts.get("origin")
        self.cell: str | None = facts.get("cell")
