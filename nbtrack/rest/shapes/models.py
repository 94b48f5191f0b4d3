"""Registered models and their versions, and what may be done to them."""

from __future__ import annotations

from typing import Literal

from nbtrack.rest.shapes.runs import ExecutionItem
from nbtrack.rest.shapes.shape import Shape

__all__ = [
    "AliasWish",
    "DescriptionWish",
    "GateItem",
    "ModelItem",
    "ModelReply",
    "ModelsReply",
    "MoveItem",
    "PromotionReply",
    "PromotionWish",
    "RegisterWish",
    "RegisteredReply",
    "RollbackWish",
    "SignatureReply",
    "SpecItem",
    "StageWish",
    "VersionItem",
]


class ModelItem(Shape, frozen=True):
    """A registered model."""

    name: str
    description: str
    aliases: dict[str, str]
    version_count: int
    latest_version: str | None = None
    last_updated_timestamp: int | None = None
    tags: dict[str, str] = {}


class ModelsReply(Shape, frozen=True):
    """The registered models of a store."""

    models: list[ModelItem]


class VersionItem(Shape, frozen=True):
    """A version of a registered model, with the run and the cell that made it."""

    version: str
    aliases: list[str]
    current_stage: str
    status: str
    creation_timestamp: int | None = None
    description: str = ""
    tags: dict[str, str] = {}
    run_id: str | None = None
    run_name: str = ""
    model_id: str | None = None
    source: str = ""
    user_id: str | None = None
    metrics: dict[str, float | str] = {}
    params: dict[str, str] = {}
    cell: ExecutionItem | None = None


class MoveItem(Shape, frozen=True):
    """An alias or stage that went from one version to another."""

    place: str
    time: int
    before: str | None = None
    after: str | None = None
    actor: str = ""
    note: str = ""
    is_rollback: bool = False


class ModelReply(Shape, frozen=True):
    """A registered model with its versions, the newest first, and where its aliases went."""

    model: ModelItem
    versions: list[VersionItem]
    moves: list[MoveItem]


class SpecItem(Shape, frozen=True):
    """A column, tensor or param of a model; only params have a default."""

    name: str
    type: str
    is_required: bool = True
    default: str | None = None


class SignatureReply(Shape, frozen=True):
    """What a version of a model takes and gives; empty where it was logged without."""

    flavor: str
    inputs: list[SpecItem]
    outputs: list[SpecItem]
    params: list[SpecItem]


class PromotionWish(Shape, frozen=True):
    """A version is to take a place; gates are written as in `%promote`: `accuracy > 0.9`."""

    version: str
    to: str = "champion"
    gates: list[str] = []
    note: str = ""
    force: bool = False
    dry_run: bool = False


class GateItem(Shape, frozen=True):
    """What one gate said."""

    name: str
    status: Literal["passed", "failed", "skipped", "error"]
    message: str


class PromotionReply(Shape, frozen=True):
    """What came of a promotion or a rollback: the gates' report, and whether the place moved."""

    name: str
    version: str
    to: str
    is_moved: bool
    headline: str
    gates: list[GateItem]
    previous: str | None = None


class RollbackWish(Shape, frozen=True):
    """A place goes back to the version that had it before."""

    alias: str = "champion"
    to_version: str | None = None
    note: str = ""


class AliasWish(Shape, frozen=True):
    """An alias is set on a version; taken away if the version is null."""

    alias: str
    version: str | None = None


class StageWish(Shape, frozen=True):
    """A version goes to a stage."""

    version: str
    stage: str
    archive_existing_versions: bool = False


class DescriptionWish(Shape, frozen=True):
    """A model's description, or that of one of its versions."""

    description: str
    version: str | None = None


class RegisterWish(Shape, frozen=True):
    """A model that a run made becomes a version of a registered one."""

    model_id: str
    name: str


class RegisteredReply(Shape, frozen=True):
    """The version that was made."""

    name: str
    version: str
