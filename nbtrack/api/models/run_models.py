"""The models that a run made, with the versions that they became: for cards and sheets of runs."""

from __future__ import annotations

from nbtrack.api.chosen_run import quoted
from nbtrack.api.files.model_files import read_file
from nbtrack.api.session import Session
from nbtrack.capture.open_run import MadeModel
from nbtrack.errors import NbtrackError
from nbtrack.questions import logged_models, model_versions
from nbtrack.questions.logged_models import ModelWithFiles
from nbtrack.records.logged_model import LoggedModelStatus
from nbtrack.registry.addresses import parse
from nbtrack.registry.format.contents import kind_of, main_flavor
from nbtrack.registry.format.documents import yaml_from
from nbtrack.registry.format.mlmodel import MLMODEL, Model
from nbtrack.registry.places import place_of_model
from nbtrack.registry.signatures.signature import summary

__all__ = ["described", "models_of_run"]


def models_of_run(here: Session, run_id: str) -> list[MadeModel]:
    """The models that a run made, the newest first, each with its newest version."""
    versions = model_versions.search(
        here.store, f"run_id = {quoted(run_id)}", order_by=["version_number"], max_results=None
    )
    by_model = {it.model_id: it for it in versions}
    made = []
    for found in logged_models.of_run(here.store, run_id):
        it = described(here, found)
        version = by_model.get(it.model_id)
        if version is not None:
            it = it._replace(registered=version.name, version=str(version.version))
        made.append(it)
    return made


def described(here: Session, found: ModelWithFiles) -> MadeModel:
    """A logged model with what its MLmodel file says."""
    model = found.model
    paths = [it.path for it in found.files]
    size = sum(it.size for it in found.files)
    told = MadeModel(model.model_id, model.name, "", size, kind_of(paths))
    if model.status != LoggedModelStatus.READY:
        reason = model.status_message or "it was not logged to its end"
        return told._replace(problem=f"{model.status.value}: {reason}")
    try:
        place = place_of_model(found, parse(f"{model.model_uri}/{MLMODEL}"))
        description = Model.from_dict(yaml_from(read_file(here, place), MLMODEL))
    except NbtrackError as error:
        return told._replace(problem=str(error))
    signature = description.signature
    return told._replace(
        flavor=main_flavor(description.flavors),
        signature="" if signature is None else summary(signature),
    )
