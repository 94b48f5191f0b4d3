"""Values of options as they were typed: plain ones are taken as they are, the others by typer.

typer imports pydantic to make a text of a text, which takes longer than most commands do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from types import NoneType, UnionType
from typing import Any, Literal, get_args, get_origin

import typer
from typer.core import TyperCommand, TyperGroup

__all__ = ["Group", "command_of"]

WHOLE = re.compile(r"[0-9]{1,15}")
DECIMAL = re.compile(r"[0-9]{1,15}(\.[0-9]{1,15})?")
UNKNOWN = object()


class Command(TyperCommand):
    """A command whose plain values are taken as they are."""

    hints: Mapping[str, Any] = {}
    """The annotation of each parameter."""

    def get_params(self, ctx: typer.Context) -> list[Any]:  # type: ignore[override]
        """Its own, and that of the help."""
        return take_plainly(super().get_params(ctx), self.hints)


class Group(TyperGroup):
    """The same for a group of commands."""

    def get_params(self, ctx: typer.Context) -> list[Any]:  # type: ignore[override]
        """Its own, and that of the help."""
        return take_plainly(super().get_params(ctx), {})


def command_of(hints: Mapping[str, Any]) -> type[Command]:
    """The class of a command with such parameters."""
    return type("Command", (Command,), {"hints": hints})


def take_plainly(params: list[Any], hints: Mapping[str, Any]) -> list[Any]:
    """Have parameters take plain values as they are."""
    for it in params:
        it.process_value = partial(taken, it, hints.get(it.name))
    return params


def taken(param: Any, hint: Any, context: Any, value: Any) -> Any:
    """What a parameter makes of a value, as its own `process_value` does it."""
    found = plain(param, hint, value)
    if found is UNKNOWN or (param.required and param.value_is_missing(found)):
        return type(param).process_value(param, context, value)
    return found if param.callback is None else param.callback(context, param, found)


def plain(param: Any, hint: Any, value: Any) -> Any:
    """The value, if it is clear what it is."""
    if value is None:
        return () if getattr(param, "multiple", False) or param.nargs == -1 else None
    hinted, info = [*get_args(hint), None, None][:2]
    kinds = [it for it in parts_of(hinted) if it is not NoneType]
    if len(kinds) != 1 or getattr(info, "parser", None) or getattr(info, "click_type", None):
        return UNKNOWN
    wanted: Any = kinds[0]
    if get_origin(wanted) is Literal:
        return value if value in get_args(wanted) else UNKNOWN
    if wanted in {int, float} and type(value) is str:
        value = number(wanted, value)
    if type(value) is not wanted or wanted not in {str, int, float, bool}:
        return UNKNOWN
    return value if wanted in {str, bool} or is_within(info, value) else UNKNOWN


def parts_of(kind: Any) -> tuple[Any, ...]:
    """The types of which a value may be one."""
    return get_args(kind) if isinstance(kind, UnionType) else (kind,)


def number(kind: type, text: str) -> Any:
    """The number that a text is; the text, if it is an odd one."""
    return kind(text) if (WHOLE if kind is int else DECIMAL).fullmatch(text) else text


def is_within(info: Any, value: float) -> bool:
    """Whether a number is within the bounds of its option."""
    least, most = getattr(info, "min", None), getattr(info, "max", None)
    return (least is None or value >= least) and (most is None or value <= most)
