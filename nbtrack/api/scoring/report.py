"""What a batch scoring did: the answer of `nbtrack.score`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["ScoreReport"]


@dataclass(frozen=True)
class ScoreReport:
    """What a scoring did.

    Attributes:
        model_uri: The model's address, with a version in place of an alias.
        rows: How many rows have an answer or a null now.
        resumed: How many of them an earlier call had scored.
        failed: How many the model could not answer.
        seconds: How long this call took.
        path: Where the predictions are; None if they are in `frame`.
        failed_path: Where the rows are listed that failed, if any did.
        frame: The predictions, if no place was named for them.
        problems: The rows that failed, if no place was named.
    """

    model_uri: str
    rows: int
    resumed: int
    failed: int
    seconds: float
    path: Path | None = None
    failed_path: Path | None = None
    frame: Any = field(default=None, repr=False)
    problems: Sequence[Mapping[str, Any]] = field(default=(), repr=False)

    @property
    def rows_per_second(self) -> float:
        """How fast it was."""
        return (self.rows - self.resumed) / self.seconds if self.seconds else 0.0

    def __str__(self) -> str:
        parts = [f"scored {self.rows - self.resumed:,} rows in {self.seconds:.1f} s"]
        if self.resumed:
            parts.append(f"{self.resumed:,} were scored before")
        if self.failed:
            place = f", listed in {self.failed_path}" if self.failed_path else ""
            parts.append(f"{self.failed:,} failed{place}")
        if self.path is not None:
            parts.append(f"in {self.path}")
        return "; ".join(parts)
