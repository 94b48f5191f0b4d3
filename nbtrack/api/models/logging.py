"""Models of any flavor, saved to a folder and logged: what each flavor's own calls stand on.

`flavor_calls` and `pyfunc_calls` give it what their caller said, by MLflow's names.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbtrack.api.files.downloads import download_artifacts
from nbtrack.api.models.logged_models import begin_model, keep_folder
from nbtrack.api.registry.registration import register
from nbtrack.api.runs.known_runs import run_to_write
from nbtrack.api.session import Session, session, session_at
from nbtrack.capture import audit, stack
from nbtrack.capture.guard import first_line
from nbtrack.capture.open_model import ModelFile, OpenModel
from nbtrack.capture.open_run import MadeModel, OpenRun
from nbtrack.errors import AlreadyExists, InvalidValue
from nbtrack.questions import logged_models
from nbtrack.registry.flavors.model_code import read_config
from nbtrack.registry.flavors.protocol import Flavor
from nbtrack.registry.flavors.python_function import Artifact
from nbtrack.registry.folder import Given, write_model
from nbtrack.registry.format.contents import kind_of, main_flavor
from nbtrack.registry.format.environment import Wanted
from nbtrack.registry.format.info import ModelInfo
from nbtrack.registry.format.mlmodel import MLMODEL, Model
from nbtrack.registry.format.requirements import PASSWORD
from nbtrack.registry.safety import seals_of
from nbtrack.registry.signatures.signature import summary

__all__ = ["log", "log_folder", "retriever_schemas", "save"]

Told = Mapping[str, Any]

KEPT = ("metadata", "prompts", "resources", "auth_policy")
"""Arguments that the MLmodel file has as they are."""

retriever_schemas: dict[str, dict[str, Any]] = {}
"""What `set_retriever_schema` said, for the models that are saved afterwards."""


def save(flavor: Flavor, model: Any, path: str | os.PathLike[str], told: Told) -> Model:
    """Write a model into a folder of the user's.

    The seals of its files stand in its MLmodel, so that this user may load it as it is.

    Raises:
        AlreadyExists: The folder has something in it.
        InvalidValue: Something that was told cannot be taken.
    """
    folder = Path(path).expanduser()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise AlreadyExists(f"{folder} is there already, and not empty; give another path")
    folder.mkdir(parents=True, exist_ok=True)
    description = told.get("mlflow_model")
    description = described(Model() if description is None else description, told)
    write_model(folder, flavor, model, description, given_of(flavor, told))
    (folder / MLMODEL).unlink()
    description.nbtrack_seals = seals_of(folder)
    description.save(folder / MLMODEL)
    return description


def described(description: Model, told: Told) -> Model:
    """A model's description with what the caller said of it."""
    for name in KEPT:
        if told.get(name) is not None:
            setattr(description, name, plain(told[name]))
    if retriever_schemas:
        schemas = {"retrievers": list(retriever_schemas.values())}
        description.metadata = {**(description.metadata or {}), "dependencies_schemas": schemas}
    return description


def plain(value: Any) -> Any:
    """What a resource, a policy or a prompt is as plain data."""
    if isinstance(value, list):
        merged: dict[str, Any] = {}
        items = [plain(it) for it in value]
        if items and all(isinstance(it, dict) and "api_version" not in it for it in items):
            for item in items:
                for key, entries in item.items():
                    merged.setdefault(key, []).extend(entries if isinstance(entries, list) else [])
            return {"api_version": "1", "databricks": merged}
        return [getattr(it, "uri", it) for it in items]
    return value.to_dict() if hasattr(value, "to_dict") else value


def given_of(flavor: Flavor, told: Told) -> Given:
    """What was told, as the folder's writer wants it."""
    signature = told.get("signature")
    if signature is not None and not hasattr(signature, "to_dict") and signature is not False:
        raise InvalidValue(
            f"signature is what infer_signature(…) gives, or False, not {type(signature).__name__}"
        )
    options = {it.name: told[it.name] for it in flavor.options if told.get(it.name) is not None}
    if options.get("artifacts"):
        options["artifacts"] = fetched(options["artifacts"])
    if options.get("model_config") is not None:
        options["model_config"] = read_config(options["model_config"])
    wanted = (told.get(name) for name in Wanted._fields)
    extra = [fetched_file(uri) for uri in told.get("extra_files") or ()]
    return Given(
        signature=signature,
        input_example=told.get("input_example"),
        code_paths=told.get("code_paths"),
        environment=Wanted(*wanted),
        extra_files=extra,
        options=options,
    )


def fetched(artifacts: Any) -> dict[str, Artifact]:
    """What a model takes along, on the local disk.

    Raises:
        InvalidValue: It is no mapping of names to paths or URIs.
    """
    if not isinstance(artifacts, Mapping):
        raise InvalidValue(
            f'artifacts are names with paths or URIs, as {{"weights": "weights.npz"}}, not '
            f"{type(artifacts).__name__}"
        )
    return {
        str(name): Artifact(PASSWORD.sub("", os.fspath(uri)), fetched_file(uri))
        for name, uri in artifacts.items()
    }


def fetched_file(uri: str | os.PathLike[str]) -> Path:
    """A file or folder at a path or a URI, on the local disk."""
    text = os.fspath(uri)
    local = Path(text.removeprefix("file://") if text.startswith("file:///") else text)
    if local.exists() or ":/" not in text:
        return local.expanduser()
    return Path(download_artifacts(artifact_uri=text))


def log(flavor: Flavor, model: Any, name: str | None, told: Told) -> ModelInfo:
    """Log a model: in the active run, else in the current experiment without one.

    A model that fails on the way is FAILED, and says why.

    Raises:
        InvalidValue: Something that was told cannot be taken.
        ModelError: The model cannot be written.
        MissingPackage: Its library is not installed.
    """
    given = given_of(flavor, told)

    def write(folder: Path, description: Model) -> None:
        write_model(folder, flavor, model, described(description, told), given)

    return log_folder(write, name, told)


def log_folder(write: Any, name: str | None, told: Told) -> ModelInfo:
    """Log what a function writes into a folder, given that and the model's description."""
    run = told["run"] if "run" in told else run_for(told.get("run_id"))
    here = session() if run is None else session_at(run.writer.folder)
    opened = opened_model(here, name, run, told)
    try:
        with audit.unheard(), tempfile.TemporaryDirectory(prefix="nbtrack-model-") as place:
            folder = Path(place, "model")
            folder.mkdir()
            description = Model(
                artifact_path=opened.name,
                run_id=None if run is None else run.run_id,
                model_id=opened.model_id,
                model_uuid=opened.model_id,
            )
            write(folder, description)
            kept = keep_folder(here, opened, folder)
    except BaseException as error:
        opened.finish("FAILED", f"{type(error).__name__}: {first_line(error)}")
        raise
    opened.finish("READY")
    info = description.get_model_info(
        find=lambda: logged_models.get(here.store, opened.model_id),
    )
    wanted = told.get("registered_model_name")
    if wanted is not None:
        found = register(
            here,
            wanted,
            source=info.model_uri,
            run_id=info.run_id,
            model_id=info.model_id,
            files=kept,
            signature=info.signature,
            tags=told.get("tags"),
        )
        info.registered_model_version = found.version
    if run is not None:
        run.made[opened.model_id] = made_of(info, kept, wanted)
    return info


def made_of(info: ModelInfo, kept: Mapping[str, ModelFile], registered: str | None) -> MadeModel:
    """A model that was logged, as a card tells of it."""
    return MadeModel(
        str(info.model_id),
        str(info.name or info.artifact_path),
        main_flavor(info.flavors),
        sum(it.size for it in kept.values()),
        kind_of(kept),
        "" if info.signature is None else summary(info.signature),
        "" if registered is None else str(registered),
        "" if registered is None else str(info.registered_model_version),
    )


def run_for(run_id: str | None) -> OpenRun | None:
    """The run that a model is logged in: named, or active, or the one that this cell may have."""
    if run_id:
        return run_to_write(run_id)
    run = stack.current()
    return stack.demand.begin() if run is None and stack.demand.begin is not None else run


def opened_model(here: Session, name: str | None, run: OpenRun | None, told: Told) -> OpenModel:
    """The logged model to write into: a new one, or one that was initialized before."""
    model_id = told.get("model_id")
    if model_id is not None:
        known = logged_models.get(here.store, model_id)
        opened = OpenModel(
            here.writer,
            known.model_id,
            experiment_id=known.experiment_id,
            name=known.name,
            source_run_id=known.source_run_id,
        )
        if run is not None:
            opened.link(run.run_id, int(told.get("step") or 0))
        return opened
    config = flat(read_config(told["model_config"])) if told.get("model_config") else {}
    of_run = run.params if run is not None else {}
    params = {**of_run, **config, **(told.get("params") or {})}
    return begin_model(
        here,
        name,
        run=run,
        model_type=told.get("model_type"),
        params=params,
        tags=told.get("tags"),
        step=int(told.get("step") or 0),
    )


def flat(config: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """A configuration as params, the names of what lies deeper joined by `/`."""
    found: dict[str, Any] = {}
    for key, value in config.items():
        name = f"{above}/{key}" if above else str(key)
        found |= flat(value, name) if isinstance(value, Mapping) else {name: value}
    return found
