"""How the models of a store are, in numbers, and whether their files are there: for `health`."""

from __future__ import annotations

from typing import Any

from nbtrack.blobs import Blobs
from nbtrack.journal.folder import StoreFolder
from nbtrack.store.protocol import Cursor

__all__ = ["figures_of_models"]

FIGURES = {
    "registered_models": "SELECT count(*) FROM core.registered_models",
    "model_versions": "SELECT count(*) FROM core.model_versions",
    "pending_models": "SELECT count(*) FROM core.model_view"
    " WHERE status = 'PENDING' AND lifecycle_stage = 'active'",
    "failed_models": "SELECT count(*) FROM core.model_view"
    " WHERE status = 'FAILED' AND lifecycle_stage = 'active'",
    "predictions": "SELECT count(*) FROM core.predictions",
    "labels": "SELECT count(*) FROM core.labels",
    "waiting_deliveries": "SELECT count(*) FROM core.deliveries WHERE state = 'PENDING'",
    "failed_deliveries": "SELECT count(*) FROM core.deliveries WHERE state = 'FAILED'",
}

DIGESTS = """
    SELECT DISTINCT f.digest FROM core.model_files f JOIN core.logged_models m USING (model_id)
    LEFT JOIN core.experiments e USING (experiment_id)
    WHERE coalesce(e.artifact_location, '') = ''"""
"""The files of models that are kept in the store's own folder."""


def figures_of_models(cursor: Cursor, folder: StoreFolder) -> dict[str, int]:
    """The figures of a store of the present schema; files of other places are not looked for."""
    found = {name: firsts(cursor, query)[0] for name, query in FIGURES.items()}
    blobs = Blobs(folder.artifacts)
    found["missing_model_files"] = sum(not blobs.has(it) for it in firsts(cursor, DIGESTS))
    return found


def firsts(cursor: Cursor, query: str) -> list[Any]:
    return [row[0] for row in cursor.execute(query).fetchall()]
