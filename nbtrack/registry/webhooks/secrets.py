"""What signs deliveries and lets them in: kept with the user, never in a store.

A store may be shared, copied and backed up. So a webhook's secret and its `Authorization` stand in
a file of the user's state folder that nobody else may read. A process of another user, or on
another machine, leaves the deliveries of such a webhook to one that has the file.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from nbtrack.decoding import decode
from nbtrack.errors import StoreError
from nbtrack.journal.folder import state_folder

__all__ = ["Secrets", "forget", "has_secrets", "keep", "secrets_of"]


class Secrets(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a webhook's receiver and its sender share."""

    secret: str | None = None
    authorization: str | None = None

    def __repr__(self) -> str:
        return "Secrets(…)"

    def __bool__(self) -> bool:
        return bool(self.secret or self.authorization)


def place_of(webhook_id: str) -> Path:
    """The file of a webhook."""
    return state_folder() / "webhooks" / f"{webhook_id}.json"


def keep(webhook_id: str, told: Secrets) -> None:
    """Keep a webhook's secrets, for this user alone.

    Raises:
        StoreError: The user's state folder cannot be written.
    """
    path = place_of(webhook_id)
    fresh = path.with_suffix(f".{os.getpid()}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh.unlink(missing_ok=True)
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(told))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError as error:
        raise StoreError(
            f"the secret of the webhook cannot be kept in {path.parent}: {error.strerror}; "
            f"make the folder writable, or set XDG_STATE_HOME"
        ) from error


def secrets_of(webhook_id: str) -> Secrets | None:
    """A webhook's secrets; None where they are not this user's, or not on this machine."""
    try:
        return decode(place_of(webhook_id).read_bytes(), Secrets)
    except (OSError, msgspec.DecodeError):
        return None


def has_secrets(webhook_id: str) -> bool:
    """Whether this user can sign a webhook's deliveries."""
    return place_of(webhook_id).is_file()


def forget(webhook_id: str) -> None:
    """Take a webhook's secrets away."""
    place_of(webhook_id).unlink(missing_ok=True)
