"""The user's own modules: `module:NAME`, executed by an import, by a reload, or by `%autoreload`.

A module is what its file was when it was executed. Where that was more than once, or the file is
another by now, a cell that uses it depends on all that executed it, and on what reloads it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from types import BuiltinFunctionType, FrameType, FunctionType, ModuleType
from typing import Any, NamedTuple

from nbtrack.capture import audit
from nbtrack.capture.classes import home_of, is_of, module_at
from nbtrack.capture.hidden import CellFacts, Touch
from nbtrack.capture.identity import identity_of
from nbtrack.capture.sources.files import file_digest, is_of_system, own_source, stamp_of

__all__ = ["ModuleState", "place_of"]

SYMBOL = "module:"
AUTORELOAD = "setting:autoreload"
RELOADER = "IPython/extensions/"
RELOADING = frozenset({"autoreload", "aimport"})
"""Magics that say which modules are loaded again before each cell."""

module_names = vars(ModuleType)["__dict__"].__get__


class Loaded(NamedTuple):
    """A module of the user's as it was executed last."""

    path: str
    digest: str
    times: int
    """How often it was executed, as far as was seen."""

    def is_changed(self) -> bool:
        """Whether its file is another by now."""
        return bool(self.path) and digest_of(self.path) != self.digest


class ModuleState:
    """Notices which of the user's modules a cell executed, and which it used."""

    def __init__(self) -> None:
        self.executed: set[str] = set()
        """The files of modules that were executed."""
        self.loaded: dict[str, Loaded] = {}
        self.placed: dict[str, int] = {}
        """Modules that no import made, by the identity of what stands in their place."""
        audit.hear("exec", self.heard)

    def close(self) -> None:
        audit.unhear("exec", self.heard)

    def before(self) -> None:
        """What was executed since the last cell counts for this one."""

    def heard(self, arguments: tuple[Any, ...]) -> None:
        """Code is executed; called for every statement of a cell too."""
        code = arguments[0]
        path = code.co_filename
        if path[-3:] != ".py" or code.co_name != "<module>" or is_of_system(path):
            return
        if not is_by_reloader(sys._getframe(2)):  # noqa: SLF001 - who executes: `heard` is between
            self.executed.add(path)

    def after(self, cell: CellFacts) -> list[Touch]:
        touches = [*self.executions(), *self.placements(cell)]
        changed = {it.symbol for it in touches}
        if is_reloading(cell):
            touches.append(Touch(AUTORELOAD, "change"))
        if not self.loaded and not self.placed:
            return touches
        for name in sorted(self.used(cell)):
            if f"{SYMBOL}{name}" not in changed:
                touches += self.readings(name, cell)
        return touches

    def executions(self) -> Iterator[Touch]:
        """The modules that were executed since the last cell."""
        paths, self.executed = self.executed, set()
        if not paths:
            return
        for name, module in list(sys.modules.items()):
            path = own_source(module) if is_of(module, ModuleType) else ""
            if path in paths:
                known = self.loaded.get(name)
                times = known.times if known is not None else 0
                self.loaded[name] = Loaded(path, digest_of(path), times + 1)
                yield Touch(f"{SYMBOL}{name}", "change")

    def placements(self, cell: CellFacts) -> Iterator[Touch]:
        """The modules that a cell put into `sys.modules`, or took out of it, by its own hand."""
        if "modules" not in cell.usage.attributes | cell.usage.reads.keys():
            return
        for name in cell.usage.texts:
            is_there = name in sys.modules
            if not is_there and (name in self.placed or name in self.loaded):
                self.placed.pop(name, None)
                yield Touch(f"{SYMBOL}{name}", "change")
            elif is_there and is_placed(found := sys.modules[name]):
                identity = identity_of(found)
                if self.placed.get(name) != identity:
                    self.placed[name] = identity
                    yield Touch(f"{SYMBOL}{name}", "change")

    def used(self, cell: CellFacts) -> set[str]:
        """The modules that a cell used, with those of the user's that they use themselves."""
        found = {name for it in cell.usage.imports for name in with_parents(it)}
        found |= {place_of(cell.value_of(name)) for name in cell.usage.reads}
        if "modules" in cell.usage.attributes | cell.usage.reads.keys():
            found |= cell.usage.texts
        queue = list(found & (self.loaded.keys() | self.placed.keys()))
        seen = set(queue)
        for name in queue:
            module = module_at(name)
            values = list(module_names(module).values()) if module is not None else []
            for other in {place_of(it) for it in values} & self.loaded.keys() - seen:
                seen.add(other)
                queue.append(other)
        return seen

    def readings(self, name: str, cell: CellFacts) -> Iterator[Touch]:
        """What using a module means, where it is not just what its file says."""
        loaded = self.loaded.get(name)
        if loaded is None or loaded.times > 1 or loaded.is_changed():
            yield Touch(f"{SYMBOL}{name}", "read")
        if loaded is not None and AUTORELOAD in cell.written and loaded.is_changed():
            yield Touch(AUTORELOAD, "read")
            yield Touch(f"file:{loaded.path}", "read", digest_of(loaded.path))

    def digest(self, symbol: str) -> str | None:  # noqa: ARG002 - its executions tell, not a value
        return None


def is_by_reloader(frame: FrameType | None) -> bool:
    """Whether IPython loads a module again between cells."""
    while frame is not None:
        if RELOADER in frame.f_code.co_filename:
            return True
        frame = frame.f_back
    return False


def is_reloading(cell: CellFacts) -> bool:
    """Whether a cell says which modules are loaded again before each cell."""
    is_magic = "run_line_magic" in cell.usage.attributes
    return is_magic and any(not RELOADING.isdisjoint(it.split()) for it in cell.usage.texts)


def is_placed(found: object) -> bool:
    """Whether what stands in `sys.modules` was put there by hand: no import made it."""
    if not is_of(found, ModuleType):
        return True
    return module_names(found).get("__spec__") is None and not own_source(found)


def place_of(value: object) -> str:
    """The module that a value is, or comes from, as it says itself."""
    if is_of(value, ModuleType):
        found: object = module_names(value).get("__name__")
    elif type(value) is FunctionType or type(value) is BuiltinFunctionType:
        found = value.__module__
    else:
        return home_of(value if is_of(value, type) else type(value))
    return found if type(found) is str else ""


def with_parents(name: str) -> Iterable[str]:
    """A module and the packages it is in."""
    parts = name.split(".")
    return (".".join(parts[:count]) for count in range(1, len(parts) + 1))


def digest_of(path: str) -> str:
    """The digest of a file; empty where there is none."""
    stamp = stamp_of(path)
    return "" if stamp is None else file_digest(path, stamp.size)
