"""`MlflowClient`: the functions of this package as methods, on a store of one's choice.

It is stateless but for the store, and may be subclassed.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from nbtrack.api.client.batch import log_batch, log_dataset_inputs
from nbtrack.api.client.later import LaterMethods
from nbtrack.api.client.models import ModelClient
from nbtrack.api.client.registry import RegistryClient
from nbtrack.api.client.webhooks import WebhookClient
from nbtrack.api.models.logged_models import ids_of_inputs, link_inputs
from nbtrack.api.runs import experiments, reading
from nbtrack.api.runs.ending import status_named
from nbtrack.api.runs.start import begin_for_client
from nbtrack.api.tracking.values import RunOperations, drop_tag
from nbtrack.capture.open_run import OpenRun
from nbtrack.capture.values import time_of
from nbtrack.questions import runs
from nbtrack.records.entities import Run
from nbtrack.records.experiment import Experiment
from nbtrack.records.metric import Metric
from nbtrack.records.paged_list import PagedList
from nbtrack.records.param import Param
from nbtrack.records.tag import RunTag

__all__ = ["MlflowClient"]

ACTIVE_ONLY = 1


class MlflowClient(RegistryClient, WebhookClient, ModelClient, LaterMethods):
    """Runs, experiments and registered models of a store, by their ids and names.

    Example:
        >>> from nbtrack import MlflowClient
        >>> client = MlflowClient()
        >>> run = client.create_run("0", run_name="by hand")
        >>> client.log_metric(run.info.run_id, "loss", 0.5, step=1)
        >>> client.set_terminated(run.info.run_id)
        >>> client.get_run(run.info.run_id).data.metrics
        {'loss': 0.5}
    """

    # Experiments

    def create_experiment(
        self,
        name: str,
        artifact_location: str | os.PathLike[str] | None = None,
        tags: Mapping[str, Any] | None = None,
    ) -> str:
        """Make an experiment; the result is its id."""
        return experiments.create(self.here, name, artifact_location, tags)

    def get_experiment(self, experiment_id: str) -> Experiment:
        """An experiment by its id, a deleted one too."""
        return experiments.by_id(self.here, experiment_id)

    def get_experiment_by_name(self, name: str) -> Experiment | None:
        """An experiment by its name; None if there is none."""
        return experiments.by_name(self.here, name)

    def search_experiments(
        self,
        view_type: int = ACTIVE_ONLY,
        max_results: int | None = 1000,
        filter_string: str | None = None,
        order_by: Sequence[str] | None = None,
        page_token: str | None = None,
    ) -> PagedList[Experiment]:
        """A page of the experiments that a filter finds."""
        return experiments.search(
            self.here, filter_string, order_by, view_type, max_results, page_token
        )

    def list_experiments(
        self,
        view_type: int = ACTIVE_ONLY,
        max_results: int | None = None,
        page_token: str | None = None,
    ) -> PagedList[Experiment]:
        """All experiments, as MLflow 1 called it."""
        return experiments.search(self.here, None, None, view_type, max_results, page_token)

    def rename_experiment(self, experiment_id: str, new_name: str) -> None:
        """Give an experiment another name."""
        experiments.rename(self.here, experiment_id, new_name)

    def delete_experiment(self, experiment_id: str) -> None:
        """Delete an experiment with its runs, so that it can be restored."""
        experiments.change_stage(self.here, "experiment", experiment_id, "deleted")

    def restore_experiment(self, experiment_id: str) -> None:
        """Bring a deleted experiment back, with its runs."""
        experiments.change_stage(self.here, "experiment", experiment_id, "active")

    def purge_experiment(self, experiment_id: str) -> None:
        """Delete an experiment and all its runs for good."""
        experiments.purge(self.here, "experiment", experiment_id)

    def set_experiment_tag(self, experiment_id: str, key: str, value: Any) -> None:
        """Set a tag of an experiment."""
        experiments.set_tags(self.here, experiment_id, {key: value})

    def delete_experiment_tag(self, experiment_id: str, key: str) -> None:
        """Take a tag of an experiment away."""
        experiments.delete_tag(self.here, experiment_id, key)

    # Runs

    def create_run(
        self,
        experiment_id: str,
        start_time: int | None = None,
        tags: Mapping[str, Any] | None = None,
        run_name: str | None = None,
    ) -> Run:
        """Begin a run that nobody owns: it stays RUNNING, past this process, until it is ended."""
        run = begin_for_client(
            self.here,
            str(experiment_id),
            run_name=run_name,
            tags=tags,
            start_time=None if start_time is None else time_of(start_time),
        )
        return self.get_run(run.run_id)

    def get_run(self, run_id: str) -> Run:
        """A run with its params, latest metrics, tags and inputs."""
        return reading.run_of(self.here, run_id)

    def get_parent_run(self, run_id: str) -> Run | None:
        """The run that a run is nested in; None if it is in none."""
        return reading.parent_of(self.here, run_id)

    def update_run(self, run_id: str, status: str | None = None, name: str | None = None) -> None:
        """Change the status of a run, or its name."""
        self.writable(run_id).change(status=status and status_named(status), name=name)

    def set_terminated(
        self, run_id: str, status: str | None = None, end_time: int | None = None
    ) -> None:
        """End a run; FINISHED, if no status is given."""
        name = status_named(status or "FINISHED")
        self.writable(run_id).change(status=name, end_time=time_of(end_time))

    def delete_run(self, run_id: str) -> None:
        """Delete a run, so that it can be restored."""
        experiments.change_stage(self.here, "run", run_id, "deleted")

    def restore_run(self, run_id: str) -> None:
        """Bring a deleted run back."""
        experiments.change_stage(self.here, "run", run_id, "active")

    def purge_run(self, run_id: str) -> None:
        """Delete a run for good."""
        experiments.purge(self.here, "run", run_id)

    def search_runs(  # noqa: PLR0917 - MLflow's signature
        self,
        experiment_ids: Sequence[str],
        filter_string: str = "",
        run_view_type: int = ACTIVE_ONLY,
        max_results: int = 1000,
        order_by: Sequence[str] | None = None,
        page_token: str | None = None,
    ) -> PagedList[Run]:
        """A page of the runs that a filter finds; its `token` asks for the next."""
        return runs.search(
            self.here.store,
            experiment_ids,
            filter_string,
            order_by=order_by,
            view=run_view_type,
            max_results=max_results,
            page_token=page_token,
        )

    def get_metric_history(self, run_id: str, key: str) -> list[Metric]:
        """All points of a metric of a run."""
        return reading.history_of(self.here, run_id, key)

    # What is logged

    def log_metric(  # noqa: PLR0917 - MLflow's signature
        self,
        run_id: str,
        key: str,
        value: Any,
        timestamp: int | None = None,
        step: int | None = None,
        synchronous: bool | None = None,  # noqa: FBT001 - MLflow's signature
        dataset_name: str | None = None,
        dataset_digest: str | None = None,
        model_id: str | None = None,
    ) -> RunOperations | None:
        """Log a point of a metric, or with several values a curve."""
        run = self.writable(run_id)
        if dataset_name is None and dataset_digest is None:
            run.log_metric(key, value, step, timestamp, model_id=model_id)
        else:
            measured_on = (model_id, dataset_name, dataset_digest)
            log_batch(run, [Metric(key, value, time_of(timestamp), step or 0, *measured_on)])
        return operations(run, synchronous=synchronous)

    def log_param(
        self,
        run_id: str,
        key: str,
        value: Any,
        synchronous: bool | None = None,  # noqa: FBT001 - MLflow's signature
    ) -> Any:
        """Log a param; the result is its value."""
        run = self.writable(run_id)
        run.log_params([(key, value)])
        return operations(run, synchronous=synchronous) or value

    def set_tag(
        self,
        run_id: str,
        key: str,
        value: Any,
        synchronous: bool | None = None,  # noqa: FBT001 - MLflow's signature
    ) -> RunOperations | None:
        """Set a tag of a run."""
        run = self.writable(run_id)
        run.set_tags({key: value})
        return operations(run, synchronous=synchronous)

    def delete_tag(self, run_id: str, key: str) -> None:
        """Take a tag of a run away."""
        drop_tag(self.writable(run_id), key)

    def log_batch(
        self,
        run_id: str,
        metrics: Iterable[Metric] = (),
        params: Iterable[Param] = (),
        tags: Iterable[RunTag] = (),
        synchronous: bool | None = None,  # noqa: FBT001 - MLflow's signature
    ) -> RunOperations | None:
        """Log any number of points, params and tags; if one cannot be taken, none is."""
        run = self.writable(run_id)
        log_batch(run, metrics, params, tags)
        return operations(run, synchronous=synchronous)

    def log_inputs(
        self,
        run_id: str,
        datasets: Sequence[Any] | None = None,
        models: Sequence[Any] | None = None,
    ) -> None:
        """Keep with a run that it read datasets (`DatasetInput`) or models (`LoggedModelInput`)."""
        run = self.writable(run_id)
        log_dataset_inputs(run, datasets or ())
        link_inputs(run, ids_of_inputs(models or ()))


def operations(run: OpenRun, *, synchronous: bool | None) -> RunOperations | None:
    """What `synchronous=False` returns."""
    return RunOperations(run) if synchronous is False else None
