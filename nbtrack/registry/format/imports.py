"""Which modules a user's own code uses: read from its functions, without running them.

What saves a model of plain Python finds its requirements by it.
"""

from __future__ import annotations

import dis
import sys
from collections.abc import Callable, Iterable, Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any

from nbtrack.capture.sources.packages import installed

__all__ = ["modules_used_by"]

MOST_SEEN = 2_000
"""Functions and classes that are looked at; more is a library in the shape of a model."""


def modules_used_by(*things: Any) -> set[str]:
    """The modules that functions, classes and instances use, and those of their own modules.

    Example:
        >>> from fractions import Fraction
        >>> from nbtrack.registry.format.imports import modules_used_by
        >>> modules_used_by(Fraction(1, 2))
        {'fractions'}
    """
    found: set[str] = set()
    seen: set[int] = set()
    waiting = list(things)
    while waiting and len(seen) < MOST_SEEN:
        thing = waiting.pop()
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        waiting.extend(looked_at(thing, found))
    return found


def looked_at(thing: Any, found: set[str]) -> Iterable[Any]:
    """What is used by a thing; modules outside of the user's own are noted."""
    for kind, look in LOOKS:
        if isinstance(thing, kind):
            return look(thing, found)
    kind = type(thing)
    state = thing.__dict__ if "__dict__" in dir(kind) else {}
    return [kind, *(state.values() if type(state) is dict and is_own(kind.__module__) else ())]


def is_own(name: str) -> bool:
    """Whether a module is the user's own: not Python's, and not of an installed package."""
    top = name.partition(".")[0]
    if top in sys.stdlib_module_names and top != "__main__":
        return False
    if top in {"nbtrack", "mlflow"}:
        return False
    path = getattr(sys.modules.get(name), "__file__", None)
    return not (isinstance(path, str) and path.startswith(installed()))


def module(thing: ModuleType, found: set[str]) -> list[Any]:
    """A module: noted, and looked through if it is the user's own."""
    found.add(thing.__name__)
    if thing.__name__ == "__main__" or not is_own(thing.__name__):
        return []
    return list(vars(thing).values())


def class_(thing: type, found: set[str]) -> list[Any]:
    """A class: its module noted, and looked through if it is the user's own."""
    found.add(thing.__module__)
    if not is_own(thing.__module__):
        return []
    return [*thing.__bases__, *vars(thing).values()]


def function(thing: FunctionType, found: set[str]) -> list[Any]:
    """A function: what its code names, imports and closes over."""
    found.add(thing.__module__ or "__main__")
    if not is_own(thing.__module__ or "__main__"):
        return []
    used = []
    for code in codes(thing.__code__):
        found.update(imports(code))
        used += [thing.__globals__[name] for name in code.co_names if name in thing.__globals__]
    for cell in thing.__closure__ or ():
        try:
            used.append(cell.cell_contents)
        except ValueError:  # not assigned yet
            continue
    return used


def codes(code: CodeType) -> Iterator[CodeType]:
    """A function's code, and that of the functions within."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from codes(constant)


def imports(code: CodeType) -> set[str]:
    """The modules that code imports when it runs."""
    return {
        str(it.argval)
        for it in dis.get_instructions(code)
        if it.opname == "IMPORT_NAME" and it.argval
    }


LOOKS: tuple[tuple[Any, Callable[[Any, set[str]], Iterable[Any]]], ...] = (
    (ModuleType, module),
    (FunctionType, function),
    (staticmethod | classmethod, lambda thing, _: [thing.__func__]),
    (property, lambda thing, _: [it for it in (thing.fget, thing.fset) if it is not None]),
    (type, class_),
    (list | tuple | set | frozenset, lambda thing, _: list(thing)),
    (dict, lambda thing, _: list(thing.values())),
)
"""How each kind of thing is looked through; instances of other classes by their state."""
