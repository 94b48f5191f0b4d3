"""JSON of numbers that is decoded at once is the same as when it is read value by value."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from nbtrack.registry.signatures.enforcement import Enforcer
from nbtrack.serving.scoring.formats import JSON, Reader
from nbtrack.serving.scoring.models import load
from nbtrack.serving.scoring.quick import quick_reader
from nbtrack.serving.scoring.trial import try_out
from nbtrack.types import ColSpec, Schema

NAMES = ["count", "size", "ratio"]
KINDS = {
    "mixed": ["long", "integer", "double"],
    "whole": ["long", "integer", "long"],
}

ROWS = [
    "[1, 2, 3.5]",
    "[-1, -2, -3]",
    "[0, -2147483648, 9007199254740992]",
    "[1, 2, 3]",
    "[1, 2, null]",
    "[1, 2, -0.0]",
    "[1, 2, 1e300]",
    "[9007199254740992, 2147483647, 1.5]",
    "[9007199254740993, 2, 1.5]",
    "[-9223372036854775808, -2147483648, 1.5]",
    "[9223372036854775808, 2, 1.5]",
    "[1, 2147483648, 1.5]",
    "[1.0, 2, 3.5]",
    "[1.5, 2, 3.5]",
    "[1e2, 2, 3.5]",
    "[null, 2, 3.5]",
    "[true, 2, 3.5]",
    '["1", 2, 3.5]',
    "[[1], 2, 3.5]",
    "[1, 2]",
    "[1, 2, 3.5, 4]",
    "[1, 2, NaN]",
]


def split(columns, *rows, index=""):
    names = json.dumps(columns.split())
    return f'{{"dataframe_split": {{{index}"columns": {names}, "data": [{", ".join(rows)}]}}}}'


BODIES = [
    *(split("count size ratio", it) for it in ROWS),
    split("count size ratio", "[1, 2, 3]", "[4, 5, 6]", index='"index": [7, 8], '),
    split("count size ratio", "[1, 2, 3]", index='"index": null, '),
    split("count size ratio", "[1, 2, 3]", index='"index": [7, 8], '),
    split("count size ratio", "[1, 2, 3]", index='"index": 7, '),
    split("ratio size count", "[3.5, 2, 1]", "[4, 5, 6]"),
    split("ratio size count", "[1, 2, 3.5]"),
    split("count more size ratio", "[1, 9, 2, 3.5]"),
    split("count size", "[1, 2]"),
    split("count size ratio"),
    '{"dataframe_records": [{"ratio": 3, "size": 2, "count": 1}]}',
    '{"dataframe_records": [{"count": 4, "size": 5, "ratio": 6}, {"size": 1, "ratio": 2}]}',
    '{"dataframe_records": [{"count": 1.5, "size": 2, "ratio": 1}]}',
    '{"dataframe_records": [{"count": 1, "size": 2}]}',
    '{"dataframe_records": [{"count": 1, "size": 2, "ratio": 3, "more": 4}]}',
    '{"inputs": [{"count": 1, "size": 2, "ratio": 3}]}',
    '{"instances": [{"count": 1, "size": 2, "ratio": 3}]}',
    '{"inputs": {"count": [1], "size": [2], "ratio": [3]}}',
]


def schema_of(kind):
    return Schema([ColSpec(it, name) for name, it in zip(NAMES, KINDS[kind], strict=True)])


def slowly(schema, body):
    """The frame that a body is by the slow way; None for what is refused."""
    try:
        data = Reader(Enforcer(schema, None)).read(body.encode(), JSON).data
    except Exception:  # noqa: BLE001 - refusals of several kinds
        return None
    return data.to_frame() if hasattr(data, "to_frame") else data


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_read_at_once_is_what_is_read_value_by_value(kind):
    schema = schema_of(kind)
    reader, at_once = quick_reader(schema), 0
    for body in BODIES:
        matrix = reader.read(body.encode())
        if matrix is None or not len(matrix):
            continue
        at_once += 1
        known = slowly(schema, body)
        assert known is not None, body
        pd.testing.assert_frame_equal(reader.table(matrix).to_frame(), known, obj=body)
    assert at_once >= 8


def test_columns_of_several_types_are_one_array_of_the_type_that_holds_them():
    mixed, whole = quick_reader(schema_of("mixed")), quick_reader(schema_of("whole"))
    body = split("count size ratio", "[1, 2, 3]").encode()
    assert (mixed.read(body).dtype, whole.read(body).dtype) == (np.float64, np.int64)
    table = mixed.table(mixed.read(body))
    assert [it.dtype for it in table.arrays()] == [np.int64, np.int32, np.float64]
    other = table.with_matrix(np.zeros((2, 3)))
    assert [it.dtype for it in other.arrays()] == [np.int64, np.int32, np.float64]
    text = Schema([ColSpec("long", "a"), ColSpec("string", "b")])
    single = Schema([ColSpec("long", "a"), ColSpec("float", "b")])
    assert quick_reader(text) is quick_reader(single) is None


@pytest.fixture(scope="module")
def mixed(save):
    """A forest of whole numbers and others, whose answers tell each value apart."""
    from sklearn.ensemble import RandomForestRegressor

    numbers = np.random.default_rng(3)
    data = pd.DataFrame(
        {"count": numbers.integers(0, 50, 300), "ratio": numbers.normal(size=300).round(4)}
    )
    fitted = RandomForestRegressor(10, random_state=0).fit(data, data["count"] * data["ratio"])
    return save("sklearn", "mixed", sk_model=fitted, input_example=data.head(3)), data


def test_an_estimator_of_several_types_is_asked_with_arrays(mixed, variant):
    folder, data = mixed
    model = load(variant(folder))
    try_out(model)
    assert model.arrays is not None
    assert model.joins
    body = json.dumps({"dataframe_split": data.head(40).to_dict("split")}).encode()
    asked = model.read(body, JSON)
    assert asked.data.columns is None
    assert asked.data.to_frame().dtypes.tolist() == data.dtypes.tolist()
    assert model.predict(asked.data).tolist() == model.loaded.predict(data.head(40)).tolist()


def test_whole_numbers_are_logged_as_such_beside_others(
    mixed, start_worker, plan, tmp_path, variant
):
    from nbtrack.store.duckdb import DuckDBStore, StoreFolder

    folder, data = mixed
    store = StoreFolder(tmp_path / ".nbtrack")
    worker = start_worker(plan(variant(folder), log_rate=1.0, store=str(store.path)))
    rows = data.head(5).to_dict("records")
    for row in rows:
        assert worker.invoke({"dataframe_records": [row]}).status == 200
    assert worker.invoke({"dataframe_records": rows[:2]}).status == 200
    worker.end()
    reader = DuckDBStore(store)
    reader.drain()
    with reader.session(write=False) as cursor:
        found = [it for (it,) in cursor.execute("SELECT inputs FROM predictions").fetchall()]
    reader.close()
    assert sorted(found) == sorted(json.dumps(it, separators=(",", ":")) for it in rows + rows[:2])
