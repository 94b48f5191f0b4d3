"""The store's folder: where each thing stands in it, and how it is made."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import NamedTuple

from nbtrack.errors import StoreError, StoreReadOnly

__all__ = ["REFUSALS", "StoreFolder", "state_folder"]

REFUSALS = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
"""The errors of a place that may not be written: waiting does not help there."""


class StoreFolder(NamedTuple):
    """The paths of one store; nothing in it stands as an absolute path."""

    path: Path

    @property
    def database(self) -> Path:
        return self.path / "store.duckdb"

    @property
    def gate_lock(self) -> Path:
        return self.path / "gate.lock"

    @property
    def store_lock(self) -> Path:
        return self.path / "store.lock"

    @property
    def journal(self) -> Path:
        return self.path / "journal"

    @property
    def operations(self) -> Path:
        return self.path / "ops.jsonl"

    @property
    def quarantine(self) -> Path:
        return self.path / "quarantine"

    @property
    def artifacts(self) -> Path:
        return self.path / "artifacts"

    def prepare(self) -> None:
        """Make what is missing.

        Raises:
            StoreReadOnly: Where that may not be.
            StoreError: Where it cannot be: a full disk, a file in the way.
        """
        try:
            for folder in (self.journal, self.quarantine, self.artifacts):
                folder.mkdir(parents=True, exist_ok=True)
            ignore = self.path / ".gitignore"
            if not ignore.exists():
                ignore.write_text("*\n")
        except OSError as error:
            kind = StoreReadOnly if error.errno in REFUSALS else StoreError
            raise kind(
                f"the store folder {self.path} cannot be made or completed ({error.strerror}); "
                f"make it writable, or choose another with NBTRACK_TRACKING_URI"
            ) from error


def state_folder() -> Path:
    """The user's own folder for what belongs to no store: `$XDG_STATE_HOME/nbtrack`."""
    state = os.environ.get("XDG_STATE_HOME")
    # The XDG specification has relative paths ignored.
    if state and Path(state).is_absolute():
        return Path(state, "nbtrack")
    return Path(os.path.expanduser("~"), ".local", "state", "nbtrack")  # noqa: PTH111 - Path.home() raises where there is no home
