"""Which execution behind one run corresponds to which behind another."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from nbtrack.records.execution import Execution

__all__ = ["Pair", "label", "matched_cells"]

ALIKE = 0.6
"""How much of two sources must be equal for one to have become the other."""


MOST_LIKENESSES = 2500
"""Each takes up to a millisecond."""


class Pair(NamedTuple):
    """An execution of each side that do the same work; None where a side has none."""

    before: Execution | None
    after: Execution | None
    position: float
    """Its place in the later run's order."""

    @property
    def told(self) -> Execution:
        """The later one if there is one; a pair is never empty."""
        found = self.after if self.after is not None else self.before
        if found is None:
            raise ValueError("a pair without executions")
        return found

    @property
    def is_same_code(self) -> bool:
        """Whether both are there and do the same."""
        one, other = self.before, self.after
        if one is None or other is None:
            return False
        if one.code_hash and other.code_hash:
            return one.code_hash == other.code_hash
        return one.source == other.source


def label(execution: Execution) -> str:
    """What an execution is called: `cell [4]`."""
    return "a cell" if execution.number is None else f"cell [{execution.number}]"


Key = Callable[[Execution], object]

KEYS: tuple[Key, ...] = (
    lambda it: it.cell_id and (it.cell_id, it.code_hash or it.source),
    lambda it: it.code_hash or it.source,
    lambda it: it.cell_id,
    lambda it: frozenset(name for name in it.writes or () if ":" not in name),
)
"""What two executions must share to correspond, the surest first; nothing shared is no match."""


SURE = 3
"""So many of them tell that one is another run of the other's cell, even where a run of one session
came from that, too."""


def likeness(one: str, other: str) -> float:
    """How much two sources have in common; 0 where a glance shows that it is too little."""
    matcher = difflib.SequenceMatcher(None, one, other)
    if matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE:
        return 0.0
    return matcher.ratio()


class Matching:
    """Executions of two sides on their way to pairs."""

    def __init__(self, before: Sequence[Execution], after: Sequence[Execution]) -> None:
        self.before, self.after = list(before), list(after)
        self.partner: dict[int, int] = {}
        """The place of an earlier execution by that of the later one."""

    def take(self, key: Key, but: AbstractSet[str] = frozenset()) -> None:
        """Match what shares a key, from the last to the first: the last run of a cell counts.

        Args:
            key: What is shared.
            but: Later executions that are left out.
        """
        left: dict[object, list[int]] = {}
        for place in self.free_before():
            left.setdefault(key(self.before[place]), []).append(place)
        for place in reversed(self.free_after()):
            if self.after[place].execution_id in but:
                continue
            shared = key(self.after[place])
            if shared and left.get(shared):
                self.partner[place] = left[shared].pop()

    def take_alike(self) -> None:
        """Match what is left by how alike the sources are; of unrelated notebooks, nothing."""
        if len(self.free_before()) * len(self.free_after()) > MOST_LIKENESSES:
            return
        for place in self.free_after():
            told = self.after[place].source or ""
            near = [
                (likeness(self.before[other].source or "", told), other)
                for other in self.free_before()
            ]
            best = max(near, default=(0.0, -1))
            if best[0] >= ALIKE:
                self.partner[place] = best[1]

    def free_before(self) -> list[int]:
        """Places on the earlier side without a partner."""
        taken = set(self.partner.values())
        return [place for place in range(len(self.before)) if place not in taken]

    def free_after(self) -> list[int]:
        """Places on the later side without a partner."""
        return [place for place in range(len(self.after)) if place not in self.partner]

    def pairs(self) -> list[Pair]:
        """All executions of both sides, in the later one's order."""
        found = []
        place_of: dict[int, float] = {}
        for place, execution in enumerate(self.after):
            partner = self.partner.get(place)
            if partner is not None:
                place_of[partner] = place
            before = None if partner is None else self.before[partner]
            found.append(Pair(before, execution, place))
        last = -1.0
        for place, execution in enumerate(self.before):
            last = place_of.get(place, last)
            if place not in place_of:
                found.append(Pair(execution, None, last + 0.5))
        return sorted(found, key=lambda pair: pair.position)


def matched_cells(
    before: Sequence[Execution], after: Sequence[Execution], own: Sequence[set[str]] = ()
) -> list[Pair]:
    """Pairs of executions: by cell and code, code, cell, the names they write, then likeness.

    An execution that both runs came from is itself, unless a later one is its cell run again.

    Args:
        before: Behind the earlier run.
        after: Behind the later run.
        own: The ids of each run's own executions; the last ones correspond in any case.
    """
    matching = Matching(before, after)
    if len(own) == 2:
        places = [
            [place for place, it in enumerate(side) if it.execution_id in ids]
            for side, ids in zip((before, after), own, strict=True)
        ]
        if places[0] and places[1]:
            matching.partner[places[1][-1]] = places[0][-1]
    common = {it.execution_id for it in before} & {it.execution_id for it in after}
    for key in KEYS[:SURE] if common else ():
        matching.take(key, but=common)
    matching.take(lambda it: it.execution_id)
    for key in KEYS:
        matching.take(key)
    matching.take_alike()
    return matching.pairs()
