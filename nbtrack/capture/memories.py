"""What functions of `lru_cache` and cached properties remember, and from which executions.

A remembered result was computed from what its names were then. Where they are the same still, it
is as good as computed now; where not, a cell that gets it depends on the one that had it computed.
"""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, NamedTuple

from nbtrack.capture.classes import is_of
from nbtrack.capture.hidden_symbols import HiddenSymbols
from nbtrack.capture.identity import identity_of
from nbtrack.capture.instructions import shape_of
from nbtrack.capture.objects.flat import PLAIN
from nbtrack.capture.objects.functions import results_in
from nbtrack.capture.objects.instances import plan_of
from nbtrack.capture.ran import Ran
from nbtrack.capture.sources.files import own_source
from nbtrack.capture.statements import are_left_alone
from nbtrack.capture.step import Step
from nbtrack.capture.symbols import Symbols
from nbtrack.capture.usage import Usage

__all__ = ["Memories"]

WRAPPER = type(functools.lru_cache(len))
count_of = vars(WRAPPER)["cache_info"]
module_names = vars(ModuleType)["__dict__"].__get__


class Count(NamedTuple):
    """How far a memory was used."""

    hits: int = 0
    misses: int = 0
    present: frozenset[str] = frozenset()
    """The cached properties that were computed."""


class Read(NamedTuple):
    """A symbol that results were computed from, as it was then."""

    digest: str
    sources: frozenset[int]


class Filling(NamedTuple):
    """An execution that had results computed."""

    place: int
    reads: dict[str, Read] | None
    """What they were computed from; None where that cannot be told."""


@dataclass
class Memory:
    """An object that remembers results."""

    holder: weakref.ref[Any]
    count: Count
    properties: frozenset[str] = frozenset()
    """The names of its cached properties; none of a function."""
    fillings: list[Filling] = field(default_factory=list)
    clearers: tuple[int, ...] = ()
    """The executions that had it forget."""

    def count_now(self, holder: Any) -> Count:
        """How far it was used by now."""
        if not self.properties:
            told = count_of(holder)
            return Count(told.hits, told.misses)
        plan = plan_of(type(holder))
        attributes = plan.attributes(holder) if plan.attributes is not None else {}
        return Count(present=self.properties & attributes.keys())


class Memories:
    """The memories of one session."""

    def __init__(
        self, symbols: Symbols, hidden: HiddenSymbols, value_of: Callable[[str], Any]
    ) -> None:
        self.symbols, self.hidden, self.value_of = symbols, hidden, value_of
        self.known: dict[int, Memory] = {}
        """By the identity of what remembers."""
        self.used: dict[int, set[int]] = {}
        """The memories that this cell got results from, with the executions it needs for that."""
        self.again: dict[str, set[int]] = {}
        """Symbols that remembered results stand for, with the executions that had them computed."""

    def add_remembered(self, usage: Usage) -> None:
        """A cell has run: what it got out of memories counts as computed from their names."""
        self.used, self.again = {}, {}
        bound = {*usage.writes, *usage.maybe, *usage.deletes}
        for identity, memory, now in self.counted():
            is_used = self.is_used(identity, memory, now, usage)
            if not is_used and now == memory.count:
                continue
            needed = self.used[identity] = set(memory.clearers)
            for filling in memory.fillings if is_used else ():
                reads = filling.reads
                if reads is None or any(
                    it in bound or not self.is_same(it, then) for it, then in reads.items()
                ):
                    needed.add(filling.place)
                    continue
                for symbol in reads:
                    self.again.setdefault(symbol, set()).add(filling.place)
        usage.reads |= dict.fromkeys(it for it in self.again if it in self.symbols)

    def counted(self) -> list[tuple[int, Memory, Count]]:
        """All memories that are there still, and how far they were used by now."""
        found = []
        for identity, memory in list(self.known.items()):
            holder = memory.holder()
            if holder is None:
                del self.known[identity]
            else:
                found.append((identity, memory, memory.count_now(holder)))
        return found

    def is_used(self, identity: int, memory: Memory, now: Count, usage: Usage) -> bool:
        """Whether a cell got something out of a memory, or made it forget something."""
        then = memory.count
        if not memory.properties:
            return now.hits > then.hits or now.misses < then.misses
        told = then.present & (usage.attributes | usage.texts)
        return bool(told) and any(self.leads_to(name, identity) for name in usage.reads)

    def leads_to(self, name: str, identity: int) -> bool:
        """Whether a name leads to a memory."""
        variable = self.symbols.variables.get(name)
        return variable is not None and any(
            identity_of(it) == identity for it in variable.found.remembering
        )

    def is_same(self, symbol: str, then: Read) -> bool:
        """Whether a symbol is what it was when results were computed from it."""
        variable = self.symbols.variables.get(symbol)
        if variable is None:
            return bool(then.digest) and self.hidden.digest_now(symbol) == then.digest
        if self.symbols.roots(symbol) == then.sources:
            return True
        is_told = variable.found.is_exact and not is_of(self.value_of(symbol), ModuleType)
        return is_told and variable.found.digest == then.digest

    def depend(self, step: Step) -> None:
        """Have a cell depend on the executions that it needs for what it got out of memories."""
        for identity, places in self.used.items():
            step.uses |= places
            for name in step.reads:
                if self.leads_to(name, identity):
                    step.sources[name] |= places
        for symbol in self.again:
            if symbol not in self.symbols:
                self.hidden.read_again(step, symbol)

    def take(self, step: Step, ran: list[Ran], usage: Usage, *, is_whole: bool) -> None:
        """Note what a cell had computed, once all it read and wrote is known.

        Args:
            step: The cell.
            ran: What ran in it.
            usage: What that did with names.
            is_whole: Whether all that ran was seen.
        """
        for symbol, places in self.again.items():
            if symbol in step.writes:  # changed perhaps before the result was asked for
                step.uses |= places
        step.uses.discard(step.index)
        reads: dict[str, Read] | None = None
        for identity, memory, now in self.counted():
            then, memory.count = memory.count, now
            if now.misses < then.misses or not then.present <= now.present:
                memory.fillings = []
                memory.clearers = (*memory.clearers, step.index)
                then = Count()
            if now.misses > then.misses or now.present - then.present:
                if reads is None:
                    reads = self.reads_behind(step, ran, usage, is_whole=is_whole)
                asked = max(now.hits + now.misses - then.hits - then.misses, 1)
                is_kept = self.is_left_alone(step, identity, memory, asked)
                memory.fillings.append(Filling(step.index, reads if is_kept else None))
        self.find(step)

    def is_left_alone(self, step: Step, identity: int, memory: Memory, asked: int) -> bool:
        """Whether a cell did nothing more with the results it had computed."""
        holder = memory.holder()
        if memory.properties:
            plan = plan_of(type(holder))
            attributes = plan.attributes(holder) if plan.attributes is not None else {}
            values = [it for name, it in attributes.items() if name in memory.properties]
            is_changeable = any(identity_of(type(it)) not in PLAIN for it in values)
        else:
            is_changeable = bool(results_in(holder, vars(holder).get("__wrapped__")))
        if not is_changeable:
            return True
        names = {name for name in step.reads if self.leads_to(name, identity)}
        functions = set() if memory.properties else names
        return are_left_alone(step.source, functions, memory.properties, asked)

    def reads_behind(
        self, step: Step, ran: Iterable[Ran], usage: Usage, *, is_whole: bool
    ) -> dict[str, Read] | None:
        """What the functions of a cell read, of which some result came; None if it cannot be told.

        A plain argument of a call is no part of it: the memory asks for it by its value.
        """
        inner = {
            name
            for item in ran
            if not item.is_top
            for _, act, name in shape_of(item.code).names
            if act == "load"
        }
        if any(self.used.values()) or not inner.isdisjoint(usage.writes.keys() | usage.maybe):
            return None
        found = {}
        for symbol, digest in step.reads.items():
            if is_whole and symbol not in inner and not self.may_matter(symbol):
                continue
            if symbol in step.writes:
                return None
            found[symbol] = Read(digest, step.sources.get(symbol, frozenset()))
        return found

    def may_matter(self, symbol: str) -> bool:
        """Whether a symbol that no function names may have been read by one."""
        if symbol not in self.symbols:
            return True
        value = self.value_of(symbol)
        if type(value) is WRAPPER:
            return False
        return self.symbols.is_changeable(symbol) or is_of(value, ModuleType)

    def find(self, step: Step) -> None:
        """Take in the memories that a cell's variables lead to."""
        for name in {**step.reads, **step.writes}:
            for holder in self.holders_at(name):
                identity = identity_of(holder)
                if identity in self.known:
                    continue
                try:
                    memory = Memory(weakref.ref(holder), Count(), properties_of(holder))
                except TypeError:
                    continue  # of a class whose objects nobody can refer to weakly
                memory.count = memory.count_now(holder)
                if memory.count != Count():
                    memory.fillings.append(Filling(step.index, None))
                self.known[identity] = memory

    def holders_at(self, name: str) -> Iterator[object]:
        """What a variable holds that remembers results, or its module does."""
        variable = self.symbols.variables.get(name)
        if variable is None:
            return
        yield from variable.found.remembering
        value = self.value_of(name)
        if is_of(value, ModuleType) and own_source(value):
            yield from [it for it in list(module_names(value).values()) if type(it) is WRAPPER]


def properties_of(holder: object) -> frozenset[str]:
    """The names of the cached properties of an object; none of a function."""
    return frozenset() if type(holder) is WRAPPER else plan_of(type(holder)).caches
