"""The store's folder: where each thing stands in it, and how it is made."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

__all__ = ["StoreFolder"]


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
        """Make what is missing; raises StoreReadOnly where that may not be."""
        for folder in (self.journal, self.quarantine, self.artifacts):
            folder.mkdir(parents=True, exist_ok=True)
        ignore = self.path / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n")
