"""Which registered model, version or address a person means; `models:/` may be left out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from nbtrack.errors import InvalidUri, InvalidValue, NotFound, listing
from nbtrack.hosts.command_line.desk import WrongUse
from nbtrack.questions import model_versions, registered_models
from nbtrack.registry.addresses import is_model_id, parse

if TYPE_CHECKING:
    from nbtrack.hosts.command_line.desk import Desk
    from nbtrack.records.registered_model import ModelVersion

__all__ = [
    "Chosen",
    "address_called",
    "chosen",
    "is_of_store",
    "literal",
    "model_names",
    "version_called",
]

SCHEME = "models:/"


class Chosen(NamedTuple):
    """A registered model, or one version of it."""

    name: str
    version: ModelVersion | None = None

    @property
    def words(self) -> str:
        """What it is called in a sentence."""
        if self.version is None:
            return f"model {self.name!r}"
        return f"version {self.version.version} of {self.name!r}"

    @property
    def address(self) -> str:
        """How it is typed: `churn`, `churn/3`."""
        return self.name if self.version is None else f"{self.name}/{self.version.version}"


def chosen(desk: Desk, text: str) -> Chosen:
    """What `churn`, `churn/3`, `churn@champion`, `churn/latest` or `churn/Production` names.

    Raises:
        NotFound: There is no such model, version, alias or version in that stage.
        InvalidValue: It is the address of something else.
    """
    bare = text.strip().removeprefix("models:").strip("/")
    if registered_models.find(desk.store, bare) is not None:
        return Chosen(bare)
    if is_model_id(bare) or text.startswith("runs:"):
        raise InvalidValue(
            f"{text!r} is no registered model: nbtrack models register {text} NAME makes a "
            f"version of it, and nbtrack models check {text} looks at it"
        )
    address = parse(f"{SCHEME}{bare}")
    if address.kind == "name":
        registered_models.get(desk.store, bare)
    if address.path:
        raise InvalidUri(f"{text!r} names a file; a version is named NAME/VERSION")
    from nbtrack.registry.places import VERSIONS

    version = VERSIONS[address.kind](desk.store, address)
    return Chosen(version.name, version)


def version_called(desk: Desk, name: str, version: str | None) -> Chosen:
    """A version as NAME VERSION or as NAME/VERSION; VERSION may be `@alias` or `latest`.

    Raises:
        WrongUse: No version is named.
    """
    text = name if version is None else f"{name.rstrip('/')}{joint(version)}{version}"
    found = chosen(desk, text)
    if found.version is None:
        known = model_versions.search(desk.store, f"name = {literal(name)}", max_results=50)
        numbers = [it.version for it in known]
        raise WrongUse(f"VERSION is missing; {listing(numbers, '')}")
    return found


def joint(version: str) -> str:
    """What stands between a name and a version."""
    return "" if version.startswith("@") else "/"


def literal(text: str) -> str:
    """A text as the filter language quotes it."""
    return "'" + text.replace("'", "''") + "'"


def address_called(desk: Desk, text: str) -> str:
    """The address of a model: any form there is, or a version without its `models:/`.

    A folder that is there comes before a version that is called so.

    Raises:
        NotFound: It is neither.
    """
    if ":" in text or Path(text).expanduser().exists():
        return text
    _ = desk.store
    if is_model_id(text):
        return f"{SCHEME}{text}"
    name = text.partition("/")[0].rpartition("@")[0] or text.partition("/")[0]
    if registered_models.find(desk.store, name) is not None:
        return f"{SCHEME}{text}"
    if "/" in text.removesuffix("/") and not text.startswith((".", "/", "~")):
        raise NotFound(
            f"there is neither a folder {text!r} nor a registered model {name!r}; "
            f"{listing(model_names(desk), name)}"
        )
    return text


def is_of_store(address: str) -> bool:
    """Whether an address leads into the store, which then must be there."""
    return address.startswith(("models:", "runs:", "nbtrack-artifacts:"))


def model_names(desk: Desk) -> list[str]:
    """The names of registered models."""
    return [it.name for it in registered_models.search(desk.store, max_results=1000)]
