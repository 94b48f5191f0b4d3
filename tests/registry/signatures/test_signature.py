"""Signatures: their JSON, their digest, and how they are told in a line."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import pytest

from nbtrack.errors import InvalidValue
from nbtrack.registry.signatures.params import ParamSchema, ParamSpec
from nbtrack.registry.signatures.schema import ColSpec, Schema, TensorSpec
from nbtrack.registry.signatures.signature import ModelSignature, digest_of, summary
from nbtrack.registry.signatures.types import Array

FULL = ModelSignature(
    Schema([ColSpec("double", "age"), ColSpec(Array("string"), "tags", required=False)]),
    Schema([TensorSpec(np.dtype("int64"), (-1,))]),
    ParamSchema([ParamSpec("top_k", "long", 3), ParamSpec("stop", "string", ["x"], (-1,))]),
)


@dataclass
class Row:
    age: int
    name: str | None = None


def test_a_signature_is_read_back_as_it_was_written():
    assert ModelSignature.from_dict(FULL.to_dict()) == FULL
    assert ModelSignature.from_dict(json.loads(json.dumps(FULL.to_dict()))) == FULL
    only = ModelSignature(outputs=Schema([ColSpec("long")]))
    assert only.to_dict() == {
        "inputs": None,
        "outputs": '[{"type": "long", "required": true}]',
        "params": None,
    }
    assert ModelSignature.from_dict({"outputs": only.to_dict()["outputs"]}) == only
    assert only != FULL


def test_a_dataclass_stands_for_the_schema_of_its_fields():
    signature = ModelSignature(inputs=Row, outputs=Row)
    wanted = Schema([ColSpec("long", "age"), ColSpec("string", "name", required=False)])
    assert (signature.inputs, signature.outputs) == (wanted, wanted)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({}, "none was given"),
        ({"inputs": [ColSpec("long")]}, "inputs are a Schema or a dataclass, not a list"),
        ({"params": {"a": 1}}, "params are a ParamSchema, not a dict"),
    ],
)
def test_a_signature_that_cannot_be_is_refused(arguments, problem):
    with pytest.raises(InvalidValue, match=problem):
        ModelSignature(**arguments)


def test_equal_signatures_have_one_digest_and_others_another():
    again = ModelSignature.from_dict(FULL.to_dict())
    assert digest_of(again) == digest_of(FULL)
    assert len(digest_of(FULL)) == 64
    others = [
        ModelSignature(FULL.inputs, FULL.outputs),
        ModelSignature(FULL.outputs, FULL.inputs),
        ModelSignature(Schema(FULL.inputs.inputs[::-1]), FULL.outputs, FULL.params),
    ]
    assert len({digest_of(it) for it in [FULL, *others, None]}) == 5
    assert digest_of(None) == ""


def test_a_digest_stays_what_it_was():
    """It is kept with versions; were it made otherwise, each gate would see a changed schema."""
    assert digest_of(FULL) == "3cd95dc7291d067fa861ecfe6da2a3cd627ebc067cb941d3571d96f6970f4bcb"


def test_a_signature_is_told_in_a_line():
    assert summary(FULL) == (
        "2 inputs: age double, tags array of string (optional); 1 output: int64 (-1,); "
        "2 params: top_k long = 3, stop array of string = ['x']"
    )
    wide = ModelSignature(Schema([ColSpec("double", f"c{at}") for at in range(20)]))
    assert summary(wide).endswith("c7 double and 12 more")
    assert summary(None) == "no signature"


def test_it_prints_as_mlflow_prints_it():
    assert repr(ModelSignature(Schema([ColSpec("long", "a")]))) == (
        "inputs: \n  ['a': long (required)]\noutputs: \n  None\nparams: \n  None\n"
    )
