"""Params of a model: inferred, written, checked when it is asked."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from nbtrack.errors import InvalidValue, SchemaMismatch
from nbtrack.registry.signatures.params import (
    ParamSchema,
    ParamSpec,
    enforce_params,
    infer_params,
)
from nbtrack.registry.signatures.types import DataType, Object, Property

SCHEMA = ParamSchema(
    [
        ParamSpec("temperature", "double", 0.7),
        ParamSpec("top_k", "long", 3),
        ParamSpec("stop", "string", ["a"], (-1,)),
        ParamSpec("since", "datetime", dt.datetime.fromisoformat("2026-01-31")),
        ParamSpec("tool", Object([Property("name", "string")]), {"name": "x"}),
        ParamSpec("seed", "integer", None),
    ]
)


def test_params_are_read_back_as_they_were_written():
    assert ParamSchema.from_json(SCHEMA.to_json()) == SCHEMA
    assert (len(SCHEMA), [it.name for it in SCHEMA][:2]) == (6, ["temperature", "top_k"])
    assert repr(SCHEMA.params[2]) == "'stop': string (default: ['a']) (shape: (-1,))"


def test_older_mlflow_wrote_dtype_for_type():
    assert ParamSpec.from_json_dict(name="k", dtype="long", default=1) == ParamSpec("k", "long", 1)


def test_params_are_inferred_from_their_values():
    found = infer_params(
        {
            "a": 1,
            "b": np.float32(1.5),
            "c": [1, 2],
            "d": np.array([1.5]),
            "e": {"x": "y"},
            "f": dt.date(2026, 1, 31),
            "g": True,
        }
    )
    assert [(it.name, it.dtype, it.default, it.shape) for it in found] == [
        ("a", DataType.long, 1, None),
        ("b", DataType.float, 1.5, None),
        ("c", DataType.long, [1, 2], (-1,)),
        ("d", DataType.double, [1.5], (-1,)),
        ("e", Object([Property("x", "string")]), {"x": "y"}, None),
        ("f", DataType.datetime, dt.date(2026, 1, 31), None),
        ("g", DataType.boolean, True, None),
    ]


@pytest.mark.parametrize("value", [[[1], [2]], object(), None, [], [{"a": 1}]])
def test_params_of_no_type_are_refused(value):
    with pytest.raises(InvalidValue):
        infer_params({"a": value})


def test_what_is_not_given_has_its_default():
    given = enforce_params({"top_k": np.int32(5), "temperature": 1}, SCHEMA)
    assert given == {
        "temperature": 1.0,
        "top_k": 5,
        "stop": ["a"],
        "since": dt.datetime.fromisoformat("2026-01-31"),
        "tool": {"name": "x"},
        "seed": None,
    }
    assert [type(given[it]) for it in ("temperature", "top_k")] == [float, int]
    assert enforce_params(None, None) == enforce_params({}, None) == {}


def test_a_default_is_never_changed_by_a_model():
    enforce_params(None, SCHEMA)["stop"].append("b")
    assert enforce_params(None, SCHEMA)["stop"] == ["a"]


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ({"since": "2026-02-01T08:00:00"}, dt.datetime.fromisoformat("2026-02-01T08:00:00")),
        ({"since": "2026-02-01"}, dt.date(2026, 2, 1)),
        (
            {"since": np.datetime64("2026-02-01T08:00:00.5", "ns")},
            dt.datetime.fromisoformat("2026-02-01T08:00:00.500"),
        ),
        ({"stop": ("x", "y")}, ["x", "y"]),
        ({"stop": np.array(["x"])}, ["x"]),
        ({"seed": 2**31 - 1}, 2**31 - 1),
        ({"tool": {"name": "z"}}, {"name": "z"}),
    ],
)
def test_values_are_taken_as_plain_python(given, taken):
    assert enforce_params(given, SCHEMA)[next(iter(given))] == taken


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"top_k": 1.5}, "param 'top_k': long is wanted, and float came"),
        ({"top_k": True}, "long is wanted, and bool came"),
        ({"top_k": "3"}, "long is wanted, and str came"),
        ({"seed": 2**31}, "integer is wanted, and a whole number that is too big came"),
        ({"stop": "a"}, "a list of string is wanted, not one str"),
        ({"stop": [1]}, "string is wanted, and int came"),
        ({"temperature": [1.0]}, "double is wanted, and a list of 1 came"),
        ({"since": "tomorrow"}, "a date or time is wanted .*, and str came"),
        ({"since": 3}, "a date or time is wanted"),
        ({"since": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}, "without a zone"),
        ({"tool": {}}, "'name' is required and missing"),
        ([1], "params are a dict of name to value, not a list"),
    ],
)
def test_values_of_another_type_are_refused(given, problem):
    with pytest.raises(SchemaMismatch, match=problem):
        enforce_params(given, SCHEMA)


def test_all_that_is_wrong_is_told_at_once():
    with pytest.raises(SchemaMismatch, match=r"param 'temperature'.*; param 'top_k'"):
        enforce_params({"temperature": "hot", "top_k": "many"}, SCHEMA)


def test_what_the_model_does_not_know_is_left_out_with_a_warning():
    with pytest.warns(UserWarning, match="'temprature' left out.*did you mean 'temperature'"):
        assert enforce_params({"temprature": 1.0}, SCHEMA)["temperature"] == 0.7
    with pytest.warns(UserWarning, match="this model takes no params"):
        assert enforce_params({"top_k": 1}, None) == {}


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("a", "binary", b"x"), "scalar type or an Object"),
        (("a", "long", 1, (2,)), r"the shape \(-1,\)"),
        (("a", "long", "x"), "the default of param 'a': long is wanted, and str came"),
        (("a", "number", 1), "no type is called 'number'"),
    ],
)
def test_a_param_that_cannot_be_is_refused(arguments, problem):
    with pytest.raises(InvalidValue, match=problem):
        ParamSpec(*arguments)


def test_a_schema_of_params_names_each_once():
    spec = ParamSpec("a", "long", 1)
    with pytest.raises(InvalidValue, match="twice: a"):
        ParamSchema([spec, spec])
    with pytest.raises(InvalidValue, match="not of str"):
        ParamSchema(["a"])
    with pytest.raises(InvalidValue, match="params are JSON"):
        ParamSchema.from_json("{")
    with pytest.raises(InvalidValue, match=r"lacks \['default'\]"):
        ParamSpec.from_json_dict(name="a", type="long")
    with pytest.raises(InvalidValue, match="dict of name to value"):
        infer_params([1])


@pytest.mark.parametrize("text", ["2026-02-01T10:00:00+02:00", "2026-02-01 08:00:00Z"])
def test_a_time_with_a_zone_is_a_time_in_utc_without_a_warning(text):
    taken = ParamSpec("since", "datetime", None).taken(text)
    assert taken == dt.datetime.fromisoformat("2026-02-01T08:00:00")
