"""The types a column can have, named and written as MLflow names and writes them.

`schema` and `params` are built of them, `values` finds them in data, `casts` and `nested` hold
data against them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from nbtrack.errors import InvalidValue, listing
from nbtrack.registry.signatures.scalar_types import DataType

__all__ = [
    "AnyType",
    "Array",
    "ColumnType",
    "DataType",
    "Map",
    "Object",
    "Property",
    "SparkMLVector",
    "read_type",
    "to_type",
    "type_name",
    "written_type",
]

Kind = TypeVar("Kind")


class AnyType:
    """Whatever comes: values of it are never checked.

    Example:
        >>> AnyType()
        Any
    """

    def __repr__(self) -> str:
        return "Any"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AnyType)

    def __hash__(self) -> int:
        return hash(AnyType)

    def to_dict(self) -> dict[str, Any]:
        """As the MLmodel file holds it."""
        return {"type": "any"}


@dataclass(init=False, repr=False)
class Array:
    """A list of values of one type in each row.

    Example:
        >>> Array("string")
        Array(string)
    """

    dtype: ColumnType

    def __init__(self, dtype: ColumnType | str) -> None:
        self.dtype = to_type(dtype, "an array's items")

    def __repr__(self) -> str:
        return f"Array({self.dtype!r})"

    def to_dict(self) -> dict[str, Any]:
        """As the MLmodel file holds it."""
        return {"type": "array", "items": written_type(self.dtype)}

    @classmethod
    def from_json_dict(cls, **written: Any) -> Array:
        """Read what `to_dict` wrote."""
        return expected(read_type(written), cls)


class SparkMLVector(Array):
    """A vector column of Spark ML."""

    def __init__(self) -> None:
        super().__init__(DataType.double)

    def __repr__(self) -> str:
        return "SparkML vector"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SparkMLVector)

    __hash__ = None  # type: ignore[assignment]

    def to_dict(self) -> dict[str, Any]:
        """As the MLmodel file holds it."""
        return {"type": "sparkml_vector"}

    @classmethod
    def from_json_dict(cls, **_: Any) -> SparkMLVector:
        """There is only one."""
        return cls()


@dataclass(init=False, repr=False)
class Map:
    """Names to values of one type in each row.

    Example:
        >>> Map("double")
        Map(str -> double)
    """

    value_type: ColumnType

    def __init__(self, value_type: ColumnType | str) -> None:
        self.value_type = to_type(value_type, "a map's values")

    def __repr__(self) -> str:
        return f"Map(str -> {self.value_type!r})"

    def to_dict(self) -> dict[str, Any]:
        """As the MLmodel file holds it."""
        return {"type": "map", "values": written_type(self.value_type)}

    @classmethod
    def from_json_dict(cls, **written: Any) -> Map:
        """Read what `to_dict` wrote."""
        return expected(read_type(written), cls)


@dataclass(init=False, repr=False)
class Property:
    """A named value of an `Object`."""

    name: str
    dtype: ColumnType
    required: bool = True

    def __init__(
        self,
        name: str,
        dtype: ColumnType | str,
        required: bool = True,  # noqa: FBT001, FBT002 - MLflow's signature
    ) -> None:
        if not isinstance(name, str):
            raise InvalidValue(f"a property's name is text, not a {type(name).__name__}")
        self.name, self.required = name, required
        self.dtype = to_type(dtype, f"property {name!r}")

    def __repr__(self) -> str:
        return f"{self.name}: {self.dtype!r} ({'required' if self.required else 'optional'})"

    def __lt__(self, other: Property) -> bool:
        return self.name < other.name

    def to_dict(self) -> dict[str, Any]:
        """As the MLmodel file holds it, below its name."""
        return {self.name: {**written_type(self.dtype), "required": self.required}}

    @classmethod
    def from_json_dict(cls, **written: Any) -> Property:
        """Read what `to_dict` wrote: one name, and what stands below it."""
        if len(written) != 1:
            raise InvalidValue(f"a property is written below one name, not {len(written)}")
        ((name, inner),) = written.items()
        return cls(name, read_type(inner), bool(inner.get("required", True)))


@dataclass(init=False, repr=False)
class Object:
    """Named values of their own types in each row.

    Example:
        >>> Object([Property("role", "string"), Property("age", "long", required=False)])
        {age: long (optional), role: string (required)}
    """

    properties: list[Property]

    def __init__(self, properties: Iterable[Property]) -> None:
        self.properties = sorted(properties)
        names = [it.name for it in self.properties]
        if not names:
            raise InvalidValue("an object has at least one property")
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise InvalidValue(f"properties of an object are named once; twice: {twice}")

    def __repr__(self) -> str:
        return "{" + ", ".join(map(repr, self.properties)) + "}"

    def to_dict(self) -> dict[str, Any]:
        """As the MLmodel file holds it."""
        inner = {name: it for one in self.properties for name, it in one.to_dict().items()}
        return {"type": "object", "properties": inner}

    @classmethod
    def from_json_dict(cls, **written: Any) -> Object:
        """Read what `to_dict` wrote."""
        return expected(read_type(written), cls)


ColumnType = DataType | Array | Object | Map | AnyType


def to_type(given: object, where: str) -> ColumnType:
    """A type that was given, or the one of that name.

    Raises:
        InvalidValue: It is none, or no type is called so.
    """
    if isinstance(given, DataType | Array | Object | Map | AnyType):
        return given
    if isinstance(given, str):
        if given in DataType.__members__:
            return DataType[given]
        names = list(DataType.__members__)
        raise InvalidValue(f"{where}: no type is called {given!r}; {listing(names, given)}")
    raise InvalidValue(
        f"{where}: a type is a DataType, its name, an Array, Object, Map or AnyType, "
        f"not a {type(given).__name__}"
    )


def written_type(kind: ColumnType) -> dict[str, Any]:
    """A type as the MLmodel file holds it."""
    return {"type": kind.name} if isinstance(kind, DataType) else kind.to_dict()


def read_type(written: Mapping[str, Any]) -> ColumnType:
    """The type that `written_type` wrote, from here or from MLflow.

    Raises:
        InvalidValue: What should be there is missing, or the type is none that is known.
    """
    name = needed(written, "type")
    if name == "array":
        return Array(read_type(needed(written, "items")))
    if name == "map":
        return Map(read_type(needed(written, "values")))
    if name == "object":
        inner: Mapping[str, Any] = needed(written, "properties")
        return Object([Property.from_json_dict(**{key: it}) for key, it in inner.items()])
    if name == "sparkml_vector":
        return SparkMLVector()
    return AnyType() if name == "any" else to_type(name, "the signature")


def needed(written: Mapping[str, Any], key: str) -> Any:
    """A key of what was written, or an error that says where it is missing."""
    if not isinstance(written, Mapping) or key not in written:
        kind = written.get("type", "column") if isinstance(written, Mapping) else "column"
        raise InvalidValue(f"the signature is damaged: {key!r} is missing in a {kind}")
    return written[key]


def expected(value: object, kind: type[Kind]) -> Kind:
    """The value, if it is of the class it was read by."""
    if not isinstance(value, kind):
        raise InvalidValue(f"what was read is {value!r}, no {kind.__name__}")
    return value


def type_name(kind: object) -> str:
    """A type in a few letters, for messages and cards: `long`, `array of string`."""
    if isinstance(kind, SparkMLVector):
        return "vector"
    if isinstance(kind, Array):
        return f"array of {type_name(kind.dtype)}"
    if isinstance(kind, Map):
        return f"map to {type_name(kind.value_type)}"
    if isinstance(kind, Object):
        inner = (f"{it.name}{'' if it.required else '?'}" for it in kind.properties)
        return "object of " + ", ".join(inner)
    if isinstance(kind, AnyType):
        return "any"
    return kind.name if isinstance(kind, DataType) else str(kind)
