"""Logged and saved models, changed afterwards: their signature, their requirements.

A version of a registered model stays what was registered: its model is not changed any more.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from nbtrack.api.files.paths import Leaf
from nbtrack.api.models.loading import find_model, load_model
from nbtrack.api.models.logged_models import keep_leaves
from nbtrack.api.models.logging import retriever_schemas
from nbtrack.api.session import Session
from nbtrack.capture.guard import first_line, warn
from nbtrack.capture.open_model import OpenModel
from nbtrack.errors import InvalidValue, NbtrackError
from nbtrack.questions import model_versions
from nbtrack.records.logged_model import LoggedModel
from nbtrack.registry.addresses import parse
from nbtrack.registry.flavors.table import FLAVORS, flavor_named
from nbtrack.registry.format.environment import CONDA, REQUIREMENTS, change_environment
from nbtrack.registry.format.imports import modules_used_by
from nbtrack.registry.format.mlmodel import MLMODEL, Model
from nbtrack.registry.format.requirements import pins_of_modules
from nbtrack.registry.signatures.request import read_request
from nbtrack.registry.signatures.signature import ModelSignature

__all__ = [
    "infer_pip_requirements",
    "set_retriever_schema",
    "set_signature",
    "update_model_requirements",
    "validate_serving_input",
]

Uri = str | os.PathLike[str]


def set_signature(model_uri: Uri, signature: ModelSignature) -> None:
    """Give a model that is logged or saved already another signature.

    Args:
        model_uri: `models:/<model id>`, `runs:/<run id>/name`, or a path.
        signature: What `infer_signature` gave.

    Raises:
        InvalidValue: It is a version of a registered model, which stays what it is.
        NotFound: There is no model.

    Example:
        >>> import nbtrack
        >>> from nbtrack.models import get_model_info, infer_signature, set_signature
        >>> from nbtrack.testing import temporary_store
        >>> with temporary_store():
        ...     info = nbtrack.pyfunc.log_model(name="total", python_model=lambda it: sum(it))
        ...     set_signature(info.model_uri, infer_signature([1, 2]))
        ...     get_model_info(info.model_uri).signature.inputs
        [long (required)]
    """
    if not isinstance(signature, ModelSignature):
        raise InvalidValue(
            f"a signature is what infer_signature(…) gives, not {type(signature).__name__}"
        )

    def change(folder: Path) -> list[str]:
        description = Model.load(folder)
        description.signature = signature
        description.save(folder / MLMODEL)
        return [MLMODEL]

    change_files(model_uri, change)


def update_model_requirements(
    model_uri: Uri, operation: str, requirement_list: Sequence[str]
) -> None:
    """Add requirements to a model's files, or remove them.

    Args:
        model_uri: `models:/<model id>`, `runs:/<run id>/name`, or a path.
        operation: `add` or `remove`.
        requirement_list: Such as `["numpy==2.1.0"]`.

    Raises:
        InvalidValue: The operation or a requirement cannot be taken, or it is a version of a
            registered model.
    """

    def change(folder: Path) -> list[str]:
        change_environment(folder, operation, requirement_list)
        return [it for it in (REQUIREMENTS, CONDA) if (folder / it).is_file()]

    change_files(model_uri, change)


def change_files(model_uri: Uri, change: Callable[[Path], list[str]]) -> None:
    """Let a function change files of a model's folder, and keep those that it names."""
    if parse(model_uri).kind in {"version", "alias", "stage", "latest"}:
        raise InvalidValue(
            f"{model_uri} is a version of a registered model, and stays what was registered; "
            f"change the logged model (models:/<model id>) before it is registered"
        )
    found = find_model(model_uri)
    if found.place.local is not None:
        change(found.folder)
        return
    logged = found.place.logged
    if logged is None:
        raise InvalidValue(
            f"{model_uri} is no logged model; download it, change it and log it again"
        )
    refuse_registered(found.here, logged)
    with tempfile.TemporaryDirectory(prefix="nbtrack-model-") as place:
        copied = find_model(model_uri, place)
        names = change(copied.folder)
        opened = OpenModel(
            found.here.writer,
            logged.model_id,
            experiment_id=logged.experiment_id,
            name=logged.name,
            source_run_id=logged.source_run_id,
        )
        leaves = [Leaf(copied.folder / name, name) for name in names]
        keep_leaves(found.here, opened, leaves, vouched=copied.own)
        opened.keep_files()


def refuse_registered(here: Session, logged: LoggedModel) -> None:
    """Refuse to change a model that a version was made of."""
    versions = model_versions.search(here.store, f"model_id = '{logged.model_id}'", max_results=5)
    if versions:
        names = ", ".join(f"{it.name}/{it.version}" for it in versions)
        raise InvalidValue(
            f"the model {logged.model_id} is registered as {names}, which stays what was "
            f"registered; log the model again, and register that"
        )


def infer_pip_requirements(
    model_uri: Uri,
    flavor: str,
    fallback: Sequence[str] | None = None,
    timeout: int | None = None,  # noqa: ARG001 - MLflow's signature
    extra_env_vars: Any = None,  # noqa: ARG001 - MLflow's signature
) -> list[str]:
    """What a model needs installed, found by loading it here.

    Args:
        model_uri: The model's address.
        flavor: The flavor that it is of.
        fallback: What to give where it cannot be loaded.
        timeout: Taken; no process is started for it.
        extra_env_vars: The same.

    Raises:
        InvalidValue: There is no such flavor.
        ModelError: It cannot be loaded, and there is no fallback.
    """
    library = FLAVORS[flavor].library if flavor in FLAVORS else flavor_named(flavor).library
    try:
        model = load_model(model_uri, suppress_warnings=True)
    except NbtrackError as error:
        if fallback is None:
            raise
        warn(f"requirements are the given ones, as loading failed: {first_line(error)}")
        return list(fallback)
    return pins_of_modules({library, *modules_used_by(model.get_raw_model())})


def validate_serving_input(model_uri: Uri, serving_input: Any) -> Any:
    """Ask a model with what a request would hold, as JSON or as plain data.

    Args:
        model_uri: The model's address.
        serving_input: Such as `{"dataframe_split": …}`, or that as a text.

    Raises:
        SchemaMismatch: The model does not take it.
    """
    model = load_model(model_uri, suppress_warnings=True)
    return model.predict(*read_request(serving_input, model.metadata.signature))


def set_retriever_schema(
    *,
    primary_key: str,
    text_column: str,
    doc_uri: str | None = None,
    other_columns: list[str] | None = None,
    name: str = "retriever",
) -> None:
    """Say what a retriever of the models that are saved afterwards gives.

    Args:
        primary_key: The column of the key.
        text_column: The column of the text.
        doc_uri: The column of the document's address.
        other_columns: What else there is.
        name: The retriever.

    Example:
        >>> from nbtrack.models import set_retriever_schema
        >>> set_retriever_schema(primary_key="id", text_column="text")
    """
    retriever_schemas[name] = {
        "primary_key": primary_key,
        "text_column": text_column,
        "doc_uri": doc_uri,
        "other_columns": other_columns or [],
        "name": name,
    }
