"""Requests that are no good, and how a request is told: content types, methods, paths."""

from __future__ import annotations

import json

from conformance.case import (
    CSV,
    FLOWER,
    HEADER,
    IRIS,
    OTHER,
    PRIVATE,
    Case,
    flower,
    records,
    split,
)

__all__ = ["CASES"]


CASES = (
    Case("a column missing", "iris", split(IRIS[:3], FLOWER[:3])),
    Case("a column missing, records", "iris", records({"name": PRIVATE, "sepal_length": 1.0})),
    Case("columns of other names", "iris", split("abcd", FLOWER)),
    Case("text for numbers", "iris", split(IRIS, (PRIVATE, 1, 1, 1))),
    Case("text of numbers", "iris", split(IRIS, ("5.1", 3.5, 1.4, 0.2))),
    Case("null for a number that the model needs", "iris", split(IRIS, (None, 1, 1, 1))),
    Case("NaN as JSON knows it not", "iris", f'{{"inputs": {{"{IRIS[0]}": [NaN]}}}}'),
    Case(
        "NaN among the records",
        "people",
        '{"dataframe_records": [{"city": "Oslo", "age": NaN, "income": 1}]}',
    ),
    Case("Infinity", "iris", json.dumps(split(IRIS, (1e999, 1, 1, 1)))),
    Case(
        "a number past all doubles",
        "iris",
        json.dumps(split(IRIS, (1, 1, 1, 1))).replace("[1,", "[1e999,"),
    ),
    Case("too few cells in a row", "iris", split(IRIS, FLOWER[:3])),
    Case("too many cells in a row", "iris", split(IRIS, (*FLOWER, 1))),
    Case("rows of unlike lengths", "iris", split(IRIS, FLOWER, FLOWER[:2])),
    Case("an index too short", "iris", split(IRIS, FLOWER, OTHER, index=[1])),
    Case("rows that are no lists", "iris", split(IRIS, 1, 2)),
    Case("split, data is no list", "iris", {"dataframe_split": {"columns": IRIS, "data": PRIVATE}}),
    Case("split, data is null", "iris", {"dataframe_split": {"columns": IRIS, "data": None}}),
    Case("split, no data", "iris", {"dataframe_split": {"columns": IRIS}}),
    Case("split, a list", "iris", {"dataframe_split": [FLOWER]}),
    Case("split, a key too many", "iris", split(IRIS, FLOWER, name=PRIVATE)),
    Case("records, an object", "iris", {"dataframe_records": flower}),
    Case("records, of numbers", "iris", {"dataframe_records": [1, 2]}),
    Case("records, null", "iris", {"dataframe_records": None}),
    Case("inputs, null", "iris", {"inputs": None}),
    Case(
        "inputs, columns of unlike lengths",
        "iris",
        {"inputs": {name: [1.0] * (at + 1) for at, name in enumerate(IRIS)}},
    ),
    Case("instances, of unlike keys", "iris", {"instances": [flower, {"sepal_length": 1.0}]}),
    Case("two formats at once", "iris", records(flower) | {"inputs": [flower]}),
    Case("inputs and instances", "iris", {"inputs": [flower], "instances": [flower]}),
    Case("no format", "iris", {"data": [PRIVATE]}),
    Case("a format and an unknown key", "iris", records(flower) | {"name": "x"}),
    Case("inputs and an unknown key", "iris", {"inputs": [flower], "name": "x"}),
    Case("inputs and signature_name", "iris", {"inputs": [flower], "signature_name": "x"}),
    Case("the format before MLflow 2", "iris", {"columns": IRIS, "data": [FLOWER]}),
    Case("an empty object", "iris", {}),
    Case("a list", "iris", [flower]),
    Case("a number", "iris", "7"),
    Case("null", "iris", "null"),
    Case("text", "iris", f'"{PRIVATE}"'),
    Case("nothing", "iris", b""),
    Case("no JSON", "iris", f"{{{PRIVATE}"),
    Case("JSON cut off", "iris", json.dumps(records(flower, {"name": PRIVATE}))[:-3]),
    Case("JSON and more", "iris", json.dumps(records(flower)) + "x"),
    Case("JSON with a BOM", "iris", b"\xef\xbb\xbf" + json.dumps(records(flower)).encode()),
    Case(
        "JSON in Latin-1",
        "people",
        '{"dataframe_records": [{"city": "Zürich", "age": 1, "income": 1}]}'.encode("latin-1"),
    ),
    Case("JSON in UTF-16", "iris", json.dumps(records(flower)).encode("utf-16")),
    Case("JSON with blanks around", "iris", "\n " + json.dumps(records(flower), indent=2) + "\n"),
    Case(
        "keys twice",
        "iris",
        json.dumps(records(flower)).replace("[{", '[{"sepal_length": 9, '),
    ),
    Case("deeply nested lists", "iris", '{"inputs": ' + "[" * 100_000 + "]" * 100_000 + "}"),
    Case(
        "deeply nested objects", "iris", '{"inputs": ' + '{"a":' * 50_000 + "1" + "}" * 50_000 + "}"
    ),
    Case(
        "deeply nested in a column",
        "nested",
        '{"dataframe_records": [{"more": '
        + "[" * 100
        + "]" * 100
        + ', "tags": [], "person": {"name": "a"}}]}',
    ),
    Case(
        "a whole number of 5,000 digits",
        "iris",
        '{"inputs": {"sepal_length": [' + "9" * 5000 + "]}}",
    ),
    Case("JSON with a charset", "iris", records(flower), "application/json; charset=utf-8"),
    Case(
        "JSON with a charset in capitals",
        "iris",
        records(flower),
        "application/json; charset=UTF-8",
    ),
    Case(
        "JSON with a charset without a blank",
        "iris",
        records(flower),
        "application/json;charset=utf-8",
    ),
    Case(
        "JSON with a charset in quotes",
        "iris",
        records(flower),
        'application/json; charset="utf-8"',
    ),
    Case("JSON in another charset", "iris", records(flower), "application/json; charset=latin-1"),
    Case(
        "JSON with an unknown parameter",
        "iris",
        records(flower),
        "application/json; format=pandas-split",
    ),
    Case("JSON in capitals", "iris", records(flower), "Application/JSON"),
    Case("plain text", "iris", records(flower), "text/plain"),
    Case("a form", "iris", "a=1", "application/x-www-form-urlencoded"),
    Case("no content type", "iris", records(flower), None),
    Case("an empty content type", "iris", records(flower), ""),
    Case("CSV told as JSON", "iris", f"{HEADER}\n5.1,3.5,1.4,0.2\n"),
    Case("JSON told as CSV", "iris", records(flower), CSV),
    Case("a wrong Parquet", "iris", b"PAR1", "application/vnd.apache.parquet"),
    Case("GET for invocations", "iris", None, None, method="GET"),
    Case("PUT for invocations", "iris", records(flower), method="PUT"),
    Case("another path", "iris", records(flower), path="/predict"),
    Case("a slash at the end", "iris", records(flower), path="/invocations/"),
    Case("a question behind the path", "iris", records(flower), path="/invocations?a=1"),
    Case("ping", "iris", None, None, method="GET", path="/ping"),
    Case("health", "iris", None, None, method="GET", path="/health"),
    Case("version", "iris", None, None, method="GET", path="/version"),
    Case("POST for ping", "iris", b"", method="POST", path="/ping"),
)
