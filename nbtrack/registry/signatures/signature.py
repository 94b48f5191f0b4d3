"""A model's signature: what it takes, what it gives, and its params."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from nbtrack.errors import InvalidValue
from nbtrack.registry.signatures.hints import schema_of_dataclass
from nbtrack.registry.signatures.params import ParamSchema
from nbtrack.registry.signatures.schema import Schema
from nbtrack.registry.signatures.types import type_name

__all__ = ["ModelSignature", "digest_of", "kind_of_spec", "summary"]

SHOWN = 8
"""Columns that a summary names before it counts the rest."""


class ModelSignature:
    """What a model takes and gives; a dataclass stands for the schema of its fields.

    Example:
        >>> from nbtrack.registry.signatures.schema import ColSpec
        >>> ModelSignature(inputs=Schema([ColSpec("double", "age")])).to_dict()["inputs"]
        '[{"type": "double", "name": "age", "required": true}]'
    """

    def __init__(
        self,
        inputs: Schema | Any = None,
        outputs: Schema | Any = None,
        params: ParamSchema | None = None,
    ) -> None:
        self.inputs = as_schema(inputs, "inputs")
        self.outputs = as_schema(outputs, "outputs")
        if params is not None and not isinstance(params, ParamSchema):
            raise InvalidValue(f"params are a ParamSchema, not a {type(params).__name__}")
        self.params = params
        if inputs is None and outputs is None and params is None:
            raise InvalidValue("a signature has inputs, outputs or params; none was given")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ModelSignature) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return (
            f"inputs: \n  {self.inputs!r}\noutputs: \n  {self.outputs!r}\n"
            f"params: \n  {self.params!r}\n"
        )

    def to_dict(self) -> dict[str, Any]:
        """As the MLmodel file holds it: three JSON texts, or None."""
        return {
            "inputs": self.inputs.to_json() if self.inputs else None,
            "outputs": self.outputs.to_json() if self.outputs else None,
            "params": self.params.to_json() if self.params else None,
        }

    @classmethod
    def from_dict(cls, signature_dict: Mapping[str, Any]) -> ModelSignature:
        """Read what `to_dict` wrote, here or in MLflow."""
        inputs, outputs, params = (signature_dict.get(it) for it in ("inputs", "outputs", "params"))
        return cls(
            Schema.from_json(inputs) if inputs else None,
            Schema.from_json(outputs) if outputs else None,
            ParamSchema.from_json(params) if params else None,
        )


def as_schema(given: Any, what: str) -> Schema | None:
    """A schema as it was given, or that of a dataclass."""
    if given is None or isinstance(given, Schema):
        return given
    if dataclasses.is_dataclass(given):
        return schema_of_dataclass(given)
    raise InvalidValue(f"{what} are a Schema or a dataclass, not a {type(given).__name__}")


def digest_of(signature: ModelSignature | None) -> str:
    """A hash that is equal only for equal signatures, whoever wrote them; "" for none.

    Example:
        >>> from nbtrack.registry.signatures.schema import ColSpec
        >>> digest_of(ModelSignature(Schema([ColSpec("double", "age")])))[:8]
        'b084286a'
    """
    if signature is None:
        return ""
    parts = (signature.inputs, signature.outputs, signature.params)
    plain = [None if it is None or not len(it) else it.to_dict() for it in parts]
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def summary(signature: ModelSignature | None) -> str:
    """A signature in a line, for cards and lists.

    Example:
        >>> from nbtrack.registry.signatures.schema import ColSpec
        >>> summary(ModelSignature(Schema([ColSpec("double", "age")]), Schema([ColSpec("long")])))
        '1 input: age double; 1 output: long'
    """
    if signature is None:
        return "no signature"
    parts = [
        part_summary(signature.inputs, "input"),
        part_summary(signature.outputs, "output"),
        part_summary(signature.params, "param"),
    ]
    return "; ".join(filter(None, parts))


def part_summary(part: Schema | ParamSchema | None, noun: str) -> str:
    """The columns, tensors or params of one part."""
    if part is None or not len(part):
        return ""
    words = [spec_summary(it) for it in list(part)[:SHOWN]]
    more = f" and {len(part) - SHOWN} more" if len(part) > SHOWN else ""
    return f"{len(part)} {noun}{'s' * (len(part) > 1)}: {', '.join(words)}{more}"


def spec_summary(spec: Any) -> str:
    """One column, tensor or param: `age double`, `image float32 (-1, 28, 28)`."""
    kind = kind_of_spec(spec)
    if hasattr(spec, "default"):
        return f"{spec.name} {kind} = {spec.default!r}"
    optional = "" if spec.required else " (optional)"
    return (kind if spec.name is None else f"{spec.name} {kind}") + optional


def kind_of_spec(spec: Any) -> str:
    """The type of a column, tensor or param: `double`, `float32 (-1, 28, 28)`, `array of long`."""
    kind = type_name(getattr(spec, "dtype", None) or spec.type)
    shape = getattr(spec, "shape", None)
    if shape is None:
        return kind
    return f"array of {kind}" if hasattr(spec, "default") else f"{kind} {shape}"
