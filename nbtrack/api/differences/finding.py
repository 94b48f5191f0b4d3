"""What a comparison of two runs tells: findings, causes before consequences."""

from __future__ import annotations

from typing import Literal, NamedTuple

__all__ = ["Finding", "Kind", "MetricChange", "Role", "ranked"]

Kind = Literal[
    "param",
    "seed",
    "data",
    "code",
    "environment variable",
    "hidden state",
    "random state",
    "package",
    "python",
    "machine",
    "commit",
]
"""What differs; where two stand at one place, the one named first here comes first."""

Role = Literal["cause", "possible", "ambient", "aside", "effect"]
"""How a difference came about, from what explains to what is explained:

- cause: somebody changed it, and it is seen where it entered the run
- possible: it was changed, but where it entered the run is not seen
- ambient: nobody meant it, and it differs from run to run by itself: an unseeded generator,
  a package that was upgraded, another Python
- aside: it did not enter what the run came from
- effect: something above explains it
"""

KINDS: tuple[Kind, ...] = Kind.__args__  # type: ignore[attr-defined]
ROLES: tuple[Role, ...] = Role.__args__  # type: ignore[attr-defined]

NOWHERE = float("inf")


class Finding(NamedTuple):
    """A difference between two runs."""

    kind: Kind
    title: str
    """The difference in words, on one line."""
    before: str = ""
    after: str = ""
    where: str = ""
    """The line and cell where it is seen."""
    role: Role = "cause"
    position: float = NOWHERE
    """Of that cell among those the run came from, the roots first."""


def ranked(findings: list[Finding]) -> list[Finding]:
    """Findings with the cause first.

    By role, so that what needs no further assumption comes first; then the nearest to the roots,
    as what stands below can be its consequence but not the reverse; then by kind.
    """
    return sorted(
        findings, key=lambda it: (ROLES.index(it.role), it.position, KINDS.index(it.kind))
    )


class MetricChange(NamedTuple):
    """A metric that the two runs have, or only one of them, with other values."""

    key: str
    before: float | None
    after: float | None

    @property
    def difference(self) -> float | None:
        """By how much it grew; None if only one run has it."""
        if self.before is None or self.after is None:
            return None
        return self.after - self.before

    def words(self) -> str:
        """The change in a line."""
        told = ["none" if it is None else f"{it:.6g}" for it in (self.before, self.after)]
        grown = "" if self.difference is None else f" ({self.difference:+.4g})"
        return f"{self.key}: {told[0]} → {told[1]}{grown}"
