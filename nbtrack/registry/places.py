"""Addresses of models found in a store: which model is meant, and the files it consists of."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from nbtrack.capture.open_model import ModelFile
from nbtrack.errors import InvalidUri, ModelError, NotFound, TamperedModel, listing
from nbtrack.questions import (
    artifacts,
    logged_models,
    model_versions,
    registered_models,
    runs,
)
from nbtrack.questions.logged_models import ModelWithFiles
from nbtrack.records.logged_model import LoggedModel, LoggedModelStatus
from nbtrack.records.registered_model import ModelVersion
from nbtrack.registry.addresses import FORMS, Address, parse
from nbtrack.registry.manifest import below, by_path, manifest_digest
from nbtrack.store.protocol import Store

__all__ = ["MLMODEL", "VERSIONS", "ModelPlace", "place_of"]

MLMODEL = "MLmodel"
"""The file that makes a folder a model."""

MOST_HOPS = 5
"""A version may name another as its source, as copies do."""

OWN_LOCATION = re.compile(
    r"/(?:models/(?P<model_id>m-[0-9a-f]{32})|(?P<run_id>[0-9a-f]{32}))/artifacts"
    r"(?:/(?P<path>.*))?$"
)
"""How the address of a model or run at an experiment's own location ends."""


class ModelPlace(NamedTuple):
    """A model that an address names.

    `manifest` are all its files by path, as the store recorded them; None where no store did, and
    then `local` or `uri` is where they are.
    """

    uri: str
    name: str | None = None
    """The registered model's, or the logged model's."""
    version: int | None = None
    alias: str | None = None
    model_id: str | None = None
    run_id: str | None = None
    experiment_id: str | None = None
    manifest: dict[str, ModelFile] | None = None
    local: Path | None = None
    path: str = ""
    """What is meant within it."""
    logged: LoggedModel | None = None
    """Without its params, tags and metrics."""
    registered: ModelVersion | None = None


def place_of(
    store: Store, uri: str | os.PathLike[str] | Address, *, unfinished: bool = False
) -> ModelPlace:
    """Find the model that an address names.

    Args:
        store: Where to look.
        uri: The address.
        unfinished: Whether a logged model that is not READY will do.

    Raises:
        InvalidUri: It has no form that is known.
        NotFound: There is nothing there; the message names what is nearest.
        ModelError: The model was not logged to its end.
        TamperedModel: A version was registered with other files than its model has now.
    """
    address = uri if isinstance(uri, Address) else parse(uri)
    match address.kind:
        case "logged_model":
            return of_logged_model(store, address, unfinished=unfinished)
        case "run":
            return of_run(store, address, unfinished=unfinished)
        case "local":
            return of_path(store, address, unfinished=unfinished)
        case "remote":
            return of_remote(store, address, unfinished=unfinished)
        case "name":
            raise without_version(store, address)
        case _:
            return of_version(store, address)


# Logged models


def of_logged_model(store: Store, address: Address, *, unfinished: bool) -> ModelPlace:
    found = logged_models.with_files(store, address.model_id)
    if not unfinished:
        check_ready(found.model)
    return place_of_model(found, address)


def check_ready(model: LoggedModel) -> None:
    """Refuse a model that was not logged to its end."""
    if model.status != LoggedModelStatus.READY:
        reason = f": {model.status_message}" if model.status_message else ""
        advice = (
            "wait until it is logged"
            if model.status == LoggedModelStatus.PENDING
            else "log it again, or choose another"
        )
        raise ModelError(
            f"the logged model {model.model_id} ({model.name}) is {model.status.value}{reason}; "
            f"{advice}"
        )


def place_of_model(found: ModelWithFiles, address: Address) -> ModelPlace:
    """The place of a logged model with its files."""
    model = found.model
    return ModelPlace(
        address.uri,
        name=model.name,
        model_id=model.model_id,
        run_id=model.source_run_id,
        experiment_id=model.experiment_id,
        manifest=by_path(found.files),
        path=address.path,
        logged=model,
    )


# Versions of registered models


def of_version(store: Store, address: Address, hops: int = 0) -> ModelPlace:
    """The place of the version that a number, an alias, a stage or `latest` names."""
    version = VERSIONS[address.kind](store, address)
    if version.status != "READY":
        reason = f": {version.status_message}" if version.status_message else ""
        raise ModelError(
            f"version {version.version} of {version.name!r} is {version.status}{reason}; "
            f"wait for it, or choose another"
        )
    found = as_registered(store, version, source_of(store, version, address, hops))
    return found._replace(
        uri=address.uri,
        name=version.name,
        version=int(version.version),
        alias=address.alias or None,
        run_id=version.run_id or found.run_id,
        path=address.path,
        registered=version,
    )


def numbered(store: Store, address: Address) -> ModelVersion:
    return model_versions.get(store, address.name, address.version)


def at_alias(store: Store, address: Address) -> ModelVersion:
    return model_versions.at_alias(store, address.name, address.alias)


def latest(store: Store, address: Address) -> ModelVersion:
    return model_versions.newest(store, address.name)


def in_stage(store: Store, address: Address) -> ModelVersion:
    found = model_versions.in_stages(store, address.name, [address.stage])
    if found:
        return max(found, key=lambda it: int(it.version))
    others = model_versions.in_stages(store, address.name)
    there = ", ".join(f"{it.current_stage} (version {it.version})" for it in others)
    raise NotFound(
        f"No versions of model with name '{address.name}' and stage '{address.stage}' found; "
        f"there are {there or 'no versions yet'}"
    )


VERSIONS: dict[str, Callable[[Store, Address], ModelVersion]] = {
    "version": numbered,
    "alias": at_alias,
    "stage": in_stage,
    "latest": latest,
}


def source_of(store: Store, version: ModelVersion, address: Address, hops: int) -> ModelPlace:
    """Where a version's files are: its logged model's, kept though it be deleted, or its source."""
    if version.model_id:
        found = logged_models.with_files(store, version.model_id, view="ALL")
        check_ready(found.model)
        return place_of_model(found, address)
    if not version.source:
        raise ModelError(f"version {version.version} of {version.name!r} names no source")
    source = parse(version.source)
    if source.kind in VERSIONS:
        if hops >= MOST_HOPS:
            raise ModelError(f"the sources of {address.uri} lead in a circle")
        return of_version(store, source, hops + 1)
    place = place_of(store, source)
    if place.path and place.manifest is not None:
        return place._replace(manifest=below(place.manifest.values(), place.path), path="")
    return place


def as_registered(store: Store, version: ModelVersion, found: ModelPlace) -> ModelPlace:
    """A version stays what was registered, whatever is added to its logged model later.

    Raises:
        TamperedModel: The files of that time are not those that were registered.
    """
    if not version.digest or found.manifest is None:
        return found
    if manifest_digest(found.manifest) == version.digest:
        return found
    if found.model_id is not None:
        moment = (version.creation_timestamp + 1) * 1000
        then = by_path(logged_models.files(store, found.model_id, before=moment))
        if manifest_digest(then) == version.digest:
            return found._replace(manifest=then)
    raise TamperedModel(
        f"version {version.version} of {version.name!r} was registered with other files than "
        f"{found.model_id or version.source} has; register it again as a new version"
    )


def without_version(store: Store, address: Address) -> InvalidUri | NotFound:
    """What to say of an address that names a model and none of its versions."""
    model = registered_models.get(store, address.name)
    if not model.latest_versions:
        return InvalidUri(f"{address.uri!r} names no version, and {model.name!r} has none yet")
    newest = max(int(it.version) for it in model.latest_versions)
    ways = [f"models:/{model.name}/{newest}", f"models:/{model.name}/latest"]
    ways += [f"models:/{model.name}@{alias}" for alias in model.aliases]
    return InvalidUri(f"{address.uri!r} names no version; write {', '.join(ways)}")


# Runs


def of_run(store: Store, address: Address, *, unfinished: bool) -> ModelPlace:
    """The run's newest logged model of that name, else a folder of its artifacts."""
    name, _, inner = address.path.partition("/")
    models = logged_models.of_run(store, address.run_id, name) if name else []
    ready = [it for it in models if unfinished or it.model.status == LoggedModelStatus.READY]
    if ready:
        return place_of_model(ready[0], address._replace(path=inner))
    files = artifacts.files(store, address.run_id, address.path, with_models=False)
    if files:
        info = runs.get(store, address.run_id).info
        kept = [ModelFile(it.path, str(it.digest), it.file_size) for it in files if it.digest]
        return ModelPlace(
            address.uri,
            run_id=address.run_id,
            experiment_id=info.experiment_id,
            manifest=below(kept, address.path) or by_path(kept),
        )
    if models:
        check_ready(models[0].model)
    raise nothing_at(store, address)


def nothing_at(store: Store, address: Address) -> NotFound:
    """What to say of a path at which a run has no model: where it has some."""
    known = {it.model.name: None for it in logged_models.of_run(store, address.run_id)}
    for file in artifacts.files(store, address.run_id, with_models=False):
        path = PurePosixPath(file.path)
        if path.name == MLMODEL:
            known[str(path.parent)] = None
    where = f"at {address.path!r}" if address.path else "at its root; write runs:/<run id>/<path>"
    return NotFound(
        f"run {address.run_id} has no model {where}; {listing(list(known), address.path)}"
    )


# Elsewhere


def of_path(store: Store, address: Address, *, unfinished: bool) -> ModelPlace:
    """A local folder, or what an experiment keeps at a local folder of its own."""
    path = Path(address.path).expanduser()
    if os.path.exists(path):  # noqa: PTH110 - of a name that is too long it says no
        return ModelPlace(address.uri, local=path)
    known = of_own_location(store, address, unfinished=unfinished)
    if known is None:
        raise NotFound(
            f"there is no model at {str(path)!r} (working directory {Path.cwd()}); "
            f"there are {FORMS}"
        )
    return known


def of_remote(store: Store, address: Address, *, unfinished: bool) -> ModelPlace:
    """An address that fsspec knows; what an experiment keeps there is known to the store."""
    known = of_own_location(store, address, unfinished=unfinished)
    return known or ModelPlace(address.uri)


def of_own_location(store: Store, address: Address, *, unfinished: bool) -> ModelPlace | None:
    """The model or run whose files an experiment keeps at an address, if the store has it."""
    found = OWN_LOCATION.search(address.uri)
    if found is None:
        return None
    path = found["path"] or ""
    own = (
        Address(address.uri, "logged_model", model_id=found["model_id"], path=path)
        if found["model_id"]
        else Address(address.uri, "run", run_id=found["run_id"], path=path)
    )
    try:
        return place_of(store, own, unfinished=unfinished)
    except NotFound:
        return None
