"""`nbtrack.tracking.fluent`: the functions of the package, by MLflow's name for their place."""

from __future__ import annotations

from nbtrack.api.datasets.inputs import log_input, log_inputs
from nbtrack.api.registry.model_versions import search_model_versions, set_model_version_tag
from nbtrack.api.registry.registered_models import search_registered_models
from nbtrack.api.runs.active_run import ActiveRun
from nbtrack.api.runs.current_experiment import set_experiment
from nbtrack.api.runs.experiments import (
    create_experiment,
    delete_experiment,
    delete_experiment_tag,
    get_experiment,
    get_experiment_by_name,
    restore_experiment,
    search_experiments,
    set_experiment_tag,
    set_experiment_tags,
)
from nbtrack.api.runs.reading import delete_run, get_parent_run, get_run, restore_run, search_runs
from nbtrack.api.runs.start import active_run, end_run, last_active_run, start_run
from nbtrack.api.tracking.artifacts import (
    get_artifact_uri,
    log_artifact,
    log_artifacts,
    log_dict,
    log_figure,
    log_image,
    log_stream,
    log_text,
)
from nbtrack.api.tracking.autologging import autolog
from nbtrack.api.tracking.tables import load_table, log_table
from nbtrack.api.tracking.values import (
    delete_tag,
    flush_async_logging,
    log_metric,
    log_metrics,
    log_param,
    log_params,
    set_tag,
    set_tags,
)
from nbtrack.api.tracking.values import flush_async_logging as flush_artifact_async_logging

__all__ = [
    "ActiveRun",
    "active_run",
    "autolog",
    "create_experiment",
    "delete_experiment",
    "delete_experiment_tag",
    "delete_run",
    "delete_tag",
    "end_run",
    "flush_artifact_async_logging",
    "flush_async_logging",
    "get_artifact_uri",
    "get_experiment",
    "get_experiment_by_name",
    "get_parent_run",
    "get_run",
    "last_active_run",
    "load_table",
    "log_artifact",
    "log_artifacts",
    "log_dict",
    "log_figure",
    "log_image",
    "log_input",
    "log_inputs",
    "log_metric",
    "log_metrics",
    "log_param",
    "log_params",
    "log_stream",
    "log_table",
    "log_text",
    "restore_experiment",
    "restore_run",
    "search_experiments",
    "search_model_versions",
    "search_registered_models",
    "search_runs",
    "set_experiment",
    "set_experiment_tag",
    "set_experiment_tags",
    "set_model_version_tag",
    "set_tag",
    "set_tags",
    "start_run",
]
