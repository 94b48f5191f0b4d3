"""Tells when a library is loaded that was not there yet; the import itself goes on as it would.

A finder at the head of `sys.meta_path` asks the others, and has the module's loader say when it is
done. It stands there only while something is waited for, and never makes an import fail.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from nbtrack.capture.guard import report

__all__ = ["forget", "when_loaded"]

waiting: dict[str, Callable[[], None]] = {}


class Arrivals:
    """The finder; it finds nothing of its own."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec that the other finders have, prepared if the module is waited for."""
        if name not in waiting:
            return None
        spec = spec_of(name, path, target)
        if spec is not None:
            prepare(spec.loader, name)
        return spec


def when_loaded(name: str, act: Callable[[], None]) -> None:
    """Do something once a module is loaded; a later wish takes the place of an earlier one."""
    waiting[name] = act
    if Arrivals not in sys.meta_path:
        sys.meta_path.insert(0, Arrivals)


def forget(name: str) -> None:
    """Wait for a module no more."""
    waiting.pop(name, None)
    if not waiting and Arrivals in sys.meta_path:
        sys.meta_path.remove(Arrivals)


def spec_of(name: str, path: Sequence[str] | None, target: ModuleType | None) -> ModuleSpec | None:
    """What the other finders find."""
    for finder in tuple(sys.meta_path):
        find = None if finder is Arrivals else getattr(finder, "find_spec", None)
        spec: ModuleSpec | None = find(name, path, target) if find is not None else None
        if spec is not None:
            return spec
    return None


def prepare(loader: Any, name: str) -> None:
    """Have one loader tell when it has loaded its module; a loader that cannot is left alone."""
    execute = getattr(loader, "exec_module", None)
    own = getattr(loader, "__dict__", None)
    if execute is None or not isinstance(own, dict):
        return

    def exec_module(module: ModuleType) -> None:
        own.pop("exec_module", None)
        execute(module)
        arrived(name)

    own["exec_module"] = exec_module


def arrived(name: str) -> None:
    """A module is loaded."""
    act = waiting.get(name)
    forget(name)
    if act is None:
        return
    try:
        act()
    except Exception as error:  # noqa: BLE001 - it is told, and the import goes on
        report(error, f"observing {name}")
