"""Python values as JSON and YAML: what a notebook holds is written as plain data."""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import json
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from pathlib import PurePath
from typing import Any

import msgspec

from nbtrack.errors import InvalidValue
from nbtrack.records.codec import spelled

__all__ = ["plain", "read", "written"]

YAML = (".yaml", ".yml")


def written(value: object, path: str) -> str:
    """A value as text: YAML if the path ends so, else JSON."""
    document = plain(value)
    if path.lower().endswith(YAML):
        import yaml

        return str(yaml.safe_dump(document, sort_keys=False, allow_unicode=True))
    return json.dumps(document, indent=2, ensure_ascii=False)


def read(text: str, path: str) -> Any:
    """The value of a JSON or YAML text.

    Raises:
        InvalidValue: The text is no such document.
    """
    if path.lower().endswith(YAML):
        import yaml

        try:
            return yaml.safe_load(text)
        except yaml.YAMLError as problem:
            raise InvalidValue(f"{path!r} is no YAML document: {problem}") from problem
    try:
        return json.loads(text)
    except ValueError as problem:
        raise InvalidValue(f"{path!r} is no JSON document: {problem}") from problem


def plain(value: object) -> Any:
    """A value as dicts with string keys, lists, strings and numbers.

    Raises:
        InvalidValue: It contains itself.
    """
    try:
        return convert(value)
    except RecursionError as problem:
        raise InvalidValue(
            f"this {type(value).__name__} contains itself or is nested too deep to be written"
        ) from problem


def convert(value: Any) -> Any:
    """One value; NaN and infinities become words, because JSON has no such numbers."""
    if value is None or isinstance(value, str | bool | int):
        return value if type(value) in PLAIN else plain_scalar(value)
    if isinstance(value, float):
        return spelled(float(value))
    if isinstance(value, Mapping):
        return convert_mapping(value)
    if isinstance(value, list | tuple):
        return [convert(item) for item in value]
    if isinstance(value, AbstractSet):
        return sorted((convert(item) for item in value), key=repr)
    return convert_object(value)


def convert_mapping(value: Mapping[Any, Any]) -> dict[str, Any]:
    """A mapping under text keys; two keys that read alike would hide one value."""
    document = {key_of(key): convert(item) for key, item in value.items()}
    if len(document) < len(value):
        raise InvalidValue(
            f"two keys of this mapping read the same as text: {sorted(map(repr, value))[:10]}"
        )
    return document


PLAIN = (type(None), str, bool, int)


def plain_scalar(value: Any) -> Any:
    """A subclass of a plain type, as that type: a member of an enum, a NumPy string."""
    inner = getattr(value, "value", value)
    kind = next(kind for kind in (bool, int, str) if isinstance(value, kind))
    return kind(inner)


def key_of(key: Any) -> str:
    """A key of a mapping as text; a tuple, as of a column with levels, is joined by dots."""
    if isinstance(key, str):
        return str(key)
    if isinstance(key, tuple):
        return ".".join(map(key_of, key))
    if isinstance(key, dt.date):
        return key.isoformat()
    if key is None or isinstance(key, bool):
        return json.dumps(key)
    return str(convert(key))


def convert_object(value: Any) -> Any:
    """What has a form of its own as plain data, else its text."""
    if isinstance(value, dt.date | dt.time):
        return None if value != value else value.isoformat()  # noqa: PLR0124 - pandas.NaT is a date unlike itself
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(value).decode()
    if isinstance(value, PurePath):
        return str(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {item.name: convert(getattr(value, item.name)) for item in dataclasses.fields(value)}
    if isinstance(value, msgspec.Struct):
        return convert(msgspec.to_builtins(value))
    return convert_array(value)


def convert_array(value: Any) -> Any:
    """What NumPy and pandas hold, known by its methods so that neither need be loaded."""
    for method, arguments in ARRAY_METHODS:
        act: Callable[..., Any] | None = getattr(type(value), method, None)
        if act is not None:
            return convert(act(value, **arguments))
    inner = getattr(value, "value", None)
    if isinstance(inner, str | int | float):
        return convert(inner)
    return None if type(value).__name__ == "NAType" else str(value)


ARRAY_METHODS: tuple[tuple[str, dict[str, object]], ...] = (("to_dict", {}), ("tolist", {}))
"""A frame or a series is a mapping, an array or a NumPy scalar a list or a number."""
