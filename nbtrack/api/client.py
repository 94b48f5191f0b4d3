"""`MlflowClient`: the functions of this package as methods, on a store of one's choice.

It is stateless but for the store, and may be subclassed.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

from nbtrack.api import artifacts, experiments, later, reading, tables
from nbtrack.api.batch import log_batch, log_dataset_inputs
from nbtrack.api.ending import status_named
from nbtrack.api.figures import figure_bytes, image_bytes
from nbtrack.api.paths import leaves
from nbtrack.api.run_files import delete_files, fetch, keep_bytes, keep_files, list_files
from nbtrack.api.runs import begin_for_client, run_to_write
from nbtrack.api.session import Session, session, session_for
from nbtrack.api.tracking import RunOperations, drop_tag
from nbtrack.capture.open_run import OpenRun
from nbtrack.capture.values import time_of
from nbtrack.errors import NotYet
from nbtrack.questions import runs
from nbtrack.records.entities import FileInfo, Run
from nbtrack.records.experiment import Experiment
from nbtrack.records.metric import Metric
from nbtrack.records.paged_list import PagedList
from nbtrack.records.param import Param
from nbtrack.records.tag import RunTag

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MlflowClient"]

ACTIVE_ONLY = 1


class MlflowClient:
    """Runs and experiments of a store, by their ids.

    Example:
        >>> from nbtrack import MlflowClient
        >>> client = MlflowClient()
        >>> run = client.create_run("0", run_name="by hand")
        >>> client.log_metric(run.info.run_id, "loss", 0.5, step=1)
        >>> client.set_terminated(run.info.run_id)
        >>> client.get_run(run.info.run_id).data.metrics
        {'loss': 0.5}
    """

    def __init__(
        self,
        tracking_uri: str | os.PathLike[str] | None = None,
        registry_uri: str | None = None,
    ) -> None:
        """Choose a store.

        Args:
            tracking_uri: As in `set_tracking_uri`; the active store, if not given.
            registry_uri: Accepted as in MLflow.
        """
        self.store_session = None if tracking_uri is None else session_for(tracking_uri)
        self.registry_uri = registry_uri

    def __getattr__(self, name: str) -> Any:
        return later.client_method(name)

    @property
    def here(self) -> Session:
        """The store in use."""
        return self.store_session or session()

    @property
    def tracking_uri(self) -> str:
        """The URI of the store in use."""
        return self.here.folder.path.as_uri()

    def writable(self, run_id: str) -> OpenRun:
        """A run to write to; NotFound if there is none, InvalidValue if it is deleted."""
        return run_to_write(run_id, self.here)

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
            point = Metric(key, value, timestamp, step or 0, model_id, dataset_name, dataset_digest)
            log_batch(run, [point], (), ())
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
        """Keep with a run that it read datasets (`DatasetInput`)."""
        if models:
            raise NotYet("a logged model as input of a run", "models and flavors")
        log_dataset_inputs(self.writable(run_id), datasets or ())

    # Artifacts

    def log_artifact(
        self, run_id: str, local_path: str | os.PathLike[str], artifact_path: str | None = None
    ) -> None:
        """Keep a local file, or a folder with all in it, with a run."""
        found = artifacts.local_leaves(local_path)
        keep_files(self.here, self.writable(run_id), found, artifact_path)

    def log_artifacts(
        self, run_id: str, local_dir: str | os.PathLike[str], artifact_path: str | None = None
    ) -> None:
        """Keep all files of a local folder with a run."""
        keep_files(self.here, self.writable(run_id), leaves(local_dir), artifact_path)

    def log_text(self, run_id: str, text: str, artifact_file: str) -> None:
        """Keep a text as a file of a run."""
        self.keep(run_id, artifacts.text_bytes(text), artifact_file)

    def log_dict(self, run_id: str, dictionary: Any, artifact_file: str) -> None:
        """Keep a dict or list as JSON, or as YAML if the file's name ends so."""
        self.keep(run_id, artifacts.document_bytes(dictionary, artifact_file), artifact_file)

    def log_figure(
        self,
        run_id: str,
        figure: Any,
        artifact_file: str,
        *,
        save_kwargs: dict[str, Any] | None = None,
    ) -> None:
        """Keep a figure of matplotlib, seaborn or plotly."""
        self.keep(run_id, figure_bytes(figure, artifact_file, save_kwargs), artifact_file)

    def log_image(  # noqa: PLR0917 - MLflow's signature
        self,
        run_id: str,
        image: Any,
        artifact_file: str | None = None,
        key: str | None = None,
        step: int | None = None,
        timestamp: int | None = None,
        synchronous: bool | None = None,  # noqa: ARG002, FBT001 - MLflow's signature
    ) -> None:
        """Keep a picture: under a file's name, or with a key as one of a series of steps."""
        path = artifacts.image_path(artifact_file, key, step, timestamp)
        self.keep(run_id, image_bytes(image, path), path)

    def log_stream(self, run_id: str, stream: BinaryIO, artifact_file: str) -> None:
        """Keep what a binary stream still holds as a file of a run."""
        self.keep(run_id, artifacts.checked_stream(stream), artifact_file)

    def log_table(
        self, run_id: str, data: pd.DataFrame | Mapping[str, Any], artifact_file: str
    ) -> None:
        """Keep a table with a run; if the run has it already, the rows are added to it."""
        frame, path = tables.frame_of(data), tables.table_path(artifact_file)
        tables.add_rows(self.here, self.writable(run_id), frame, path)

    def load_table(
        self,
        experiment_id: str,
        artifact_file: str,
        run_ids: list[str] | None = None,
        extra_columns: list[str] | None = None,
    ) -> pd.DataFrame:
        """The rows of a table over the runs of an experiment."""
        return tables.collected(
            self.here, experiment_id, artifact_file, run_ids, extra_columns or ()
        )

    def list_artifacts(self, run_id: str, path: str | None = None) -> list[FileInfo]:
        """What stands directly in a folder of a run."""
        return list_files(self.here, run_id, path)

    def download_artifacts(self, run_id: str, path: str = "", dst_path: str | None = None) -> str:
        """Copy a file or folder of a run to a local folder; the result is where it is."""
        return str(fetch(self.here, run_id, path, dst_path))

    def delete_artifacts(self, run_id: str, path: str | None = None) -> None:
        """Take a file, or all below a path, away from a run."""
        delete_files(self.here, self.writable(run_id), path or "")

    def keep(self, run_id: str, content: bytes | BinaryIO, path: str) -> None:
        """Keep content as a file of a run."""
        keep_bytes(self.here, self.writable(run_id), content, path)


def operations(run: OpenRun, *, synchronous: bool | None) -> RunOperations | None:
    """What `synchronous=False` returns."""
    return RunOperations(run) if synchronous is False else None
