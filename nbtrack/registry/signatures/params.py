"""What may be said beside the data when a model is asked: its params, their types and defaults."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

from nbtrack.errors import InvalidValue, SchemaMismatch, listing, warn_caller
from nbtrack.registry.signatures.nested import held
from nbtrack.registry.signatures.types import DataType, Object, read_type, to_type, written_type
from nbtrack.registry.signatures.values import type_of

__all__ = ["ParamSchema", "ParamSpec", "enforce_params", "infer_params"]

WHOLE = (DataType.integer, DataType.long)


class ParamSpec:
    """A param: its name, type and default; a list of values where the shape is (-1,).

    Example:
        >>> ParamSpec("temperature", "double", 0.7)
        'temperature': double (default: 0.7)
    """

    def __init__(
        self,
        name: str,
        dtype: DataType | Object | str,
        default: Any,
        shape: Sequence[int] | None = None,
    ) -> None:
        kind = to_type(dtype, f"param {name!r}")
        if not isinstance(kind, DataType | Object) or kind is DataType.binary:
            raise InvalidValue(f"param {name!r} is a scalar type or an Object, not {kind!r}")
        if shape is not None and (tuple(shape) != (-1,) or isinstance(kind, Object)):
            raise InvalidValue(f"param {name!r} is one value, or a list with the shape (-1,)")
        self.name, self.dtype = str(name), kind
        self.shape = None if shape is None else tuple(shape)
        try:
            self.default = self.taken(default)
        except SchemaMismatch as error:
            raise InvalidValue(f"the default of param {name!r}: {error}") from error

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ParamSpec) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        shape = "" if self.shape is None else f" (shape: {self.shape})"
        return f"{self.name!r}: {self.dtype!r} (default: {self.default}){shape}"

    def taken(self, value: Any) -> Any:
        """A value as the model gets it: a plain Python one.

        Raises:
            SchemaMismatch: It is of another type or shape.
        """
        if self.shape is None:
            return one_value(value, self.dtype)
        if type(value).__name__ == "ndarray":
            value = value.tolist()
        if not isinstance(value, list | tuple):
            raise SchemaMismatch(f"a list of {self.dtype!r} is wanted, not one {kind_of(value)}")
        return [one_value(it, self.dtype) for it in value]

    def to_dict(self) -> dict[str, Any]:
        """As the MLmodel file holds it."""
        default = self.default
        if self.dtype is DataType.datetime and default is not None:
            default = (
                default.isoformat() if self.shape is None else [d.isoformat() for d in default]
            )
        return {
            "name": self.name,
            "default": default,
            "shape": self.shape,
            **written_type(self.dtype),
        }

    @classmethod
    def from_json_dict(cls, **written: Any) -> ParamSpec:
        """Read what `to_dict` wrote; older MLflow wrote `dtype` for `type`."""
        kind = written.get("type") or written.get("dtype")
        if missing := [key for key in ("name", "default") if key not in written]:
            raise InvalidValue(f"the signature is damaged: a param lacks {missing}")
        dtype: Any = read_type({**written, "type": kind})
        return cls(str(written["name"]), dtype, written["default"], written.get("shape"))


class ParamSchema:
    """All params of a model.

    Example:
        >>> ParamSchema([ParamSpec("top_k", "long", 3)]).to_json()
        '[{"name": "top_k", "default": 3, "shape": null, "type": "long"}]'
    """

    def __init__(self, params: list[ParamSpec]) -> None:
        if wrong := [type(it).__name__ for it in params if not isinstance(it, ParamSpec)]:
            raise InvalidValue(f"a ParamSchema is made of ParamSpec, not of {', '.join(wrong)}")
        names = [it.name for it in params]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise InvalidValue(f"params are named once; twice: {', '.join(twice)}")
        self.params = list(params)

    def __len__(self) -> int:
        return len(self.params)

    def __iter__(self) -> Iterator[ParamSpec]:
        return iter(self.params)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ParamSchema) and self.params == other.params

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(self.params)

    def to_dict(self) -> list[dict[str, Any]]:
        """As plain values."""
        return [it.to_dict() for it in self.params]

    def to_json(self) -> str:
        """As the MLmodel file holds it."""
        return json.dumps(self.to_dict())

    @classmethod
    def from_json(cls, json_str: str) -> ParamSchema:
        """Read what `to_json` wrote, here or in MLflow."""
        try:
            written = json.loads(json_str)
        except ValueError as error:
            raise InvalidValue(f"params are JSON, and this is none: {error}") from error
        return cls([ParamSpec.from_json_dict(**it) for it in written])


def enforce_params(params: Mapping[Any, Any] | None, schema: ParamSchema | None) -> dict[str, Any]:
    """All params that a model takes: those given, checked, and the defaults of the others.

    What the model does not know is left out with a warning, as MLflow does.

    Example:
        >>> enforce_params({"top_k": 5}, ParamSchema([ParamSpec("top_k", "long", 3)]))
        {'top_k': 5}

    Raises:
        SchemaMismatch: Values are of other types; all of them are named.
    """
    if params is not None and not isinstance(params, Mapping):
        raise SchemaMismatch(f"params are a dict of name to value, not a {type(params).__name__}")
    given = {str(name): value for name, value in (params or {}).items()}
    specs = [] if schema is None else schema.params
    warn_of_unknown(given, [it.name for it in specs])
    found, wrong = {}, []
    for spec in specs:
        if spec.name not in given:
            found[spec.name] = deepcopy(spec.default)
            continue
        try:
            found[spec.name] = spec.taken(given[spec.name])
        except SchemaMismatch as error:
            wrong.append(f"param {spec.name!r}: {error}")
    if wrong:
        raise SchemaMismatch("; ".join(wrong))
    return found


def warn_of_unknown(given: Mapping[str, Any], known: Sequence[str]) -> None:
    """Say which params the model does not have."""
    unknown = [name for name in given if name not in known]
    if not unknown:
        return
    names = ", ".join(map(repr, unknown))
    if not known:
        warn_caller(
            f"{names} left out: this model takes no params; its signature would have to name them",
            UserWarning,
        )
        return
    warn_caller(
        f"{names} left out: no params of this model; {listing(known, unknown[0])}", UserWarning
    )


def infer_params(params: Mapping[str, Any]) -> ParamSchema:
    """The schema of params from their values, which become the defaults.

    Example:
        >>> infer_params({"max_length": 30, "stop": ["a", "b"]})
        ['max_length': long (default: 30), 'stop': string (default: ['a', 'b']) (shape: (-1,))]

    Raises:
        InvalidValue: A value is no scalar, list of scalars of one type, nor dict.
    """
    if not isinstance(params, Mapping):
        raise InvalidValue(f"params are a dict of name to value, not a {type(params).__name__}")
    return ParamSchema([infer_param(str(name), value) for name, value in params.items()])


def infer_param(name: str, value: Any) -> ParamSpec:
    """One param from its value."""
    found: Any = type_of(value)
    shape = None
    if isinstance(value, list | tuple) or type(value).__name__ == "ndarray":
        found, shape = getattr(found, "dtype", None), (-1,)
    if not isinstance(found, DataType | Object) or (shape and isinstance(found, Object)):
        raise InvalidValue(
            f"param {name!r} is no scalar, list of scalars of one type, nor dict: {kind_of(value)}"
        )
    return ParamSpec(name, found, deepcopy(value), shape)


def one_value(value: Any, kind: DataType | Object) -> Any:
    """One value of a type as plain Python; nothing stays nothing."""
    if value is None:
        return None
    if isinstance(kind, Object):
        held(value, kind)
        return value
    if kind is DataType.datetime:
        return moment(value)
    plain = value.item() if type(value).__module__ == "numpy" and hasattr(value, "item") else value
    accepted = {float: (float, int), bytes: (bytes, bytearray)}.get(
        kind.to_python(), (kind.to_python(),)
    )
    if type(plain) not in accepted:
        raise SchemaMismatch(f"{kind.name} is wanted, and {kind_of(value)} came")
    if kind in WHOLE and plain.bit_length() >= (32 if kind is DataType.integer else 64):
        raise SchemaMismatch(f"{kind.name} is wanted, and a whole number that is too big came")
    return kind.to_python()(plain)


def moment(value: Any) -> Any:
    """A date or time from what says one."""
    import numpy as np

    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        raise SchemaMismatch("a time without a zone is wanted, and one with a zone came")
    try:
        found = np.datetime64(in_utc(value)).item()
    except ValueError as error:
        raise SchemaMismatch(
            f"a date or time is wanted (2026-01-31T08:00:00), and {kind_of(value)} came"
        ) from error
    if isinstance(found, dt.date):
        return found
    if isinstance(found, int) and type(value).__name__ == "datetime64":
        return value.astype("datetime64[us]").item()
    raise SchemaMismatch(f"a date or time is wanted, and {kind_of(value)} came")


def in_utc(value: Any) -> Any:
    """Text of a time with a zone as a time in UTC, of which NumPy warns; others as they came."""
    if not isinstance(value, str) or not ZONE.search(value):
        return value
    return dt.datetime.fromisoformat(value).astimezone(dt.UTC).replace(tzinfo=None)


ZONE = re.compile(r"[T ].*(Z|[+-]\d\d:?\d\d)$")


def kind_of(value: object) -> str:
    """The type of a value in words, never the value."""
    name = type(value).__name__
    return f"a list of {len(value)}" if isinstance(value, list | tuple) else name
