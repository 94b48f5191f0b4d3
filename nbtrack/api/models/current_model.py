"""Which logged model metrics speak of, where no other is named; `active_model` sets it."""

from __future__ import annotations

import os

from nbtrack.api.session import chosen, current_settings

__all__ = ["clear_active_model", "get_active_model_id"]

VARIABLES = ("NBTRACK_ACTIVE_MODEL_ID", "MLFLOW_ACTIVE_MODEL_ID")


def get_active_model_id() -> str | None:
    """The id of the active model of this thread; else the one that the environment names."""
    try:
        found: str | None = chosen.active_models.model_id
    except AttributeError:
        found = chosen.active_models.model_id = current_settings().active_model_id
    return found


def clear_active_model() -> None:
    """Have no active model in this thread, whatever the environment says."""
    for variable in VARIABLES:
        os.environ.pop(variable, None)
    chosen.active_models.model_id = None
