"""Two runs compared, the cause first, with the code of their cells side by side."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from nbtrack.api.differences.diff import compared, side_of
from nbtrack.api.differences.finding import Finding, MetricChange
from nbtrack.api.differences.matched_cells import Pair, label
from nbtrack.api.session import Session
from nbtrack.query.tree import Executions, Question, Rows
from nbtrack.questions import runs
from nbtrack.rest.numbers import sendable
from nbtrack.rest.routing import Request, Route
from nbtrack.rest.shapes import CodeLine, CodePart, DiffReply, EffectItem, FindingItem

__all__ = ["ROUTES", "diff", "difference"]

FEW_LINES = 400
"""Up to so many every line counts; above, those seen everywhere (`)`, blank ones) are passed over,
as a comparison takes time that grows with the square."""


def diff(request: Request) -> DiffReply:
    """What two runs differ in.

    Raises:
        NotFound: One of them is not there.
    """
    return difference(request.here, request.path["before"], request.path["after"])


def difference(here: Session, before: str, after: str) -> DiffReply:
    """What two runs of a store differ in."""
    with here.store.one_look(*(it for run_id in (before, after) for it in questions(run_id))):
        sides = [side_of(here, runs.get(here.store, run_id)) for run_id in (before, after)]
    found = compared(*sides)
    return DiffReply(
        before=before,
        after=after,
        headline=found.first_line(),
        findings=[finding_item(it) for it in found.findings],
        effects=[effect_item(it) for it in found.effects],
        same=found.same,
        code=[code_part(pair) for pair in found.pairs],
    )


def questions(run_id: str) -> tuple[Question, ...]:
    """What is surely asked of each of the two."""
    return (runs.by_id(run_id), Executions(run_id=run_id), Rows("run_files", (run_id,)))


def finding_item(found: Finding) -> FindingItem:
    """A difference as it is sent."""
    return FindingItem(
        kind=found.kind,
        title=found.title,
        role=found.role,
        before=found.before,
        after=found.after,
        where=found.where,
    )


def effect_item(change: MetricChange) -> EffectItem:
    """A metric that is another one now."""
    return EffectItem(key=change.key, before=sendable(change.before), after=sendable(change.after))


def code_part(pair: Pair) -> CodePart:
    """A cell in both runs, or in one of them."""
    texts = ["" if it is None else it.source or "" for it in (pair.before, pair.after)]
    lines = list(code_lines(*(text.splitlines() for text in texts)))
    return CodePart(
        title=title_of(pair), lines=lines, differs=any(line.sign != " " for line in lines)
    )


def title_of(pair: Pair) -> str:
    """What the cell is called in each run, or in which run alone it is."""
    if pair.before is None:
        return f"{label(pair.told)}, in the later run only"
    if pair.after is None:
        return f"{label(pair.told)}, in the earlier run only"
    names = [label(it) for it in (pair.before, pair.after)]
    return names[0] if names[0] == names[1] else " → ".join(names)


def code_lines(before: Sequence[str], after: Sequence[str]) -> Iterator[CodeLine]:
    """Every line of both, in the later one's order, what was taken away before what was added."""
    has_many = len(before) + len(after) > FEW_LINES
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=has_many)
    for act, a, b, c, d in matcher.get_opcodes():
        if act == "equal":
            yield from (CodeLine(sign=" ", text=line) for line in before[a:b])
            continue
        yield from (CodeLine(sign="-", text=line) for line in before[a:b])
        yield from (CodeLine(sign="+", text=line) for line in after[c:d])


ROUTES = (Route("GET", "runs/{before}/diff/{after}", diff),)
