"""What a model is asked with, held against its signature: by `predict`, by serving, by gates.

An `Enforcer` is made once for a model; data that fits passes it in microseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nbtrack.errors import SchemaMismatch
from nbtrack.registry.signatures.params import ParamSchema, enforce_params
from nbtrack.registry.signatures.problems import check_records, check_table, is_discreet
from nbtrack.registry.signatures.schema import Schema

__all__ = ["Enforcer", "enforce", "validate_schema"]


class Enforcer:
    """Takes data as a model's signature wants it, or says all that is wrong with it.

    Example:
        >>> from nbtrack.registry.signatures.schema import ColSpec
        >>> enforcer = Enforcer(Schema([ColSpec("double", "age"), ColSpec("string", "name")]))
        >>> enforcer({"name": "Ada", "age": 36})
            age name
        0  36.0  Ada
    """

    def __init__(self, inputs: Schema | None, params: ParamSchema | None = None) -> None:
        self.inputs, self.param_schema = inputs, params
        self.columns: Any = None
        self.tensors: Any = None
        self.frames: tuple[Any, ...] = ()
        if inputs is None:
            return
        import pandas as pd

        from nbtrack.registry.signatures.columns import ColumnPlan
        from nbtrack.registry.signatures.tensors import TensorPlan

        self.frames = (pd.DataFrame,)
        if inputs.is_tensor_spec():
            self.tensors = TensorPlan(inputs)
        else:
            self.columns = ColumnPlan(inputs)

    def enforce(self, data: Any) -> Any:
        """Data as the model takes it: a frame for columns, arrays for tensors.

        Where all fits already it is the very data that was given, not a copy.

        Raises:
            SchemaMismatch: It does not fit; each column that is wrong is named.
        """
        if self.columns is not None:
            if isinstance(data, self.frames):
                return self.columns.frame(data)
            return self.frame_of(data)
        if self.tensors is not None:
            return self.tensors.take(without_library(data))
        return data

    __call__ = enforce

    def params(self, given: Mapping[Any, Any] | None) -> dict[str, Any]:
        """All params of the model: those given, checked, and the defaults of the others."""
        if given is None and self.param_schema is None:
            return {}
        return enforce_params(given, self.param_schema)

    def frame_of(self, data: Any) -> Any:
        """A frame from what is none."""
        if type(data).__module__.partition(".")[0] == "pandas" and not is_series(data):
            data = series_of(data)
        if is_series(data):
            return self.columns.frame(self.frame_of_series(data))
        if type(data).__module__.startswith("pyspark."):
            return data.select(*[it for it in self.columns.names if it in data.columns])
        return self.table(without_library(data)).to_frame()

    def frame_of_series(self, series: Any) -> Any:
        """A Series is a column, or the row of a frame whose names it has."""
        plan = self.columns
        if plan.named and set(plan.names) <= set(series.index) and len(plan.names) > 1:
            return series.to_frame().T.infer_objects()
        frame = series.to_frame()
        if plan.named and len(plan.names) == 1 and series.name is None:
            frame.columns = plan.names
        return frame

    def table(self, data: Any, *, wire: bool = False) -> Any:
        """Columns from plain values and arrays: named, in rows, or alone."""
        plan = self.columns
        if isinstance(data, Mapping) and not (self.is_alone and not plan.scalars):
            return plan.mapping(data, wire=wire)
        if getattr(data, "ndim", 0):
            if getattr(data.dtype, "names", None):
                return plan.mapping({name: data[name] for name in data.dtype.names}, wire=wire)
            whole = data.ndim == 1 and len(plan.names) == 1 and not plan.scalars
            return plan.lists([list(data)]) if whole else plan.matrix(data)
        if isinstance(data, list | tuple):
            return self.listed(data, wire=wire)
        return plan.rows([[data]], wire=wire)

    @property
    def is_alone(self) -> bool:
        """Whether the schema is one column without a name."""
        return len(self.columns.names) == 1 and not self.columns.named

    def listed(self, data: Sequence[Any], *, wire: bool) -> Any:
        """Columns from a list of rows: dicts, lists, or the values of the only column."""
        plan = self.columns
        if self.is_alone and not (plan.scalars and all(isinstance(it, list) for it in data)):
            return plan.lists([data], wire=wire)
        if data and all(isinstance(it, Mapping) for it in data):
            return self.from_records(data, wire=wire)
        if all(isinstance(it, list | tuple) or getattr(it, "ndim", 0) for it in data):
            if wire and plan.named and len(plan.names) > 1:
                raise nameless(plan.names, "a dict for each row")
            return plan.rows(data, wire=wire)
        if len(plan.names) == 1:
            return plan.lists([data], wire=wire)
        raise SchemaMismatch(
            f"a list of dicts, or of rows with {len(plan.names)} values each, is wanted, "
            f"and one of other things came"
        )

    def from_split(
        self, columns: Sequence[Any] | None, rows: Sequence[Sequence[Any]], *, wire: bool = True
    ) -> Any:
        """Rows of plain values, as JSON has them, under the names of their columns.

        Example:
            >>> from nbtrack.registry.signatures.schema import ColSpec
            >>> enforcer = Enforcer(Schema([ColSpec("double", "a"), ColSpec("double", "b")]))
            >>> enforcer.from_split(["b", "a"], [[2, 1.5]]).to_numpy()
            array([[1.5, 2. ]])
        """
        plan = self.needs_columns()
        check_table(columns, rows)
        if not plan.named:
            return plan.rows([row[: len(plan.names)] for row in rows], wire=wire)
        if columns is None and wire:
            raise nameless(plan.names, "'columns' beside 'data'")
        if columns is None or list(columns) == plan.names:
            return plan.rows(rows, wire=wire)
        if set(plan.names) <= set(columns):
            places = [list(columns).index(name) for name in plan.names]
            return plan.rows([[row[at] for at in places] for row in rows], wire=wire)
        by_column = {name: [row[at] for row in rows] for at, name in enumerate(columns)}
        return plan.chosen(by_column, wire=wire)

    def from_records(self, records: Sequence[Mapping[Any, Any]], *, wire: bool = True) -> Any:
        """Rows as dicts; what a row lacks is a missing value, and order tells where no names do.

        Example:
            >>> from nbtrack.registry.signatures.schema import ColSpec
            >>> enforcer = Enforcer(Schema([ColSpec("double", "a"), ColSpec("double", "b")]))
            >>> enforcer.from_records([{"a": 1, "b": 2}, {"b": 3, "a": 4}]).to_numpy()
            array([[1., 2.],
                   [4., 3.]])
        """
        plan = self.needs_columns()
        check_records(records)
        if not plan.named:
            came = list(dict.fromkeys(name for it in records for name in it))
            return self.from_split(came, [list(map(it.get, came)) for it in records], wire=wire)
        try:
            return plan.rows([[it[name] for name in plan.names] for it in records], wire=wire)
        except KeyError:
            names = dict.fromkeys(name for it in records for name in it)
            columns = {name: [it.get(name) for it in records] for name in names}
            return plan.chosen(columns, wire=wire)

    def from_inputs(self, value: Any, *, wire: bool = True) -> Any:
        """An array as nested lists, or a dict of them, as JSON has it: tensors, or columns.

        Example:
            >>> import numpy as np
            >>> from nbtrack.registry.signatures.schema import TensorSpec
            >>> enforcer = Enforcer(Schema([TensorSpec(np.dtype("float32"), (-1, 2))]))
            >>> enforcer.from_inputs([[1, 2.5]])
            array([[1. , 2.5]], dtype=float32)
        """
        if self.tensors is not None:
            if wire and isinstance(value, Mapping) and not self.tensors.named:
                raise unnamed_array()
            return self.tensors.take(value)
        return value if self.columns is None else self.table(value, wire=wire)

    def from_instances(self, value: Any, *, wire: bool = True) -> Any:
        """Rows of named arrays, as TensorFlow's protocol has them, or what `from_inputs` takes."""
        rows = isinstance(value, list) and bool(value) and isinstance(value[0], Mapping)
        if not rows or self.tensors is None:
            return self.from_inputs(value, wire=wire)
        if wire and not self.tensors.named:
            raise unnamed_array()
        names = dict.fromkeys(name for it in value if isinstance(it, Mapping) for name in it)
        if any(not isinstance(it, Mapping) or it.keys() != names.keys() for it in value):
            which = (
                "the same names" if is_discreet.get() else f"all of {', '.join(map(repr, names))}"
            )
            raise SchemaMismatch(f"each instance has {which}")
        return self.tensors.take({name: [it[name] for it in value] for name in names})

    def needs_columns(self) -> Any:
        """The plan of columns, or an error: rows of a table say nothing of tensors."""
        if self.columns is None:
            raise SchemaMismatch(
                "this model takes arrays, not a table with columns; send them as 'inputs'"
            )
        return self.columns


def unnamed_array() -> SchemaMismatch:
    """Named arrays came over the wire for one that has no name."""
    return SchemaMismatch("the model takes one array without a name, not a dict of them")


def nameless(names: Sequence[Any], wanted: str) -> SchemaMismatch:
    """Rows came over the wire in an order that nobody told."""
    return SchemaMismatch(
        f"values came without names, and the model takes its columns by name: send {wanted}, with "
        f"{', '.join(map(repr, names[:8]))}{' …' if len(names) > 8 else ''}"
    )


def series_of(values: Any) -> Any:
    """A Series of an index or an array of pandas."""
    import pandas as pd

    return pd.Series(values)


def is_series(data: Any) -> bool:
    return hasattr(data, "to_frame") and hasattr(data, "index") and hasattr(data, "iloc")


LIBRARIES: dict[str, Callable[[Any], Any]] = {
    "polars": lambda it: {name: of_polars(it[name]) for name in it.columns},
    "pyarrow": lambda it: {name: it[name].to_pandas() for name in it.column_names},
}
"""Tables of other libraries as named arrays."""


def of_polars(series: Any) -> Any:
    """A column of polars as an array; text and lists as a list."""
    name = str(series.dtype).partition("(")[0]
    if name in {"String", "Categorical", "Enum", "List", "Array", "Struct", "Binary", "Decimal"}:
        return series.to_list()
    if name in {"Date", "Datetime"} and getattr(series.dtype, "time_zone", None) is None:
        return series.to_numpy().astype("datetime64[ns]")
    gaps = series.null_count() and name not in {"Float32", "Float64"}
    return series.to_list() if gaps or name == "Datetime" else series.to_numpy()


def without_library(data: Any) -> Any:
    """Tables of polars and Arrow as named arrays, tensors as arrays, pydantic models as dicts."""
    library = type(data).__module__.partition(".")[0]
    if library in LIBRARIES and hasattr(data, "columns"):
        return LIBRARIES[library](data)
    if hasattr(data, "model_dump"):
        return data.model_dump()
    if library not in {"numpy", "scipy", "pandas", "builtins"} and hasattr(data, "detach"):
        return data.detach().cpu().numpy()
    return data


def enforce(data: Any, schema: Schema | None) -> Any:
    """Data as a schema wants it, once; an `Enforcer` is for asking again.

    Example:
        >>> from nbtrack.registry.signatures.schema import ColSpec
        >>> enforce([1, 2], Schema([ColSpec("double", "x")]))
             x
        0  1.0
        1  2.0

    Raises:
        SchemaMismatch: It does not fit; each column that is wrong is named.
    """
    return Enforcer(schema).enforce(data)


def validate_schema(data: Any, expected_schema: Schema) -> None:
    """Say what is wrong with data for a schema, or nothing.

    Example:
        >>> from nbtrack.registry.signatures.schema import ColSpec
        >>> validate_schema({"x": 1.5}, Schema([ColSpec("double", "x")]))

    Raises:
        SchemaMismatch: It does not fit; each column that is wrong is named.
    """
    enforce(data, expected_schema)
