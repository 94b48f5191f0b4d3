"""What belongs to a version of a registered model, read for gates and comparisons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nbtrack.api.files.model_files import local_folder
from nbtrack.api.models.loading import FoundModel, Trust
from nbtrack.api.session import Session
from nbtrack.errors import InvalidValue, NotFound
from nbtrack.questions import logged_models, model_versions, runs
from nbtrack.records.entities import Run
from nbtrack.records.registered_model import ModelVersion
from nbtrack.registry.format.mlmodel import Model
from nbtrack.registry.loading import load_to_ask
from nbtrack.registry.places import place_of
from nbtrack.registry.pyfunc import PyFuncModel

__all__ = ["VersionReads", "chosen_version"]


class VersionReads:
    """Reads of one store; a model's files are fetched and checked once.

    Args:
        here: The store.
        allow_pickle: Whether models of others may run code as they are read.
    """

    def __init__(self, here: Session, *, allow_pickle: bool | None = None) -> None:
        self.here, self.allow_pickle = here, allow_pickle
        self.found: dict[str, FoundModel] = {}

    def run(self, version: ModelVersion) -> Run | None:
        """The run that made it; None where it is not in this store."""
        try:
            return runs.get(self.here.store, version.run_id) if version.run_id else None
        except NotFound:
            return None

    def metrics(self, version: ModelVersion) -> Mapping[str, float]:
        """The metrics of its run, and over them those of its logged model."""
        run, logged = self.run(version), self.logged(version)
        of_run = {} if run is None else run.data.metrics
        of_model = {} if logged is None else {it.key: it.value for it in logged.metrics or ()}
        return {**of_run, **of_model}

    def params(self, version: ModelVersion) -> Mapping[str, str]:
        """The params of its run, and over them those of its logged model."""
        run, logged = self.run(version), self.logged(version)
        of_run = {} if run is None else run.data.params
        return {**of_run, **({} if logged is None else logged.params)}

    def logged(self, version: ModelVersion) -> Any:
        """Its logged model; None where it is not in this store."""
        try:
            return (
                logged_models.get(self.here.store, version.model_id) if version.model_id else None
            )
        except NotFound:
            return None

    def signature(self, version: ModelVersion) -> Any:
        """What it takes and gives; None without one."""
        return self.files(version).description.signature

    def model(self, version: ModelVersion) -> PyFuncModel:
        """The model, loaded."""
        found = self.files(version)
        consent = found.consent(Trust(self.allow_pickle))
        return load_to_ask(found.folder, found.description, consent)

    def files(self, version: ModelVersion) -> FoundModel:
        """Its files on the local disk, checked."""
        uri = f"models:/{version.name}/{version.version}"
        found = self.found.get(uri)
        if found is None:
            place = place_of(self.here.store, uri)
            local = local_folder(self.here, place)
            description = Model.load(local.folder)
            found = FoundModel(self.here, place, local.folder, description, local.is_own)
            self.found[uri] = found
        return found


def chosen_version(here: Session, name: str, version: Any) -> ModelVersion:
    """A version as a caller names it: by its number, as `latest`, as `@alias`, or itself.

    Raises:
        NotFound: There is no such model or version.
        InvalidValue: It belongs to another model.
    """
    if isinstance(version, ModelVersion):
        if version.name != name:
            raise InvalidValue(f"{version!r} is a version of {version.name!r}, not of {name!r}")
        version = version.version
    if isinstance(version, str) and version.startswith("@"):
        return model_versions.at_alias(here.store, name, version[1:])
    if isinstance(version, str) and version.lower() == "latest":
        return model_versions.newest(here.store, name)
    return model_versions.get(here.store, name, version)
