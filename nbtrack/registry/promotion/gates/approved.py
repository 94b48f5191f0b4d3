"""Gate: somebody approved of the version."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from nbtrack.records.ids import now_ms
from nbtrack.registry.promotion.case import Case
from nbtrack.registry.promotion.protocol import Verdict, failed, passed

__all__ = ["Approved"]

DAY_MS = 86_400_000
APPROVER_TAG, DATE_TAG = "approved_by", "approval_date"
"""How approvals are written down where there is no `nbtrack.approve`."""


@dataclass(frozen=True)
class Approved:
    """The version was approved, by `nbtrack.approve` or by the tag `approved_by`.

    Args:
        by: Who has to; one of several names is enough. Anybody, if not given.
        within_days: How old the approval may be.
        at_least: How many people have to.
        by_another: Whether who promotes does not count.
    """

    by: str | Sequence[str] | None = None
    within_days: float | None = None
    at_least: int = 1
    by_another: bool = False

    @property
    def names(self) -> list[str]:
        """Who has to."""
        return [self.by] if isinstance(self.by, str) else list(self.by or ())

    @property
    def label(self) -> str:
        """The gate in a few words."""
        who = f" by {' or '.join(self.names)}" if self.names else ""
        days = f" within {self.within_days:g} days" if self.within_days is not None else ""
        return f"approved{who}{days}"

    def check(self, case: Case) -> Verdict:
        """Look at who approved, and when."""
        known = dict(approvals_of(case))
        late: list[str] = []
        good: list[str] = []
        for name, moment in known.items():
            if self.names and name not in self.names:
                continue
            if self.by_another and name == case.actor:
                continue
            is_late = self.within_days is not None and (
                moment is None or now_ms() - moment > self.within_days * DAY_MS
            )
            (late if is_late else good).append(name)
        if len(good) >= self.at_least:
            return passed(f"by {', '.join(good)}")
        what = f"nbtrack.approve({case.candidate.name!r}, {case.candidate.version})"
        if late:
            return failed(f"the approval of {', '.join(late)} is too old; {what} renews it")
        told = f"approved by {', '.join(known)}" if known else "approved by nobody"
        wanted = f", {self.at_least} are wanted" if self.at_least > 1 else ""
        return failed(f"{told}{wanted}; {what} approves it")


def approvals_of(case: Case) -> Iterator[tuple[str, int | None]]:
    """Who approved, and when (ms since the epoch); the last time of each."""
    tags = case.candidate.tags
    if tags.get(APPROVER_TAG):
        yield tags[APPROVER_TAG], moment_of(tags.get(DATE_TAG))
    for it in sorted(case.candidate.info.approvals, key=lambda it: it.time):
        yield it.approver, it.time


def moment_of(text: str | None) -> int | None:
    """A date as it is written in a tag; None for one that cannot be read."""
    try:
        return int(datetime.fromisoformat(text or "").timestamp() * 1000)
    except ValueError:
        return None
