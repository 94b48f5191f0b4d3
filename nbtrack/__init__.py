"""nbtrack: MLOps that lives in the notebook.

The public list: MLflow's vocabulary, and what it lacks beside it. A name is loaded when it is used
first, so that `import nbtrack` costs next to nothing.
"""

from __future__ import annotations

import importlib
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import TYPE_CHECKING, Any

from nbtrack.version import __version__

if TYPE_CHECKING:
    from nbtrack.api.client.client import MlflowClient
    from nbtrack.api.datasets.inputs import log_input, log_inputs
    from nbtrack.api.diagnosis import doctor
    from nbtrack.api.differences.diff import diff
    from nbtrack.api.endpoints.check import check_endpoint
    from nbtrack.api.endpoints.serve import endpoint, endpoints, serve
    from nbtrack.api.files.figures import Image
    from nbtrack.api.lineage import lineage
    from nbtrack.api.models.active_model import ActiveModel, set_active_model
    from nbtrack.api.models.calls import (
        create_external_model,
        delete_logged_model_tag,
        finalize_logged_model,
        get_logged_model,
        initialize_logged_model,
        last_logged_model,
        log_model_params,
        log_outputs,
        search_logged_models,
        set_logged_model_tags,
    )
    from nbtrack.api.models.current_model import clear_active_model, get_active_model_id
    from nbtrack.api.models.loading import register_model
    from nbtrack.api.predictions.labels import log_labels
    from nbtrack.api.predictions.log import delete_predictions, log_predictions, predictions
    from nbtrack.api.promotion.approval import approve
    from nbtrack.api.promotion.promote import promote, promotions
    from nbtrack.api.promotion.rollback import rollback
    from nbtrack.api.promotion.version_comparison import compare_versions
    from nbtrack.api.registry.model_versions import search_model_versions, set_model_version_tag
    from nbtrack.api.registry.registered_models import search_registered_models
    from nbtrack.api.registry.webhooks import off_model_event, on_model_event
    from nbtrack.api.reproduction.reproduce import reproduce
    from nbtrack.api.runs.active_run import ActiveRun
    from nbtrack.api.runs.current_experiment import set_experiment
    from nbtrack.api.runs.experiments import (
        create_experiment,
        delete_experiment,
        delete_experiment_tag,
        get_experiment,
        get_experiment_by_name,
        purge_experiment,
        rename_experiment,
        restore_experiment,
        search_experiments,
        set_experiment_tag,
        set_experiment_tags,
    )
    from nbtrack.api.runs.reading import (
        count_runs,
        delete_run,
        get_metric_history,
        get_parent_run,
        get_run,
        metric_history,
        purge_run,
        restore_run,
        search_runs,
        sql,
    )
    from nbtrack.api.runs.start import active_run, end_run, last_active_run, start_run
    from nbtrack.api.runs.system_metrics import (
        disable_system_metrics_logging,
        enable_system_metrics_logging,
        set_system_metrics_node_id,
        set_system_metrics_samples_before_logging,
        set_system_metrics_sampling_interval,
    )
    from nbtrack.api.scoring.score import score
    from nbtrack.api.session import get_tracking_uri, is_tracking_uri_set, set_tracking_uri
    from nbtrack.api.share import share
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
    from nbtrack.api.tracking.configuration import log_config, set_seed
    from nbtrack.api.tracking.steps import track
    from nbtrack.api.tracking.tables import load_table, log_table
    from nbtrack.api.tracking.values import (
        correct_param,
        delete_tag,
        flush_async_logging,
        log_metric,
        log_metrics,
        log_param,
        log_params,
        set_tag,
        set_tags,
    )
    from nbtrack.api.variants.choice import sample_size, variant_of
    from nbtrack.api.variants.results import compare_variants
    from nbtrack.config import get_registry_uri
    from nbtrack.exceptions import MlflowException
    from nbtrack.tracking.fluent import flush_artifact_async_logging

__all__ = [
    "ActiveModel",
    "ActiveRun",
    "Image",
    "MlflowClient",
    "MlflowException",
    "__version__",
    "active_run",
    "approve",
    "autolog",
    "check_endpoint",
    "clear_active_model",
    "compare_variants",
    "compare_versions",
    "correct_param",
    "count_runs",
    "create_experiment",
    "create_external_model",
    "delete_experiment",
    "delete_experiment_tag",
    "delete_logged_model_tag",
    "delete_predictions",
    "delete_run",
    "delete_tag",
    "diff",
    "disable_system_metrics_logging",
    "doctor",
    "enable_system_metrics_logging",
    "end_run",
    "endpoint",
    "endpoints",
    "finalize_logged_model",
    "flush_artifact_async_logging",
    "flush_async_logging",
    "get_active_model_id",
    "get_artifact_uri",
    "get_experiment",
    "get_experiment_by_name",
    "get_logged_model",
    "get_metric_history",
    "get_parent_run",
    "get_registry_uri",
    "get_run",
    "get_tracking_uri",
    "initialize_logged_model",
    "is_tracking_uri_set",
    "last_active_run",
    "last_logged_model",
    "lineage",
    "load_table",
    "log_artifact",
    "log_artifacts",
    "log_config",
    "log_dict",
    "log_figure",
    "log_image",
    "log_input",
    "log_inputs",
    "log_labels",
    "log_metric",
    "log_metrics",
    "log_model_params",
    "log_outputs",
    "log_param",
    "log_params",
    "log_predictions",
    "log_stream",
    "log_table",
    "log_text",
    "metric_history",
    "off_model_event",
    "on_model_event",
    "predictions",
    "promote",
    "promotions",
    "purge_experiment",
    "purge_run",
    "register_model",
    "rename_experiment",
    "reproduce",
    "restore_experiment",
    "restore_run",
    "rollback",
    "sample_size",
    "score",
    "search_experiments",
    "search_logged_models",
    "search_model_versions",
    "search_registered_models",
    "search_runs",
    "serve",
    "set_active_model",
    "set_experiment",
    "set_experiment_tag",
    "set_experiment_tags",
    "set_logged_model_tags",
    "set_model_version_tag",
    "set_seed",
    "set_system_metrics_node_id",
    "set_system_metrics_samples_before_logging",
    "set_system_metrics_sampling_interval",
    "set_tag",
    "set_tags",
    "set_tracking_uri",
    "share",
    "sql",
    "start_run",
    "track",
    "variant_of",
]

HOMES = {
    "nbtrack.api.models.active_model": "ActiveModel set_active_model",
    "nbtrack.api.runs.active_run": "ActiveRun",
    "nbtrack.api.promotion.approval": "approve",
    "nbtrack.api.tracking.artifacts": """
        get_artifact_uri log_artifact log_artifacts log_dict log_figure log_image log_stream
        log_text
    """,
    "nbtrack.api.tracking.autologging": "autolog",
    "nbtrack.api.client.client": "MlflowClient",
    "nbtrack.api.tracking.configuration": "log_config set_seed",
    "nbtrack.api.runs.current_experiment": "set_experiment",
    "nbtrack.api.models.current_model": "clear_active_model get_active_model_id",
    "nbtrack.api.datasets.inputs": "log_input log_inputs",
    "nbtrack.api.diagnosis": "doctor",
    "nbtrack.api.differences.diff": "diff",
    "nbtrack.api.endpoints.check": "check_endpoint",
    "nbtrack.api.endpoints.serve": "endpoint endpoints serve",
    "nbtrack.api.runs.experiments": """
        create_experiment delete_experiment delete_experiment_tag get_experiment
        get_experiment_by_name purge_experiment rename_experiment restore_experiment
        search_experiments set_experiment_tag set_experiment_tags
    """,
    "nbtrack.api.files.figures": "Image",
    "nbtrack.api.predictions.labels": "log_labels",
    "nbtrack.api.lineage": "lineage",
    "nbtrack.api.models.loading": "register_model",
    "nbtrack.api.models.calls": """
        create_external_model delete_logged_model_tag finalize_logged_model get_logged_model
        initialize_logged_model last_logged_model log_model_params log_outputs
        search_logged_models set_logged_model_tags
    """,
    "nbtrack.api.registry.model_versions": "search_model_versions set_model_version_tag",
    "nbtrack.api.predictions.log": "delete_predictions log_predictions predictions",
    "nbtrack.api.promotion.promote": "promote promotions",
    "nbtrack.api.runs.reading": """
        count_runs delete_run get_metric_history get_parent_run get_run metric_history purge_run
        restore_run search_runs sql
    """,
    "nbtrack.api.registry.registered_models": "search_registered_models",
    "nbtrack.api.reproduction.reproduce": "reproduce",
    "nbtrack.api.promotion.rollback": "rollback",
    "nbtrack.api.runs.start": "active_run end_run last_active_run start_run",
    "nbtrack.api.scoring.score": "score",
    "nbtrack.api.session": "get_tracking_uri is_tracking_uri_set set_tracking_uri",
    "nbtrack.api.share": "share",
    "nbtrack.api.tracking.steps": "track",
    "nbtrack.api.runs.system_metrics": """
        disable_system_metrics_logging enable_system_metrics_logging set_system_metrics_node_id
        set_system_metrics_samples_before_logging set_system_metrics_sampling_interval
    """,
    "nbtrack.api.tracking.tables": "load_table log_table",
    "nbtrack.api.tracking.values": """
        correct_param delete_tag flush_async_logging log_metric log_metrics log_param log_params
        set_tag set_tags
    """,
    "nbtrack.api.variants.results": "compare_variants",
    "nbtrack.api.variants.choice": "sample_size variant_of",
    "nbtrack.api.promotion.version_comparison": "compare_versions",
    "nbtrack.api.registry.webhooks": "off_model_event on_model_event",
    "nbtrack.config": "get_registry_uri",
    "nbtrack.exceptions": "MlflowException",
    "nbtrack.tracking.fluent": "flush_artifact_async_logging",
}
"""Where the names of the list are at home; a test holds it against the imports above."""

SERVER = "nbtrack.hosts.jupyter_server.application"
NOTEBOOK = "nbtrack.hosts.notebook.extension"
"""What IPython's two functions below stand for; named so, as hosts are above the whole package."""

homes = {name: module for module, names in HOMES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    """A name of the list, a module, or what stands for a name of a later version."""
    full_name = f"{__name__}.{name}"
    if name in homes:
        value = getattr(importlib.import_module(homes[name]), name)
    elif name.startswith("_"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    else:
        value = module_called(full_name) or later_name(name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__


def module_called(full_name: str) -> ModuleType | None:
    """A module of the package, if there is one of that name."""
    try:
        return importlib.import_module(full_name)
    except ModuleNotFoundError as error:
        if error.name != full_name:
            raise
        return None


def later_name(name: str) -> Any:
    """What stands for a name of a later version; raises AttributeError for other names."""
    from nbtrack.api.client.later import attribute
    from nbtrack.errors import listing

    try:
        return attribute("", name)
    except AttributeError:
        hint = listing(__all__, name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; {hint}") from None


class LaterModules:
    """Finds `nbtrack.sklearn` and all the modules whose names come with later versions."""

    @staticmethod
    def find_spec(name: str, _path: Any = None, _target: Any = None) -> ModuleSpec | None:
        """The module of a name, if it is one of them; files are found before this is asked."""
        if not name.startswith(f"{__name__}."):
            return None
        from nbtrack.api.client.later import modules

        found = modules().get(name)
        if found is None:
            return None
        loader: Any = LaterLoader(found)
        return ModuleSpec(name, loader, is_package=hasattr(found, "__path__"))


class LaterLoader:
    """Loads a module that is made already."""

    def __init__(self, module: ModuleType) -> None:
        self.module = module

    def create_module(self, _: ModuleSpec) -> ModuleType:
        """The module itself."""
        return self.module

    def exec_module(self, module: ModuleType) -> None:
        """Nothing is left to do."""


if not any(getattr(it, "__qualname__", "") == "LaterModules" for it in sys.meta_path):
    sys.meta_path.append(LaterModules)  # a reload of the extension runs this again


def load_ipython_extension(shell: Any) -> None:
    """`%load_ext nbtrack`."""
    importlib.import_module(NOTEBOOK).load(shell)


def unload_ipython_extension(shell: Any) -> None:
    """`%unload_ext nbtrack`."""
    importlib.import_module(NOTEBOOK).unload(shell)


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    """What a Jupyter server loads; it asks under this name."""
    application = importlib.import_module(SERVER)
    return [{"module": SERVER, "app": application.NbtrackServer}]
