"""What changed from one signature to another."""

from __future__ import annotations

import numpy as np
import pytest

from nbtrack.registry.signatures.changes import changes
from nbtrack.registry.signatures.params import ParamSchema, ParamSpec
from nbtrack.registry.signatures.schema import ColSpec, Schema, TensorSpec
from nbtrack.registry.signatures.signature import ModelSignature
from nbtrack.registry.signatures.types import AnyType


def of(*columns, outputs=None, params=None):
    return ModelSignature(Schema(list(columns)), outputs, params)


def tensor(shape, dtype="float32"):
    return TensorSpec(np.dtype(dtype), shape)


AGE = ColSpec("long", "age")


def lines(old, new):
    return [str(it) for it in changes(old, new)]


def test_equal_signatures_have_no_changes():
    assert lines(of(AGE), of(AGE)) == []
    assert lines(None, None) == []


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ([AGE], [AGE, ColSpec("string", "b")], "input 'b' added: string (breaks callers)"),
        ([AGE], [AGE, ColSpec("string", "b", False)], "input 'b' added: string (optional)"),
        ([AGE, ColSpec("string", "b")], [AGE], "input 'b' removed: string"),
        ([AGE], [ColSpec("double", "age")], "input 'age' changed: long → double"),
        (
            [AGE],
            [ColSpec("integer", "age")],
            "input 'age' changed: long → integer (breaks callers)",
        ),
        ([AGE], [ColSpec(AnyType(), "age")], "input 'age' changed: long → any"),
        ([AGE], [ColSpec("long", "age", False)], "input 'age' changed: long → long (optional)"),
        (
            [ColSpec("long", "age", False)],
            [AGE],
            "input 'age' changed: long (optional) → long (breaks callers)",
        ),
        (
            [AGE, ColSpec("long", "b")],
            [ColSpec("long", "b"), AGE],
            "inputs in another order: age, b → b, age",
        ),
        ([ColSpec("long")], [ColSpec("double")], "input at 0 changed: long → double"),
        (
            [tensor((-1, 2))],
            [tensor((-1, -1))],
            "input at 0 changed: float32 (-1, 2) → float32 (-1, -1)",
        ),
        (
            [tensor((-1, 2))],
            [tensor((-1, 3))],
            "input at 0 changed: float32 (-1, 2) → float32 (-1, 3) (breaks callers)",
        ),
    ],
)
def test_a_change_is_told_in_a_line(old, new, line):
    assert lines(of(*old), of(*new)) == [line]


def test_columns_for_arrays_are_another_kind():
    old, new = of(ColSpec("float")), of(tensor((-1, 1)))
    first, *_ = changes(old, new)
    assert str(first) == (
        "inputs changed: columns by position → arrays by position (breaks callers)"
    )


def test_outputs_and_params_change_too():
    old = of(
        AGE,
        outputs=Schema([ColSpec("long")]),
        params=ParamSchema([ParamSpec("k", "long", 3), ParamSpec("old", "string", "x")]),
    )
    new = of(
        AGE,
        outputs=Schema([ColSpec("double")]),
        params=ParamSchema([ParamSpec("k", "double", 5), ParamSpec("new", "long", 1)]),
    )
    assert lines(old, new) == [
        "output at 0 changed: long → double (breaks callers)",
        "param 'k' changed: long = 3 → double = 5.0",
        "param 'new' added: long = 1",
        "param 'old' removed: string = 'x' (breaks callers)",
    ]


def test_a_signature_that_comes_or_goes_is_a_change():
    assert lines(None, of(AGE)) == ["inputs changed: none → 1 (breaks callers)"]
    assert lines(of(AGE), None) == ["inputs changed: 1 → none (breaks callers)"]
