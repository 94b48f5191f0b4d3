"""What an endpoint is asked with: the fields of its model's signature, and a body that works."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

from nbtrack.registry.format.mlmodel import Model
from nbtrack.registry.signatures.examples import SERVING_FILE
from nbtrack.registry.signatures.json_values import jsonable
from nbtrack.registry.signatures.schema import Schema

__all__ = ["Field", "FieldKind", "example_body", "fields_of"]

FieldKind = Literal["column", "tensor", "data", "param"]

SAMPLES: dict[str, Any] = {
    "boolean": True,
    "integer": 1,
    "long": 1,
    "float": 0.5,
    "double": 0.5,
    "string": "text",
    "binary": "AA==",
    "datetime": "2026-01-31T12:00:00",
}
"""Values of each type, for a model that has no example."""


class Field(NamedTuple):
    """One thing that a request holds.

    `kind` tells where it goes: a `column` into each row, a `tensor` into "inputs" (under its name,
    if it has one), `data` is "inputs" as a whole, a `param` goes into "params".
    """

    name: str
    type: str
    kind: FieldKind
    is_required: bool
    default: Any
    example: Any


def fields_of(folder: Path) -> list[Field]:
    """The fields of a model's requests, by its signature; data of any form without one."""
    described = Model.load(folder)
    body = saved_body(folder)
    signature = described.signature
    if signature is None or signature.inputs is None:
        example = body.get("inputs", body.get("instances"))
        fields = [Field("inputs", "any", "data", True, None, example)]
    else:
        fields = fields_of_inputs(signature.inputs, body)
    params = body.get("params") or {}
    for spec in (signature.params if signature is not None else None) or []:
        kind = f"{type_told(spec.dtype)}{'' if spec.shape is None else ' list'}"
        default = jsonable(spec.default)
        fields.append(
            Field(spec.name, kind, "param", False, default, params.get(spec.name, default))
        )
    return fields


def fields_of_inputs(schema: Schema, body: Mapping[str, Any]) -> list[Field]:
    """The columns or tensors of a schema, with values of the example."""
    if schema.is_tensor_spec():
        inputs = body.get("inputs")
        return [
            Field(
                str(spec.name or "inputs"),
                f"{spec.type.name}{list(spec.shape)}",
                "tensor",
                True,
                None,
                inputs.get(spec.name) if isinstance(inputs, dict) and spec.name else inputs,
            )
            for spec in schema
        ]
    row = first_row(body)
    return [
        Field(
            str(at if spec.name is None else spec.name),
            type_told(spec.type),
            "column",
            bool(spec.required),
            None,
            row.get(str(at if spec.name is None else spec.name), sample(spec.type)),
        )
        for at, spec in enumerate(schema)
    ]


def type_told(kind: Any) -> str:
    """What a type is called."""
    return str(getattr(kind, "name", None) or kind)


def sample(kind: Any) -> Any:
    """A value of a type; None where it is a nested one."""
    return SAMPLES.get(type_told(kind))


def saved_body(folder: Path) -> dict[str, Any]:
    """The request that was kept beside a model; empty if there is none."""
    try:
        found = json.loads((folder / SERVING_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def first_row(body: Mapping[str, Any]) -> dict[str, Any]:
    """The first row of an example, by column."""
    split = body.get("dataframe_split")
    if isinstance(split, dict) and split.get("data"):
        columns = split.get("columns") or range(len(split["data"][0]))
        return dict(zip(map(str, columns), split["data"][0], strict=False))
    rows = body.get("dataframe_records") or body.get("inputs")
    if isinstance(rows, list) and rows and isinstance(rows[0], dict):
        return dict(rows[0])
    if isinstance(rows, dict):
        return {key: it[0] if isinstance(it, list) and it else it for key, it in rows.items()}
    return {}


def example_body(folder: Path) -> dict[str, Any]:
    """A body for a request that the model answers: its example's first row, else made up."""
    body = saved_body(folder)
    split = body.get("dataframe_split")
    if isinstance(split, dict):
        return {**body, "dataframe_split": {**split, "data": split.get("data", [])[:1]}}
    if body:
        return body
    fields = fields_of(folder)
    columns = [it for it in fields if it.kind == "column"]
    if columns:
        row = [it.example for it in columns]
        if all(it.name.isdigit() for it in columns):
            return {"inputs": [row]}
        return {"dataframe_split": {"columns": [it.name for it in columns], "data": [row]}}
    return {"inputs": fields[0].example if fields[0].example is not None else [[0.5]]}
