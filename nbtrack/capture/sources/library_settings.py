"""What cells set in libraries as a whole: `library:NAME`, as by `sklearn.set_config(…)`.

A library's own state is not looked into; that a cell set something is told by the names of what it
called. A cell that uses the library later depends on it. What `process` reads is not among it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from types import ModuleType
from typing import Any

from nbtrack.capture.classes import home_of, is_of
from nbtrack.capture.hidden import CellFacts, Touch
from nbtrack.capture.sources.files import own_source
from nbtrack.capture.sources.modules import place_of

__all__ = ["LibrarySettings"]

SYMBOL = "library:"

NAMES = """
    addFilter addHandler addLevelName alarm basicConfig captureWarnings configure dictConfig disable
    enable fileConfig filterwarnings install rc rcParams rc_file rcdefaults register removeHandler
    resetwarnings signal simplefilter switch_backend tzset update use
"""
"""Functions and attributes of modules by which something is set, besides all that begin so."""

EXCEPT = """
    set set_default_dtype set_index set_option set_printoptions set_rng_state set_state set_trace
    setattr setcontext setdefault seterr seterrcall setp setrecursionlimit setstate settings
"""
"""Names that only look so, or that set what is known more exactly."""

SHARED = frozenset({"logging"})
"""Libraries that hand out one object again and again, by which they are set too."""

SPREADING = {"seaborn": "matplotlib"}
"""Libraries that set another one."""

module_names = vars(ModuleType)["__dict__"].__get__

SETS_NOTHING = frozenset({"builtins", "__main__", "os", "sys", "random", "get_ipython", ""})


class LibrarySettings:
    """Notices which libraries a cell set something in, and which of those it used."""

    def before(self) -> None:
        """Nothing is asked of libraries."""

    def after(self, cell: CellFacts) -> list[Touch]:
        names = {it for it in cell.usage.attributes | cell.usage.reads.keys() if is_setting(it)}
        changed = libraries_set(cell, names) if names else set()
        touches = [Touch(f"{SYMBOL}{it}", "change") for it in sorted(changed)]
        written = {it.removeprefix(SYMBOL) for it in cell.written if it.startswith(SYMBOL)}
        if written - changed:
            used = {library_of(cell.value_of(name)) for name in cell.usage.reads}
            used |= {it.partition(".")[0] for it in cell.usage.imports}
            touches += [Touch(f"{SYMBOL}{it}", "read") for it in sorted(used & written - changed)]
        return touches

    def digest(self, symbol: str) -> str | None:  # noqa: ARG002 - it has no value to tell
        return None

    def close(self) -> None:
        """Nothing is held."""


setting, known = frozenset(NAMES.split()), frozenset(EXCEPT.split())


def is_setting(name: str) -> bool:
    """Whether a name is of something that sets."""
    return name in setting or (name.startswith("set") and name not in known)


def libraries_set(cell: CellFacts, names: set[str]) -> set[str]:
    """The libraries that a cell set something in, by the names of what it called."""
    found, hidden = set(), set(names)
    for name, root, is_called in roots_of(cell.source, names):
        hidden.discard(name)
        value = cell.value_of(root)
        library = library_of(value)
        if library in SETS_NOTHING or (is_called and library not in SHARED):
            continue
        if root in names or is_of(value, ModuleType) or library in SHARED:
            found |= {library, SPREADING.get(library, library)}
    for name in cell.usage.reads if hidden else ():  # functions of the notebook named the rest
        value = cell.value_of(name)
        if is_of(value, ModuleType) and not hidden.isdisjoint(module_names(value)):
            found.add(library_of(value))
    return found - SETS_NOTHING


def roots_of(source: str, names: set[str]) -> Iterable[tuple[str, str, bool]]:
    """Where some names are, with the names that lead there, and whether a call is on the way."""
    lines = source.splitlines()
    kept = "\n".join("" if it.lstrip().startswith(("%", "!")) else it for it in lines)
    try:
        tree = ast.parse(kept)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in names:
            yield node.id, node.id, False
        elif isinstance(node, ast.Attribute) and node.attr in names:
            is_called, place = False, node.value
            while isinstance(place, ast.Attribute | ast.Subscript | ast.Call):
                is_called = is_called or isinstance(place, ast.Call)
                place = place.func if isinstance(place, ast.Call) else place.value
            if isinstance(place, ast.Name):
                yield node.attr, place.id, is_called


def library_of(value: Any) -> str:
    """The library that a value is or comes from; nothing of a module of the user's."""
    if is_of(value, ModuleType) and own_source(value):
        return ""
    place = place_of(value) or home_of(type(value))
    return place.partition(".")[0].removeprefix("_")
