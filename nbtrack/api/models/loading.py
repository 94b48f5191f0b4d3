"""Models at any address, loaded: by their own flavor, or as something to be asked."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from nbtrack.api.files.model_files import local_folder
from nbtrack.api.registry.registration import register
from nbtrack.api.session import Session, current_settings, session
from nbtrack.capture import stack
from nbtrack.capture.guard import warn
from nbtrack.errors import ModelError, listing
from nbtrack.questions import logged_models
from nbtrack.records.registered_model import ModelVersion
from nbtrack.registry.addresses import parse
from nbtrack.registry.flavors.table import PYTHON_FUNCTION
from nbtrack.registry.format.info import ModelInfo
from nbtrack.registry.format.mlmodel import Model
from nbtrack.registry.loading import load_native, load_to_ask, tell_differences
from nbtrack.registry.places import ModelPlace, place_of
from nbtrack.registry.pyfunc import PyFuncModel
from nbtrack.registry.safety import Consent

__all__ = [
    "FoundModel",
    "Trust",
    "find_model",
    "get_model_info",
    "load_by",
    "load_model",
    "register_at",
    "register_model",
]

Uri = str | os.PathLike[str]


class Trust(NamedTuple):
    """What a caller vouches for, of a model that this user did not log."""

    allow_pickle: bool | None = None
    """None leaves it to the setting."""
    types: Collection[str] = ()


ASKED_NOBODY = Trust()


class FoundModel(NamedTuple):
    """A model at an address, with its files on the local disk."""

    here: Session
    place: ModelPlace
    folder: Path
    description: Model
    own: bool
    """Whether this user logged all its files, which were checked."""

    def consent(self, trust: Trust) -> Consent:
        """Who vouches for its files."""
        told = trust.allow_pickle
        return Consent(
            self.place.uri,
            own=self.own,
            allowed=current_settings().allow_pickle if told is None else bool(told),
            folder=self.folder,
            seals=self.description.nbtrack_seals,
            trusted_types=trust.types,
        )


def find_model(uri: Uri, dst_path: Uri | None = None, *, here: Session | None = None) -> FoundModel:
    """The model at an address; its files are fetched and checked.

    Args:
        uri: The address.
        dst_path: Where its files are copied to.
        here: The store; the one in use, if not given.

    Raises:
        InvalidUri: The address has no form that is known.
        NotFound: There is no model.
        TamperedModel: Its files are not those that were logged.
    """
    here = session() if here is None else here
    address = parse(uri)
    path = Path(address.path).expanduser()
    if address.kind == "local" and path.exists():
        place = ModelPlace(address.uri, local=path)
    else:
        place = place_of(here.store, address)
    local = local_folder(here, place, None if dst_path is None else os.fspath(dst_path))
    return FoundModel(here, place, local.folder, Model.load(local.folder), local.is_own)


def load_by(
    flavor: str,
    uri: Uri,
    dst_path: Uri | None = None,
    trust: Trust = ASKED_NOBODY,
    options: Mapping[str, Any] | None = None,
) -> Any:
    """A model as its library has it.

    Raises:
        ModelError: It is of another flavor, or cannot be read.
        UnsafeModel: Reading it runs code that nobody vouched for.
        MissingPackage: Its library is not installed.
    """
    found = find_model(uri, dst_path)
    if flavor not in found.description.flavors:
        others = sorted(set(found.description.flavors) - {PYTHON_FUNCTION})
        hint = f"load it with nbtrack.{(others or ['pyfunc'])[0]}.load_model"
        raise ModelError(
            f"Model does not have the {flavor!r} flavor: {found.place.uri} has "
            f"{listing(sorted(found.description.flavors), flavor).removeprefix('there are ')}; "
            f"{hint}"
        )
    consent = found.consent(trust)
    return load_native(found.folder, flavor, found.description, consent, options)


def load_model(
    model_uri: Uri,
    suppress_warnings: bool = False,  # noqa: FBT001, FBT002 - MLflow's signature
    dst_path: Uri | None = None,
    model_config: Mapping[str, Any] | Uri | None = None,
    *,
    allow_pickle: bool | None = None,
    trusted_types: Collection[str] = (),
) -> PyFuncModel:
    """Load a model of any flavor, to be asked by `predict`.

    Args:
        model_uri: `models:/name/1`, `models:/name@alias`, `models:/<model id>`,
            `runs:/<run id>/name`, or a path.
        suppress_warnings: Whether nothing is said where packages differ from those it was logged
            with.
        dst_path: Where to put its files; a temporary place else.
        model_config: What it finds as its configuration, in place of what it was logged with.
        allow_pickle: Whether a model that you did not log yourself may run code as it is read;
            the setting `allow_pickle` else.
        trusted_types: Types that may be made when it is read, by their full names.

    Raises:
        NotFound: There is no model; the message names what is nearest.
        UnsafeModel: Reading it runs code that nobody vouched for.
        TamperedModel: Its files are not those that were logged.
        MissingPackage: Its library is not installed.

    Example:
        >>> import nbtrack
        >>> from nbtrack.testing import temporary_store
        >>> with temporary_store():
        ...     info = nbtrack.pyfunc.log_model(name="total", python_model=lambda it: sum(it))
        ...     nbtrack.pyfunc.load_model(info.model_uri).predict([1, 2, 3])
        6
    """
    found = find_model(model_uri, dst_path)
    if not suppress_warnings:
        tell_differences(found.folder, found.description)
    consent = found.consent(Trust(allow_pickle, trusted_types))
    return load_to_ask(found.folder, found.description, consent, model_config)


def get_model_info(model_uri: Uri) -> ModelInfo:
    """What is known of a model: its signature, flavors, example, id.

    Raises:
        NotFound: There is no model.

    Example:
        >>> import nbtrack
        >>> from nbtrack.testing import temporary_store
        >>> with temporary_store():
        ...     logged = nbtrack.pyfunc.log_model(name="total", python_model=lambda it: sum(it))
        ...     nbtrack.models.get_model_info(logged.model_uri).name
        'total'
    """
    found = find_model(model_uri)
    logged = found.place.logged
    if logged is None:
        return found.description.get_model_info(uri="" if found.place.run_id else found.place.uri)
    store = found.here.store
    return found.description.get_model_info(find=lambda: logged_models.get(store, logged.model_id))


def register_model(
    model_uri: Uri,
    name: str,
    await_registration_for: int | None = 300,  # noqa: ARG001 - MLflow's signature
    *,
    tags: Mapping[str, Any] | None = None,
    env_pack: Any = None,
) -> ModelVersion:
    """Make the model at an address the next version of a registered model.

    The registered model is made where there is none.

    Args:
        model_uri: `runs:/<run id>/name`, `models:/<model id>`, or a path.
        name: The registered model.
        await_registration_for: Taken; a version is ready at once.
        tags: Tags of the version.
        env_pack: Taken; it is of Databricks.

    Raises:
        NotFound: There is no model at that address.
        InvalidValue: The name cannot be taken.

    Example:
        >>> import nbtrack
        >>> from nbtrack.testing import temporary_store
        >>> with temporary_store():
        ...     info = nbtrack.pyfunc.log_model(name="total", python_model=lambda it: sum(it))
        ...     version = nbtrack.register_model(info.model_uri, "totals")
        >>> version.name, int(version.version)
        ('totals', 1)
    """
    if env_pack is not None:
        warn("env_pack is taken and changes nothing: it is of Databricks")
    return register_at(session(), model_uri, name, tags)


def register_at(
    here: Session, uri: Uri, name: str, tags: Mapping[str, Any] | None = None
) -> ModelVersion:
    """Make a version of the model at an address in a store; what `register_model` does."""
    place = place_of(here.store, uri)
    signature = find_model(uri, here=here).description.signature
    is_logged = place.model_id is not None and not place.path
    found = register(
        here,
        name,
        source=f"models:/{place.model_id}" if is_logged else str(place.uri),
        run_id=place.run_id,
        model_id=place.model_id if is_logged else None,
        files=place.manifest,
        signature=signature,
        tags=tags,
    )
    if is_logged:
        note_version(found)
    return found


def note_version(version: ModelVersion) -> None:
    """Have the card of the run that is open tell which version its model became."""
    for run in stack.open_runs():
        made = run.made.get(str(version.model_id))
        if made is not None:
            told = made._replace(registered=version.name, version=str(version.version))
            run.made[made.model_id] = told
