"""Requests of the rarer types: tables as pandas writes them, times, nested columns, params."""

from __future__ import annotations

import json

import numpy as np

from conformance.case import (
    CSV,
    EACH,
    FLOWER,
    IRIS,
    OTHER,
    PRIVATE,
    WINE,
    Case,
    flower,
    other,
    records,
    split,
)
from conformance.models import echo, model
from nbtrack.registry.signatures.params import ParamSchema, ParamSpec
from nbtrack.registry.signatures.types import AnyType, Array, Map, Object, Property
from nbtrack.types import ColSpec, TensorSpec

__all__ = ["CASES"]


@model
def unicode(place):
    """Columns whose names are no words of English."""
    echo(place, [ColSpec("double", "größe"), ColSpec("string", "名前"), ColSpec("long", "a b.c")])


@model
def deep(place):
    """Columns that hold lists of objects of lists."""
    line = Object([Property("sku", "string"), Property("amounts", Array("double"))])
    echo(
        place,
        [
            ColSpec(Array(line), "lines"),
            ColSpec(Array(Array("long")), "grid", required=False),
            ColSpec(Map(Array("string")), "labels", required=False),
            ColSpec(
                Object([Property("at", "datetime"), Property("raw", "binary", required=False)]),
                "event",
                required=False,
            ),
            ColSpec(AnyType(), "more", required=False),
        ],
    )


@model
def times(place):
    echo(place, [ColSpec("datetime", "t"), ColSpec("double", "x")])


@model
def words(place):
    """A tensor of text."""
    echo(place, [TensorSpec(np.dtype("str"), (-1,))])


@model
def flags(place):
    """A tensor of booleans, and one of small numbers."""
    echo(
        place,
        [
            TensorSpec(np.dtype("bool"), (-1,), "on"),
            TensorSpec(np.dtype("uint8"), (-1, 2), "pixel"),
        ],
    )


@model
def dated(place):
    """Params of the rarer types."""
    kept = [
        ParamSpec("since", "datetime", "2026-01-01"),
        ParamSpec("few", "integer", 3),
        ParamSpec("factor", "float", 0.5),
        ParamSpec("weights", "double", [0.5, 1.5], (-1,)),
        ParamSpec("none", "string", None),
        ParamSpec("how", Object([Property("mode", "string")]), {"mode": "a"}),
    ]
    echo(place, [ColSpec("double", "x")], ParamSchema(kept))


@model
def number(place):
    """One named column of numbers."""
    echo(place, [ColSpec("double", "x")])


LINE = {"lines": [{"sku": "a", "amounts": [1, 2.5]}]}


def nested(name, **more):
    return Case(f"deep, {name}", "deep", records(LINE | more))


def asked(name, **params):
    return Case(f"rare params, {name}", "dated", records({"x": 1.0}, params=params))


def wine(name, body):
    return Case(f"tensor, {name}", "wine", body)


TABLES = (
    Case("split as pandas writes it", "iris", split(IRIS, FLOWER, index=[0])),
    Case("split, an index of floats", "iris", split(IRIS, FLOWER, index=[0.5])),
    Case("split, an index doubled", "iris", split(IRIS, FLOWER, OTHER, index=[1, 1])),
    Case("split, an index of lists", "iris", split(IRIS, FLOWER, index=[["a", 1]])),
    Case("split, an index too long", "iris", split(IRIS, FLOWER, index=[1, 2])),
    Case("split, an index of null", "iris", split(IRIS, FLOWER, index=None)),
    Case(
        "split, names of the axes",
        "iris",
        split(IRIS, FLOWER, index_names=[None], column_names=[None]),
    ),
    Case(
        "split, a table's data as a dict",
        "iris",
        {"dataframe_split": {"columns": IRIS, "data": {"0": FLOWER}}},
    ),
    Case(
        "split, as text in JSON",
        "iris",
        {"dataframe_split": json.dumps(split(IRIS, FLOWER)["dataframe_split"])},
    ),
    Case("records, as text in JSON", "iris", {"dataframe_records": json.dumps([flower])}),
    Case(
        "split, null for columns", "iris", {"dataframe_split": {"columns": None, "data": [FLOWER]}}
    ),
    Case("split, columns of null", "iris", split((*IRIS[:3], None), FLOWER)),
    Case("split, a column of numbers", "iris", split((1, 2, 3, 4), FLOWER)),
    Case("split, an unknown column doubled", "iris", split((*IRIS, "a", "a"), (*FLOWER, 1, 2))),
    Case(
        "split, rows of objects", "iris", {"dataframe_split": {"columns": IRIS, "data": [flower]}}
    ),
    Case(
        "split, one row that is no list of rows",
        "iris",
        {"dataframe_split": {"columns": IRIS, "data": FLOWER}},
    ),
    Case(
        "split, negative zero and exponents",
        "iris",
        json.dumps(split(IRIS, FLOWER)).replace("5.1", "-0.0").replace("3.5", "3.5E+0"),
    ),
    Case(
        "split, NaN",
        "people",
        '{"dataframe_split": {"columns": ["city", "age", "income"], "data": [["Oslo", NaN, 1]]}}',
    ),
    Case("split, minus infinity", "iris", json.dumps(split(IRIS, (-1e999, 1, 1, 1)))),
    Case("records, empty rows", "iris", {"dataframe_records": [{}]}),
    Case("records, a null row", "iris", {"dataframe_records": [None]}),
    Case("records, lists for rows", "iris", {"dataframe_records": [FLOWER]}),
    Case(
        "records, a name with blanks",
        "iris",
        records({f" {name}": it for name, it in flower.items()}),
    ),
    Case(
        "records, names in capitals",
        "iris",
        records({name.upper(): it for name, it in flower.items()}),
    ),
    Case(
        "inputs, as one row by itself in a dict of lists of two",
        "iris",
        {"inputs": {name: [1.0, 2.0] for name in IRIS}},
    ),
    Case("inputs, lists of lists in a dict", "iris", {"inputs": {name: [[1.0]] for name in IRIS}}),
    Case("inputs, empty lists in a dict", "iris", {"inputs": {name: [] for name in IRIS}}),
    Case("inputs, an empty dict", "iris", {"inputs": {}}),
    Case("inputs, an empty list", "iris", {"inputs": []}),
    Case("instances, an empty list", "iris", {"instances": []}),
    Case("instances, one dict", "iris", {"instances": flower}),
    Case(
        "instances, keys in another order",
        "iris",
        {"instances": [flower, dict(reversed(other.items()))]},
    ),
    Case("inputs, a column missing", "iris", {"inputs": {name: [1.0] for name in IRIS[1:]}}),
    Case(
        "inputs, a column too many", "iris", {"inputs": {name: [1.0] for name in (*IRIS, "name")}}
    ),
    Case(
        "inputs, a list of dicts with a gap",
        "people",
        {"inputs": [{"city": "Oslo", "age": None, "income": 1.0}]},
    ),
    Case(
        "inputs, a list of dicts of unlike keys",
        "people",
        {"inputs": [{"city": "Oslo", "age": 1.0, "income": 1.0}, {"city": "Oslo", "income": 1.0}]},
    ),
    Case(
        "records, a whole number past 64 bits for a double",
        "iris",
        records(flower | {IRIS[0]: 2**70}),
    ),
    Case("records, a whole number past 64 bits for text", "column", records({"text": 2**70})),
    Case("records, a float for text", "column", records({"text": 0.1})),
    Case("records, a whole float for text", "column", records({"text": 1.0})),
    Case("records, an object for text", "column", records({"text": {"a": PRIVATE}})),
    Case("records, a long line of text", "column", records({"text": "ü" * 3000})),
    Case("records, lone surrogates", "column", '{"dataframe_records": [{"text": "\\ud800"}]}'),
    Case("one named column of numbers, inputs as a list", "number", {"inputs": [1, 2.5]}),
    Case("one named column of numbers, inputs as a number", "number", {"inputs": 1}),
    Case("one named column of numbers, inputs as lists", "number", {"inputs": [[1], [2.5]]}),
    Case("one named column of numbers, instances as lists", "number", {"instances": [[1], [2.5]]}),
    Case(
        "one named column of numbers, a flat split",
        "number",
        {"dataframe_split": {"columns": ["x"], "data": [1, 2]}},
    ),
    Case("one named column of numbers, a dict of one number", "number", {"inputs": {"x": 1}}),
    Case("names in Unicode", "unicode", records({"größe": 1.5, "名前": "a", "a b.c": 2})),
    Case(
        "names in Unicode, decomposed",
        "unicode",
        records({"gro\u0308ße": 1.5, "名前": "a", "a b.c": 2}),
    ),
    Case(
        "names in Unicode, escaped",
        "unicode",
        '{"inputs": {"gr\\u00f6\\u00dfe": [1], "\\u540d\\u524d": ["b"], "a b.c": [3]}}',
    ),
    Case("names in Unicode, CSV", "unicode", "größe,名前,a b.c\n1.5,ü,2\n", CSV),
    Case("names in Unicode, split", "unicode", split(("a b.c", "名前", "größe"), (1, "x", 2))),
)

TYPED = (
    Case("base64 in lines", "typed", records(EACH | {"binary": "YW\nJj\n"})),
    Case("base64 for URLs", "typed", records(EACH | {"binary": "_-_-"})),
    Case("base64 without its padding", "typed", records(EACH | {"binary": "YQ"})),
    Case("base64 in a split", "typed", split(EACH, [*(EACH | {"binary": "AP8="}).values()])),
    Case("a list of bytes for bytes", "typed", records(EACH | {"binary": [97, 98]})),
    *(
        Case(f"times, {how}", "times", records({"t": value, "x": 1}))
        for how, value in (
            ("with a T and milliseconds", "2026-01-31T08:00:00.250"),
            ("with nanoseconds", "2026-01-31T08:00:00.123456789"),
            ("of the 19th century", "1850-06-01"),
            ("past the year 2262", "2500-01-01"),
            ("in the way of America", "01/31/2026"),
            ("in words", "31 January 2026"),
            ("compact", "20260131"),
            ("of minutes", "2026-01-31 08:00"),
            ("a day that is none", "2026-02-30"),
            ("an empty text", ""),
            ("a float", 1.5),
            ("true", True),
        )
    ),
    Case("times, with gaps", "times", records({"t": "2026-01-31", "x": 1}, {"t": None, "x": 2})),
    Case(
        "times, a date beside a time",
        "times",
        records({"t": "2026-01-31", "x": 1}, {"t": "2026-01-31T08:00:00", "x": 2}),
    ),
    Case("times, inputs", "times", {"inputs": {"t": ["2026-01-31"], "x": [1.5]}}),
    Case("times, inputs as dicts", "times", {"inputs": [{"t": "2026-01-31T08:00:00", "x": 1.5}]}),
    Case("times, split", "times", split(("x", "t"), (1, "2026-01-31T08:00:00"))),
    Case("times, CSV", "times", "t,x\n2026-01-31 08:00:00,1\n", CSV),
    Case("times, CSV with a gap", "times", "t,x\n2026-01-31,1\n,2\n", CSV),
    Case("true for a long", "churn", records({"age": True, "income": 1.0})),
    Case("a whole float for a long, inputs", "churn", {"inputs": {"age": [40.0], "income": [1.0]}}),
    Case(
        "whole floats beside numbers for a long",
        "churn",
        records({"age": 40.0, "income": 1}, {"age": 41, "income": 2}),
    ),
    Case("a long as an exponent", "churn", '{"dataframe_records": [{"age": 4e1, "income": 1}]}'),
    Case("text of a number for a long, split", "churn", split(("age", "income"), ("40", 1.0))),
    Case("text of a float for a long", "churn", records({"age": "40.5", "income": 1.0})),
    Case("text with blanks for a double", "churn", records({"age": 40, "income": " 1.5 "})),
    Case("text in hexadecimal for a double", "churn", records({"age": 40, "income": "0x10"})),
    Case(
        "text of NaN for a double",
        "numbers",
        records({"integer": 1, "long": 2, "float": 3, "double": "nan"}),
    ),
    Case("text with underscores for a long", "churn", records({"age": "4_0", "income": 1.0})),
    Case(
        "the smallest long",
        "numbers",
        records({"integer": -(2**31), "long": -(2**63), "float": -1, "double": -1}),
    ),
    Case(
        "optional columns, a column of nulls",
        "optional",
        records({"x": 1.0, "y": None}, {"x": 2.0, "y": None}),
    ),
    Case("optional columns, split", "optional", split(("x", "note"), (1.0, None), (2.0, "n"))),
    Case(
        "optional columns, a long with a gap",
        "optional",
        records({"x": 1.0, "count": 1}, {"x": 2.0}),
    ),
    Case("optional columns, text for a number", "optional", records({"x": 1.0, "y": PRIVATE})),
    Case("optional columns, CSV of some", "optional", "x\n1.5\n", CSV),
)

DEEP = (
    nested("an object with a list"),
    nested("lists of lists", grid=[[1, 2], [3]]),
    nested("floats in a list of longs", grid=[[1.5]]),
    nested("a map of lists", labels={"a": ["x"], "b": []}),
    nested("a map of text", labels={"a": PRIVATE}),
    nested("an empty map", labels={}),
    nested("a time in an object", event={"at": "2026-01-31T08:00:00"}),
    nested("bytes in an object", event={"at": "2026-01-31T08:00:00", "raw": "YWJj"}),
    nested("no time in an object", event={"at": PRIVATE}),
    nested("null for an optional list", grid=None),
    nested("null in a list of objects", lines=[None]),
    nested("no objects", lines=[]),
    nested("an object for a list of them", lines={"sku": "a", "amounts": []}),
    nested("null for a required list", lines=None),
    nested("a number for anything", more=7),
    nested("text for anything", more="ü"),
    nested("a list for anything", more=[1, "a", None, {"b": 2.5}]),
    nested("null for anything", more=None),
    nested("null in a list of numbers", lines=[{"sku": "a", "amounts": [1.0, None]}]),
    nested("null in a list of text", labels={"a": ["x", None]}),
    Case("deep, two rows", "deep", records(LINE, LINE | {"more": 1})),
    Case("deep, inputs", "deep", {"inputs": [LINE]}),
    Case("deep, inputs of one row", "deep", {"inputs": LINE}),
    Case("deep, split", "deep", split(LINE, [*LINE.values()])),
    Case("deep, instances", "deep", {"instances": [LINE]}),
    Case("deep, CSV", "deep", 'lines\n"[]"\n', CSV),
)

TENSORS = (
    wine("floats and whole numbers in instances of dicts", {"instances": [{"a": WINE}]}),
    wine("records", records(dict(zip(map(str, range(13)), WINE, strict=True)))),
    wine("a row of lists", {"inputs": [[[it] for it in WINE]]}),
    wine("a number", {"inputs": 1}),
    wine("text", {"inputs": PRIVATE}),
    wine("true among the numbers", {"inputs": [[True, *WINE[1:]]]}),
    wine("NaN among the numbers", json.dumps({"inputs": [WINE]}).replace("13.2", "NaN")),
    wine("past 64 bits", {"inputs": [[2**70, *WINE[1:]]]}),
    wine("params that it has not", {"inputs": [WINE], "params": {"k": 1}}),
    wine("a key beside", {"inputs": [WINE], "id": "7"}),
    Case("named tensors, a dict of numbers", "tensors", {"inputs": {"a": [1, 2.5], "b": 3}}),
    Case("named tensors, a list of dicts", "tensors", {"inputs": [{"a": [1, 2.5], "b": 3}]}),
    Case("named tensors, a list", "tensors", {"inputs": [[1, 2.5]]}),
    Case("named tensors, of unlike lengths", "tensors", {"inputs": {"a": [[1, 2.5]], "b": [3, 4]}}),
    Case("named tensors, text", "tensors", {"inputs": {"a": [["1", "2"]], "b": [3]}}),
    Case(
        "named tensors, instances of unlike keys",
        "tensors",
        {"instances": [{"a": [1, 2.5], "b": 3}, {"a": [1, 2]}]},
    ),
    Case("tensor of text", "words", {"inputs": ["a", "ü"]}),
    Case("tensor of text, numbers", "words", {"inputs": [1, 2]}),
    Case("tensor of text, of two dimensions", "words", {"inputs": [["a"]]}),
    Case("tensor of text, alone", "words", {"inputs": "a"}),
    Case(
        "tensors of flags", "flags", {"inputs": {"on": [True, False], "pixel": [[0, 255], [1, 2]]}}
    ),
    Case(
        "tensors of flags, numbers",
        "flags",
        {"inputs": {"on": [1, 0], "pixel": [[0, 255], [1, 2]]}},
    ),
    Case("tensors of flags, past a byte", "flags", {"inputs": {"on": [True], "pixel": [[0, 256]]}}),
    Case("tensors of flags, below nought", "flags", {"inputs": {"on": [True], "pixel": [[-1, 0]]}}),
)

PARAMS = (
    asked("none given"),
    asked("a time", since="2026-02-01T08:00:00"),
    asked("no time", since=PRIVATE),
    asked("a time with a zone", since="2026-02-01T08:00:00Z"),
    asked("a number for a time", since=7),
    asked("an integer too large", few=2**31),
    asked("true for an integer", few=True),
    asked("a whole float for an integer", few=3.0),
    asked("a float", factor=0.1),
    asked("text for a float", factor="0.1"),
    asked("whole numbers in a list", weights=[1, 2]),
    asked("text in a list", weights=["a"]),
    asked("a list of lists", weights=[[1.0]]),
    asked("a number for a list", weights=1.0),
    asked("null in a list", weights=[None]),
    asked("null for one without a default", none=None),
    asked("text for one without a default", none="b"),
    asked("an object", how={"mode": "b"}),
    asked("an object of other properties", how={"speed": 1}),
    asked("NaN for a float", factor=float("nan")),
    Case("params, beside split", "params", {**split(("x",), (1.0,)), "params": {"k": 4}}),
    Case("params, beside instances", "params", {"instances": [{"x": 1.0}], "params": {"k": 4}}),
    Case("params, in CSV", "params", "x\n1.5\n", CSV),
    Case("params, beside the data", "params", {"dataframe_records": [{"x": 1.0}], "k": 4}),
    Case("params, a long past 64 bits", "params", records({"x": 1.0}, params={"k": 2**64})),
    Case("params, a name in Unicode", "params", records({"x": 1.0}, params={"größe": 1})),
)

CASES = (*TABLES, *TYPED, *DEEP, *TENSORS, *PARAMS)
