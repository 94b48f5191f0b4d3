"""Requests in each format, of models that people deploy: good ones, and tensors of all sorts."""

from __future__ import annotations

from conformance.case import (
    CSV,
    EACH,
    FLOWER,
    HEADER,
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

__all__ = ["CASES"]


CASES = (
    Case("split", "iris", split(IRIS, FLOWER, OTHER)),
    Case("split with an index", "iris", split(IRIS, FLOWER, OTHER, index=[7, 3])),
    Case("split with an index of text", "iris", split(IRIS, FLOWER, index=["a"])),
    Case("split, columns in another order", "iris", split(IRIS[::-1], FLOWER[::-1])),
    Case("split, a column too many", "iris", split((*IRIS, "name"), (*FLOWER, "x"))),
    Case("split, whole numbers for double", "iris", split(IRIS, (5, 3, 1, 0))),
    Case("split, whole numbers for some rows", "iris", split(IRIS, (5, 3, 1, 0), FLOWER)),
    Case("split, without columns", "iris", {"dataframe_split": {"data": [FLOWER]}}),
    Case("split, columns doubled", "iris", split((*IRIS, IRIS[0]), (*FLOWER, 9.0))),
    Case("split of no rows", "iris", split(IRIS)),
    Case("records", "iris", records(flower, other)),
    Case("records, keys in another order", "iris", records(dict(reversed(flower.items())))),
    Case("records, a key too many", "iris", records(flower | {"name": "x"})),
    Case(
        "records, of which one has a key too many", "iris", records(flower, other | {"name": "x"})
    ),
    Case("records of no rows", "iris", records()),
    Case("inputs, dict of lists", "iris", {"inputs": {name: [flower[name]] for name in IRIS}}),
    Case("inputs, dict of numbers", "iris", {"inputs": flower}),
    Case("inputs, list of dicts", "iris", {"inputs": [flower, other]}),
    Case("inputs, list of lists for named columns", "iris", {"inputs": [FLOWER]}),
    Case("instances, list of dicts", "iris", {"instances": [flower, other]}),
    Case(
        "instances, dict of lists", "iris", {"instances": {name: [flower[name]] for name in IRIS}}
    ),
    Case("instances, list of lists for named columns", "iris", {"instances": [FLOWER]}),
    Case("records, probabilities", "proba", records(flower, other)),
    Case("split, probabilities", "proba", split(IRIS, FLOWER)),
    Case("records, classes of text", "churn", records({"age": 41, "income": 0.5})),
    Case(
        "split, a gap that the model fills",
        "people",
        split(("city", "age", "income"), ("Oslo", None, 1.5)),
    ),
    Case(
        "records, a gap that the model fills",
        "people",
        records({"city": "Rome", "income": -1.0, "age": None}),
    ),
    Case(
        "records, text in Unicode", "people", records({"city": "Zürich", "age": 0.5, "income": 1})
    ),
    Case(
        "records, escaped Unicode",
        "people",
        '{"dataframe_records": [{"city": "Z\\u00fcrich", "age": 1, "income": 1}]}',
    ),
    Case(
        "many rows",
        "iris",
        split(IRIS, *[[0.01 * n, 1 - 0.02 * n, n % 3, -0.5] for n in range(500)]),
    ),
    Case(
        "many records",
        "people",
        records(*[{"city": "Oslo", "age": n / 7, "income": n} for n in range(200)]),
    ),
    Case("tensor, inputs", "wine", {"inputs": [WINE]}),
    Case("tensor, two rows", "wine", {"inputs": [WINE, WINE[::-1]]}),
    Case("tensor, instances", "wine", {"instances": [WINE]}),
    Case("tensor, split", "wine", {"dataframe_split": {"data": [WINE]}}),
    Case("tensor, split with numbers for columns", "wine", split(range(13), WINE)),
    Case("tensor, too short a row", "wine", {"inputs": [WINE[:12]]}),
    Case("tensor, one row that is no list", "wine", {"inputs": WINE}),
    Case("tensor, rows of unlike lengths", "wine", {"inputs": [WINE, WINE[:12]]}),
    Case("tensor, text among the numbers", "wine", {"inputs": [[PRIVATE, *WINE[1:]]]}),
    Case("tensor, text of numbers", "wine", {"inputs": [["1.5", *WINE[1:]]]}),
    Case("tensor, null among the numbers", "wine", {"inputs": [[None, *WINE[1:]]]}),
    Case("tensor, a dict for an array without a name", "wine", {"inputs": {"a": [WINE]}}),
    Case("tensor, no rows", "wine", {"inputs": []}),
    Case("CSV", "iris", f"{HEADER}\n5.1,3.5,1.4,0.2\n-1.5,0.25,-2,0.1\n", CSV),
    Case("CSV with a charset", "iris", f"{HEADER}\n5.1,3.5,1.4,0.2\n", "text/csv; charset=utf-8"),
    Case("CSV, lines of Windows", "iris", f"{HEADER}\r\n5.1,3.5,1.4,0.2\r\n", CSV),
    Case("CSV without a last line's end", "iris", f"{HEADER}\n5.1,3.5,1.4,0.2", CSV),
    Case("CSV, a header only", "iris", f"{HEADER}\n", CSV),
    Case("CSV, nothing", "iris", "", CSV),
    Case("CSV, a column too many", "iris", f"{HEADER},name\n5.1,3.5,1.4,0.2,x\n", CSV),
    Case("CSV, a column missing", "iris", "sepal_length\n5.1\n", CSV),
    Case("CSV, text for a double", "iris", f"{HEADER}\n{PRIVATE},3.5,1.4,0.2\n", CSV),
    Case("CSV, an empty cell", "iris", f"{HEADER}\n,3.5,1.4,0.2\n", CSV),
    Case("CSV, an empty cell that the model fills", "people", "city,age,income\nOslo,,1.5\n", CSV),
    Case("CSV, quotes and Unicode", "people", 'city,age,income\n"Zürich",1,"2"\n', CSV),
    Case("CSV, more cells than columns", "iris", f"{HEADER}\n1,2,3,4,5,6\n", CSV),
    Case("CSV, no UTF-8", "people", "city,age,income\nZürich,1,2\n".encode("latin-1"), CSV),
    Case("CSV, each type", "typed", ",".join(EACH) + "\ntrue,7,8,0.5,0.5,a,YWJj,2026-01-31\n", CSV),
    Case(
        "CSV, a tensor",
        "wine",
        ",".join(map(str, range(13))) + "\n" + ",".join(map(str, WINE)),
        CSV,
    ),
    Case("CSV, columns without names", "unnamed", "a,b\n1.5,2\n", CSV),
)
