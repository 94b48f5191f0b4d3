"""The executions behind a value, and whether it still follows from what is there now."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from nbtrack.capture.provenance import Provenance, Step

__all__ = ["Reason", "closure", "displayed", "slice_of", "stale_reasons", "stale_variables"]


class Reason(NamedTuple):
    """Why a value does not follow any more: an execution read what has changed since."""

    step: Step
    """The execution that read it."""
    symbol: str
    changed_by: tuple[Step, ...]
    """Who changed it; none if it was changed outside the notebook."""

    def __str__(self) -> str:
        what = self.symbol.replace(":", " ", 1) if ":" in self.symbol else self.symbol
        if not self.symbol:
            return f"the cell of [{self.step.number}] was changed and run again"
        by = ", ".join(f"[{step.number}]" for step in self.changed_by[-2:])
        how = f"{by} changed it" if by else "it was changed outside this notebook"
        return f"{what}: [{self.step.number}] read it before {how}"


def closure(session: Provenance, places: Iterable[int]) -> list[Step]:
    """Executions with all they depended on, in order."""
    queue = list(places)
    seen = set(queue)
    for place in queue:
        for other in session.steps[place].uses - seen:
            seen.add(other)
            queue.append(other)
    return [session.steps[place] for place in sorted(seen)]


def slice_of(session: Provenance, name: str) -> list[Step]:
    """The executions that the present value of a variable came from."""
    return closure(session, session.symbols.roots(name))


def stale_reasons(session: Provenance, steps: Iterable[Step]) -> list[Reason]:
    """What some executions read that is another now, and not through their own doing."""
    found = []
    lines: dict[str, set[int]] = {}
    steps = list(steps)
    loaded = {s: it.index for it in steps for s in it.reads if s.endswith(".py")}
    for step in steps:
        newer = newer_version(session, step)
        if newer is not None:
            found.append(Reason(step, "", (newer,)))
        for symbol, seen in step.reads.items():
            now = digest_now(session, symbol)
            if now is None or now == seen or not seen:
                continue
            if loaded.get(symbol, step.index) > step.index:
                continue  # a module that was loaded again since
            if symbol not in lines:
                lines[symbol] = {it.index for it in closure(session, writers_of(session, symbol))}
            if step.index in lines[symbol]:
                continue  # it is an earlier stage of what is there now
            changers = tuple(session.steps[it] for it in sorted(writers_of(session, symbol)))
            later = tuple(it for it in changers if it.index > step.index)
            found.append(Reason(step, symbol, later))
    return found


def newer_version(session: Provenance, step: Step) -> Step | None:
    """A later execution of the same cell with other code."""
    if step.cell_id is None:
        return None
    later = [it for it in session.steps[step.index + 1 :] if it.cell_id == step.cell_id]
    return later[-1] if later and later[-1].code_hash != step.code_hash else None


def writers_of(session: Provenance, symbol: str) -> set[int]:
    """The executions that made a symbol what it is."""
    hidden = session.hidden.written.get(symbol)
    return set(hidden.writers) if hidden is not None else session.symbols.roots(symbol)


def digest_now(session: Provenance, symbol: str) -> str | None:
    """The digest of a symbol as it is now; None where there is nothing to compare."""
    if symbol in session.symbols:
        return session.symbols.digest(symbol)
    return session.hidden.digest_now(symbol)


def stale_variables(session: Provenance) -> dict[str, list[Reason]]:
    """Every variable that does not follow any more, with the reasons."""
    found = {}
    for name in session.variables_now():
        reasons = stale_reasons(session, slice_of(session, name))
        if reasons:
            found[name] = reasons
    return found


def displayed(session: Provenance) -> list[Step]:
    """The executions whose displayed result is still to be seen: the latest of each cell."""
    latest: dict[object, Step] = {}
    for step in session.steps:
        latest[step.cell_id or step.index] = step
    return [step for step in latest.values() if step.shows]
