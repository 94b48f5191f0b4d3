"""One execution of a cell, as the process that executed it knows it."""

from __future__ import annotations

from dataclasses import dataclass, field

from nbtrack.capture.sources.data import DataFacts
from nbtrack.records.ids import now_ms, uuid7

__all__ = ["Step"]


@dataclass
class Step:
    """One execution of a cell, as this process knows it."""

    index: int
    """Its place among the executions of this session."""
    number: int
    """IPython's execution count."""
    source: str
    cell_id: str | None = None
    code_hash: str = ""
    execution_id: str = field(default_factory=uuid7)
    start_time: int = field(default_factory=now_ms)
    end_time: int | None = None
    status: str = "running"
    uses: set[int] = field(default_factory=set)
    """The executions it directly depended on."""
    reads: dict[str, str] = field(default_factory=dict)
    """Each symbol it read, with the digest of the value it saw."""
    writes: dict[str, str] = field(default_factory=dict)
    """Each symbol it bound or changed, with the digest of the value it left."""
    sources: dict[str, frozenset[int]] = field(default_factory=dict)
    """The executions that had made each symbol it read."""
    inputs: dict[str, frozenset[str]] = field(default_factory=dict)
    """The symbols that each name it wrote comes from, where its statements show it."""
    loaded: dict[str, DataFacts] = field(default_factory=dict)
    """The frames and settings it read from files, by the symbols of those."""
    doubts: list[str] = field(default_factory=list)
    """What could not be seen whole."""
    shows: bool = False
    cell_run: str | None = None
    is_recorded: bool = False
    """Whether the journal has it."""
    error: str | None = None

    @property
    def is_exact(self) -> bool:
        """Whether all it read and changed was seen whole."""
        return not self.doubts
