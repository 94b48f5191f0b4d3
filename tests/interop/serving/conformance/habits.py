"""Requests that clients send by habit: CSV of pandas, types of bodies, those of language models."""

from __future__ import annotations

import json

from conformance.case import CSV, HEADER, IRIS, PRIVATE, Case, flower, other, records, split

__all__ = ["CASES"]

FORMS = (
    Case(
        "CSV, lines within quotes", "people", 'city,age,income\n"Os\nlo",1,2\n"Ro\r\nme",1,2\n', CSV
    ),
    Case("CSV, blanks after commas", "iris", f"{HEADER}\n5.1, 3.5, 1.4, 0.2\n", CSV),
    Case(
        "CSV, blanks in the header",
        "iris",
        "sepal_length, sepal_width, petal_length, petal_width\n1,2,3,4\n",
        CSV,
    ),
    Case("CSV, a BOM", "iris", f"\ufeff{HEADER}\n5.1,3.5,1.4,0.2\n", CSV),
    Case("CSV, blank lines", "iris", f"{HEADER}\n\n5.1,3.5,1.4,0.2\n\n", CSV),
    Case(
        "CSV, columns in another order", "iris", f"{','.join(IRIS[::-1])}\n0.2,1.4,3.5,5.1\n", CSV
    ),
    Case("CSV, a column doubled", "iris", f"{HEADER},{IRIS[0]}\n5.1,3.5,1.4,0.2,9\n", CSV),
    Case("CSV, an index as pandas writes it", "iris", f",{HEADER}\n0,5.1,3.5,1.4,0.2\n", CSV),
    Case("CSV, semicolons", "iris", f"{HEADER.replace(',', ';')}\n5,1;3,5;1,4;0,2\n", CSV),
    Case("CSV, no header", "iris", "5.1,3.5,1.4,0.2\n", CSV),
    Case("CSV, fewer cells than columns", "iris", f"{HEADER}\n5.1,3.5\n", CSV),
    Case("CSV, NA in words", "people", "city,age,income\nNA,NA,1\nnull,nan,2\n", CSV),
    Case("CSV, an open quote", "people", 'city,age,income\n"Oslo,1,2\n', CSV),
    Case("CSV, thousands", "iris", f'{HEADER}\n"1,000",1,1,1\n', CSV),
    Case(
        "CSV, a float for a long column", "numbers", "integer,long,float,double\n1,2.0,3,4\n", CSV
    ),
    Case("CSV, a zero byte", "people", "city,age,income\nOs\x00lo,1,2\n", CSV),
    Case(
        "CSV with header=present",
        "iris",
        f"{HEADER}\n5.1,3.5,1.4,0.2\n",
        "text/csv; header=present",
    ),
    Case("CSV in Latin-1", "iris", f"{HEADER}\n5.1,3.5,1.4,0.2\n", "text/csv; charset=latin-1"),
    Case("CSV as an application", "iris", f"{HEADER}\n5.1,3.5,1.4,0.2\n", "application/csv"),
    Case(
        "JSON, lines of it",
        "iris",
        f"{json.dumps(flower)}\n{json.dumps(other)}\n",
        "application/jsonlines",
    ),
    Case("JSON of an API", "iris", records(flower), "application/vnd.api+json"),
    Case("JSON, a semicolon at the end", "iris", records(flower), "application/json;"),
    Case("JSON, blanks about its type", "iris", records(flower), " application/json "),
    Case("JSON, two types", "iris", records(flower), "application/json, text/csv"),
    Case("JSON, charset utf8", "iris", records(flower), "application/json; charset=utf8"),
    Case("JSON with a comment", "iris", "// one\n" + json.dumps(records(flower))),
    Case("JSON with single quotes", "iris", str(records(flower))),
    Case("JSON with a comma too many", "iris", json.dumps(records(flower))[:-1] + ",}"),
    Case("JSON with a zero byte", "iris", json.dumps(records(flower)) + "\x00"),
    Case("blanks alone", "iris", "  \n"),
    Case(
        "keys of a form twice",
        "iris",
        f'{{"inputs": [{json.dumps(other)}], "inputs": [{json.dumps(flower)}]}}',
    ),
    Case("one form null and another one", "iris", {"dataframe_split": None, **records(flower)}),
    Case("HEAD for ping", "iris", None, None, method="HEAD", path="/ping"),
    Case("OPTIONS for invocations", "iris", None, None, method="OPTIONS"),
    Case("DELETE for invocations", "iris", None, None, method="DELETE"),
    Case("a path in capitals", "iris", records(flower), path="/Invocations"),
    Case("two slashes", "iris", records(flower), path="//invocations"),
    Case("an escaped path", "iris", records(flower), path="/%69nvocations"),
    Case("more behind the path", "iris", records(flower), path="/invocations/iris"),
    Case(
        "a question with a value in Unicode", "iris", records(flower), path="/invocations?n=%C3%BC"
    ),
    Case("ping with a slash", "iris", None, None, method="GET", path="/ping/"),
)

CHAT = {"messages": [{"role": "user", "content": "hi"}]}
TALK = (
    Case("chat, of a model of columns", "iris", CHAT),
    Case("chat, beside a form", "iris", CHAT | {"inputs": [flower]}),
    Case("chat, no list", "bare", {"messages": PRIVATE}),
    Case("chat, in inputs", "bare", {"inputs": CHAT}),
    Case("chat, with more", "bare", CHAT | {"temperature": 0.5, "stream": False, "n": 1}),
    Case("chat, to be streamed", "bare", CHAT | {"stream": True}),
    Case("chat, params of the model", "params", CHAT | {"k": 1}),
    Case("responses, a text", "bare", {"input": "hi"}),
    Case(
        "responses, messages",
        "bare",
        {"input": [{"role": "user", "content": "hi"}], "custom_inputs": {"a": 1}},
    ),
    Case("a question of LangChain", "bare", {"question": "hi"}),
    Case("no signature, split with an index", "bare", split("ab", (1, 2), (3, 4), index=[5, 6])),
    Case("no signature, records with gaps", "bare", records({"a": 1}, {"b": "x"})),
    Case("no signature, deep inputs", "bare", {"inputs": [[[1], [2]], [[3], [4]]]}),
    Case("no signature, true", "bare", {"inputs": True}),
    Case("no signature, past 64 bits", "bare", {"inputs": [2**64]}),
    Case("no signature, text and numbers", "bare", {"inputs": [1, "a"]}),
    Case("no signature, an empty list", "bare", {"inputs": []}),
    Case("no signature, an empty dict", "bare", {"inputs": {}}),
    Case("no signature, times in records", "bare", records({"t": "2026-01-31T08:00:00"})),
    Case("no signature, NaN", "bare", '{"inputs": [NaN, 1]}'),
    Case("no signature, instances of numbers", "bare", {"instances": [[1, 2], [3, 4]]}),
    Case("no signature, a dict of one number", "bare", {"inputs": {"a": 1}}),
    Case("type hints, one text", "texts", {"inputs": "a"}),
    Case("type hints, an empty list", "texts", {"inputs": []}),
    Case("type hints, params", "texts", {"inputs": ["a"], "params": {"k": 1}}),
    Case("type hints, split", "texts", {"dataframe_split": {"data": [["a"]]}}),
    Case("type hints, CSV", "texts", "a\nb\n", CSV),
)

CASES = (*FORMS, *TALK)
