"""The shapes as TypeScript: `make codegen` writes them, a test compares."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from msgspec import inspect

from nbtrack.rest.shapes import SHAPES

__all__ = ["typescript"]

HEAD = "// Made from nbtrack/rest/shapes/ by `make codegen`; changes belong there.\n"

PLAIN: dict[type[inspect.Type], str] = {
    inspect.StrType: "string",
    inspect.IntType: "number",
    inspect.FloatType: "number",
    inspect.BoolType: "boolean",
    inspect.NoneType: "null",
}


def typescript(shapes: Iterable[type[msgspec.Struct]] = SHAPES) -> str:
    """The source of a module that declares an interface for each shape."""
    return HEAD + "".join(f"\n{interface(shape)}" for shape in shapes)


def interface(shape: type[msgspec.Struct]) -> str:
    """A shape as an interface, its docstring above it."""
    told = inspect.type_info(shape)
    assert isinstance(told, inspect.StructType)  # noqa: S101 - only structs are given
    is_asked = shape.__name__.endswith(("Question", "Wish"))
    fields = [
        f"  {it.encode_name}{'' if it.required or not is_asked else '?'}: {words(it.type)};\n"
        for it in told.fields
    ]
    lines = [line.strip() for line in (shape.__doc__ or "").strip().splitlines()]
    doc = "".join(f" * {line}".rstrip() + "\n" for line in lines)
    return f"/**\n{doc} */\nexport interface {shape.__name__} {{\n{''.join(fields)}}}\n"


def words(told: inspect.Type) -> str:
    """A type as TypeScript writes it."""
    match told:
        case inspect.UnionType(types):
            return " | ".join(map(words, types))
        case inspect.ListType(item_type=item):
            inner = words(item)
            return f"({inner})[]" if " | " in inner else f"{inner}[]"
        case inspect.DictType(value_type=value):
            return f"Record<string, {words(value)}>"
        case inspect.LiteralType(values):
            return " | ".join(f"'{value}'" for value in values)
        case inspect.StructType(cls):
            return str(cls.__name__)
    return PLAIN[type(told)]
