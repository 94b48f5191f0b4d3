"""Schemas from type hints, and data made as they say."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import pytest

from nbtrack.errors import InvalidValue, SchemaMismatch
from nbtrack.registry.signatures.hints import (
    Hints,
    fitted_to_hint,
    hints_of,
    schema_of_dataclass,
    schema_of_hint,
    schema_of_input_hint,
)
from nbtrack.registry.signatures.schema import ColSpec, Schema
from nbtrack.registry.signatures.types import AnyType, Array, DataType, Map, Object, Property


@dataclass
class Part:
    text: str
    score: float = 0.0


@dataclass
class Message:
    role: str
    parts: list[Part] = field(default_factory=list)
    sent: dt.datetime | None = None


MESSAGE = Object(
    [
        Property("role", "string"),
        Property("parts", Array(Object([Property("text", "string"), Property("score", "double")]))),
        Property("sent", "datetime", required=False),
    ]
)


@pytest.mark.parametrize(
    ("hint", "kind"),
    [
        (int, DataType.long),
        (float, DataType.double),
        (bytes, DataType.binary),
        (dt.datetime, DataType.datetime),
        (list[str], Array("string")),
        (list[list[int]], Array(Array("long"))),
        (dict[str, float], Map("double")),
        (dict[str, list[bool]], Map(Array("boolean"))),
        (Any, AnyType()),
        (int | str, AnyType()),
        (Message, MESSAGE),
    ],
)
def test_a_hint_stands_for_a_type(hint, kind):
    assert schema_of_hint(hint) == Schema([ColSpec(kind)])
    assert schema_of_input_hint(list[hint]) == Schema([ColSpec(kind)])


@pytest.mark.parametrize("hint", [None, pd.DataFrame, np.ndarray, pd.Series, TypeVar("T")])
def test_whole_data_says_nothing_of_columns(hint):
    assert schema_of_input_hint(hint) is None


@pytest.mark.parametrize(
    ("hint", "problem"),
    [
        (str, r"hint its input as list\[str\], or not at all"),
        (dict[str, int], r"list\[dict\[str, int\]\]"),
        (list[str | None], "rows cannot be optional"),
        (list[set], "set stands for no type"),
        (list[dict[int, str]], r"dict\[int, str\] stands for no type"),
        (list[list], "list stands for no type"),
    ],
)
def test_other_hints_are_refused(hint, problem):
    with pytest.raises(InvalidValue, match=problem):
        schema_of_input_hint(hint)


def test_a_dataclass_has_a_column_for_each_field():
    assert schema_of_dataclass(Message) == Schema(
        [
            ColSpec("string", "role"),
            ColSpec(
                Array(Object([Property("text", "string"), Property("score", "float")])), "parts"
            ),
            ColSpec("datetime", "sent", required=False),
        ]
    )


class Model:
    def with_context(self, context, model_input: list[str], params=None) -> list[int]: ...

    def with_another_name(self, ctx, rows: list[str]): ...

    def without(self, model_input: list[str], params: dict | None = None) -> str: ...

    def untold(self, context, model_input): ...

    def unknown(self, model_input: NotImported) -> str: ...  # noqa: F821 - it is the test

    def nothing(self): ...


@pytest.mark.parametrize(
    ("name", "hints"),
    [
        ("with_context", Hints(list[str], list[int])),
        ("with_another_name", Hints(list[str], None)),
        ("without", Hints(list[str], str)),
        ("untold", Hints(None, None)),
        ("unknown", Hints(None, None)),
        ("nothing", Hints(None, None)),
    ],
)
def test_the_hints_of_predict_in_all_its_forms(name, hints):
    assert hints_of(getattr(Model, name)) == hints
    assert hints_of(getattr(Model(), name)) == hints


@pytest.mark.parametrize(
    ("data", "hint", "made"),
    [
        (["a"], list[str], ["a"]),
        ([1, 2.5], list[float], [1.0, 2.5]),
        ([{"role": "user"}], list[Message], [Message("user")]),
        ([Message("user")], list[Message], [Message("user")]),
        ([{"a": 1}], list[dict[str, int]], [{"a": 1}]),
        ([None, "a"], list[str | None], [None, "a"]),
        (["a", 1], list[str | int], ["a", 1]),
        ([object], list[Any], [object]),
        (np.array([1, 2]), list[int], [1, 2]),
        (pd.DataFrame({"x": ["a", "b"]}), list[str], ["a", "b"]),
        (pd.DataFrame({"role": ["user"]}), list[Message], [Message("user")]),
        (pd.DataFrame({0: [{"role": "user"}]}), list[Message], [Message("user")]),
        (pd.DataFrame({"a": [1], "b": [2]}), list[dict[str, int]], [{"a": 1, "b": 2}]),
    ],
)
def test_data_is_made_as_the_hint_says(data, hint, made):
    assert fitted_to_hint(data, hint) == made


@pytest.mark.parametrize(
    ("data", "hint", "problem"),
    [
        ("a", list[str], r"list\[str\] is wanted, and a str came"),
        (["a", 1], list[str], r"at \[1\]: str is wanted, and a int came"),
        ([True], list[int], r"at \[0\]: int is wanted, and a bool came"),
        ([{"a": "b"}], list[dict[str, int]], r"at \[0\]\['a'\]: int is wanted, and a str came"),
        ([{"rolle": "user"}], list[Message], r"at \[0\]: .*unexpected keyword argument 'rolle'"),
        ([1], list[Message], r"at \[0\]: Message is wanted, and a int came"),
    ],
)
def test_data_that_is_not_what_the_hint_says_is_refused(data, hint, problem):
    with pytest.raises(SchemaMismatch, match=problem):
        fitted_to_hint(data, hint)


def test_models_of_pydantic_are_read_and_made():
    pydantic = pytest.importorskip("pydantic")
    Ask = pydantic.create_model("Ask", text=(str, ...), limit=(int | None, None))  # noqa: N806
    assert schema_of_input_hint(list[Ask]) == Schema(
        [ColSpec(Object([Property("text", "string"), Property("limit", "long", required=False)]))]
    )
    assert fitted_to_hint([{"text": "a"}], list[Ask]) == [Ask(text="a")]
    with pytest.raises(SchemaMismatch) as caught:
        fitted_to_hint([{"text": "a", "limit": "4111-1111"}], list[Ask])
    assert "at [0]: limit: Input should be a valid integer" in str(caught.value)
    assert "4111" not in str(caught.value)
