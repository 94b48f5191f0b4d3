"""Attributes of modules and of libraries' classes that cells set: `math.tau = 6`, `setattr(m, …)`.

What a library holds is not looked at after each cell. Instead an attribute that was set is told by
its name: a cell that names it later depends on the one that set it.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from types import FunctionType, ModuleType
from typing import Any

from nbtrack.capture.classes import home_of, is_of, module_at
from nbtrack.capture.identity import identity_of
from nbtrack.capture.objects.names import is_users
from nbtrack.capture.step import Step
from nbtrack.capture.symbols import Symbols
from nbtrack.capture.usage import Usage

__all__ = ["Patches"]

SETTING = frozenset({"setattr", "delattr"})
MOCKING = frozenset({"patch", "monkeypatch", "mocker", "MonkeyPatch"})
DOING = frozenset({"start", "stop", "stopall", "undo"})


class Patches:
    """The attributes that the cells of one session set, by their names."""

    def __init__(self, symbols: Symbols, value_of: Callable[[str], Any]) -> None:
        self.symbols, self.value_of = symbols, value_of
        self.setters: dict[str, tuple[int, ...]] = {}
        """The executions that set each attribute, in order."""
        self.mocked: set[str] = set()
        """Attributes set by a library for tests, which can take them back."""

    def needed(self, usage: Usage) -> set[int]:
        """The executions whose attributes a cell names or imports."""
        found: set[int] = set()
        for name in usage.imports:
            module = module_at(name)
            part = self.symbols.parts.get(identity_of(module)) if module is not None else None
            found.update(part.changers if part is not None else ())
        if self.setters:
            named = usage.attributes | usage.texts | usage.builtins
            for attribute in self.setters.keys() & named:
                found.update(self.setters[attribute])
        return found

    def take(self, step: Step, usage: Usage) -> set[str]:
        """Note what a cell set; the names of the modules that it changed, or may have changed."""
        for attribute in set(self.attributes_set(usage)):
            before = (it for it in self.setters.get(attribute, ()) if it != step.index)
            self.setters[attribute] = (*before, step.index)
        names = {name for name, _ in usage.stores} | usage.handed
        if "reload" in usage.attributes | usage.reads.keys():
            names |= usage.reads.keys()
        found = set()
        for name in names:
            value = self.value_of(name)
            if is_of(value, ModuleType) and value is not importlib:
                self.symbols.mark([identity_of(value)], step.index)
                found.add(name)
        return found

    def attributes_set(self, usage: Usage) -> Iterator[str]:
        """The attributes of modules and of libraries' classes that a cell set or took back."""
        yield from (it for name, it in usage.stores if self.is_shared(name))
        named = usage.attributes | usage.reads.keys()
        if not SETTING.isdisjoint(usage.builtins | named) and any(
            map(self.is_shared, usage.handed)
        ):
            yield from (it for it in usage.texts if it.isidentifier())
        if not MOCKING.isdisjoint(named):
            told = {it.rpartition(".")[2] for it in usage.texts}
            self.mocked |= {it for it in told if it.isidentifier()}
            yield from self.mocked
        elif not DOING.isdisjoint(named):
            yield from self.mocked

    def is_shared(self, name: str) -> bool:
        """Whether a name stands for something of a library's that others reach by other names."""
        value = self.value_of(name)
        if is_of(value, ModuleType):
            return True
        if type(value) is FunctionType:
            return value.__module__ != "__main__"
        return is_of(value, type) and not is_users(value) and home_of(value) != ""
