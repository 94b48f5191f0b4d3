"""What came of a promotion or of a way back: for people, for the store, for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import msgspec

from nbtrack.decoding import decode
from nbtrack.registry.promotion.protocol import Outcome

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["GateResult", "Promotion", "promotion_from"]

SIGNS = {"passed": "✓", "failed": "✗", "error": "!", "skipped": "–"}
"""How each answer of a gate begins its line."""


class GateResult(msgspec.Struct, frozen=True, kw_only=True):
    """How one gate was answered.

    Attributes:
        gate: The gate in a few words.
        kind: Its word: `metric_at_least`.
        outcome: passed, failed, error (it raised something) or skipped.
        message: Why, in a line.
        measured: Figures of the version by metric.
        compared: Other figures: those of the current version, changes, limits.
        details: A longer report.
        where: Where it raised.
        seconds: How long it took.
    """

    gate: str
    kind: str
    outcome: Outcome
    message: str = ""
    measured: dict[str, float] = {}
    compared: dict[str, float] = {}
    tags: dict[str, str] = {}
    details: dict[str, Any] = {}
    where: str = ""
    seconds: float = 0.0

    @property
    def stops(self) -> bool:
        """Whether it stops the promotion."""
        return self.outcome in {"failed", "error"}

    def text(self) -> str:
        """The gate in a line."""
        said = f": {self.message}" if self.message else ""
        where = f" ({self.where})" if self.where else ""
        return f"{SIGNS[self.outcome]} {self.gate}{said}{where}"


class Promotion(msgspec.Struct, frozen=True, kw_only=True):
    """A promotion, or a way back: what was asked, what the gates said, what was done.

    Attributes:
        act: promote or rollback.
        name: The registered model.
        version: The version that was to move up.
        alias: The alias it was to have, if one.
        stage: The stage it was to be in, if one.
        previous: The version that was there before.
        outcome: promoted, refused, forced (promoted in spite of a gate), tried (a dry run) or
            rolled_back.
        gates: How each gate was answered.
        actor: Who asked.
        time: When, in ms since the epoch.
        note: What they said about it.
    """

    act: Literal["promote", "rollback"] = "promote"
    name: str
    version: str
    alias: str | None = None
    stage: str | None = None
    previous: str | None = None
    outcome: Literal["promoted", "refused", "forced", "tried", "rolled_back"] = "refused"
    gates: list[GateResult] = []
    actor: str = ""
    time: int = 0
    note: str = ""

    @property
    def passed(self) -> bool:
        """Whether every gate let the version pass."""
        return not self.failures

    @property
    def moved(self) -> bool:
        """Whether the version is there now."""
        return self.outcome in {"promoted", "forced", "rolled_back"}

    def __bool__(self) -> bool:
        return self.moved or (self.outcome == "tried" and self.passed)

    @property
    def failures(self) -> list[GateResult]:
        """The gates that stop it."""
        return [it for it in self.gates if it.stops]

    @property
    def target(self) -> str:
        """Where it was to go: `@champion`, `Production`."""
        told = [f"@{self.alias}" if self.alias else "", self.stage or ""]
        return " and ".join(filter(None, told))

    @property
    def measured(self) -> dict[str, float]:
        """What the gates measured of the version."""
        return {key: value for it in self.gates for key, value in it.measured.items()}

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON's values."""
        found: dict[str, Any] = msgspec.to_builtins(self)
        return found

    def to_json(self) -> str:
        """The report as the store keeps it."""
        return msgspec.json.encode(self, enc_hook=str).decode()

    def to_pandas(self) -> pd.DataFrame:
        """A row for each gate."""
        import pandas as pd

        names = ["gate", "kind", "outcome", "message", "seconds"]
        rows = [[getattr(it, name) for name in names] for it in self.gates]
        return pd.DataFrame(rows, columns=names)

    def headline(self) -> str:
        """What came of it, in a line."""
        what = f"{self.name} version {self.version}"
        from_ = f", in place of version {self.previous}" if self.previous else ""
        if self.previous == self.version:
            from_ = ", where it was already"
        words = {
            "promoted": f"{what} is now {self.target}{from_}",
            "forced": f"{what} is now {self.target}{from_}, in spite of {len(self.failures)} "
            f"gate{'s' * (len(self.failures) != 1)}",
            "refused": f"{what} was not made {self.target}: nothing was moved",
            "tried": f"{what} {'could' if self.passed else 'could not'} be made {self.target}: "
            f"this was a trial, nothing was moved",
            "rolled_back": f"{what} is {self.target} again{from_}",
        }
        return words[self.outcome]

    def text(self) -> str:
        """All of it as lines."""
        lines = [self.headline(), *(f"  {it.text()}" for it in self.gates)]
        if self.note:
            lines.append(f"  note: {self.note}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return self.text()


def promotion_from(text: str) -> Promotion:
    """A report from what the store keeps of it."""
    return decode(text, Promotion, strict=False)
