"""Calls of a library's function, watched without another function in its place.

The function keeps its identity, its name and its signature: what holds it already is watched too,
and it pickles as before. Only its code is exchanged, for one that comes here and goes on.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from types import CodeType, FunctionType
from typing import Any, ParamSpec, TypeVar

from nbtrack.capture.guard import report
from nbtrack.capture.training import Failed, depth, enclosed, publish

__all__ = ["Given", "Watching", "failure_told", "harmless", "through", "watch"]

P = ParamSpec("P")
R = TypeVar("R")

Given = inspect.BoundArguments
"""The arguments of a call, defaults among them; what a watcher puts into them is handed on."""

Watching = Generator[None, Any, None]
"""A watcher runs until its `yield` before the call, and after it with the call's result."""

Watcher = Callable[[Given], Watching]


class Place:
    """A function that is watched, or was: its own code lives on in `original`."""

    def __init__(self, key: str, function: FunctionType) -> None:
        self.function = function
        self.original = copy_of(function)
        self.signature = inspect.signature(function)
        self.own_code = function.__code__
        self.code = detour_of(key, function)
        self.watcher: Watcher | None = None

    def begin(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Given, Watching] | None:
        """Run the watcher up to its `yield`; None where it does not watch this call."""
        if self.watcher is None:
            return None
        try:
            given = self.signature.bind(*args, **kwargs)
        except TypeError:  # the caller's mistake, which the function itself tells best
            return None
        given.apply_defaults()
        watching = self.watcher(given)
        next(watching)
        return given, watching


places: dict[str, Place] = {}


def harmless(act: Callable[P, R]) -> Callable[P, R | None]:
    """Let nothing that an observer does stop the training it observes; what fails is told once.

    Errors of callers are told too, other than by `guarded`: the user called nothing of ours.
    """

    @functools.wraps(act)
    def safe(*args: P.args, **kwargs: P.kwargs) -> R | None:
        try:
            return act(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - reported
            report(error, "autologging")
            return None

    return safe


def watch(function: Any, watcher: Watcher) -> Callable[[], None]:
    """Watch the calls of a Python function that are no part of another fit.

    Returns:
        What ends it; the function then has its own code again.

    Example:
        >>> def fit(rounds):
        ...     return rounds
        >>> def doubled(given):
        ...     given.arguments["rounds"] *= 2
        ...     print("result:", (yield))
        >>> leave = watch(fit, doubled)
        >>> fit(3)
        result: 6
        6
        >>> leave()
        >>> fit(3)
        3
    """
    key = f"{function.__module__}.{function.__qualname__}"
    place = places.get(key)
    if place is None or place.function is not function:
        place = places[key] = Place(key, function)
    place.watcher = watcher
    if function.__code__ is place.own_code:
        function.__code__ = place.code
        # what asks for signature or source follows this to the code that is the function's own
        function.__dict__.setdefault("__wrapped__", place.original)
    return functools.partial(leave, place)


def leave(place: Place) -> None:
    """Give a function its own code back, unless somebody else has exchanged it since."""
    place.watcher = None
    if place.function.__code__ is place.code:
        place.function.__code__ = place.own_code
        if place.function.__dict__.get("__wrapped__") is place.original:
            del place.function.__dict__["__wrapped__"]


def through(key: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Call a watched function: 3 µs more inside of a fit, 30 µs where it is watched."""
    place = places[key]
    if depth.fits:  # a part of a fit that is told of: not even one deeper, its rounds are heard
        return place.original(*args, **kwargs)
    with enclosed():
        begun = harmless(place.begin)(args, kwargs)
        if begun is None:
            return place.original(*args, **kwargs)
        given, watching = begun
        try:
            result = place.original(*given.args, **given.kwargs)
        except BaseException as error:
            fail(watching, error)
            raise
        finish(watching, result)
        return result


@harmless
def finish(watching: Watching, result: Any) -> None:
    """Let a watcher know the result and come to its end."""
    try:
        watching.send(result)
    except StopIteration:
        return
    watching.close()


@harmless
def fail(watching: Watching, error: BaseException) -> None:
    """Let a watcher know that the call raised; the error keeps the traceback it has."""
    trace = error.__traceback__
    try:
        watching.throw(error)
    except BaseException as same:
        if same is not error:
            raise
    finally:
        error.__traceback__ = trace


@contextmanager
def failure_told(library: str, name: str) -> Iterator[None]:
    """Around a watcher's `yield`: tell of a fit that raises."""
    try:
        yield
    except BaseException as error:
        publish(Failed(library, name, error))
        raise


def copy_of(function: FunctionType) -> FunctionType:
    """The function as it is, in an object of its own."""
    copy = FunctionType(
        function.__code__,
        function.__globals__,
        function.__name__,
        function.__defaults__,
        function.__closure__,
    )
    copy.__kwdefaults__ = function.__kwdefaults__
    copy.__dict__.update(function.__dict__)
    copy.__qualname__, copy.__module__ = function.__qualname__, function.__module__
    return copy


def detour_of(key: str, function: FunctionType) -> CodeType:
    """Code that goes `through`, with the same closure: a function takes no other code.

    It runs among the globals of another module, so it imports what it needs.
    """
    own = function.__code__
    closure = own.co_freevars
    lines = [
        "def made():",
        f"    {' = '.join((*closure, 'key'))} = {key!r}",
        "    def detour(*args, **kwargs):",
        f"        if False: {', '.join(closure) or None}",  # in its closure, and never looked at
        "        from nbtrack.capture.calls import through as onward",
        f"        return onward({key!r}, args, kwargs)",
        "    return detour",
    ]
    made: dict[str, Any] = {}
    exec(compile("\n".join(lines), f"<{key}, watched by nbtrack>", "exec"), made)  # noqa: S102 - no text of anybody's
    code: CodeType = made["made"]().__code__
    return code.replace(co_name=own.co_name, co_qualname=own.co_qualname)
