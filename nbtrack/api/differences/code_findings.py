"""Findings in the code of two runs; a literal that is a param, a seed or a file is told as that."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from itertools import islice

from nbtrack.api.differences.code_changes import code_changes
from nbtrack.api.differences.comparison import Comparison, Side, same_file
from nbtrack.api.differences.finding import Finding, Kind, Role
from nbtrack.api.differences.literal_changes import Change, literal_value
from nbtrack.api.differences.matched_cells import Pair, label
from nbtrack.api.differences.wording import short
from nbtrack.records.execution import Execution

__all__ = ["code_findings"]

SEED_WORDS = re.compile(r"seed|random_?state|default_rng|prngkey|\brng\b", re.IGNORECASE)
"""Names that a seed goes by."""


def code_findings(comparison: Comparison) -> Iterator[Finding]:
    """What cells do otherwise, in their order."""
    yield from other_order(comparison)
    shared = shared_cells(comparison)
    yield from carried_over(comparison, shared)
    for pair in comparison.pairs:
        if pair.told.execution_id in shared:
            continue
        if pair.before is None or pair.after is None:
            yield lone_cell(comparison, pair)
        elif not pair.is_same_code:
            changes = code_changes(pair.before.source or "", pair.after.source or "")
            rest = []
            for change in changes:
                named = of_literal(comparison, pair, change)
                if named is not None:
                    yield named
                else:
                    rest.append(change)
            if rest:
                yield of_cell(pair, [without_idle_import(comparison, pair, it) for it in rest])


def other_order(comparison: Comparison) -> Iterator[Finding]:
    """The first cell that ran before another one and not after it, where one depends on the other.

    That of cells which have nothing to do with each other makes no difference.
    """
    for one, other in islice(comparison.turned_pairs(), MOST_TURNED):
        if comparison.is_dependent(one, other):
            title = f"{called(one)} ran before {called(other)} not after it"
            old, new = sources(one)
            yield Finding("code", title, old, new, label(one.told), "cause", one.position)
            return


def called(pair: Pair) -> str:
    """A cell by its number and how it begins."""
    return f"{label(pair.told)}, {short(first_line(pair.told.source or ''), 30)},"


MOST_TURNED = 50
"""Each is looked up in what others came from."""


def without_idle_import(comparison: Comparison, pair: Pair, change: Change) -> Change:
    """An import that came or went matters only if another cell gives its name a value, too.

    Where it is used, what uses it has changed as well.
    """
    if change.act not in {"added", "removed"} or not change.text.startswith(("import ", "from ")):
        return change
    tree = ast.parse(change.text).body[0]
    names = {(it.asname or it.name).partition(".")[0] for it in getattr(tree, "names", [])}
    side, own = (comparison.after, pair.after)
    if change.act == "removed":
        side, own = comparison.before, pair.before
    others = [it.writes or {} for it in side.executions if it is not own]
    same = next((it for it in (pair.before, pair.after) if it is not own), None)
    others.append((same.writes if same is not None else None) or {})
    is_idle = "*" not in names and not any(name in it for name in names for it in others)
    return change._replace(matters=change.matters and not is_idle)


def shared_cells(comparison: Comparison) -> dict[str, Pair]:
    """Executions that both runs came from, and one of them by one more of the same cell."""
    return {
        pair.told.execution_id: pair
        for pair in comparison.pairs
        if (pair.before is None or pair.after is None)
        and pair.told.execution_id in comparison.common
    }


def carried_over(comparison: Comparison, shared: dict[str, Pair]) -> Iterator[Finding]:
    """What one run took over from executions that were the other one's, of the same session."""
    for execution_id, symbols in taken_over(comparison, shared).items():
        pair = shared[execution_id]
        drawn = {it.removeprefix(RANDOM) for it in symbols if it.startswith(RANDOM)}
        left = {it for it in symbols if it not in IDLE and not it.startswith(RANDOM)}
        if left:
            yield lone_cell(comparison, pair)
        for name in sorted(drawn):
            where = label(pair.told)
            title = f"random numbers of {name} went on from {where}, without a seed"
            yield Finding("random state", title, "", "", where, "ambient", pair.position)


RANDOM = "rng:"
IDLE = {"setting:sys.path"}
"""What grows when a cell runs again, and changes nothing by that."""


def taken_over(comparison: Comparison, shared: dict[str, Pair]) -> dict[str, set[str]]:
    """The symbols that other executions took over from each of some."""
    found: dict[str, set[str]] = {}
    for side, has_more in ((comparison.before, "before"), (comparison.after, "after")):
        more = {it for it, pair in shared.items() if getattr(pair, has_more) is not None}
        for execution in side.executions:
            used = more.intersection(execution.uses or ())
            for it in used if execution.execution_id not in comparison.common else ():
                symbols = (shared[it].told.writes or {}).keys() & (execution.reads or {}).keys()
                taken = {name for name in symbols if side.last_maker(name, execution) == it}
                found.setdefault(it, set()).update(taken)
    return found


def lone_cell(comparison: Comparison, pair: Pair) -> Finding:
    """An execution that only one of the runs came from."""
    told, is_new = pair.told, pair.before is None
    other = comparison.before if is_new else comparison.after
    verb = "is new" if is_new else "is gone"
    if (told.code_hash or told.source) in {it.code_hash or it.source for it in other.executions}:
        verb = "ran once more" if is_new else "ran once less"
    old, new = sources(pair)
    title = f"{label(told)} {verb}: {first_line(told.source or '')}"
    return Finding("code", title, old, new, label(told), "cause", pair.position)


def sources(pair: Pair) -> tuple[str, str]:
    """The code of both sides; empty where there is none."""
    return source_of(pair.before), source_of(pair.after)


def source_of(execution: Execution | None) -> str:
    """The code of an execution, if there is one."""
    return "" if execution is None else execution.source or ""


def first_line(source: str) -> str:
    """The first line of a cell that says something."""
    lines = [line.strip() for line in source.splitlines()]
    told = [line for line in lines if line and not line.startswith(("#", "%%"))]
    return short(told[0] if told else source)


def of_cell(pair: Pair, changes: list[Change]) -> Finding:
    """The changes of one cell as one finding, named by the first that matters."""
    changes = list({(it.line, it.words()): it for it in changes}.values())
    mattering = [change for change in changes if change.matters]
    first, *more = mattering or changes
    place = place_of(pair, first)
    rest = f" and {len(more)} more change{'s' * (len(more) > 1)}" if more else ""
    old, new = sources(pair)
    role: Role = "cause" if mattering else "aside"
    title = f"{place}: {first.words()}{rest}"
    return Finding("code", title, old, new, place, role, pair.position)


def place_of(pair: Pair, change: Change) -> str:
    """Where a change is: its line, its cell, and the function it is in."""
    inside = f", in {change.scope}" if change.scope else ""
    return f"line {change.line} of {label(pair.told)}{inside}"


def of_literal(comparison: Comparison, pair: Pair, change: Change) -> Finding | None:
    """A changed literal under the name it is known by; None if only the code knows it."""
    if change.act != "literal" or not change.matters:
        return None
    values = literal_text(change.before), literal_text(change.after)
    param = param_of(comparison, change, values)
    if param is not None:
        comparison.told.add(("param", param))

    def finding(kind: Kind, title: str) -> Finding:
        return Finding(
            kind, title, values[0], values[1], place_of(pair, change), "cause", pair.position
        )

    if change.names and any(SEED_WORDS.search(name) for name in change.names):
        comparison.told.add(("seed", ""))
        return finding("seed", f"seed {values[0]} → {values[1]} ({change.names[-1]})")
    if param is not None:
        logged = comparison.params[param]
        return finding("param", f"param {param}: {logged[0]} → {logged[1]}")
    files = [
        known
        for side, text in zip(comparison.sides, values, strict=True)
        for known in files_called(side, text)
    ]
    if files and isinstance(literal_value(change.before), str):
        comparison.told |= {("data", name) for name in files}
        return finding("data", f"another file was read: {values[0]} → {values[1]}")
    return None


def param_of(comparison: Comparison, change: Change, values: Sequence[str]) -> str | None:
    """The logged param that a literal is: of its values and its name, or the only one of them."""
    same = [
        key
        for key, told in comparison.params.items()
        if all(
            known is not None and is_same_value(known, value)
            for known, value in zip(told, values, strict=True)
        )
    ]
    for name in reversed(change.names):
        for key in same:
            if last_part(key) == last_part(name):
                return key
    free = [key for key in same if ("param", key) not in comparison.told]
    return free[0] if len(free) == 1 else None


def last_part(name: str) -> str:
    """A name without what stands before its last dot, and without regard to capitals."""
    return re.split(r"[./]|__", name)[-1].lower()


def is_same_value(known: str, value: str) -> bool:
    """Whether a logged text and a literal are one value."""
    if known == value:
        return True
    try:
        return float(known) == float(value)
    except ValueError:
        return False


def literal_text(text: str) -> str:
    """A literal as a param logs it: a text without its quotes."""
    value = literal_value(text)
    return text if value is None else str(value)


def files_called(side: Side, text: str) -> list[str]:
    """The datasets, and the paths of files, that a text in the code means."""
    named = [name for name, state in side.data.items() if same_file(text, state.place or name)]
    return named + [path for path in side.files if same_file(text, path)]
