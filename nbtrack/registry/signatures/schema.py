"""Schemas: the columns or tensors that a model takes or gives, as the MLmodel file holds them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from nbtrack.errors import InvalidValue, NotYet
from nbtrack.registry.signatures.tensor_spec import TensorInfo, TensorSpec
from nbtrack.registry.signatures.types import (
    ColumnType,
    DataType,
    read_type,
    to_type,
    type_name,
    written_type,
)

__all__ = ["ColSpec", "Schema", "TensorInfo", "TensorSpec"]


@dataclass(init=False, repr=False)
class ColSpec:
    """A column: its type, its name, and whether data must have it.

    Example:
        >>> ColSpec("double", "age")
        'age': double (required)
    """

    type: ColumnType
    name: str | None = None
    required: bool = True

    def __init__(
        self,
        type: ColumnType | str,  # noqa: A002 - MLflow's signature
        name: str | None = None,
        required: bool = True,  # noqa: FBT001, FBT002 - MLflow's signature
    ) -> None:
        where = "a column" if name is None else f"column {name!r}"
        self.type, self.name, self.required = to_type(type, where), name, required

    def __repr__(self) -> str:
        shown = f"{self.type!r} ({'required' if self.required else 'optional'})"
        return shown if self.name is None else f"{self.name!r}: {shown}"

    def to_dict(self) -> dict[str, Any]:
        """As the MLmodel file holds it."""
        name = {} if self.name is None else {"name": self.name}
        return {**written_type(self.type), **name, "required": self.required}

    @classmethod
    def from_json_dict(cls, **written: Any) -> ColSpec:
        """Read what `to_dict` wrote."""
        required = written.get("required")
        return cls(read_type(written), written.get("name"), required is None or bool(required))


class Schema:
    """All columns or all tensors of a model's input or output, in order.

    Example:
        >>> Schema([ColSpec("double", "age"), ColSpec("string", "segment")]).input_names()
        ['age', 'segment']
    """

    def __init__(self, inputs: list[ColSpec] | list[TensorSpec]) -> None:
        self.inputs: list[Any] = list(checked(inputs))

    def __len__(self) -> int:
        return len(self.inputs)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.inputs)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Schema) and self.inputs == other.inputs

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(self.inputs)

    def is_tensor_spec(self) -> bool:
        """Whether it is made of tensors."""
        return isinstance(self.inputs[0], TensorSpec)

    def has_input_names(self) -> bool:
        """Whether its columns or tensors have names."""
        return self.inputs[0].name is not None

    def input_names(self) -> list[Any]:
        """The names in order; positions where there are none."""
        return [place(it, at) for at, it in enumerate(self.inputs)]

    def required_input_names(self) -> list[Any]:
        """The names that data must have."""
        return [place(it, at) for at, it in enumerate(self.inputs) if it.required]

    def optional_input_names(self) -> list[Any]:
        """The names that data may lack."""
        return [place(it, at) for at, it in enumerate(self.inputs) if not it.required]

    def input_types(self) -> list[Any]:
        """The types in order: NumPy dtypes for tensors."""
        return [it.type for it in self.inputs]

    @property
    def column_types(self) -> list[Any]:
        """`input_types()`, under the name it once had."""
        return self.input_types()

    @property
    def columns(self) -> list[Any]:
        """`inputs`, under the name it once had."""
        return self.inputs

    def input_types_dict(self) -> dict[str, Any]:
        """Name to type."""
        return {name: it.type for name, it in self.input_dict().items()}

    def input_dict(self) -> dict[str, Any]:
        """Name to column or tensor.

        Raises:
            InvalidValue: There are no names.
        """
        if not self.has_input_names():
            raise InvalidValue("this schema has no names; input_types() gives its types in order")
        return {it.name: it for it in self.inputs}

    def numpy_types(self) -> list[Any]:
        """The NumPy dtype of each column or tensor."""
        return self.input_types() if self.is_tensor_spec() else self.dtypes(DataType.to_numpy)

    def pandas_types(self) -> list[Any]:
        """The pandas dtype of each column."""
        if self.is_tensor_spec():
            raise InvalidValue("tensors have no pandas types; numpy_types() gives theirs")
        return self.dtypes(DataType.to_pandas)

    def dtypes(self, of: Any) -> list[Any]:
        """A dtype for each column that is a scalar; an error that names those which are not."""
        nested = [it for it in self.inputs if not isinstance(it.type, DataType)]
        if nested:
            names = ", ".join(f"{it.name!r} is {type_name(it.type)}" for it in nested)
            raise InvalidValue(f"only scalar columns have a dtype, but {names}")
        return [of(it.type) for it in self.inputs]

    def as_spark_schema(self) -> NoReturn:
        """The schema of a Spark DataFrame; comes later."""
        raise NotYet("Schema.as_spark_schema", "scale-out on Spark and other engines")

    def to_dict(self) -> list[dict[str, Any]]:
        """As plain values."""
        return [it.to_dict() for it in self.inputs]

    def to_json(self) -> str:
        """As the MLmodel file holds it."""
        return json.dumps(self.to_dict())

    @classmethod
    def from_json(cls, json_str: str) -> Schema:
        """Read what `to_json` wrote, here or in MLflow.

        Raises:
            InvalidValue: The text is damaged, or of a type that is not known.
        """
        try:
            written = json.loads(json_str)
        except ValueError as error:
            raise InvalidValue(f"a schema is JSON, and this is none: {error}") from error
        return cls([read_spec(it) for it in written])


def place(spec: Any, at: int) -> Any:
    """A name, or the position of what has none."""
    return at if spec.name is None else spec.name


def read_spec(written: Mapping[str, Any]) -> Any:
    """One column or tensor."""
    kind = TensorSpec if written.get("type") == "tensor" else ColSpec
    return kind.from_json_dict(**written)


def checked(inputs: Sequence[Any]) -> Sequence[Any]:
    """The inputs, if a schema can be made of them."""
    if not isinstance(inputs, list | tuple):
        raise InvalidValue(f"a schema is made of a list, not of a {type(inputs).__name__}")
    if not inputs:
        raise InvalidValue("a schema has at least one column or tensor")
    kinds = {ColSpec if isinstance(it, ColSpec) else type(it) for it in inputs}
    if kinds not in ({ColSpec}, {TensorSpec}):
        names = ", ".join(sorted(it.__name__ for it in kinds))
        raise InvalidValue(f"a schema holds only ColSpec or only TensorSpec, not {names}")
    unnamed = sum(it.name is None for it in inputs)
    if unnamed not in (0, len(inputs)):
        raise InvalidValue(f"all or none have names; {unnamed} of {len(inputs)} have none")
    if unnamed and kinds == {TensorSpec} and len(inputs) > 1:
        raise InvalidValue(f"{len(inputs)} tensors need names to be told apart")
    if unnamed and not all(it.required for it in inputs):
        raise InvalidValue("an optional column needs a name")
    return inputs
