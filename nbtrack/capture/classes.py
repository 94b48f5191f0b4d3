"""What a value or a module is, found out without calling anything of its own."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from types import ModuleType
from typing import Any, TypeGuard, TypeVar

__all__ = ["home_of", "is_exactly", "is_of", "module_at"]

Kind = TypeVar("Kind")

module_name = type.__dict__["__module__"].__get__


def is_of(value: object, kind: type[Kind]) -> TypeGuard[Kind]:
    """Whether a value is of a class, whatever it says of itself, which `isinstance` asks."""
    return issubclass(type(value), kind)


def is_exactly(value: object, kinds: Iterable[type]) -> bool:
    """Whether a value is of one of some classes itself; `in` would have its class compared."""
    found = type(value)
    return any(found is it for it in kinds)


def home_of(kind: type) -> str:
    """The module that a class says it is from; empty where it says something else."""
    found = module_name(kind)
    return found if type(found) is str else ""


def module_at(name: str) -> ModuleType | None:
    """A module that is loaded; nothing where another object stands in its place."""
    found: Any = sys.modules.get(name)
    return found if is_of(found, ModuleType) else None
