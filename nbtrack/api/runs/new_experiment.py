"""What a new experiment is made of: its name, where its artifacts go, its tags."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from nbtrack.api.session import Session, current_settings
from nbtrack.capture.facts import facts
from nbtrack.capture.redaction import redact, redact_text
from nbtrack.capture.values import key_of, text_of
from nbtrack.errors import InvalidValue
from nbtrack.journal.machine import host_name
from nbtrack.records.ids import next_time
from nbtrack.records.operation import CreateExperiment

__all__ = ["checked_name", "new_experiment", "stamp", "texts_of"]

LONGEST_NAME = 500


def new_experiment(
    here: Session,
    name: str,
    artifact_location: str | os.PathLike[str] | None = None,
    tags: Mapping[str, Any] | None = None,
) -> CreateExperiment:
    """The operation that makes an experiment; its artifacts go where the settings say, if at all.

    Raises:
        InvalidValue: The name, the location or a tag cannot be taken.
    """
    place = artifact_location or current_settings().artifact_root
    return CreateExperiment(
        name=checked_name(name),
        artifact_location=None if place is None else location_of(here, os.fspath(place)),
        tags=texts_of(tags or {}),
        **stamp(),
    )


def checked_name(name: Any) -> str:
    """A name that an experiment may have, without secrets."""
    if not isinstance(name, str) or not name.strip() or len(name) > LONGEST_NAME:
        raise InvalidValue(f"an experiment's name is a text of 1 to 500 characters, not {name!r}")
    return redact_text(name)


def stamp() -> dict[str, Any]:
    """When and by whom an operation is done, and from where: for the log of the registry."""
    return {
        "time": next_time(),
        "actor": facts.who(current_settings().user),
        "host": host_name(),
        "pid": os.getpid(),
        **facts.place(),
    }


def location_of(here: Session, given: str) -> str:
    """Where artifacts go, as it is kept: a URL, or a folder, told from where the store stands.

    What lies beside the store moves with it, so it is kept as a relative path.
    """
    parts = urlsplit(given)
    if "://" in given and parts.scheme != "file":
        if ".." in parts.path.split("/"):
            raise InvalidValue(f"the artifact location {given!r} has '..' in it")
        return given
    path = Path(unquote(parts.path) if parts.scheme == "file" else given).expanduser().resolve()
    home = here.folder.path.parent
    return path.relative_to(home).as_posix() if path.is_relative_to(home) else str(path)


def texts_of(tags: Mapping[str, Any]) -> dict[str, str]:
    """Tags as texts, without secrets."""
    keys = [key_of(key, "tag") for key in tags]
    values = [
        redact(key, text_of(value, key, "tag"))
        for key, value in zip(keys, tags.values(), strict=True)
    ]
    return dict(zip(keys, values, strict=True))
