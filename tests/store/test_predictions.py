from __future__ import annotations

import hashlib
import json
import math

import msgspec
import pytest

from nbtrack.journal.writer import JournalWriter
from nbtrack.query.grammar import parse_filter
from nbtrack.query.tree import Predictions, Sql, UnknownPredictions
from nbtrack.records.prediction import LabelBatch, PredictionBatch, PurgePredictions
from nbtrack.store.duckdb import DuckDBStore
from nbtrack.store.predictions import count_predictions
from nbtrack.store.staging import quarantined


@pytest.fixture
def store(store_folder):
    store = DuckDBStore(store_folder)
    yield store
    store.close()


@pytest.fixture
def writer(store_folder):
    writer = JournalWriter(store_folder)
    yield writer
    writer.close()


def raw(*values):
    return msgspec.Raw(json.dumps(values).encode())


def batch(ids, endpoint="churn", moments=None, **more):
    count = len(ids)
    fields = {
        "endpoint_id": f"e-{endpoint}",
        "endpoint": endpoint,
        "variant": "champion",
        "prediction_ids": list(ids),
        "moments": moments or [1000 + at for at in range(count)],
        "latencies": [0.5] * count,
        "input_rows": raw(*[{"age": at} for at in range(count)]),
        "output_rows": raw(*range(count)),
        **more,
    }
    return PredictionBatch(**fields)


def labels(name, moment=2000, time=1, **told):
    fields = {"label_ids": [], "label_keys": [], **told}
    values = fields.pop("values")
    return LabelBatch(
        label=name,
        label_values=raw(*values),
        label_moments=[moment] * len(values),
        time=time,
        **fields,
    )


def told(store, **asked):
    """The labels of each prediction."""
    found = store.fetch(Predictions(**asked)).columns
    texts = zip(found["prediction_id"], found["labels"], strict=True)
    return {name: None if it is None else json.loads(it) for name, it in texts}


def test_each_line_is_taken_in_once(store, writer):
    for at in range(3):
        writer.write(batch([f"{at}-a", f"{at}-b"]))
        store.drain()
    again = DuckDBStore(store.folder)
    again.drain()
    count = again.fetch(
        Sql("select count(*) as n, count(distinct prediction_id) as d from predictions")
    )
    assert (count.columns["n"][0], count.columns["d"][0]) == (6, 6)


def test_what_is_no_batch_is_put_aside_and_takes_nothing_along(store, writer):
    good = batch(["a"])
    odd = msgspec.structs.replace(good, moments=[1, 2])
    short = msgspec.structs.replace(good, input_rows=raw({}, {}))
    late = msgspec.structs.replace(good, prediction_errors=["x", "y"])
    empty = batch([])
    both = labels("x", values=[1], label_ids=["a"], label_keys=["b"])
    none = labels("x", values=[1])
    bad = [odd, short, late, empty, both, none]
    writer.write_all([*bad, good, labels("x", values=[1], label_ids=["a"])])
    report = store.drain()
    assert report.quarantined == len(bad)
    assert told(store) == {"a": {"x": 1}}
    put_aside = [it.problem for it in quarantined(next(store.folder.quarantine.iterdir()))]
    assert (
        put_aside
        == ["lists of predictions that are not of one length"] * 4
        + ["lists of labels that are not of one length"] * 2
    )


def numbers(ids, *rows, **more):
    """A batch of nothing but numbers, in the columns age and "odd"."""
    fields = {"input_rows": raw(), "input_columns": ["age", '"odd"'], **more}
    return batch(ids, input_numbers=[[*it] for it in rows], **fields)


def inputs_of(store, where=""):
    """The inputs of each prediction, as SQL shows them."""
    found = store.fetch(Sql(f"SELECT prediction_id, inputs FROM predictions {where}")).columns
    return dict(zip(found["prediction_id"], found["inputs"], strict=True))


def test_numbers_are_shown_as_the_objects_they_stand_for(store, writer):
    writer.write(numbers(["a", "b"], [31.5, 1e-5], [math.nan, 1e300]))
    writer.write(numbers(["c"], [31, 2**53], whole_columns=[True, True]))
    writer.write(batch(["d"]))
    assert store.drain().quarantined == 0
    assert {name: json.loads(text) for name, text in inputs_of(store).items()} == {
        "a": {"age": 31.5, '"odd"': 1e-5},
        "b": {"age": None, '"odd"': 1e300},
        "c": {"age": 31, '"odd"': 2**53},
        "d": {"age": 0},
    }
    writer.write(numbers(["e", "f"], [31, 2.0], [math.nan, 1e20], whole_columns=[True, False]))
    assert inputs_of(store)["e"] == '{"age":31,"\\"odd\\"":2.0}'
    assert inputs_of(store)["c"] == '{"age":31,"\\"odd\\"":9007199254740992}'
    assert [*inputs_of(store, "WHERE (inputs->>'age')::DOUBLE > 31")] == ["a"]


def test_numbers_are_read_at_the_first_reading(store, writer, monkeypatch):
    monkeypatch.delattr("nbtrack.store.staging.Staging.keep_good_lines")
    writer.write_all([numbers(["a"], [1, 2]), batch(["b"]), numbers(["c"], [3, math.nan])])
    assert (store.drain().quarantined, len(inputs_of(store))) == (0, 3)


@pytest.mark.parametrize(
    "odd",
    [
        {"input_columns": ["age"]},
        {"input_numbers": [[1.0, 2.0], [3.0]]},
        {"input_numbers": [[1.0, 2.0]]},
        {"input_numbers": []},
        {"input_rows": raw({}, {})},
        {"whole_columns": [True]},
        {"whole_columns": [True, None]},
    ],
    ids=["columns", "uneven", "few", "none", "both", "whole", "unknown"],
)
def test_numbers_that_are_no_table_are_put_aside(store, writer, odd):
    good = numbers(["a", "b"], [1, 2], [3, 4])
    writer.write_all([msgspec.structs.replace(good, **odd), good])
    assert store.drain().quarantined == 1
    assert {*inputs_of(store)} == {"a", "b"}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("inputs.age > 30", "abd"),
        ("inputs.age = 31", "b"),
        ("inputs.age != 31", "ad"),
        ("inputs.age = '31'", "b"),
        ("inputs.age = '31.5'", "a"),
        ("inputs.age LIKE '31%'", "ab"),
        ("inputs.age IS NULL", "ce"),
        ("inputs.age IN (31, 70)", "bd"),
        ("inputs.age BETWEEN 31.2 AND 80", "ad"),
        ("""inputs.`"odd"` = 5""", "bc"),
        ("inputs.city = 'Oslo'", "e"),
        ("inputs.gone = 1", ""),
    ],
)
def test_a_filter_reads_numbers_as_it_reads_json(store, writer, condition, expected):
    writer.write(numbers(["a"], [31.5, 1]))
    writer.write(numbers(["b"], [31, 5], whole_columns=[True, True]))
    writer.write(numbers(["c"], [math.nan, 5]))
    writer.write(batch(["d", "e"], input_rows=raw({"age": 70}, {"city": "Oslo"})))
    found = store.fetch(Predictions(where=parse_filter(condition, "prediction"))).columns
    assert "".join(sorted(found["prediction_id"])) == expected


def test_predictions_lie_in_groups_that_a_drain_fills(store, writer):
    writer.write(batch([str(at) for at in range(20_000)]))
    store.drain()
    with store.session(write=False) as cursor:
        groups = cursor.execute(
            "SELECT sum(count) FROM pragma_storage_info('core.predictions')"
            " WHERE column_name = 'moment' AND segment_type <> 'VALIDITY'"
            " GROUP BY row_group_id ORDER BY row_group_id"
        ).fetchall()
    assert groups == [(16_384,), (3_616,)]


def test_labels_find_their_predictions_by_id_by_request_and_by_key(store, writer):
    writer.write(labels("label", values=["early"], label_ids=["a"]))
    writer.write(batch(["a", "r/0", "r/1"], prediction_keys=["ada", None, "ben"]))
    writer.write(labels("label", values=[True], label_ids=["r"]))
    writer.write(labels("label", values=["own"], label_ids=["r/1"], moment=2001))
    writer.write(labels("churned", values=[0.5], label_keys=["ben"], of_endpoint="churn"))
    writer.write(labels("other", values=[1], label_keys=["ben"], of_endpoint="fraud"))
    assert told(store) == {
        "a": {"label": "early"},
        "r/0": {"label": True},
        "r/1": {"label": "own", "churned": 0.5},
    }
    assert told(store, labels=("churned",)) == {"a": None, "r/0": None, "r/1": {"churned": 0.5}}
    assert told(store, labels=()) == {"a": None, "r/0": None, "r/1": None}


def test_the_last_label_of_a_name_is_true_in_whatever_order_they_come(store, writer):
    writer.write(batch(["a"], prediction_keys=["ada"]))
    writer.write(labels("label", values=[1], label_ids=["a"], moment=5, time=9))
    writer.write(labels("label", values=[2], label_keys=["ada"], moment=7, time=1))
    writer.write(labels("label", values=[3], label_ids=["a"], moment=7, time=2))
    writer.write(labels("label", values=[4], label_ids=["a"], moment=6, time=8))
    assert told(store) == {"a": {"label": 3}}


def test_predictions_are_found_by_what_all_have(store, writer):
    writer.write(batch(["a", "b", "c"], model_name="m", version=1))
    writer.write(batch(["d"], "fraud", moments=[900], model_name="m", version=2, variant="x"))
    assert list(told(store)) == ["d", "a", "b", "c"]
    assert list(told(store, endpoint="churn", since=1001)) == ["b", "c"]
    assert list(told(store, until=1001)) == ["d", "a"]
    assert list(told(store, limit=2)) == ["b", "c"]
    assert list(told(store, model_name="m", version=2)) == ["d"]
    assert list(told(store, variant="x")) == ["d"]


def test_ids_and_keys_that_no_prediction_has_are_told(store, writer):
    writer.write(batch(["a", "r/0"], prediction_keys=["ada", None]))
    assert store.fetch(UnknownPredictions(ids=("a", "r", "r/0", "no"))).columns["name"] == ["no"]
    assert store.fetch(UnknownPredictions(keys=("ada", "ben"))).columns["name"] == ["ben"]


def test_an_id_is_known_whatever_stands_beside_it(store, writer):
    writer.write(batch(["r/9", "r-1", "r-1/0", "r0", "ü/0"]))
    for ids in (("r",), ("r", "r-1"), ("r-1/0", "r0"), ("r/9", "ü"), ("ü",)):
        assert store.fetch(UnknownPredictions(ids=ids)).columns["name"] == [], ids
    asked = UnknownPredictions(ids=("", "q", "r", "r/", "r/8", "ü/"))
    assert store.fetch(asked).columns["name"] == ["", "q", "r/", "r/8", "ü/"]


def test_old_predictions_go_with_their_labels(store, writer):
    writer.write(batch(["a", "b/0", "b/1"], moments=[100, 200, 300], prediction_keys=["x"] * 3))
    writer.write(labels("l", values=[1, 2, 3], label_ids=["a", "b", "b/1"], moment=400))
    writer.write(labels("k", values=[1], label_keys=["x"], moment=150))
    gone = PurgePredictions(before=250)
    assert store.ask(lambda cursor: count_predictions(cursor, gone)) == 2
    assert store.append([gone]) == [2]
    assert told(store) == {"b/1": {"l": 3}}
    left = store.fetch(Sql("select prediction_id, key from labels order by all")).columns
    assert left == {"prediction_id": ["b", "b/1"], "key": [None, None]}


def test_a_key_is_forgotten_and_stands_nowhere_any_more(store, writer):
    writer.write(batch(["a", "b"], prediction_keys=["ada", "ben"]))
    writer.write(labels("l", values=[1, 0], label_keys=["ada", "ben"]))
    assert store.append([PurgePredictions(key_digests=["0" * 64])]) == [0]
    gone = PurgePredictions(key_digests=[hashlib.sha256(b"ada").hexdigest()])
    assert store.append([gone]) == [1]
    assert told(store) == {"b": {"l": 0}}
    assert store.fetch(Sql("select key from labels")).columns == {"key": ["ben"]}
    assert b"ada" not in store.folder.operations.read_bytes()
    acts = store.fetch(Sql("select act, details from registry_log")).columns
    assert acts["act"][-1] == "purge_predictions"
    assert json.loads(acts["details"][-1])["predictions"] == 1


def test_predictions_of_an_endpoint_or_of_some_ids_go(store, writer):
    writer.write_all([batch(["a", "r/0", "r/1"]), batch(["f"], "fraud")])
    writer.write(labels("l", values=[1, 1], label_ids=["r", "f"]))
    assert store.append([PurgePredictions(prediction_ids=["r"])]) == [2]
    assert told(store) == {"a": None, "f": {"l": 1}}
    assert store.append([PurgePredictions(endpoint="fraud")]) == [1]
    assert store.fetch(Sql("select count(*) as n from labels")).columns["n"][0] == 0
    assert store.append([PurgePredictions()]) == [1]


def test_a_store_without_the_tables_gets_them(store, writer):
    store.drain()
    with store.session(write=True) as cursor:
        cursor.execute("DROP VIEW main.predictions; DROP VIEW main.labels")
        cursor.execute("DROP TABLE core.predictions; DROP TABLE core.labels")
    writer.write(batch(["a"]))
    newer = DuckDBStore(store.folder)
    assert told(newer) == {"a": None}
    assert newer.fetch(Sql("select inputs->>'age' as age from predictions")).columns["age"] == ["0"]


def test_the_views_tell_labels_as_texts_and_numbers(store, writer):
    writer.write(labels("l", values=[True, 0.5, "yes"], label_ids=["a", "b", "c"]))
    found = store.fetch(Sql("select value, number from labels order by prediction_id")).columns
    assert found["value"] == ["true", "0.5", "yes"]
    assert found["number"] == [1.0, 0.5, None]
