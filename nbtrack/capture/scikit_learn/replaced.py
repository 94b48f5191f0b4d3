"""Watches the two wrappers where `sys.monitoring` is not there or not free, as on Python 3.11.

Both wrappers ask their module for `config_context` at each call: that name is replaced, and tells
when a fit begins and ends. A metric's result is seen by its wrapper's cell, which holds the plain
function; the public functions themselves, by identity and by pickle, stay what they are.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from types import CellType, CodeType, ModuleType, TracebackType
from typing import Any

from nbtrack.capture.guard import guarded
from nbtrack.capture.scikit_learn.observer import Finish, entered_fit, entered_function
from nbtrack.capture.scikit_learn.wrappers import (
    fit_wrapper,
    function_wrapper,
    is_metric,
    is_study,
)

__all__ = ["is_on", "start", "stop"]

HOOK = "config_context"

originals: list[tuple[ModuleType, Any]] = []
cells: list[tuple[CellType, Any]] = []
"""What was replaced, and what it was."""

watching: set[Callable[..., Any]] = set()
"""The functions that stand in for others."""


class Watched:
    """A context of the library that tells when it is left."""

    def __init__(self, context: Any, finish: Finish) -> None:
        self.context, self.finish = context, finish

    def __enter__(self) -> Any:
        return self.context.__enter__()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> Any:
        try:
            return self.context.__exit__(kind, error, trace)
        finally:
            self.finish(None, error)


def is_on() -> bool:
    """Whether it watches."""
    return bool(originals)


def start() -> None:
    """Watch; a version of the library that has no such names is not watched."""
    from sklearn import base
    from sklearn.utils import _param_validation

    fit, function = fit_wrapper(), function_wrapper()
    hooks = ((base, telling_fits, fit), (_param_validation, telling_functions, function))
    for module, telling, wrapper in hooks:
        original = getattr(module, HOOK)
        originals.append((module, original))
        setattr(module, HOOK, telling(original, wrapper))


def stop() -> None:
    """Put back what was replaced."""
    while originals:
        module, original = originals.pop()
        setattr(module, HOOK, original)
    while cells:
        cell, content = cells.pop()
        cell.cell_contents = content
    watching.clear()


def telling_fits(original: Callable[..., Any], wrapper: CodeType) -> Callable[..., Any]:
    """The context as it is, telling of fits."""

    @functools.wraps(original)
    def config_context(**settings: Any) -> Any:
        context = original(**settings)
        frame = sys._getframe(1)  # noqa: SLF001 - no public name
        finish = entered_fit(frame) if frame.f_code is wrapper else None
        return context if finish is None else Watched(context, finish)

    return config_context


def telling_functions(original: Callable[..., Any], wrapper: CodeType) -> Callable[..., Any]:
    """The context as it is; a metric that is called the first time is watched from then on."""

    @functools.wraps(original)
    def config_context(**settings: Any) -> Any:
        frame = sys._getframe(1)  # noqa: SLF001 - no public name
        if frame.f_code is wrapper:
            watch_function(frame.f_locals["func"], wrapper)
        return original(**settings)

    return config_context


@guarded
def watch_function(function: Any, wrapper: CodeType) -> None:
    """Let a public function's wrapper call the function by way of the observer."""
    if function in watching or not (is_metric(function) or is_study(function)):
        return
    public = getattr(sys.modules.get(function.__module__), function.__name__, None)
    if public is None or getattr(public, "__code__", None) is not wrapper:
        return
    cell = public.__closure__[wrapper.co_freevars.index("func")]
    if cell.cell_contents is function:
        cells.append((cell, function))
        cell.cell_contents = watched(function)


def watched(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function as it is, telling when it is called."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        finish = entered_function(function, sys._getframe(1))  # noqa: SLF001 - no public name
        if finish is None:
            return function(*args, **kwargs)
        try:
            result = function(*args, **kwargs)
        except BaseException as error:
            finish(None, error)
            raise
        finish(result, None)
        return result

    watching.add(call)
    return call
