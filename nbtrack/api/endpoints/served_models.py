"""Models made ready to be served: found, checked, and copied to where workers read them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from nbtrack.api.files.model_files import copy_files, is_unchanged
from nbtrack.api.session import Session, current_settings
from nbtrack.errors import InvalidValue, ModelError, NotFound
from nbtrack.records.endpoint import TrafficMode, Variant
from nbtrack.records.registered_model import ModelVersion
from nbtrack.registry.addresses import parse
from nbtrack.registry.format.mlmodel import Model
from nbtrack.registry.manifest import is_own, manifest_digest
from nbtrack.registry.places import MLMODEL, VERSIONS, ModelPlace, place_of
from nbtrack.registry.safety import digest_of

__all__ = [
    "CANARY_SHARE",
    "Uri",
    "Wanted",
    "described",
    "named_variants",
    "newest",
    "variant_of",
    "wanted_models",
]

Uri = str | os.PathLike[str]

CANARY_SHARE = 0.05
"""What a canary gets if nothing else is said."""


NAMES = {"latest": "latest"}


class Wanted(NamedTuple):
    """A model that is to be served, and its part in the traffic."""

    uri: str
    share: float = 1.0
    is_shadow: bool = False


def wanted_models(
    model_uri: Uri,
    split: Mapping[str, float] | None = None,
    canary: Uri | Mapping[str, float] | None = None,
    bandit: Uri | Sequence[Uri] | None = None,
    shadow: Uri | Sequence[Uri] | None = None,
) -> tuple[list[Wanted], TrafficMode]:
    """The models of an endpoint, the first the main one, and how they share the traffic.

    Raises:
        InvalidValue: Shares that cannot be, or two ways of sharing at once.
    """
    ways = {"split": split, "canary": canary, "bandit": bandit}
    given = [name for name, way in ways.items() if way is not None]
    if len(given) > 1:
        raise InvalidValue(f"{' and '.join(given)} share traffic in different ways; choose one")
    first = address_of(model_uri)
    shadows = [Wanted(uri, 0.0, is_shadow=True) for uri in addresses(shadow)]
    if bandit is not None:
        return [Wanted(first), *map(Wanted, addresses(bandit)), *shadows], "bandit"
    if canary is not None and not isinstance(canary, Mapping):
        canary = {address_of(canary): CANARY_SHARE}
    if split is not None and not isinstance(split, Mapping):
        raise InvalidValue(
            f"split says the part of each further model, such as "
            f"{{'models:/churn@challenger': 0.1}}, not {split!r}"
        )
    if split is None and canary is None:
        return [Wanted(first), *shadows], "single"
    others = {address_of(uri): share for uri, share in ((split or canary) or {}).items()}
    check_shares(others, first)
    rest = others.pop(first, 1.0 - sum(others.values()))
    models = [Wanted(first, round(rest, 10)), *(Wanted(*it) for it in others.items())]
    return [*models, *shadows], "split" if split is not None else "canary"


def check_shares(shares: Mapping[str, float], first: str) -> None:
    """Refuse shares that are none."""
    wrong = {
        uri: it
        for uri, it in shares.items()
        if isinstance(it, bool) or not isinstance(it, int | float) or not 0 <= it <= 1
    }
    total = sum(it for uri, it in shares.items() if uri not in wrong)
    if wrong or total > 1 + 1e-9 or not set(shares) - {first}:
        raise InvalidValue(
            f"shares say which part of the traffic each further model gets, from 0 to 1 and "
            f"together at most 1, such as {{'models:/churn@challenger': 0.1}}; {dict(shares)} came"
        )


def addresses(given: Uri | Sequence[Uri] | None) -> list[str]:
    """One address or several, as a list."""
    if given is None:
        return []
    if isinstance(given, list | tuple):
        return [address_of(it) for it in given]
    return [address_of(given)]


def address_of(given: Any) -> str:
    """An address as text.

    Raises:
        InvalidValue: It is none.
    """
    if isinstance(given, str | os.PathLike):
        return os.fspath(given)
    raise InvalidValue(
        f"a model is served by its address, such as models:/churn@champion or a folder, not by "
        f"a {type(given).__name__}"
    )


def variant_of(
    here: Session, wanted: Wanted, models: Path, *, allow_pickle: bool | None = None
) -> Variant:
    """A model with its files where a worker finds them.

    What the store keeps is copied, and each file's SHA-256 compared on the way. A local folder is
    served where it is, as it is now: a worker refuses it once it is changed.

    Args:
        here: The store.
        wanted: The model.
        models: Where copies go.
        allow_pickle: Whether a model that this user did not log may run code as it is read.

    Raises:
        NotFound: There is no model.
        ModelError: It was not logged to its end, or is no model.
        TamperedModel: Its files are not those that were logged.
    """
    place = place_at(here, wanted.uri)
    folder, files, own = copied(here, place, models)
    if MLMODEL not in files:
        raise ModelError(f"{wanted.uri} is no model: its folder {folder} has no file {MLMODEL}")
    allowed = current_settings().allow_pickle if allow_pickle is None else allow_pickle
    return Variant(
        name="",
        model_uri=wanted.uri,
        folder=str(folder),
        files=files,
        is_vouched=own or allowed,
        model_name=place.name or Model.load(folder).artifact_path or folder.name,
        version=place.version,
        model_id=place.model_id,
        run_id=place.run_id,
        share=wanted.share,
        is_shadow=wanted.is_shadow,
    )


def place_at(here: Session, uri: str) -> ModelPlace:
    """Where a model is; a local folder is looked at without a store."""
    address = parse(uri)
    path = Path(address.path).expanduser()
    if address.kind == "local" and path.exists():
        return ModelPlace(address.uri, local=path.absolute())
    return place_of(here.store, address)


def copied(here: Session, place: ModelPlace, models: Path) -> tuple[Path, dict[str, str], bool]:
    """A model's folder, the digests of its files, and whether this user logged them all."""
    if place.manifest is not None:
        if place.path:
            raise InvalidValue(f"{place.uri} names a file; a model as a whole is served")
        target = models / manifest_digest(place.manifest)[:16]
        if not (target.is_dir() and is_unchanged(target, place.manifest)):
            put_copy(here, place, target)
        files = {path: file.digest for path, file in place.manifest.items()}
        return target, files, is_own(place.manifest)
    folder = place.local
    if folder is None:
        from nbtrack.api.files.remote import fetch_remote

        models.mkdir(parents=True, exist_ok=True)
        folder = fetch_remote(place.uri, models)
    if not folder.is_dir():
        raise NotFound(f"{folder} is a file; a model is a folder")
    found = sorted(it for it in folder.rglob("*") if it.is_file())
    return folder, {it.relative_to(folder).as_posix(): digest_of(it) for it in found}, False


def put_copy(here: Session, place: ModelPlace, target: Path) -> None:
    """Copy a model's files; the folder is there when all of them are."""
    new = target.with_suffix(f".{os.getpid()}.new")
    shutil.rmtree(target, ignore_errors=True)
    try:
        copy_files(here, place, place.manifest or {}, new)
        new.replace(target)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def named_variants(variants: Sequence[Variant]) -> tuple[Variant, ...]:
    """Variants with names of their own: the alias they were found by, or their version.

    Where models of several names are served, the name of the model stands before that.
    """
    import msgspec

    names: list[str] = []
    has_several = len({it.model_name for it in variants}) > 1
    for variant in variants:
        address = parse(variant.model_uri)
        name = address.alias or address.stage.lower() or NAMES.get(address.kind, "")
        if not name:
            name = f"v{variant.version}" if variant.version else str(variant.model_name)
        if has_several and name != variant.model_name:
            name = f"{variant.model_name}-{name}"
        if name in names and variant.version:
            name = f"{variant.model_name}-v{variant.version}"
        while name in names:
            name = f"{name}-{len(names) + 1}"
        names.append(name)
    return tuple(
        msgspec.structs.replace(it, name=name) for it, name in zip(variants, names, strict=True)
    )


def newest(here: Session, variant: Variant) -> ModelVersion | None:
    """The version that a variant's address means now; None if it always means the same."""
    address = parse(variant.model_uri)
    if address.kind not in {"alias", "stage", "latest"}:
        return None
    return VERSIONS[address.kind](here.store, address)


def described(variant: Variant) -> str:
    """A variant in words."""
    if variant.version:
        return f"{variant.model_name} version {variant.version}"
    return variant.model_uri
