"""The part of `MlflowClient` that keeps registered models, their versions and aliases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nbtrack.api.client.files import StoreClient
from nbtrack.api.registry import model_versions, registered_models
from nbtrack.questions import model_versions as versions_asked
from nbtrack.questions import registered_models as models_asked
from nbtrack.records.paged_list import PagedList
from nbtrack.records.registered_model import ModelVersion, RegisteredModel

__all__ = ["RegistryClient"]

MODELS_A_PAGE = 100
VERSIONS_A_PAGE = 10_000


class RegistryClient(StoreClient):
    """The registry of a store.

    Example:
        >>> from nbtrack import MlflowClient
        >>> client = MlflowClient()
        >>> model = client.create_registered_model("wine", description="tells reds from whites")
        >>> version = client.create_model_version("wine", "file:///models/wine")
        >>> client.set_registered_model_alias("wine", "champion", version.version)
        >>> client.get_model_version_by_alias("wine", "champion").version
        '1'
    """

    # Registered models

    def create_registered_model(
        self,
        name: str,
        tags: Mapping[str, Any] | None = None,
        description: str | None = None,
        deployment_job_id: str | None = None,  # noqa: ARG002 - MLflow's signature
    ) -> RegisteredModel:
        """Make a registered model."""
        return registered_models.create(self.here, name, tags, description)

    def get_registered_model(self, name: str) -> RegisteredModel:
        """A registered model, with its tags, aliases and the newest version of each stage."""
        return registered_models.get(self.here, name)

    def rename_registered_model(self, name: str, new_name: str) -> RegisteredModel:
        """Give a registered model another name; versions and aliases go with it."""
        return registered_models.rename(self.here, name, new_name)

    def update_registered_model(
        self,
        name: str,
        description: str | None = None,
        deployment_job_id: str | None = None,  # noqa: ARG002 - MLflow's signature
    ) -> RegisteredModel:
        """Describe a registered model."""
        return registered_models.update(self.here, name, description)

    def delete_registered_model(self, name: str) -> None:
        """Delete a registered model with its versions and aliases, for good."""
        registered_models.delete(self.here, name)

    def search_registered_models(
        self,
        filter_string: str | None = None,
        max_results: int = MODELS_A_PAGE,
        order_by: Sequence[str] | None = None,
        page_token: str | None = None,
    ) -> PagedList[RegisteredModel]:
        """A page of the registered models that a filter finds; its `token` asks for the next."""
        return models_asked.search(
            self.here.store,
            filter_string,
            order_by=order_by,
            max_results=max_results,
            page_token=page_token,
        )

    def list_registered_models(
        self, max_results: int | None = None, page_token: str | None = None
    ) -> PagedList[RegisteredModel]:
        """All registered models, as MLflow 1 called it."""
        return models_asked.search(self.here.store, max_results=max_results, page_token=page_token)

    def set_registered_model_tag(self, name: str, key: str, value: Any) -> None:
        """Set a tag of a registered model."""
        registered_models.set_tag(self.here, name, key, value)

    def delete_registered_model_tag(self, name: str, key: str) -> None:
        """Take a tag of a registered model away."""
        registered_models.delete_tag(self.here, name, key)

    # Aliases

    def set_registered_model_alias(self, name: str, alias: str, version: str | int) -> None:
        """Let an alias point to a version, wherever it pointed before."""
        registered_models.set_alias(self.here, name, alias, version)

    def delete_registered_model_alias(self, name: str, alias: str) -> None:
        """Take an alias away."""
        registered_models.delete_alias(self.here, name, alias)

    def get_model_version_by_alias(self, name: str, alias: str) -> ModelVersion:
        """The version that an alias points to."""
        return registered_models.version_at(self.here, name, alias)

    # Versions

    def create_model_version(  # noqa: PLR0917 - MLflow's signature
        self,
        name: str,
        source: str,
        run_id: str | None = None,
        tags: Mapping[str, Any] | None = None,
        run_link: str | None = None,
        description: str | None = None,
        await_creation_for: int | None = None,  # noqa: ARG002 - MLflow's signature
        model_id: str | None = None,
    ) -> ModelVersion:
        """Make the next version of a registered model; it is there at once."""
        made = model_versions.begin(
            self.here,
            name,
            source,
            tags=tags,
            description=description,
            run_id=run_id,
            run_link=run_link,
            model_id=model_id,
        )
        return model_versions.create(self.here, made)

    def copy_model_version(self, src_model_uri: str, dst_name: str) -> ModelVersion:
        """Make a version of one model the next version of another, which is made if need be."""
        return model_versions.copy(self.here, src_model_uri, dst_name)

    def get_model_version(self, name: str, version: str | int) -> ModelVersion:
        """A version by its number."""
        return model_versions.get(self.here, name, version)

    def get_latest_versions(
        self, name: str, stages: Sequence[str] | None = None
    ) -> list[ModelVersion]:
        """The newest version in each of some stages, or in every stage."""
        return model_versions.in_stages(self.here, name, stages)

    def update_model_version(
        self, name: str, version: str | int, description: str | None = None
    ) -> ModelVersion:
        """Describe a version."""
        return model_versions.update(self.here, name, version, description)

    def transition_model_version_stage(
        self,
        name: str,
        version: str | int,
        stage: str,
        archive_existing_versions: bool = False,  # noqa: FBT001, FBT002 - MLflow's signature
        description: str | None = None,
    ) -> ModelVersion:
        """Move a version to None, Staging, Production or Archived.

        Args:
            name: The registered model.
            version: Its version.
            stage: The stage, in any letter case.
            archive_existing_versions: Whether those that are there are archived.
            description: What is said of the version from now on.
        """
        return model_versions.transition(
            self.here, name, version, stage, archive_existing_versions, description
        )

    def delete_model_version(self, name: str, version: str | int, *, force: bool = False) -> None:
        """Delete a version for good; its number is not given again.

        MLflow drops the aliases that point to it without a word. Here that is refused, unless
        `force` says so: what serves `models:/name@alias` would stop.
        """
        model_versions.delete(self.here, name, version, force=force)

    def search_model_versions(
        self,
        filter_string: str | None = None,
        max_results: int = VERSIONS_A_PAGE,
        order_by: Sequence[str] | None = None,
        page_token: str | None = None,
    ) -> PagedList[ModelVersion]:
        """A page of the versions that a filter finds; its `token` asks for the next."""
        return versions_asked.search(
            self.here.store,
            filter_string,
            order_by=order_by,
            max_results=max_results,
            page_token=page_token,
        )

    def set_model_version_tag(
        self,
        name: str,
        version: str | int | None = None,
        key: str | None = None,
        value: Any = None,
        stage: str | None = None,
    ) -> None:
        """Set a tag of a version, or of the newest in a stage."""
        model_versions.set_tag(self.here, name, version, key, value, stage)

    def delete_model_version_tag(
        self,
        name: str,
        version: str | int | None = None,
        key: str | None = None,
        stage: str | None = None,
    ) -> None:
        """Take a tag of a version, or of the newest in a stage, away."""
        model_versions.delete_tag(self.here, name, version, key, stage)

    def get_model_version_stages(self, name: str, version: str | int) -> list[str]:
        """The stages that a version may be in."""
        return model_versions.stages(self.here, name, version)

    def get_model_version_download_uri(self, name: str, version: str | int) -> str | None:
        """Where the files of a version are."""
        return model_versions.download_uri(self.here, name, version)
