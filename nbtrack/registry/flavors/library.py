"""Libraries that may not be installed, and whose class a model is of: what flavors share."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from nbtrack.errors import InvalidValue, MissingPackage, ModelError, UnsafeModel
from nbtrack.registry.flavors.protocol import Reading

__all__ = [
    "file_within",
    "imported",
    "is_one_of",
    "is_vouched",
    "one_word",
    "refuse_model",
    "type_name",
]


def imported(module: str, purpose: str, extra: str) -> Any:
    """A library, imported now.

    Raises:
        MissingPackage: It is not installed, or lacks something itself.

    Example:
        >>> from nbtrack.registry.flavors.library import imported
        >>> imported("json", "to read a model", "sklearn").loads("1")
        1
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise MissingPackage(module.partition(".")[0], purpose, extra) from error


def type_name(kind: type) -> str:
    """The full name of a class.

    Example:
        >>> import fractions
        >>> type_name(fractions.Fraction)
        'fractions.Fraction'
    """
    return f"{kind.__module__}.{kind.__qualname__}"


def is_one_of(model: Any, *names: str) -> bool:
    """Whether a model's class, or one it derives from, has one of these full names.

    A name that ends in a dot stands for all classes below that package. Nothing is imported,
    and nothing of the model itself is asked: libraries build what one asks for on the way.

    Example:
        >>> import collections
        >>> is_one_of(collections.Counter(), "builtins.dict"), is_one_of(1, "collections.")
        (True, False)
    """
    whole = {name for name in names if not name.endswith(".")}
    parts = tuple(name for name in names if name.endswith("."))
    seen = [type_name(kind) for kind in type(model).__mro__]
    return any(name in whole or (parts and name.startswith(parts)) for name in seen)


def refuse_model(model: Any, flavor: str, wanted: str) -> InvalidValue:
    """The error for a model that is none of the flavor's."""
    return InvalidValue(
        f"the {flavor} flavor takes {wanted}, not {type_name(type(model))}; "
        f"log it with the flavor of its own library, or as a nbtrack.pyfunc model"
    )


def one_word(options: Mapping[str, Any], name: str, known: Sequence[str]) -> str | None:
    """An option that is one of a few words, or was not given.

    Raises:
        InvalidValue: It is another word.
    """
    value = options.get(name)
    if value is None or value in known:
        return value
    raise InvalidValue(f"{name} is {value!r}; it can be {', '.join(map(repr, known))}")


def file_within(folder: Path, name: object) -> Path:
    """A file or folder of a model, by what its MLmodel file calls it.

    Raises:
        ModelError: It lies outside of the model, or is not there.
    """
    place = (folder / str(name)).resolve()
    if not place.is_relative_to(folder.resolve()):
        raise ModelError(f"the MLmodel file names {str(name)!r}, which lies outside of the model")
    if not name or not place.exists():
        there = ", ".join(sorted(it.name for it in folder.iterdir())) or "nothing"
        raise ModelError(
            f"the MLmodel file names {str(name)!r}, which is not there; there are {there}"
        )
    return place


def is_vouched(reading: Reading, path: Path) -> bool:
    """Whether somebody vouches for a file, so that its content needs no look of our own."""
    try:
        reading.allow_code(path, "a model")
    except UnsafeModel:
        return False
    return True
