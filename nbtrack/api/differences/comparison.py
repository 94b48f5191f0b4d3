"""Two runs side by side, with the executions that each came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePath
from typing import Any

from nbtrack.api.differences.data_changes import DataState
from nbtrack.api.differences.finding import Finding
from nbtrack.api.differences.matched_cells import Pair, matched_cells
from nbtrack.capture.redaction import same_digest
from nbtrack.records.entities import Run
from nbtrack.records.execution import Execution

__all__ = ["FILE", "Comparison", "OuterRead", "Side", "changed", "same_digests", "same_file"]

FILE = "file:"


@dataclass(frozen=True)
class Side:
    """A run with the executions it came from, in order, and what it ran on."""

    run: Run
    executions: Sequence[Execution] = ()
    environment: Mapping[str, Any] = field(default_factory=dict)
    own: frozenset[str] = frozenset()
    """The ids of the executions that are the run, or logged to it."""

    @cached_property
    def places(self) -> dict[str, int]:
        """The place of each execution."""
        return {it.execution_id: place for place, it in enumerate(self.executions)}

    @cached_property
    def writers(self) -> dict[str, list[int]]:
        """The places of the executions that wrote each symbol, in order."""
        found: dict[str, list[int]] = {}
        for place, execution in enumerate(self.executions):
            for symbol in execution.writes or ():
                found.setdefault(symbol, []).append(place)
        return found

    @cached_property
    def data(self) -> dict[str, DataState]:
        """The datasets it read by their names."""
        return {it.dataset.name: DataState(it.dataset) for it in self.run.inputs.dataset_inputs}

    @cached_property
    def files(self) -> list[str]:
        """The paths of the files that its executions read."""
        return [
            symbol.removeprefix(FILE)
            for execution in self.executions
            for symbol in execution.reads or ()
            if symbol.startswith(FILE)
        ]

    def is_made(self, symbol: str, execution: Execution) -> bool:
        """Whether an execution wrote a symbol before another one read it."""
        place = self.places[execution.execution_id]
        return any(it < place for it in self.writers.get(symbol, ()))

    def last_maker(self, symbol: str, execution: Execution) -> str:
        """The execution that wrote a symbol last before another one read it; empty if none did."""
        place = self.places[execution.execution_id]
        before = [it for it in self.writers.get(symbol, ()) if it < place]
        return self.executions[before[-1]].execution_id if before else ""

    def behind(self, execution: Execution) -> set[str]:
        """An execution with all that it came from; all before it, where nobody recorded that."""
        if all(it.uses is None for it in self.executions):
            return {
                it.execution_id for it in self.executions[: self.places[execution.execution_id] + 1]
            }
        found, queue = {execution.execution_id}, [execution.execution_id]
        for one in queue:
            place = self.places.get(one)
            for used in (self.executions[place].uses or ()) if place is not None else ():
                if used not in found:
                    found.add(used)
                    queue.append(used)
        return found


@dataclass(frozen=True)
class OuterRead:
    """A symbol that differed for executions that correspond, and that no cell of the run made."""

    pair: Pair
    symbol: str
    before: str
    after: str


class Comparison:
    """What is compared, and what findings have told so far."""

    def __init__(self, before: Side, after: Side) -> None:
        self.before, self.after = before, after
        own = [set(before.own), set(after.own)]
        self.pairs = matched_cells(before.executions, after.executions, own)
        self.params = changed(before.run.data.params, after.run.data.params)
        self.told: set[tuple[str, str]] = set()
        """What a finding names already: ("param", key), ("data", name or path), ("seed", "")."""
        self.found: list[Finding] = []

    @property
    def sides(self) -> tuple[Side, Side]:
        """The earlier and the later run."""
        return self.before, self.after

    def tags(self, key: str) -> tuple[str, str]:
        """A tag of both runs; empty where it is not set."""
        return self.before.run.data.tags.get(key, ""), self.after.run.data.tags.get(key, "")

    @cached_property
    def outer_reads(self) -> list[OuterRead]:
        """What came into equal executions from outside of the run's cells, and differed."""
        return list(self.find_outer_reads())

    def find_outer_reads(self) -> Iterator[OuterRead]:
        for pair in self.pairs:
            if pair.before is None or pair.after is None:
                continue
            then, now = pair.before.reads or {}, pair.after.reads or {}
            for symbol in sorted(then.keys() & now.keys()):
                is_made = self.before.is_made(symbol, pair.before) or self.after.is_made(
                    symbol, pair.after
                )
                if not is_made and not same_digest(then[symbol], now[symbol]):
                    yield OuterRead(pair, symbol, then[symbol], now[symbol])

    @cached_property
    def datasets(self) -> dict[str, tuple[DataState, DataState]]:
        """The datasets of both runs that differ."""
        then, now = self.before.data, self.after.data
        return {
            name: (then[name], now[name])
            for name in now
            if name in then and then[name].digest != now[name].digest
        }

    @cached_property
    def common(self) -> frozenset[str]:
        """The executions that both runs came from, which is so in one session alone."""
        known = [{it.execution_id for it in side.executions} for side in self.sides]
        return frozenset(known[0] & known[1])

    def turned_pairs(self) -> Iterator[tuple[Pair, Pair]]:
        """Executions of both sides, two by two, that ran in the other order before."""
        places = [
            (pair, self.before.places[pair.before.execution_id])
            for pair in self.pairs
            if pair.before is not None
            and pair.after is not None
            and pair.before.execution_id != pair.after.execution_id
        ]
        last = -1
        for number, (other, place) in enumerate(places):
            if place >= last:
                last = place
                continue
            for one, earlier in places[:number]:
                if earlier > place:
                    yield one, other

    def is_dependent(self, one: Pair, other: Pair) -> bool:
        """Whether one of two pairs came from the other, on either side."""
        return any(
            a is not None
            and b is not None
            and (a.execution_id in side.behind(b) or b.execution_id in side.behind(a))
            for side, a, b in (
                (self.before, one.before, other.before),
                (self.after, one.after, other.after),
            )
        )

    def makers(self, name: str) -> list[Pair]:
        """The pairs that wrote a variable."""
        return [pair for pair in self.pairs if name in (pair.told.writes or {})]

    def readers(self, path: str) -> list[Pair]:
        """The pairs that read a file."""
        return [
            pair
            for pair in self.pairs
            if any(
                symbol.startswith(FILE) and same_file(path, symbol.removeprefix(FILE))
                for symbol in pair.told.reads or ()
            )
        ]

    def is_explained(self, pair: Pair) -> bool:
        """Whether a cause was found at an execution or at one that it came from."""
        causes = {
            it.position
            for it in self.found
            if it.role == "cause"
            or it.kind == "random state"
            or (it.kind == "data" and it.position < pair.position)
        }
        if pair.after is None:
            return any(position <= pair.position for position in causes)
        behind = self.after.behind(pair.after)
        return any(
            other.position in causes
            for other in self.pairs
            if (other.after is not None and other.after.execution_id in behind)
            or (other.after is None and other.position < pair.position)
        )


def changed(
    before: Mapping[str, str], after: Mapping[str, str]
) -> dict[str, tuple[str | None, str | None]]:
    """The keys whose values differ, with both; None where a side has none."""
    return {
        key: (before.get(key), after.get(key))
        for key in {**before, **after}
        if before.get(key) != after.get(key)
    }


def same_digests(before: Mapping[str, str] | None, after: Mapping[str, str] | None) -> bool:
    """Whether both have the same symbols with equal values, some of which may be under a key."""
    then, now = before or {}, after or {}
    return then.keys() == now.keys() and all(same_digest(then[it], now[it]) for it in then)


def same_file(one: str, other: str) -> bool:
    """Whether two paths may mean one file: equal, or a relative one at the other's end."""
    if not one or not other:
        return False
    parts = [PurePath(it.removeprefix("file://")).parts for it in (one, other)]
    short, long = sorted(parts, key=len)
    return long[len(long) - len(short) :] == short
