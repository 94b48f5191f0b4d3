"""The libraries that are observed: those that are loaded at once, the others when they are.

Several may want it, a notebook and `autolog()`: a library is let go when nobody does any more.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable
from typing import Any

from nbtrack.capture.arrivals import forget, when_loaded

__all__ = ["LIBRARIES", "ignore", "observe"]

LIBRARIES: dict[str, tuple[str, ...]] = {
    "keras": ("keras", "tf_keras"),
    "lightgbm": ("lightgbm",),
    "lightning": ("lightning.pytorch", "pytorch_lightning"),
    "sklearn": ("sklearn",),
    "torch": ("torch", "torch.utils.tensorboard.writer"),
    "xgboost": ("xgboost",),
}
"""Each observer with the modules that it looks for."""

wanted: dict[str, set[object]] = {library: set() for library in LIBRARIES}
"""Who wants a library to be observed."""


def observe(who: object, libraries: Iterable[str] = tuple(LIBRARIES)) -> None:
    """Have libraries observed for somebody, from now or from when they are loaded."""
    for library in libraries:
        wanted[library].add(who)
        for module in LIBRARIES[library]:
            if module not in sys.modules:
                when_loaded(module, lambda library=library: begin(library))  # type: ignore[misc]
        if any(module in sys.modules for module in LIBRARIES[library]):
            begin(library)


def ignore(who: object, libraries: Iterable[str] = tuple(LIBRARIES)) -> None:
    """Somebody wants libraries to be observed no more."""
    for library in libraries:
        wanted[library].discard(who)
        if wanted[library]:
            continue
        for module in LIBRARIES[library]:
            forget(module)
        if any(module in sys.modules for module in LIBRARIES[library]):
            observer(library).ignore()


def begin(library: str) -> None:
    """Observe a library that is loaded, if it is wanted still."""
    if wanted[library]:
        observer(library).observe()


def observer(library: str) -> Any:
    """The module that observes a library."""
    return importlib.import_module(f"nbtrack.capture.libraries.{library}")
