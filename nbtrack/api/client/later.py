"""Names of MLflow's vocabulary that later versions bring: there to import, clear when called.

A function raises `NotYet` with its own name; a class can be subclassed, and its subclass made.
The names stand in `vocabulary`; the package's `__getattr__` and the client ask here for them.
"""

from __future__ import annotations

import importlib
import sys
from functools import cache
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, NoReturn

from nbtrack.api.client.vocabulary import BROUGHT, CLIENT_METHODS, FACES, MODULES, TOP_LEVEL
from nbtrack.errors import NotYet, listing

__all__ = ["LaterCall", "LaterClass", "LaterMethods", "LaterModule", "attribute", "modules"]

PACKAGE = "nbtrack"
KNOWN = {"": TOP_LEVEL, **FACES, **MODULES}


class LaterCall:
    """A function that is not there yet; calling it, or decorating with it, says so."""

    def __init__(self, name: str, comes_with: str) -> None:
        self.__name__ = name.rpartition(".")[2]
        self.__qualname__ = self.__name__
        self.__doc__ = f"`{name}` comes with {comes_with}."
        self.full_name, self.comes_with = name, comes_with

    def __call__(self, *_: object, **__: object) -> NoReturn:
        raise NotYet(self.full_name, self.comes_with)

    def __getattr__(self, name: str) -> LaterCall:
        if name.startswith("_"):
            raise AttributeError(name)
        return LaterCall(f"{self.full_name}.{name}", self.comes_with)

    def __repr__(self) -> str:
        return f"<{self.full_name}, which comes with {self.comes_with}>"


class LaterType(type):
    """The type of classes that are not there yet; their members are later calls too."""

    full_name: str
    comes_with: str

    def __getattr__(cls, name: str) -> LaterCall:
        if name.startswith("_"):
            raise AttributeError(name)
        return LaterCall(f"{cls.full_name}.{name}", cls.comes_with)


class LaterClass(metaclass=LaterType):
    """The root of classes that are not there yet; users may already write subclasses."""

    full_name = ""
    comes_with = ""

    def __new__(cls, *_: object, **__: object) -> Any:
        if "full_name" in cls.__dict__:
            raise NotYet(cls.full_name, cls.comes_with)
        return super().__new__(cls)


class LaterModule(ModuleType):
    """A module of which all names come later."""

    def __init__(self, path: str) -> None:
        full_name = f"{PACKAGE}.{path}"
        super().__init__(full_name, f"`{full_name}`: its names come later.")
        self.path = path
        self.__spec__ = ModuleSpec(full_name, None)
        if any(other.startswith(f"{path}.") for other in MODULES):
            self.__path__: list[str] = []

    def __getattr__(self, name: str) -> Any:
        value = attribute(self.path, name)
        setattr(self, name, value)
        return value

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *MODULES[self.path]]


def attribute(path: str, name: str) -> Any:
    """What `nbtrack.<path>.<name>` is as long as it is not there; "" is the package itself.

    Raises:
        AttributeError: MLflow's vocabulary has no such name either.
    """
    inner = f"{path}.{name}".lstrip(".")
    if inner in BROUGHT:
        return getattr(importlib.import_module(BROUGHT[inner]), name)
    if inner in MODULES:
        return sys.modules.get(f"{PACKAGE}.{inner}") or LaterModule(inner)
    known = KNOWN[path]
    module = f"{PACKAGE}.{path}".rstrip(".")
    if name not in known:
        there = vars(sys.modules[module]).get("__all__", ()) if module in sys.modules else ()
        hint = "" if name.startswith("_") else f"; {listing(sorted({*known, *there}), name)}"
        raise AttributeError(f"module {module!r} has no attribute {name!r}{hint}")
    return later(f"{module}.{name}", known[name])


@cache
def later(full_name: str, comes_with: str) -> LaterCall | LaterType:
    """A stand-in: a class for a name that begins like one."""
    name = full_name.rpartition(".")[2]
    if name[0].isupper() and not name.isupper():
        marks = {"full_name": full_name, "comes_with": comes_with, "__module__": PACKAGE}
        return LaterType(name, (LaterClass,), marks)
    return LaterCall(full_name, comes_with)


class LaterMethods:
    """The methods that `MlflowClient` will have; real attributes, so that `super()` finds them."""


for method, area in CLIENT_METHODS.items():
    setattr(LaterMethods, method, LaterCall(f"MlflowClient.{method}", area))


def modules() -> dict[str, LaterModule]:
    """Each later module by its full name, as `sys.modules` wants them."""
    return {f"{PACKAGE}.{path}": LaterModule(path) for path in MODULES}
