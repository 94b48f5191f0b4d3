"""Which of a cell's inputs flow into which of the names it wrote, statement by statement.

A slice holds whole cells, as cells are what can be run again. Whether a value is stale asks for
more: `depth = 4` beside `model.fit(X)` does not follow from X.
"""

from __future__ import annotations

import dis
from collections.abc import Callable, Iterable, Mapping
from types import CodeType

from nbtrack.capture.instructions import is_function, shape_of
from nbtrack.capture.ran import Ran

__all__ = ["inputs_by_name"]

ACTING = ("CALL", "CALL_FUNCTION_EX", "CALL_KW", "STORE_ATTR", "STORE_SUBSCR", "DELETE_SUBSCR")
acting = frozenset(dis.opmap[name] for name in ACTING if name in dis.opmap)
binary = dis.opmap["BINARY_OP"]
FIRST_IN_PLACE = 13
"""The arguments of BINARY_OP from this one on are `+=` and its kin."""


def inputs_by_name(
    ran: Iterable[Ran],
    reads: Iterable[str],
    is_changeable: Callable[[str], bool],
    unseen: Iterable[str] = (),
) -> dict[str, frozenset[str]]:
    """The symbols from before the cell that each name it wrote or acted on comes from.

    Args:
        ran: What ran, in order.
        reads: The symbols that the cell read; those that no code loads flow into what is called.
        is_changeable: Whether a name leads to something that a call can change.
        unseen: What functions may have read whose calls were not seen; it flows likewise.
    """
    ran, outside = list(ran), frozenset(reads)
    by_name = {name for item in ran for name in loaded(item)}
    hidden = frozenset(it for it in outside if it not in by_name)  # `file:…`; `!echo {name}`
    hidden |= outside & frozenset(unseen)
    results = frozenset(it for it in hidden if it.startswith("Out["))
    flows: dict[str, frozenset[str]] = {}
    for group in grouped(ran):
        loads = {name for item in group for name in loaded(item)}
        acts = any(is_acting(item.code) for item in group)
        inflow = hidden if acts else results
        for name in loads:
            inflow |= inflow_of(flows, name, outside)
        stores = {name for item in group for name in stored(item)}
        flows |= dict.fromkeys(stores, inflow)
        if acts:
            changed = {name for name in loads - stores if is_changeable(name)}
            flows |= {name: inflow_of(flows, name, outside) | inflow for name in changed}
    return flows


def inflow_of(
    flows: Mapping[str, frozenset[str]], name: str, outside: frozenset[str]
) -> frozenset[str]:
    """What a name comes from so far."""
    found = flows.get(name)
    if found is not None:
        return found
    return frozenset({name}) if name in outside else frozenset()


def grouped(ran: Iterable[Ran]) -> list[list[Ran]]:
    """Each statement with the functions that ran in it."""
    groups: list[list[Ran]] = []
    for item in ran:
        if item.is_top or not groups:
            groups.append([item])
        else:
            groups[-1].append(item)
    return groups


def loaded(item: Ran) -> list[str]:
    """The global names that a code object loads."""
    return [name for _, act, name in shape_of(item.code).names if act == "load"]


def stored(item: Ran) -> list[str]:
    """The global names that it binds; a class's body binds its own."""
    if not item.is_top and not is_function(item.code):
        return []
    return [name for _, act, name in shape_of(item.code).names if act == "store"]


def is_acting(code: CodeType) -> bool:
    """Whether code calls something or changes something in place."""
    raw = code.co_code
    return any(
        raw[place] in acting or (raw[place] == binary and raw[place + 1] >= FIRST_IN_PLACE)
        for place in range(0, len(raw), 2)
    )
