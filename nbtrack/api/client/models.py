"""The part of `MlflowClient` that works on logged models."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from nbtrack.api.client.files import StoreClient
from nbtrack.api.files.paths import leaves
from nbtrack.api.models import logged_models as acts
from nbtrack.api.tracking.artifacts import local_leaves
from nbtrack.questions import logged_models
from nbtrack.records.entities import FileInfo
from nbtrack.records.logged_model import LoggedModel, LoggedModelOutput, LoggedModelStatus
from nbtrack.records.paged_list import PagedList

__all__ = ["ModelClient"]


class ModelClient(StoreClient):
    """Logged models of a store, by their ids."""

    def create_logged_model(  # noqa: PLR0917 - MLflow's signature
        self,
        experiment_id: str,
        name: str | None = None,
        source_run_id: str | None = None,
        tags: Mapping[str, Any] | None = None,
        params: Mapping[str, Any] | None = None,
        model_type: str | None = None,
    ) -> LoggedModel:
        """Begin a logged model that nobody owns: it stays PENDING, past this process."""
        model = acts.begin_model(
            self.here,
            name,
            run=self.writable(source_run_id) if source_run_id else None,
            experiment_id=str(experiment_id),
            model_type=model_type,
            params=params,
            tags=tags,
            owned=False,
        )
        return self.get_logged_model(model.model_id)

    def get_logged_model(self, model_id: str) -> LoggedModel:
        """A logged model with its params, tags and metrics."""
        return logged_models.get(self.here.store, model_id)

    def finalize_logged_model(self, model_id: str, status: str | LoggedModelStatus) -> LoggedModel:
        """Make a logged model READY or FAILED."""
        return acts.finalize(self.here, model_id, status)

    def delete_logged_model(self, model_id: str) -> None:
        """Delete a logged model, so that it can be restored."""
        acts.delete(self.here, model_id)

    def restore_logged_model(self, model_id: str) -> None:
        """Bring a deleted logged model back."""
        acts.restore(self.here, model_id)

    def set_logged_model_tags(self, model_id: str, tags: Mapping[str, Any]) -> None:
        """Set tags of a logged model, all or none."""
        acts.change_tags(self.here, model_id, tags)

    def delete_logged_model_tag(self, model_id: str, key: str) -> None:
        """Take a tag of a logged model away."""
        acts.drop_tag(self.here, model_id, key)

    def log_model_params(self, model_id: str, params: Mapping[str, Any]) -> None:
        """Log params of a logged model; each is written once."""
        acts.add_params(self.here, model_id, params)

    def log_outputs(self, run_id: str, models: Sequence[LoggedModelOutput]) -> None:
        """Note with a run that it made logged models."""
        acts.link_outputs(self.writable(run_id), models)

    def search_logged_models(  # noqa: PLR0917 - MLflow's signature
        self,
        experiment_ids: Sequence[str],
        filter_string: str | None = None,
        datasets: Sequence[Mapping[str, Any]] | None = None,
        max_results: int | None = None,
        order_by: Sequence[Mapping[str, Any] | str] | None = None,
        page_token: str | None = None,
    ) -> PagedList[LoggedModel]:
        """A page of the logged models that a filter finds; its `token` asks for the next."""
        return logged_models.search(
            self.here.store,
            experiment_ids,
            filter_string,
            datasets=datasets,
            order_by=order_by,
            max_results=max_results or 100,
            page_token=page_token,
        )

    def log_model_artifact(
        self,
        model_id: str,
        local_path: str | os.PathLike[str],
        artifact_path: str | None = None,
    ) -> None:
        """Add a local file, or a folder with all in it, to a logged model."""
        acts.add_files(self.here, model_id, local_leaves(local_path), artifact_path)

    def log_model_artifacts(
        self,
        model_id: str,
        local_dir: str | os.PathLike[str],
        artifact_path: str | None = None,
    ) -> None:
        """Add all files of a local folder to a logged model."""
        acts.add_files(self.here, model_id, leaves(local_dir), artifact_path)

    def list_logged_model_artifacts(self, model_id: str, path: str | None = None) -> list[FileInfo]:
        """What stands directly in a folder of a logged model."""
        model = self.get_logged_model(model_id)
        return logged_models.list_files(self.here.store, model.model_id, path)
