"""What of a session does not follow from its code and data any more, and what to run again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from nbtrack.capture import slices
from nbtrack.capture.slices import Reason
from nbtrack.hosts.notebook.transformer import body_of
from nbtrack.panels.stale_view import StaleRow, StaleView

if TYPE_CHECKING:
    from nbtrack.capture.provenance import Provenance
    from nbtrack.capture.step import Step

__all__ = ["stale_view"]

MOST_DOUBTS = 5


class Staleness:
    """What is stale in a session, and which executions would bring it up to date."""

    def __init__(self, session: Provenance) -> None:
        self.session = session
        self.latest: dict[str, Step] = {}
        for step in session.steps:
            if step.cell_id is not None and step is not session.current:
                self.latest[step.cell_id] = step

    def to_run(self, steps: Sequence[Step], reasons: Iterable[Reason]) -> list[Step]:
        """The executions of a slice to run again, in order, as their cells were run last.

        A cell of which a later execution is up to date has been run again already.
        """
        stale = {reason.step.index for reason in reasons}
        found: dict[int, Step] = {}
        for step in steps:
            if stale & step.uses:
                stale.add(step.index)
            if step.index in stale:
                latest = self.newest_of(step)
                if latest is step or self.is_stale(latest):
                    found[latest.index] = latest
        return list(found.values())

    def newest_of(self, step: Step) -> Step:
        """The latest execution of the same cell."""
        return self.latest.get(step.cell_id, step) if step.cell_id is not None else step

    def is_stale(self, step: Step) -> bool:
        """Whether what an execution made is out of date."""
        return bool(slices.step_reasons(self.session, [step]))

    def row(self, name: str, steps: Sequence[Step], reasons: Sequence[Reason]) -> StaleRow | None:
        """Something and what it came from, if there are reasons to call it stale."""
        if not reasons:
            return None
        told = list(dict.fromkeys(map(str, sorted(reasons, key=lambda it: not it.symbol))))
        rest = f", and {len(told) - 1} more" if len(told) > 1 else ""
        rerun = [step.number for step in self.to_run(steps, reasons)]
        return StaleRow(name, "variable", steps[-1].number, told[0] + rest, rerun)


def stale_view(session: Provenance, names: Sequence[str] = ()) -> StaleView:
    """All that is stale, or what of some variables is."""
    asked = Staleness(session)
    rows, doubts, needed = [], list[str](), dict[int, None]()
    for name in names or session.variables_now():
        steps = slices.slice_of(session, name)
        row = asked.row(name, steps, slices.variable_reasons(session, name)) if steps else None
        if row is not None:
            rows.append(row)
        doubts += [doubt for step in steps for doubt in step.doubts]
    shown = [] if names else [it for it in slices.displayed(session) if it is not session.current]
    for step in shown:
        reasons = slices.step_reasons(session, [step])
        row = asked.row(shown_code(step), slices.closure(session, [step.index]), reasons)
        if row is not None:
            rows.append(row._replace(kind="result"))
    for row in rows:
        needed |= dict.fromkeys(row.rerun)
    order = [step.number for step in session.steps if step.number in needed]
    return StaleView(
        rows=rows,
        order=list(dict.fromkeys(order)),
        doubts=list(dict.fromkeys(doubts))[:MOST_DOUBTS],
    )


def shown_code(step: Step) -> str:
    """The line of a cell whose result is displayed: its last one."""
    lines = [it.strip() for it in body_of(step.source).splitlines()]
    told = [it for it in lines if it and not it.startswith("#")]
    return told[-1] if told else f"[{step.number}]"
