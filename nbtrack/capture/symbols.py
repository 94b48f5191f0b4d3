"""Which executions the present value of each variable comes from.

A variable has those that bound its name; each mutable object has those that changed it. So a
change through one name is known to all names that lead to the object.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from nbtrack.capture.identity import identity_of
from nbtrack.capture.objects.scan import Scan, scan

__all__ = ["Part", "Symbols", "Variable"]


@dataclass(slots=True)
class Part:
    """A mutable object, or a piece of memory; a forest has a thousand."""

    state: int
    """The hash of its own state when it was looked at last."""
    changers: tuple[int, ...] = ()
    """The executions that changed it, in order."""
    holders: frozenset[str] = frozenset()
    """The variables that lead to it: one set serves all parts that a variable alone leads to."""


@dataclass
class Variable:
    """A name and what it was bound to."""

    binders: tuple[int, ...]
    """The executions that bound it: one, or more where it is not known which."""
    found: Scan
    identity: int
    """Of the value."""


class Symbols:
    """All variables of a namespace, and the objects they lead to."""

    def __init__(self, look: Callable[[Any], Scan] = scan) -> None:
        self.look = look
        self.looked: dict[int, tuple[Any, Scan]] | None = None
        """What was looked at, by identity, while nothing of the user's runs."""
        self.variables: dict[str, Variable] = {}
        self.parts: dict[int, Part] = {}

    @contextmanager
    def at_rest(self) -> Iterator[None]:
        """Look at each value once: nothing can change it meanwhile."""
        self.looked = {}
        try:
            yield
        finally:
            self.looked = None

    def seen(self, value: Any) -> Scan:
        """What a value holds."""
        if self.looked is None:
            return self.look(value)
        known = self.looked.get(identity_of(value))
        if known is None:
            known = self.looked[identity_of(value)] = (value, self.look(value))
        return known[1]

    def __contains__(self, name: str) -> bool:
        return name in self.variables

    def roots(self, name: str) -> set[int]:
        """The executions that made the present value of a name."""
        variable = self.variables.get(name)
        if variable is None:
            return set()
        found = set(variable.binders)
        for identity in (*variable.found.parts, variable.identity):
            part = self.parts.get(identity)
            if part is not None and part.changers:
                found.update(part.changers)
        return found

    def is_changeable(self, name: str) -> bool:
        """Whether a name leads to something that can be changed in place."""
        variable = self.variables.get(name)
        return variable is not None and bool(variable.found.parts or variable.found.opaque)

    def is_told_whole(self, name: str, digest: str) -> bool:
        """Whether a digest is that of a variable as it was looked at last, and says all of it."""
        variable = self.variables.get(name)
        if variable is None or variable.found.is_lazy:
            return False
        return variable.found.is_exact and variable.found.digest == digest

    def digest(self, name: str) -> str | None:
        """The digest of a variable as it was looked at last; None where there is none."""
        variable = self.variables.get(name)
        return None if variable is None else variable.found.digest

    def bind(self, name: str, value: Any, binders: tuple[int, ...]) -> None:
        """A name has another value; what it led to before is let go of first."""
        self.release(name)
        found = self.seen(value)
        self.variables[name] = Variable(binders, found, identity_of(value))
        self.hold(name, found)

    def tell(self, name: str, digest: str) -> None:
        """A lazy value says nothing by itself: its digest is that of what it comes from."""
        variable = self.variables[name]
        variable.found = variable.found._replace(digest=digest)

    def is_lazy(self, name: str) -> bool:
        """Whether a name stands for what is computed only when asked."""
        variable = self.variables.get(name)
        return variable is not None and variable.found.is_lazy

    def delete(self, name: str) -> None:
        """A name has no value any more, as if it never had one."""
        self.release(name)
        self.variables.pop(name, None)

    def hold(self, name: str, found: Scan) -> None:
        """A name leads to the parts of a scan."""
        parts, alone = self.parts, frozenset((name,))
        for identity, state in found.parts.items():
            part = parts.get(identity)
            if part is None:
                parts[identity] = Part(state, (), alone)
            elif name not in part.holders:
                part.holders |= alone

    def release(self, name: str) -> None:
        """A name leads nowhere."""
        variable = self.variables.get(name)
        if variable is not None:
            self.let_go(name, variable.found.parts)

    def let_go(self, name: str, identities: Iterable[int]) -> None:
        """A name does not lead to some parts any more; what nobody leads to is forgotten."""
        parts, alone = self.parts, frozenset((name,))
        for identity in identities:
            part = parts.get(identity)
            if part is None:
                continue
            if part.holders == alone:
                del parts[identity]
            else:
                part.holders -= alone

    def look_again(
        self, names: Iterable[str], value_of: Callable[[str], Any], changer: int
    ) -> set[str]:
        """Look at variables that a cell may have changed; the names of those it did change."""
        queue = [name for name in names if name in self.variables]
        seen, changed = set(queue), set[int]()
        for name in queue:
            for identity in self.renew(name, value_of(name), changer):
                if identity in changed:
                    continue
                changed.add(identity)
                for other in self.parts[identity].holders - seen:
                    seen.add(other)
                    queue.append(other)
        return {name for identity in changed for name in self.holders_of(identity)}

    def holders_of(self, identity: int) -> frozenset[str]:
        part = self.parts.get(identity)
        return part.holders if part is not None else frozenset()

    def renew(self, name: str, value: Any, changer: int) -> list[int]:
        """Look at a variable again; the parts of which the state is another than it was."""
        variable = self.variables[name]
        if not variable.found.parts and variable.identity == identity_of(value):
            return []
        before, found = variable.found, self.seen(value)
        changed = []
        for identity, state in found.parts.items():
            part = self.parts.get(identity)
            if part is not None and part.state != state:
                part.state = state
                if changer not in part.changers:
                    part.changers = (*part.changers, changer)
                changed.append(identity)
        if found.is_lazy:
            told = before.digest if not changed else f"{before.digest}+"
            found = found._replace(digest=told)
        variable.found = found
        self.hold(name, found)
        self.let_go(name, before.parts.keys() - found.parts.keys())
        return changed

    def mark(self, identities: Iterable[int], changer: int) -> set[str]:
        """Take objects that cannot be looked into as changed; the names that lead to them."""
        names: set[str] = set()
        for identity in identities:
            part = self.parts.setdefault(identity, Part(0))
            if changer not in part.changers:
                part.changers = (*part.changers, changer)
            names |= part.holders
        return names
