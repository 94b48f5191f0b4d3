"""Registered models: the list, and the page of one with its versions and where its aliases went."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from nbtrack.api.chosen_run import quoted
from nbtrack.api.promotion.rollback import is_rollback
from nbtrack.api.session import Session
from nbtrack.query.tree import Comparison, Field, LoggedModels, Runs
from nbtrack.questions import executions, logged_models, model_versions, registered_models, runs
from nbtrack.records.entities import Run
from nbtrack.records.execution import Execution
from nbtrack.records.logged_model import LoggedModel
from nbtrack.records.registered_model import AliasMove, ModelVersion, RegisteredModel
from nbtrack.rest.executions import first_cell
from nbtrack.rest.numbers import sendable
from nbtrack.rest.routing import Request, Route
from nbtrack.rest.shapes import ModelItem, ModelReply, ModelsReply, MoveItem, VersionItem

__all__ = ["ROUTES", "model", "models", "page"]

MOST_MODELS = 2000
MOST_VERSIONS = 500
MOST_MOVES = 200
NO_STAGE = "None"


def models(request: Request) -> ModelsReply:
    """The registered models, by name."""
    store = request.here.store
    counts = model_versions.counts(store)
    found = registered_models.search(store, max_results=MOST_MODELS)
    return ModelsReply(models=[model_item(it, counts.get(it.name, 0)) for it in found])


def model(request: Request) -> ModelReply:
    """The page of a registered model.

    Raises:
        NotFound: There is no such model.
    """
    return page(request.here, request.path["name"])


def page(here: Session, name: str) -> ModelReply:
    """The page of a registered model of a store.

    Raises:
        NotFound: There is no such model.
    """
    found = registered_models.get(here.store, name)
    versions = newest_versions(here, name)
    count = len(versions)
    if count == MOST_VERSIONS:
        count = model_versions.counts(here.store)[name]
    moves = model_versions.moves(here.store, name, limit=MOST_MOVES)
    return ModelReply(
        model=model_item(found, count),
        versions=version_items(here, versions),
        moves=[move_item(it) for it in moves],
    )


def model_item(found: RegisteredModel, count: int) -> ModelItem:
    """A model as it is sent."""
    newest = max((int(it.version) for it in found.latest_versions), default=None)
    return ModelItem(
        name=found.name,
        description=found.description or "",
        aliases={alias: str(version) for alias, version in found.aliases.items()},
        version_count=count,
        latest_version=None if newest is None else str(newest),
        last_updated_timestamp=found.last_updated_timestamp,
        tags=found.tags,
    )


def newest_versions(here: Session, name: str) -> list[ModelVersion]:
    """The versions of a model, the newest first."""
    words = f"name = {quoted(name)}"
    order = ["version_number DESC"]
    return list(model_versions.search(here.store, words, order_by=order, max_results=MOST_VERSIONS))


def version_items(here: Session, versions: Sequence[ModelVersion]) -> list[VersionItem]:
    """Versions with the runs, models and cells that made them: a question for each kind."""
    made = runs_by_id(here, (it.run_id for it in versions))
    logged = logged_by_id(here, (it.model_id for it in versions))
    cells = executions.of_runs(here.store, made)
    return [
        version_item(
            it,
            made.get(it.run_id or ""),
            logged.get(it.model_id or ""),
            cells.get(it.run_id or "", ()),
        )
        for it in versions
    ]


def runs_by_id(here: Session, ids: Iterable[str | None]) -> Mapping[str, Run]:
    """Runs with their params and metrics; those that are not in the store are left out."""
    wanted = tuple(dict.fromkeys(it for it in ids if it))
    if not wanted:
        return {}
    is_wanted = Comparison(Field("attribute", "run_id"), "IN", wanted)
    asked = Runs(where=is_wanted, view="ALL", parts=("params", "metrics"), hints=False)
    return {it.info.run_id: it for it in runs.found(here.store, asked)}


def logged_by_id(here: Session, ids: Iterable[str | None]) -> Mapping[str, LoggedModel]:
    """Logged models likewise."""
    wanted = tuple(dict.fromkeys(it for it in ids if it))
    if not wanted:
        return {}
    is_wanted = Comparison(Field("attribute", "model_id"), "IN", wanted)
    asked = LoggedModels(where=is_wanted, view="ALL", parts=("params", "metrics"))
    return {it.model_id: it for it in logged_models.found(here.store, asked)}


def version_item(
    version: ModelVersion,
    run: Run | None,
    logged: LoggedModel | None,
    cells: Sequence[Execution],
) -> VersionItem:
    """A version as it is sent; what its model measured goes before what its run did."""
    metrics = {} if run is None else dict(run.data.metrics)
    params = {} if run is None else dict(run.data.params)
    if logged is not None:
        metrics |= {it.key: it.value for it in logged.metrics or ()}
        params |= logged.params
    return VersionItem(
        version=str(version.version),
        aliases=version.aliases,
        current_stage=version.current_stage or NO_STAGE,
        status=version.status,
        creation_timestamp=version.creation_timestamp,
        description=version.description or "",
        tags=version.tags,
        run_id=version.run_id,
        run_name="" if run is None else run.info.run_name or run.info.run_id,
        model_id=version.model_id,
        source=version.source or "",
        user_id=version.user_id,
        metrics={key: sendable(value) for key, value in metrics.items()},
        params=params,
        cell=first_cell(cells),
    )


def move_item(move: AliasMove) -> MoveItem:
    """A move as it is sent."""
    places = [f"@{move.alias}" if move.alias else "", move.stage or ""]
    return MoveItem(
        place=" and ".join(filter(None, places)),
        time=move.time,
        before=move.previous,
        after=move.version,
        actor=move.actor,
        note=move.reason,
        is_rollback=is_rollback(move),
    )


ROUTES = (Route("GET", "models", models), Route("GET", "models/{name}", model))
