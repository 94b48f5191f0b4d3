"""Where models are: each form of a model's address read, and found in a store.

One reader and one finder for all who take a model's URI: loading, registering, downloading.
"""

from __future__ import annotations

import os
import re
from typing import Literal, NamedTuple
from urllib.parse import unquote, urlsplit

from nbtrack.errors import InvalidUri, NotYet
from nbtrack.records.artifact import parse_artifact_uri
from nbtrack.records.registered_model import ALL_STAGES

__all__ = ["FORMS", "MODEL_ID", "STORE_MODEL", "Address", "is_model_id", "parse"]

FORMS = (
    "models:/<name>/<version>, models:/<name>@<alias>, models:/<name>/<stage>, "
    "models:/<name>/latest, models:/<model id>, runs:/<run id>/<path>, a local path, "
    "or an address such as s3://bucket/path"
)

MODEL_ID = re.compile(r"m-[0-9a-f]{32}")
STORE_MODEL = re.compile(
    r"^nbtrack-artifacts:/+[^/]+/models/(?P<model_id>[^/]+)/artifacts(?:/(?P<path>.*))?$"
)
SCHEME = re.compile(r"^(?P<scheme>[A-Za-z][A-Za-z0-9+.-]+):(?P<rest>.*)$", re.DOTALL)

OURS = {"models", "runs", "nbtrack-artifacts", "mlflow-artifacts", "file"}
"""Schemes that no folder of such a name comes before."""

MOST_DIGITS = 18
"""Of a version's number, which is held in 64 bits."""

Kind = Literal[
    "version", "alias", "stage", "latest", "name", "logged_model", "run", "local", "remote"
]


class Address(NamedTuple):
    """An address as it was read; what its kind does not have is empty."""

    uri: str
    kind: Kind
    name: str = ""
    version: int = 0
    alias: str = ""
    stage: str = ""
    model_id: str = ""
    run_id: str = ""
    path: str = ""
    """What is meant within it: of a model, of a run, or the whole local path."""


def is_model_id(text: str) -> bool:
    """Whether a text has the form of a logged model's id."""
    return MODEL_ID.fullmatch(text) is not None


def parse(uri: str | os.PathLike[str]) -> Address:
    """Read an address.

    Raises:
        InvalidUri: It has no form that is known; the message says which there are.
        NotYet: It is of a server.

    Example:
        >>> from nbtrack.registry.addresses import parse
        >>> parse("models:/churn@champion").alias
        'champion'
        >>> parse("runs:/0123/model").path
        'model'
    """
    text = uri.strip() if isinstance(uri, str) else os.fspath(uri)
    if not isinstance(text, str) or not text:
        raise InvalidUri(f"{uri!r} is no address of a model; there are {FORMS}")
    scheme, rest = split(text)
    match scheme:
        case "models":
            return of_registry(text, rest)
        case "runs":
            return of_run(text)
        case "nbtrack-artifacts":
            return of_store(text)
        case "mlflow-artifacts":
            raise NotYet(f"a model of a server ({text})", "the tracking server")
        case "file":
            parts = urlsplit(text)
            if parts.netloc not in {"", "localhost"}:
                raise InvalidUri(f"{text!r} names the machine {parts.netloc!r}; write file:///path")
            return Address(text, "local", path=unquote(parts.path))
        case "":
            return Address(text, "local", path=text)
        case "model" | "run":
            raise InvalidUri(f"{text!r}: write {scheme}s:/ with an s; there are {FORMS}")
        case _:
            return Address(text, "remote", path=text)


def split(text: str) -> tuple[str, str]:
    """The scheme of an address in small letters, and what follows it; a path has none."""
    found = SCHEME.match(text)
    scheme = "" if found is None else found["scheme"].lower()
    if found is None or (scheme not in OURS and os.path.exists(text)):  # noqa: PTH110 - never raises
        return "", text
    return scheme, found["rest"]


def of_registry(text: str, rest: str) -> Address:
    """An address that begins with `models:`."""
    if rest.startswith("//") and not rest.startswith("///"):
        raise InvalidUri(
            f"{text!r} names another registry ({urlsplit(text).netloc!r}), and nbtrack has the one "
            f"of its store: write models:/ with one slash; there are {FORMS}"
        )
    first, *others = rest.strip("/").split("/")
    if not rest.startswith("/") or not all(part.strip() for part in (first, *others)):
        raise improper(text)
    if is_model_id(first):
        return Address(text, "logged_model", model_id=first, path=inner(text, others))
    name, at, alias = first.rpartition("@")
    if at:
        if not name.strip() or not alias.strip():
            raise improper(text)
        return Address(text, "alias", name=name, alias=alias, path=inner(text, others))
    if not others:
        return Address(text, "name", name=first)
    return of_suffix(text, first, others[0].strip(), inner(text, others[1:]))


def of_suffix(text: str, name: str, suffix: str, path: str) -> Address:
    """An address of a model's version by what follows its name."""
    if suffix.isascii() and suffix.isdigit() and len(suffix) <= MOST_DIGITS:
        return Address(text, "version", name=name, version=int(suffix), path=path)
    if suffix.lower() == "latest":
        return Address(text, "latest", name=name, path=path)
    stage = next((it for it in ALL_STAGES if it.lower() == suffix.lower()), None)
    if stage is None:
        raise InvalidUri(
            f"{text!r}: {suffix!r} is neither a version's number nor 'latest' nor a stage "
            f"({', '.join(ALL_STAGES)}); for an alias write models:/{name}@{suffix}"
        )
    return Address(text, "stage", name=name, stage=stage, path=path)


def improper(text: str) -> InvalidUri:
    return InvalidUri(f"Not a proper models:/ URI: {text}. There are {FORMS}")


def inner(text: str, parts: list[str]) -> str:
    """A path within a model, which must not lead out of it."""
    if ".." in map(unquote, parts):
        raise InvalidUri(f"{text!r} leads out of the model")
    return "/".join(parts)


def of_run(text: str) -> Address:
    """An address that begins with `runs:`."""
    run_id, path = parse_artifact_uri(text) or ("", "")
    if not run_id or text.startswith("runs://"):
        raise InvalidUri(
            f"Not a proper runs:/ URI: {text}. It is of the form runs:/<run id>/<path>"
        )
    return Address(text, "run", run_id=run_id, path=inner(text, path.strip("/").split("/")))


def of_store(text: str) -> Address:
    """An address within the store's own folder."""
    found = STORE_MODEL.match(text)
    if found is not None:
        path = inner(text, (found["path"] or "").strip("/").split("/"))
        return Address(text, "logged_model", model_id=found["model_id"], path=path)
    parsed = parse_artifact_uri(text)
    if parsed is None:
        raise InvalidUri(
            f"{text!r} is no place in the store: there are "
            f"nbtrack-artifacts:/<experiment>/<run id>/artifacts/<path> and "
            f"nbtrack-artifacts:/<experiment>/models/<model id>/artifacts"
        )
    return Address(text, "run", run_id=parsed[0], path=inner(text, parsed[1].split("/")))
