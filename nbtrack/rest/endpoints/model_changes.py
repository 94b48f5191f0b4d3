"""What may be done to registered models: promoted, taken back, named, described, registered."""

from __future__ import annotations

from nbtrack.api.models.loading import register_at
from nbtrack.api.promotion.promote import Wish, put
from nbtrack.api.promotion.rollback import put_back
from nbtrack.api.registry import model_versions, registered_models
from nbtrack.errors import InvalidValue
from nbtrack.questions import logged_models
from nbtrack.registry.promotion.report import Promotion
from nbtrack.rest.endpoints.models import page
from nbtrack.rest.routing import Request, Route
from nbtrack.rest.shapes import (
    AliasWish,
    DescriptionWish,
    GateItem,
    ModelReply,
    PromotionReply,
    PromotionWish,
    RegisteredReply,
    RegisterWish,
    RollbackWish,
    StageWish,
)

__all__ = [
    "ROUTES",
    "change_alias",
    "change_stage",
    "describe",
    "promote",
    "register",
    "roll_back",
]


def promote(request: Request) -> PromotionReply:
    """Put a version in a place through gates; one that fails is told, and is no error.

    Raises:
        InvalidValue: A gate or the place cannot be read.
        NotFound: There is no such model or version.
        Conflict: Somebody moved it meanwhile.
    """
    asked = request.sent(PromotionWish)
    wish = Wish(asked.to, asked.gates, asked.note, force=asked.force)
    name = request.path["name"]
    return reply_of(put(request.here, name, asked.version, wish, dry_run=asked.dry_run))


def roll_back(request: Request) -> PromotionReply:
    """Give a place back to the version that had it before.

    Raises:
        NotFound: None had it before.
    """
    asked, name = request.sent(RollbackWish), request.path["name"]
    report = put_back(request.here, name, asked.alias, to_version=asked.to_version, note=asked.note)
    return reply_of(report)


def reply_of(report: Promotion) -> PromotionReply:
    """A report as it is sent."""
    return PromotionReply(
        name=report.name,
        version=report.version,
        to=report.target,
        is_moved=report.moved,
        headline=report.headline(),
        gates=[
            GateItem(
                name=it.gate,
                status=it.outcome,
                message=it.message + (f" ({it.where})" if it.where else ""),
            )
            for it in report.gates
        ],
        previous=report.previous,
    )


def change_alias(request: Request) -> ModelReply:
    """Set an alias, or take it away."""
    asked, name, here = request.sent(AliasWish), request.path["name"], request.here
    if asked.version is None:
        registered_models.delete_alias(here, name, asked.alias)
    else:
        registered_models.set_alias(here, name, asked.alias, asked.version)
    return page(here, name)


def change_stage(request: Request) -> ModelReply:
    """Move a version to a stage."""
    asked, name, here = request.sent(StageWish), request.path["name"], request.here
    model_versions.transition(
        here, name, asked.version, asked.stage, asked.archive_existing_versions
    )
    return page(here, name)


def describe(request: Request) -> ModelReply:
    """Describe a model, or one of its versions."""
    asked, name, here = request.sent(DescriptionWish), request.path["name"], request.here
    if asked.version is None:
        registered_models.update(here, name, asked.description)
    else:
        model_versions.update(here, name, asked.version, asked.description)
    return page(here, name)


def register(request: Request) -> RegisteredReply:
    """Make a logged model the next version of a registered one, which is made if need be.

    Raises:
        NotFound: There is no such logged model.
        InvalidValue: It has no files, or the name cannot be taken.
    """
    asked, here = request.sent(RegisterWish), request.here
    model = logged_models.get(here.store, asked.model_id)
    if not asked.name.strip():
        raise InvalidValue("a registered model needs a name")
    found = register_at(here, model.model_uri, asked.name)
    return RegisteredReply(name=found.name, version=str(found.version))


ROUTES = (
    Route("PATCH", "models/{name}", describe, DescriptionWish),
    Route("POST", "models/{name}/promote", promote, PromotionWish),
    Route("POST", "models/{name}/rollback", roll_back, RollbackWish),
    Route("POST", "models/{name}/alias", change_alias, AliasWish),
    Route("POST", "models/{name}/stage", change_stage, StageWish),
    Route("POST", "models/register", register, RegisterWish),
)
