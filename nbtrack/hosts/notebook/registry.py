"""The magics of registered models: `%models`, `%registry`, `%promote`, `%rollback`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError

from nbtrack.errors import listing
from nbtrack.hosts.notebook.desk import Desk

if TYPE_CHECKING:
    from nbtrack.hosts.notebook import usage
    from nbtrack.hosts.notebook.registry_panel import RegistryPanel
    from nbtrack.panels.model_table import ModelRow, ModelTable, VersionRow, VersionTable
    from nbtrack.panels.promotion_view import PromotionView
    from nbtrack.records.entities import Run
    from nbtrack.records.registered_model import ModelVersion, RegisteredModel
    from nbtrack.store.protocol import Store

__all__ = ["models", "panel", "promote", "rollback", "tables"]

MOST = 200
"""Models and versions that a table shows."""

MOST_MODELS = 30
"""Models that a panel shows with all their versions."""

FOUND = ("training_", "system/")
"""How metrics begin that were found without code: they come last."""

NO_STAGE = "None"


def models(desk: Desk, line: usage.Models) -> ModelTable | VersionTable:
    """Registered models, or the versions of one."""
    from nbtrack.panels.model_table import ModelTable
    from nbtrack.questions import registered_models

    store = desk.store
    if store is None:
        return ModelTable()
    if line.name is None:
        found = registered_models.search(store, max_results=MOST)
        return ModelTable(rows=[model_row(it) for it in found], now=time.time())
    return version_table(store, registered_models.get(store, line.name))


def version_table(store: Store, model: RegisteredModel) -> VersionTable:
    """The versions of a model, the newest first."""
    from nbtrack.panels.model_table import VersionTable
    from nbtrack.questions import model_versions

    words = "name = '" + model.name.replace("'", "''") + "'"
    order = ["version_number DESC"]
    versions = model_versions.search(store, words, order_by=order, max_results=MOST)
    return VersionTable(
        name=model.name,
        rows=version_rows(store, versions),
        description=model.description or "",
        now=time.time(),
    )


def panel(desk: Desk, line: usage.Registry) -> RegistryPanel:
    """Registered models with their versions, to be acted on."""
    from nbtrack.hosts.notebook.registry_panel import RegistryPanel

    return RegistryPanel(desk.store, lambda store: tables(store, line.name), desk.cell_id)


def tables(store: Store | None, name: str | None) -> list[VersionTable]:
    """The versions of a model, or of every one."""
    from nbtrack.questions import registered_models

    if store is None:
        return []
    if name is not None:
        return [version_table(store, registered_models.get(store, name))]
    found = registered_models.search(store, max_results=MOST_MODELS)
    return [version_table(store, it) for it in found]


def model_row(model: RegisteredModel) -> ModelRow:
    """A registered model in a line."""
    from nbtrack.panels.model_table import ModelRow

    numbers = [int(it.version) for it in model.latest_versions]
    stages = {str(it.current_stage): str(it.version) for it in model.latest_versions}
    stages.pop(NO_STAGE, None)
    return ModelRow(
        name=model.name,
        newest=str(max(numbers)) if numbers else "",
        aliases={alias: str(version) for alias, version in model.aliases.items()},
        stages=stages,
        updated=model.last_updated_timestamp,
        description=model.description or "",
    )


def version_rows(store: Store, versions: list[ModelVersion]) -> list[VersionRow]:
    """Versions in lines, with the runs that made them."""
    from nbtrack.questions import executions, runs

    ids = sorted({it.run_id for it in versions if it.run_id})
    words = f"run_id IN ({', '.join(map(repr, ids))})"
    found = runs.search(store, None, words, view="ALL", max_results=None) if ids else []
    by_id = {it.info.run_id: it for it in found}
    ran = executions.of_runs(store, by_id)
    cells = {run_id: own[0].number for run_id, own in ran.items()}
    return [version_row(it, by_id.get(it.run_id or ""), cells) for it in versions]


def version_row(version: ModelVersion, run: Run | None, cells: dict[str, int | None]) -> VersionRow:
    """A version in a line."""
    from nbtrack.panels.model_table import VersionRow

    metrics = dict(run.data.metrics) if run is not None else {}
    stage = version.current_stage or ""
    status = "" if version.status == "READY" else version.status
    return VersionRow(
        version=str(version.version),
        aliases=version.aliases,
        stage="" if stage == NO_STAGE else stage,
        metrics=dict(sorted(metrics.items(), key=lambda it: it[0].startswith(FOUND))),
        run_name=(run.info.run_name or run.info.run_id) if run is not None else "",
        run_id=version.run_id or "",
        cell=cells.get(version.run_id or ""),
        created=version.creation_timestamp,
        problem=": ".join(filter(None, (status, version.status_message if status else ""))),
        description=version.description or "",
        approvers=list(dict.fromkeys(it.approver for it in version.approvals)),
    )


def promote(desk: Desk, line: usage.Promote) -> PromotionView:
    """Put a version in the place of another; a refusal is shown, and moves nothing."""
    from nbtrack.api.promotion.promote import promote as act
    from nbtrack.panels.promotion_view import PromotionView

    if line.version is None:
        raise UsageError(f"%promote: say which version; {versions_there(desk, line.name)}")
    report = act(
        line.name,
        line.version,
        line.to or "champion",
        line.gate,
        force=line.force,
        note=line.note or "",
        data=variable(desk, "--data", line.data),
        target=None if line.target is None else desk.shell.user_ns.get(line.target, line.target),
        dry_run=line.dry_run,
        raise_on_failure=False,
    )
    return PromotionView(promotion=report)


def versions_there(desk: Desk, name: str) -> str:
    """Which versions a model has, for the end of a message."""
    from nbtrack.questions import registered_models

    store = desk.store
    if store is None:
        return "there are none yet"
    model = registered_models.get(store, name)
    newest = max((int(it.version) for it in model.latest_versions), default=0)
    return f"the newest of {name} is {newest}" if newest else "it has none yet"


def variable(desk: Desk, label: str, name: str | None) -> Any:
    """A variable of the notebook that an option names.

    Raises:
        UsageError: There is none.
    """
    if name is None:
        return None
    known = desk.session.variables_now()
    if name not in desk.shell.user_ns:
        raise UsageError(
            f"%promote: {label} names no variable {name!r}; {listing(sorted(known), name)}"
        )
    return desk.shell.user_ns[name]


def rollback(desk: Desk, line: usage.Rollback) -> PromotionView:
    """Give an alias back to the version that had it before."""
    from nbtrack.api.promotion.rollback import rollback as act
    from nbtrack.panels.promotion_view import PromotionView

    del desk
    report = act(
        line.name, line.alias or "champion", to_version=line.to_version, note=line.note or ""
    )
    return PromotionView(promotion=report)
