"""An endpoint described as OpenAPI 3.1, from the signature and the input example of its model."""

from __future__ import annotations

import contextlib
from typing import Any

import orjson

from nbtrack.registry.signatures.json_values import jsonable
from nbtrack.registry.signatures.params import ParamSchema
from nbtrack.registry.signatures.schema import Schema
from nbtrack.registry.signatures.types import Array, DataType, Map, Object
from nbtrack.serving.scoring.models import ServedModel
from nbtrack.serving.scoring.service import Service
from nbtrack.version import __version__

__all__ = ["openapi"]

SCALARS: dict[DataType, dict[str, Any]] = {
    DataType.boolean: {"type": "boolean"},
    DataType.integer: {"type": "integer", "format": "int32"},
    DataType.long: {"type": "integer", "format": "int64"},
    DataType.float: {"type": "number", "format": "float"},
    DataType.double: {"type": "number", "format": "double"},
    DataType.string: {"type": "string"},
    DataType.binary: {"type": "string", "contentEncoding": "base64"},
    DataType.datetime: {"type": "string", "format": "date-time"},
}


def openapi(service: Service) -> dict[str, Any]:
    """The description of an endpoint; its first variant tells what is sent and answered."""
    plan, model = service.plan, service.models[0]
    names = ", ".join(described(it) for it in service.models)
    found: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": plan.name, "version": str(model.variant.version or 1)},
        "paths": {
            "/invocations": {"post": invocations(model)},
            "/feedback": {"post": feedback()},
            **{path: {"get": looked_at(*words)} for path, words in LOOKED_AT.items()},
        },
    }
    found["info"]["description"] = f"Serves {names} with nbtrack {__version__}."
    if plan.options.token_digest is not None:
        found["components"] = {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}}
        found["security"] = [{"token": []}]
    return found


LOOKED_AT = {
    "/ping": ("Whether the endpoint is there", "application/json"),
    "/health": ("How the endpoint is", "application/json"),
    "/version": ("The version of MLflow's scoring protocol", "application/json"),
    "/metrics": ("Figures for Prometheus", "text/plain"),
}


def described(model: ServedModel) -> str:
    """A variant in a few words."""
    variant = model.variant
    return f"{variant.name} ({variant.model_uri})"


def invocations(model: ServedModel) -> dict[str, Any]:
    """The operation that asks the model."""
    content: dict[str, Any] = {"schema": body_schema(model)}
    example = example_of(model)
    if example is not None:
        content["example"] = example
    signature = model.description.signature
    outputs = None if signature is None else signature.outputs
    answer = {"type": "object", "properties": {"predictions": output_schema(outputs)}}
    return {
        "summary": "Ask the model",
        "parameters": [
            {
                "name": "X-Nbtrack-Key",
                "in": "header",
                "required": False,
                "description": "Whose request it is: one key is answered by one variant.",
                "schema": {"type": "string"},
            }
        ],
        "requestBody": {
            "required": True,
            "content": {"application/json": content, "text/csv": {"schema": {"type": "string"}}},
        },
        "responses": {
            "200": {
                "description": "What the model says",
                "headers": {name: {"schema": {"type": "string"}} for name in ANSWER_HEADERS},
                "content": {"application/json": {"schema": answer}},
            },
            **{code: refused(words) for code, words in REFUSALS.items()},
        },
    }


ANSWER_HEADERS = ("X-Prediction-Id", "X-Nbtrack-Variant", "X-Nbtrack-Version")
REFUSALS = {
    "400": "The body cannot be read, or does not fit the signature",
    "413": "The body is too large",
    "415": "The body is of a type that is not read",
    "500": "The model failed",
    "503": "Too many requests wait; come later",
    "504": "The model did not answer in time",
}
ERROR = {
    "type": "object",
    "properties": {"error_code": {"type": "string"}, "message": {"type": "string"}},
}


def refused(words: str) -> dict[str, Any]:
    """An answer that is an error."""
    return {"description": words, "content": {"application/json": {"schema": ERROR}}}


def feedback() -> dict[str, Any]:
    """The operation that takes rewards and labels."""
    properties = {
        "prediction_id": {"type": "string"},
        "key": {"type": "string"},
        "variant": {"type": "string"},
        "reward": {"type": "number"},
        "label": {},
    }
    schema = {"type": "object", "properties": properties}
    return {
        "summary": "Tell what an answer turned out to be worth",
        "requestBody": {"content": {"application/json": {"schema": schema}}},
        "responses": {"200": {"description": "It was taken"}, "400": refused("It is no feedback")},
    }


def looked_at(words: str, kind: str) -> dict[str, Any]:
    """An operation that only shows something."""
    return {
        "summary": words,
        "responses": {"200": {"description": words, "content": {kind: {}}}},
    }


def body_schema(model: ServedModel) -> dict[str, Any]:
    """What may be sent: one of MLflow's forms."""
    signature = model.description.signature
    inputs = None if signature is None else signature.inputs
    params = None if signature is None else signature.params
    more = {"params": params_schema(params)} if params is not None else {}
    if inputs is None:
        return one_of({name: {} for name in FORMS}, more)
    if inputs.is_tensor_spec():
        return one_of({"inputs": tensors_schema(inputs), "instances": {"type": "array"}}, more)
    row = row_schema(inputs)
    split = {
        "type": "object",
        "required": ["data"],
        "properties": {
            "columns": {"type": "array", "items": {"type": "string"}},
            "data": {"type": "array", "items": {"type": "array"}},
        },
    }
    rows = {"type": "array", "items": row}
    return one_of({"dataframe_records": rows, "dataframe_split": split, "inputs": {}}, more)


FORMS = ("dataframe_split", "dataframe_records", "inputs", "instances")


def one_of(forms: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """An object with one of several forms of data."""
    choices = [
        {"type": "object", "title": name, "required": [name], "properties": {name: it, **more}}
        for name, it in forms.items()
    ]
    return {"oneOf": choices}


def row_schema(schema: Schema) -> dict[str, Any]:
    """One row of a table."""
    if not schema.has_input_names():
        return {"type": "object"}
    return {
        "type": "object",
        "required": schema.required_input_names(),
        "properties": {it.name: type_schema(it.type) for it in schema},
    }


def type_schema(kind: Any) -> dict[str, Any]:
    """A type of MLflow's as JSON Schema."""
    if isinstance(kind, DataType):
        return SCALARS[kind]
    if isinstance(kind, Array):
        return {"type": "array", "items": type_schema(kind.dtype)}
    if isinstance(kind, Map):
        return {"type": "object", "additionalProperties": type_schema(kind.value_type)}
    if isinstance(kind, Object):
        return {
            "type": "object",
            "required": [it.name for it in kind.properties if it.required],
            "properties": {it.name: type_schema(it.dtype) for it in kind.properties},
        }
    return {}


def tensors_schema(schema: Schema) -> dict[str, Any]:
    """An array, or named ones."""
    if not schema.has_input_names():
        return tensor_schema(schema.inputs[0])
    return {
        "type": "object",
        "required": schema.input_names(),
        "properties": {it.name: tensor_schema(it) for it in schema},
    }


def tensor_schema(spec: Any) -> dict[str, Any]:
    """Nested lists of a shape."""
    kinds = {"b": "boolean", "i": "integer", "u": "integer", "f": "number", "U": "string"}
    found: dict[str, Any] = {"type": kinds[spec.type.kind]} if spec.type.kind in kinds else {}
    for length in reversed(spec.shape):
        found = {"type": "array", "items": found}
        if length >= 0:
            found |= {"minItems": length, "maxItems": length}
    return found


def params_schema(params: ParamSchema) -> dict[str, Any]:
    """What may be said beside the data."""
    found = {}
    for it in params:
        one = dict(type_schema(it.dtype))
        if it.shape is not None:
            one = {"type": "array", "items": one}
        with contextlib.suppress(ValueError):
            one["default"] = jsonable(it.default)
        found[it.name] = one
    return {"type": "object", "properties": found}


def output_schema(schema: Schema | None) -> dict[str, Any]:
    """What the model answers with, as far as its signature says."""
    if schema is None:
        return {}
    if schema.is_tensor_spec():
        return {"type": "array"} if not schema.has_input_names() else {"type": "object"}
    if not schema.has_input_names():
        return {"type": "array", "items": type_schema(schema.inputs[0].type)}
    return {"type": "array", "items": row_schema(schema)}


def example_of(model: ServedModel) -> Any:
    """The body of a request that asks the model with its example; None without one."""
    folder = model.loaded.folder
    info = model.description.saved_input_example_info or {}
    if folder is None:
        return None
    path = folder / str(info.get("serving_input_path") or "serving_input_example.json")
    try:
        return orjson.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
