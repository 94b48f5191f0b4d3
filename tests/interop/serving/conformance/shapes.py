"""Nested columns, columns without names, tensors, no signature, type hints, params."""

from __future__ import annotations

from conformance.case import CSV, PRIVATE, Case, flower, records, split

__all__ = ["CASES"]

PERSON = {"tags": ["a", "b"], "person": {"name": "Al", "age": 3}}

CASES = (
    Case("nested, records", "nested", records(PERSON)),
    Case(
        "nested, all there",
        "nested",
        records(PERSON | {"scores": {"a": 0.5}, "more": {"any": [1, "x", None]}}),
    ),
    Case("nested, split", "nested", split(PERSON, [*PERSON.values()])),
    Case("nested, inputs", "nested", {"inputs": [PERSON]}),
    Case(
        "nested, inputs as columns",
        "nested",
        {"inputs": {name: [it] for name, it in PERSON.items()}},
    ),
    Case(
        "nested, an optional property left out",
        "nested",
        records(PERSON | {"person": {"name": "Al"}}),
    ),
    Case(
        "nested, a required property left out", "nested", records(PERSON | {"person": {"age": 3}})
    ),
    Case(
        "nested, a property too many",
        "nested",
        records(PERSON | {"person": {"name": "Al", "x": 1}}),
    ),
    Case("nested, a number in a list of text", "nested", records(PERSON | {"tags": ["a", 1]})),
    Case("nested, text for a list", "nested", records(PERSON | {"tags": PRIVATE})),
    Case("nested, an empty list", "nested", records(PERSON | {"tags": []})),
    Case(
        "nested, text in a map of numbers", "nested", records(PERSON | {"scores": {"a": PRIVATE}})
    ),
    Case("columns without names, split", "unnamed", {"dataframe_split": {"data": [[1.5, 2]]}}),
    Case("columns without names, split with names", "unnamed", split("ab", (1.5, 2))),
    Case("columns without names, records", "unnamed", records({"a": 1.5, "b": 2})),
    Case("columns without names, inputs", "unnamed", {"inputs": [[1.5, 2]]}),
    Case(
        "columns without names, one too many",
        "unnamed",
        {"dataframe_split": {"data": [[1.5, 2, 3]]}},
    ),
    Case("columns without names, one too few", "unnamed", {"dataframe_split": {"data": [[1.5]]}}),
    Case("one named column, inputs as a list", "column", {"inputs": ["a", "b"]}),
    Case("one named column, inputs as text", "column", {"inputs": "a"}),
    Case("one named column, instances as a list", "column", {"instances": ["a", "b"]}),
    Case("one named column, records", "column", records({"text": "a"})),
    Case("one named column, CSV of numbers", "column", "text\n7\n007\n", CSV),
    Case("one named column, CSV with quotes", "column", 'text\n"a, ""b""\nc"\n', CSV),
    Case("one column without a name, inputs as a list", "values", {"inputs": ["a", "b"]}),
    Case("one column without a name, inputs as text", "values", {"inputs": "a"}),
    Case("one column without a name, instances", "values", {"instances": ["a"]}),
    Case("one column without a name, numbers", "values", {"inputs": [1, 2]}),
    Case("one column without a name, split", "values", {"dataframe_split": {"data": [["a"]]}}),
    Case("tensor of three dimensions, inputs", "tensor", {"inputs": [[[1, 2, 3], [4, 5, 6.5]]]}),
    Case(
        "tensor of three dimensions, instances", "tensor", {"instances": [[[1, 2, 3], [4, 5, 6.5]]]}
    ),
    Case("tensor of three dimensions, wrong shape", "tensor", {"inputs": [[[1, 2], [4, 5]]]}),
    Case("tensor of three dimensions, flat", "tensor", {"inputs": [1, 2, 3, 4, 5, 6]}),
    Case(
        "tensor of three dimensions, past float", "tensor", {"inputs": [[[1e39, 2, 3], [4, 5, 6]]]}
    ),
    Case("named tensors, inputs", "tensors", {"inputs": {"a": [[1, 2.5]], "b": [3]}}),
    Case(
        "named tensors, instances",
        "tensors",
        {"instances": [{"a": [1, 2.5], "b": 3}, {"a": [0, 0], "b": 4}]},
    ),
    Case("named tensors, one missing", "tensors", {"inputs": {"a": [[1, 2.5]]}}),
    Case(
        "named tensors, one too many", "tensors", {"inputs": {"a": [[1, 2.5]], "b": [3], "c": [1]}}
    ),
    Case("named tensors, wrong shape", "tensors", {"inputs": {"a": [[1, 2, 3]], "b": [3]}}),
    Case("named tensors, a float for a long", "tensors", {"inputs": {"a": [[1, 2]], "b": [3.5]}}),
    Case("named tensors, records", "tensors", records({"a": [1, 2.5], "b": 3})),
    Case("no signature, split", "bare", split("ab", (1, "x"), (2.5, None))),
    Case("no signature, split without columns", "bare", {"dataframe_split": {"data": [[1, 2]]}}),
    Case("no signature, records", "bare", records({"a": 1, "b": "x"}, {"a": 2.5})),
    Case("no signature, inputs as a list of lists", "bare", {"inputs": [[1, 2], [3, 4.5]]}),
    Case("no signature, inputs as a list of numbers", "bare", {"inputs": [1, 2]}),
    Case("no signature, inputs as a list of text", "bare", {"inputs": ["a", "b"]}),
    Case("no signature, inputs as a dict", "bare", {"inputs": {"a": [1, 2], "b": ["x", "y"]}}),
    Case("no signature, inputs as a list of dicts", "bare", {"inputs": [{"a": 1}, {"a": 2}]}),
    Case("no signature, inputs as text", "bare", {"inputs": "a sentence"}),
    Case("no signature, inputs as a number", "bare", {"inputs": 7}),
    Case("no signature, inputs of unlike lengths", "bare", {"inputs": [[1, 2], [3]]}),
    Case(
        "no signature, instances",
        "bare",
        {"instances": [{"a": 1, "b": [1, 2]}, {"a": 2, "b": [3, 4]}]},
    ),
    Case("no signature, CSV", "bare", "a,b\n1,x\n2.5,\n", CSV),
    Case("no signature, params", "bare", {"inputs": [1], "params": {"k": 1}}),
    Case("no signature, null", "bare", {"inputs": None}),
    Case(
        "no signature, chat",
        "bare",
        {"messages": [{"role": "user", "content": "hi"}], "max_tokens": 5},
    ),
    Case("no signature, completion", "bare", {"prompt": "hi"}),
    Case("no signature, embeddings", "bare", {"input": ["hi", "ho"]}),
    Case("type hints, inputs", "texts", {"inputs": ["a", "ü"]}),
    Case("type hints, numbers for text", "texts", {"inputs": [1]}),
    Case("type hints, instances", "texts", {"instances": ["a"]}),
    Case("type hints, records", "texts", records({"a": "b"})),
    Case("params, defaults", "params", {"dataframe_records": [{"x": 1.0}]}),
    *(
        Case(f"params, {name}", "params", records({"x": 1.0}, params=told))
        for name, told in {
            "all": {"k": 5, "temperature": 1.5, "name": "b", "strict": True, "stop": ["y", "z"]},
            "one": {"k": 5},
            "a whole number for a double": {"temperature": 1},
            "a float for a long": {"k": 1.5},
            "text for a long": {"k": PRIVATE},
            "null": {"k": None},
            "unknown": {"speed": 1},
            "text for a list": {"stop": "y"},
            "an empty list": {"stop": []},
            "a number for text": {"name": 7},
            "1 for a boolean": {"strict": 1},
            "none": {},
            "a list": [1],
            "text": PRIVATE,
        }.items()
    ),
    Case("params, with inputs", "params", {"inputs": {"x": [1.0]}, "params": {"k": 9}}),
    Case("params, null for all", "params", records({"x": 1.0}, params=None)),
    Case("params, of a model that has none", "iris", records(flower, params={"k": 1})),
)
