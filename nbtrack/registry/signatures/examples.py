"""Input examples: kept beside a model as MLflow keeps them, read back, asked for a signature."""

from __future__ import annotations

import contextlib
import dataclasses
import importlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from nbtrack.errors import InvalidValue, MissingPackage, ModelError, SchemaMismatch
from nbtrack.registry.signatures.enforcement import Enforcer
from nbtrack.registry.signatures.example_forms import written
from nbtrack.registry.signatures.inference import infer_schema, infer_signature, is_of
from nbtrack.registry.signatures.json_values import jsonable
from nbtrack.registry.signatures.params import infer_params
from nbtrack.registry.signatures.schema import Schema
from nbtrack.registry.signatures.signature import ModelSignature

__all__ = [
    "Example",
    "check",
    "convert_input_example_to_serving_input",
    "inferred_from",
    "of",
    "read",
    "read_params",
    "save",
]

FILE = "input_example.json"
SERVING_FILE = "serving_input_example.json"


class Example(NamedTuple):
    """An input example, as it was given and as it is written."""

    data: Any
    """What the model is asked with."""
    params: dict[str, Any] | None
    """What it is told besides, if the example was a tuple of both."""
    info: dict[str, Any]
    """`saved_input_example_info` of the MLmodel file."""
    text: str
    serving_text: str
    """The body of a request that asks the same."""


def of(given: Any) -> Example:
    """An example of what was given: data, or a tuple of data and params.

    Example:
        >>> of(([1.5], {"top_k": 3})).text
        '{"inputs": [1.5], "params": {"top_k": 3}}'

    Raises:
        InvalidValue: It is nothing that JSON can hold.
    """
    data, params = split(given)
    data = without_wrapping(data)
    plain, info, request = written(data)
    body = {"inputs": plain} if request is None else request
    if params is not None:
        info["params"] = "true"
        plain = {"inputs": plain, "params": params}
        is_chat = request is not None and "dataframe_split" not in request
        body = {**body, **params} if is_chat else {**body, "params": params}
    info = {"artifact_path": FILE, **info, "serving_input_path": SERVING_FILE}
    text, serving = (
        json.dumps(jsonable(it), indent=indent) for it, indent in ((plain, None), (body, 2))
    )
    return Example(data, params, info, text, serving)


def save(folder: Path, given: Any) -> Example:
    """Write an example into a model's folder; its `info` belongs into the MLmodel file.

    Raises:
        InvalidValue: It is nothing that JSON can hold.
    """
    example = of(given)
    (folder / FILE).write_text(example.text, encoding="utf-8")
    (folder / SERVING_FILE).write_text(example.serving_text, encoding="utf-8")
    return example


def split(given: Any) -> tuple[Any, dict[str, Any] | None]:
    """The data and the params of an example."""
    if isinstance(given, tuple) and len(given) == 2 and isinstance(given[1], dict):
        infer_params(given[1])
        return given[0], given[1]
    return given, None


def without_wrapping(data: Any) -> Any:
    """Data as pandas, NumPy or plain values, whatever library it is of."""
    if is_of(data, "pandas", "Series"):
        return data.to_frame()
    if is_of(data, "polars", "DataFrame") or is_of(data, "pyarrow", "Table"):
        return Enforcer(infer_schema(data)).enforce(data)
    if is_of(data, "pyspark", "DataFrame"):
        raise InvalidValue("an example is small: give data.limit(5).toPandas(), not Spark's data")
    if hasattr(data, "detach"):
        return data.detach().cpu().numpy()
    if hasattr(data, "model_dump"):
        return data.model_dump()
    if dataclasses.is_dataclass(data) and not isinstance(data, type):
        return dataclasses.asdict(data)
    return list(data) if isinstance(data, tuple) else data


def read(folder: Path, info: Mapping[str, Any], schema: Schema | None = None) -> Any:
    """The data of a saved example, from here or from MLflow.

    Args:
        folder: The model's folder.
        info: `saved_input_example_info` of its MLmodel file.
        schema: What the model takes, by which columns and arrays get their types back.

    Raises:
        ModelError: The file is not there, or damaged.
    """
    plain = contents(folder, info)
    if info.get("params"):
        plain = plain["inputs"]
    kind = info.get("type")
    if kind == "dataframe":
        return read_frame(plain, schema)
    if kind in {"sparse_matrix_csr", "sparse_matrix_csc"}:
        return read_sparse(plain, kind)
    if kind == "ndarray":
        if "format" in info and isinstance(plain, dict) and set(plain) == {"inputs"}:
            plain = plain["inputs"]
        return read_arrays(plain, schema)
    return plain


def read_params(folder: Path, info: Mapping[str, Any]) -> dict[str, Any] | None:
    """The params of a saved example; None where it has none."""
    return dict(contents(folder, info)["params"]) if info.get("params") else None


def contents(folder: Path, info: Mapping[str, Any]) -> Any:
    """What the file of an example holds."""
    name = str(info.get("artifact_path", FILE))
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise ModelError(f"the input example {name!r} lies outside of the model's folder")
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelError(f"the model's input example {name!r} is not in its folder") from error
    except ValueError as error:
        raise ModelError(f"the model's input example {name!r} is no JSON: {error}") from error


def read_frame(plain: Mapping[str, Any], schema: Schema | None) -> Any:
    """A frame, with its types where the schema knows them."""
    import pandas as pd

    columns, rows = plain.get("columns"), plain.get("data", [])
    frame = pd.DataFrame(rows, columns=columns)
    if schema is None or schema.is_tensor_spec():
        return frame
    enforcer = Enforcer(schema)
    try:
        return enforcer.from_split(columns or list(frame.columns), rows).to_frame()
    except SchemaMismatch:
        return frame  # the example says more than the signature; who asks the model is told


def read_arrays(plain: Any, schema: Schema | None) -> Any:
    """An array, or named ones, of the dtypes that the schema wants."""
    if schema is not None and schema.is_tensor_spec():
        with contextlib.suppress(SchemaMismatch):  # bytes, say: it is read as JSON has it
            return Enforcer(schema).from_inputs(plain)
    if isinstance(plain, dict):
        return {name: array_of(it) for name, it in plain.items()}
    return array_of(plain)


def array_of(plain: Any) -> Any:
    """An array of nested lists; of lists of different lengths, an array of objects."""
    import numpy as np

    try:
        return np.array(plain)
    except ValueError:
        return np.fromiter(plain, dtype=object, count=len(plain))


def read_sparse(plain: Mapping[str, Any], kind: str) -> Any:
    """A sparse matrix from its parts."""
    try:
        sparse = importlib.import_module("scipy.sparse")
    except ModuleNotFoundError as error:
        raise MissingPackage("scipy", "to read an example of a sparse matrix") from error
    make = sparse.csc_matrix if kind.endswith("csc") else sparse.csr_matrix
    parts = (plain["data"], plain["indices"], plain["indptr"])
    return make(parts, shape=tuple(plain["shape"]))


def convert_input_example_to_serving_input(input_example: Any) -> str | None:
    """The body of a request that asks a served model with an example.

    Example:
        >>> print(convert_input_example_to_serving_input([1, 2]))
        {
          "inputs": [
            1,
            2
          ]
        }
    """
    return None if input_example is None else of(input_example).serving_text


def check(example: Example, signature: ModelSignature) -> None:
    """Say what is wrong with an example for a signature, or nothing.

    Raises:
        SchemaMismatch: The data or the params do not fit.
    """
    enforcer = Enforcer(signature.inputs, signature.params)
    enforcer.enforce(example.data)
    if example.params:
        enforcer.params(example.params)


def inferred_from(example: Example, predict: Callable[[Any, Any], Any]) -> ModelSignature:
    """The signature that an example and the model's answer to it have.

    The model is asked as it will be: with the example as its own schema makes it.
    """
    inputs = infer_schema(example.data)
    answer = predict(Enforcer(inputs).enforce(example.data), example.params)
    flat = is_of(answer, "numpy", "ndarray") and answer.ndim == 1
    if flat and not inputs.is_tensor_spec():
        import pandas as pd

        answer = pd.Series(answer)  # one value for each row of a table is a column, not a tensor
    signature = infer_signature(None, answer, example.params)
    return ModelSignature(inputs, signature.outputs, signature.params)
