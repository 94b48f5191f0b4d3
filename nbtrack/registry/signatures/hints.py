"""Schemas from type hints: of a dataclass's fields, of what a model's `predict` says it takes."""

from __future__ import annotations

import dataclasses
import datetime as dt
import inspect
import types
import typing
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Union, get_args, get_origin

from nbtrack.errors import InvalidValue, SchemaMismatch
from nbtrack.registry.signatures.schema import ColSpec, Schema
from nbtrack.registry.signatures.types import (
    AnyType,
    Array,
    ColumnType,
    DataType,
    Map,
    Object,
    Property,
)

__all__ = [
    "Hints",
    "fitted_to_hint",
    "hints_of",
    "schema_of_dataclass",
    "schema_of_hint",
    "schema_of_input_hint",
]

SCALARS: dict[Any, DataType] = {
    bool: DataType.boolean,
    int: DataType.long,
    float: DataType.double,
    str: DataType.string,
    bytes: DataType.binary,
    dt.datetime: DataType.datetime,
    dt.date: DataType.datetime,
}

IN_A_DATACLASS = {**SCALARS, float: DataType.float}
"""MLflow reads a dataclass's `float` as 32 bits, and a PythonModel's as 64."""

WHOLE_DATA = {"DataFrame", "Series", "ndarray", "csr_matrix", "csc_matrix", "csr_array"}
"""Hints for whole data, which say nothing of its columns."""


class Hints(NamedTuple):
    """What a function says of its input and output; None where it says nothing."""

    input: Any = None
    output: Any = None


class Found(NamedTuple):
    """The type of a hint, and whether a value must be there."""

    kind: ColumnType
    required: bool = True


def hints_of(function: Callable[..., Any]) -> Hints:
    """The hints of `predict(self, context, model_input, params)` in any of its forms.

    Example:
        >>> def predict(model_input: list[str], params=None) -> list[float]: ...
        >>> hints_of(predict)
        Hints(input=list[str], output=list[float])
    """
    names = [it for it in inspect.signature(function).parameters if it not in ("self", "params")]
    with_context = "context" in names or len(names) == 2
    if not names[with_context:]:
        return Hints()
    try:
        found = typing.get_type_hints(function)
    except (NameError, TypeError, AttributeError):
        return Hints()  # a hint of what is not imported here says nothing that can be checked
    return Hints(found.get(names[with_context]), found.get("return"))


def schema_of_input_hint(hint: Any) -> Schema | None:
    """The schema of a model's input from its hint, or None where it says nothing of columns.

    Example:
        >>> schema_of_input_hint(list[str])
        [string (required)]

    Raises:
        InvalidValue: A hint that is none for many rows; `list[…]` is wanted.
    """
    if hint is None or getattr(hint, "__name__", "") in WHOLE_DATA or type(hint) is typing.TypeVar:
        return None
    if get_origin(hint) is not list:
        raise InvalidValue(
            f"a model takes many rows at once: hint its input as list[{shown(hint)}], or not at all"
        )
    return schema_of_hint(get_args(hint)[0])


def schema_of_hint(hint: Any) -> Schema:
    """The schema of one unnamed column of a hinted type."""
    found = found_in(hint, SCALARS)
    if not found.required:
        raise InvalidValue(f"rows cannot be optional: {shown(hint)}; only fields of a row can")
    return Schema([ColSpec(found.kind)])


def schema_of_dataclass(given: Any) -> Schema:
    """The schema of a dataclass: a column for each field.

    Example:
        >>> from dataclasses import dataclass
        >>> @dataclass
        ... class Message:
        ...     role: str
        ...     weight: float | None = None
        >>> schema_of_dataclass(Message)
        ['role': string (required), 'weight': float (optional)]
    """
    columns = [(name, found_in(it, IN_A_DATACLASS)) for name, it in fields_of(given).items()]
    return Schema([ColSpec(found.kind, name, found.required) for name, found in columns])


def fields_of(given: Any) -> dict[str, Any]:
    """The fields of a dataclass and their hints, resolved."""
    kind = given if isinstance(given, type) else type(given)
    hints = typing.get_type_hints(kind)
    return {it.name: hints[it.name] for it in dataclasses.fields(kind)}


def found_in(hint: Any, scalars: Mapping[Any, DataType]) -> Found:
    """The type that a hint stands for.

    Raises:
        InvalidValue: It stands for none that a signature has.
    """
    if hint is Any:
        return Found(AnyType())
    if hint in scalars:
        return Found(scalars[hint])
    if (fields := fields_in(hint)) is not None:
        return Found(object_of(fields, scalars))
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return found_in_union(args, scalars)
    if origin is list and len(args) == 1:
        return Found(Array(found_in(args[0], scalars).kind))
    if origin is dict and args and args[0] is str:
        return Found(Map(found_in(args[1], scalars).kind))
    raise InvalidValue(
        f"{shown(hint)} stands for no type of a signature; there are bool, int, float, str, bytes, "
        f"datetime, list[…], dict[str, …], dataclasses, pydantic models and Any"
    )


def fields_in(hint: Any) -> dict[str, Any] | None:
    """The fields of a dataclass or a pydantic model; None for anything else."""
    return fields_of(hint) if dataclasses.is_dataclass(hint) else pydantic_fields(hint)


def found_in_union(args: tuple[Any, ...], scalars: Mapping[Any, DataType]) -> Found:
    """`X | None` is an optional X; of several types only `any` has all."""
    real = [it for it in args if it is not type(None)]
    required = len(real) == len(args)
    kind = found_in(real[0], scalars).kind if len(real) == 1 else AnyType()
    return Found(kind, required)


def object_of(fields: Mapping[str, Any], scalars: Mapping[Any, DataType]) -> Object:
    """An object of hinted fields."""
    found = {name: found_in(hint, scalars) for name, hint in fields.items()}
    return Object(Property(name, it.kind, it.required) for name, it in found.items())


def pydantic_fields(hint: Any) -> dict[str, Any] | None:
    """The fields of a pydantic model and their hints; None for anything else."""
    if not isinstance(hint, type) or not hasattr(hint, "model_validate"):
        return None
    return {name: it.annotation for name, it in getattr(hint, "model_fields", {}).items()}


def fitted_to_hint(data: Any, hint: Any) -> Any:
    """Data as a hinted `predict` wants it: a frame as a list, dicts as what they describe.

    Example:
        >>> fitted_to_hint(["a", "b"], list[str])
        ['a', 'b']

    Raises:
        SchemaMismatch: It is not what the hint says.
    """
    if get_origin(hint) is list and hasattr(data, "columns") and hasattr(data, "iloc"):
        data = rows_of(data, get_args(hint)[0])
    return fitted(data, hint, "")


def rows_of(frame: Any, hint: Any) -> list[Any]:
    """A frame's rows: dicts where a row has fields, else the values of its first column."""
    named = dataclasses.is_dataclass(hint) or pydantic_fields(hint) or get_origin(hint) is dict
    if named and list(frame.columns) != [0]:
        return [*frame.to_dict(orient="records")]
    return [*frame.iloc[:, 0].tolist()]


def fitted(value: Any, hint: Any, where: str) -> Any:
    """A value as its hint says, or an error that says where it does not fit."""
    origin, args = get_origin(hint), get_args(hint)
    if hint is Any or (value is None and type(None) in args):
        return value
    if origin in (Union, types.UnionType):
        real = [it for it in args if it is not type(None)]
        return fitted(value, real[0], where) if len(real) == 1 else value
    if hasattr(value, "tolist"):
        value = value.tolist()
    if origin is list and isinstance(value, list):
        return [fitted(it, args[0], f"{where}[{at}]") for at, it in enumerate(value)]
    if origin is dict and isinstance(value, Mapping):
        return {key: fitted(it, args[1], f"{where}[{key!r}]") for key, it in value.items()}
    if isinstance(value, Mapping):
        made = made_of(value, hint, where)
        if made is not None:
            return made
    if fits(value, origin or hint):
        return float(value) if hint is float else value
    place = f"at {where}: " if where else ""
    raise SchemaMismatch(f"{place}{shown(hint)} is wanted, and a {type(value).__name__} came")


def made_of(value: Mapping[str, Any], hint: Any, where: str) -> Any:
    """The dataclass or pydantic model that a dict describes; None for another hint."""
    if not isinstance(hint, type):
        return None
    try:
        if pydantic_fields(hint) is not None:
            return hint.model_validate(dict(value))  # type: ignore[attr-defined]
        return hint(**value) if dataclasses.is_dataclass(hint) else None
    except (TypeError, ValueError) as error:
        raise SchemaMismatch(f"at {where or 'the data'}: {reason(error)}") from error


def reason(error: Exception) -> str:
    """Why it was refused: pydantic's own list without the values, which are the user's."""
    listed = getattr(error, "errors", None)
    if listed is None:
        return str(error)
    found = listed(include_input=False, include_url=False, include_context=False)
    return "; ".join(f"{'.'.join(map(str, it['loc']))}: {it['msg']}" for it in found)


def fits(value: Any, kind: Any) -> bool:
    """Whether a value is of a class; a whole number is a float, and a bool no number."""
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind is int and isinstance(value, bool):
        return False
    return isinstance(kind, type) and isinstance(value, kind)


def shown(hint: Any) -> str:
    """A hint as it is written."""
    return hint.__name__ if isinstance(hint, type) and not get_args(hint) else str(hint)
