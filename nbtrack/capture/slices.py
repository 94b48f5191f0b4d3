"""The executions behind a value, and whether it still follows from what is there now."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from nbtrack.capture.provenance import Provenance, Step

__all__ = [
    "Reason",
    "closure",
    "displayed",
    "slice_of",
    "stale_variables",
    "step_reasons",
    "variable_reasons",
]

WHOLE = ""
"""In place of a symbol: all that an execution did."""


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


def variable_reasons(session: Provenance, name: str) -> list[Reason]:
    """Why a variable does not follow any more; nothing if it does."""
    return reasons(session, [(place, name) for place in session.symbols.roots(name)])


def step_reasons(session: Provenance, steps: Iterable[Step]) -> list[Reason]:
    """Why what some executions showed or logged does not follow any more."""
    return reasons(session, [(step.index, WHOLE) for step in steps])


def reasons(session: Provenance, starts: Iterable[tuple[int, str]]) -> list[Reason]:
    """What was read on the way to some values, is another now, and not through their own doing.

    Args:
        session: Where.
        starts: Executions, each with the symbol that matters of what it wrote.
    """
    found = []
    lines: dict[str, set[int]] = {}
    ways = ways_to(session, starts)
    loaded = {it: place for place in ways for it in ways[place] if it.endswith(".py")}
    for place in sorted(ways):
        step = session.steps[place]
        newer = newer_version(session, step)
        if newer is not None:
            found.append(Reason(step, "", (newer,)))
        for symbol in sorted(ways[place]):
            seen, now = step.reads.get(symbol, ""), digest_now(session, symbol)
            if now is None or now == seen or not seen:
                continue
            if loaded.get(symbol, place) > place:
                continue  # a module that was loaded again since
            writers = writers_of(session, symbol)
            if symbol not in lines:
                lines[symbol] = {it.index for it in closure(session, writers)}
            if place not in lines[symbol]:  # else it is an earlier stage of what is there now
                later = tuple(session.steps[it] for it in sorted(writers) if it > place)
                found.append(Reason(step, symbol, later))
    return found


def ways_to(session: Provenance, starts: Iterable[tuple[int, str]]) -> dict[int, set[str]]:
    """The executions that lead to some values, each with the symbols that it read on the way."""
    queue = list(starts)
    seen = set(queue)
    ways: dict[int, set[str]] = {}
    for place, wanted in queue:
        step = session.steps[place]
        symbols = step.inputs.get(wanted, step.reads.keys())
        ways.setdefault(place, set()).update(symbols)
        for symbol in symbols:
            for source in step.sources.get(symbol, ()):
                if (source, symbol) not in seen:
                    seen.add((source, symbol))
                    queue.append((source, symbol))
    return ways


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
    told = {name: variable_reasons(session, name) for name in session.variables_now()}
    return {name: found for name, found in told.items() if found}


def displayed(session: Provenance) -> list[Step]:
    """The executions whose displayed result is still to be seen: the latest of each cell."""
    latest: dict[object, Step] = {}
    for step in session.steps:
        latest[step.cell_id or step.index] = step
    return [step for step in latest.values() if step.shows]
