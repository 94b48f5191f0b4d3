"""The audit trail: who did what to models and experiments, when, and from where."""

from __future__ import annotations

import json
from collections.abc import Iterable

from nbtrack.query.tree import RegistryLog
from nbtrack.questions.model_versions import number_of
from nbtrack.records.registered_model import RegistryAct
from nbtrack.store.protocol import Store

__all__ = ["of"]


def of(
    store: Store,
    *,
    model: str | None = None,
    version: str | int | None = None,
    experiment_id: str | None = None,
    actor: str | None = None,
    acts: Iterable[str] | None = None,
    since: int | None = None,
    limit: int | None = None,
) -> list[RegistryAct]:
    """Acts of which all that is given holds, the last first.

    Args:
        store: Where.
        model: The name of a registered model; acts under its former names are found, too.
        version: A version of it.
        experiment_id: An experiment.
        actor: Who did it.
        acts: Which kinds, such as `create_model_version`, `move_alias`, `transition_stage`.
        since: From when on, ms since the epoch.
        limit: How many at most.
    """
    number = None if version is None else number_of(version)
    told = None if acts is None else tuple(acts)
    question = RegistryLog(model, number, experiment_id, actor, told, since, limit)
    columns = store.fetch(question).columns
    found = []
    for row in zip(*columns.values(), strict=True):
        facts = dict(zip(columns, row, strict=True))
        facts["details"] = json.loads(facts["details"] or "{}")
        if facts["version"] is not None:
            facts["version"] = str(facts["version"])
        found.append(RegistryAct(**facts))
    return found
