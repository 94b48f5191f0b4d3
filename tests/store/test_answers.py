from __future__ import annotations

import math

import pytest

from nbtrack.errors import InvalidValue
from nbtrack.query.grammar import parse_filter, parse_order
from nbtrack.query.tree import Experiments, Names, Rows, RunCount, Runs, Sql
from nbtrack.records.artifact import Artifact
from nbtrack.records.dataset import Input
from nbtrack.records.metric import Metric
from nbtrack.records.operation import CreateExperiment, SetExperimentTag
from nbtrack.store.answers import answer


def test_runs_come_by_column_with_their_parts(store, log_runs):
    log_runs(
        a={
            "params": {"p": "1", "b": "2"},
            "metrics": {"m": [3.0, math.inf]},
            "tags": {"t": "x", "gone": None},
            "user_id": "me",
            "end_time": 1_000_005,
        },
        b={},
    )
    store.append([Input("a", "iris", "d", "http", '{"url": "x"}', "s", "p", {"k": "v"})])
    answered = store.fetch(Runs())
    assert answered.next_token is None
    assert answered.columns == {
        "run_id": ["b", "a"],
        "experiment_id": ["0", "0"],
        "run_name": ["b", "a"],
        "user_id": [None, "me"],
        "status": ["FINISHED", "FINISHED"],
        "start_time": [1_001_000, 1_000_000],
        "end_time": [None, 1_000_005],
        "owner": [None, None],
        "lifecycle_stage": ["active", "active"],
        "artifact_uri": ["nbtrack-artifacts:/0/b/artifacts", "nbtrack-artifacts:/0/a/artifacts"],
        "params": [[], [("b", "2"), ("p", "1")]],
        "metrics": [[], [("m", math.inf, 1_000_001, 1)]],
        "tags": [[], [("t", "x")]],
        "inputs": [[], [("iris", "d", "http", '{"url": "x"}', "s", "p", '{"k":"v"}')]],
        "models": [[], []],
    }


def test_only_the_chosen_parts_are_read(store, log_runs):
    log_runs(a={"params": {"p": "1"}, "tags": {"t": "x"}})
    columns = store.fetch(Runs(parts=("tags",))).columns
    assert columns["tags"] == [[("t", "x")]]
    assert not {"params", "metrics", "inputs"} & set(columns)


def pages(store, question):
    """The run ids of all pages, one list for each."""
    found = []
    while True:
        answered = store.fetch(question)
        found.append(answered.columns["run_id"])
        if answered.next_token is None:
            return found
        question = Runs(
            question.experiment_ids,
            question.where,
            question.order_by,
            question.view,
            question.limit,
            answered.next_token,
            question.parts,
        )


ORDERS = [
    (),
    ("metrics.m",),
    ("metrics.m DESC",),
    ("params.p", "metrics.m DESC"),
    ("params.p DESC", "user_id"),
    ("tags.t DESC", "params.p", "metrics.m", "status DESC", "duration_seconds"),
    ("run_name DESC",),
]


@pytest.fixture(scope="module")
def varied(shared_store, put_runs):
    """Runs whose values repeat, are NaN or are missing."""
    values = [1.0, math.nan, None, math.inf, 1.0, -5.0, None, math.nan, 0.5, 1.0, -math.inf]
    put_runs(
        shared_store,
        **{
            f"r{n:02}": {
                "metrics": {} if value is None else {"m": value},
                "params": {} if n % 3 == 0 else {"p": ["10", "9", "nan", "a", "-1e3"][n % 5]},
                "tags": {"t": str(n % 2)} if n % 4 else {},
                "user_id": None if n % 2 else "me",
                "start_time": 5_000 if n % 2 else 6_000,
            }
            for n, value in enumerate(values)
        },
    )
    return shared_store


@pytest.mark.parametrize("limit", [1, 2, 3, 10, 11, 12])
@pytest.mark.parametrize("order", ORDERS)
def test_pages_have_each_run_once_and_in_the_order_of_one_page(varied, order, limit):
    terms = parse_order(order)
    whole = varied.fetch(Runs(order_by=terms, parts=())).columns["run_id"]
    parts = pages(varied, Runs(order_by=terms, parts=(), limit=limit))
    assert [run for page in parts for run in page] == whole
    assert len(whole) == 11
    assert {len(page) for page in parts[:-1]} <= {limit}
    assert parts[-1]


def test_runs_that_come_between_two_pages_neither_shift_nor_double(store, log_runs):
    log_runs(**{name: {"metrics": {"m": float(n)}} for n, name in enumerate("abcdef")})
    for order, newcomer in (("metrics.m DESC", 99.0), ("start_time DESC", 0.0)):
        question = Runs(order_by=parse_order(order), parts=(), limit=2)
        first = store.fetch(question)
        log_runs(**{f"new_{newcomer}": {"metrics": {"m": newcomer}, "start_time": 10**12}})
        second = store.fetch(Runs(order_by=question.order_by, after=first.next_token, limit=2))
        assert not set(first.columns["run_id"]) & set(second.columns["run_id"])
        assert second.columns["run_id"] == (["d", "c"] if newcomer else ["e", "d"])


def test_a_last_page_that_is_exactly_full_has_no_token(store, log_runs):
    log_runs(a={}, b={})
    assert store.fetch(Runs(limit=2)).next_token is None
    assert store.fetch(Runs(limit=1)).next_token is not None


def test_a_foreign_token_is_refused(store, log_runs):
    log_runs(a={}, b={})
    token = store.fetch(Runs(limit=1)).next_token
    with pytest.raises(InvalidValue, match="another question"):
        store.fetch(Runs(limit=1, after=token, view="ALL"))


def test_an_empty_store_answers_with_empty_columns(store):
    assert set(map(len, store.fetch(Runs()).columns.values())) == {0}
    assert store.fetch(RunCount()).columns == {"count": [0]}
    assert store.fetch(Rows("params", ("x",))).columns == {"run_id": [], "key": [], "value": []}


def test_runs_are_counted(store, log_runs):
    log_runs(a={"metrics": {"m": 1.0}}, b={"metrics": {"m": 2.0}}, c={})
    assert store.fetch(RunCount(where=parse_filter("m > 1"))).columns == {"count": [1]}
    assert store.fetch(RunCount(experiment_ids=("0",))).columns == {"count": [3]}


def test_experiments_come_with_their_tags_and_in_pages(store):
    ids = store.append([CreateExperiment(name=f"e{n}", tags={"n": str(n)}) for n in range(5)])
    store.append([SetExperimentTag(experiment_id=ids[0], key="n", value=None)])
    names, question = [], Experiments(order_by=parse_order("name", "experiment"), limit=2)
    while True:
        answered = store.fetch(question)
        names += zip(answered.columns["name"], answered.columns["tags"], strict=True)
        if answered.next_token is None:
            break
        question = Experiments(order_by=question.order_by, limit=2, after=answered.next_token)
    assert names == [("Default", {}), ("e0", {})] + [(f"e{n}", {"n": str(n)}) for n in range(1, 5)]


def test_experiments_made_at_once_come_in_the_order_of_their_numbers(store):
    store.append([CreateExperiment(name=f"e{n}") for n in range(11)])
    ids = store.fetch(Experiments()).columns["experiment_id"]
    assert sorted(ids, key=int) == [str(n) for n in range(12)]
    paged = store.fetch(Experiments(limit=5))
    after = store.fetch(Experiments(after=paged.next_token)).columns["experiment_id"]
    assert paged.columns["experiment_id"] + after == ids


def test_rows_of_tables_come_in_order(store, log_runs):
    log_runs(b={"params": {"x": "1"}, "tags": {"k": "v", "gone": None}}, a={"params": {"y": "2"}})
    store.append(
        [
            Artifact("a", "z.txt", "d" * 64, 3, 1),
            Artifact("a", "b/c.txt", "e" * 64, 4, 1),
            Artifact("a", "gone", "f" * 64, 4, 1),
            Artifact("a", "gone", None, 0, 2),
            Metric("m", 2.0, 6, 1, "model", "data", "digest", "a"),
            Metric("m", 1.0, 5, 0, run_id="a"),
        ]
    )
    both = ("a", "b", "nobody")
    params = store.fetch(Rows("params", both)).columns
    assert sorted(zip(*params.values(), strict=True)) == [("a", "y", "2"), ("b", "x", "1")]
    assert store.fetch(Rows("tags", both)).columns == {
        "run_id": ["b"],
        "key": ["k"],
        "value": ["v"],
    }
    assert store.fetch(Rows("artifacts", ("a",))).columns == {
        "run_id": ["a", "a"],
        "path": ["b/c.txt", "z.txt"],
        "digest": ["e" * 64, "d" * 64],
        "file_size": [4, 3],
    }
    assert store.fetch(Rows("metrics", ("a",))).columns == {
        "run_id": ["a", "a"],
        "key": ["m", "m"],
        "value": [1.0, 2.0],
        "timestamp": [5, 6],
        "step": [0, 1],
        "model_id": [None, "model"],
        "dataset_name": [None, "data"],
        "dataset_digest": [None, "digest"],
    }


def test_names_are_those_of_the_asked_experiments(store, log_runs):
    (other,) = store.append([CreateExperiment(name="other")])
    log_runs(
        a={"metrics": {"m": 1.0}, "params": {"p": "1"}, "tags": {"t": "1", "gone": None}},
        b={"experiment_id": other, "metrics": {"n": 1.0}},
    )
    assert store.fetch(Names("metric")).columns == {"key": ["m", "n"]}
    assert store.fetch(Names("metric", (other,))).columns == {"key": ["n"]}
    assert store.fetch(Names("tag")).columns == {"key": ["t"]}
    assert store.fetch(Names("param", ())).columns == {"key": []}


def test_names_of_one_value_come_last_if_asked(store, log_runs):
    log_runs(
        a={"params": {"a": "1", "b": "1", "d": "x"}},
        b={"params": {"a": "1", "b": "2", "c": "1"}},
    )
    assert store.fetch(Names("param")).columns == {"key": ["a", "b", "c", "d"]}
    assert store.fetch(Names("param", varied_first=True)).columns == {"key": ["b", "a", "c", "d"]}
    log_runs(c={"params": {"d": "y"}})
    assert store.fetch(Names("param", varied_first=True)).columns == {"key": ["b", "d", "a", "c"]}


def test_sql_is_not_answered_on_a_cursor_that_may_write(store):
    with pytest.raises(InvalidValue, match="a Sql is not answered by a cursor"):
        store.ask(lambda cursor: answer(Sql("select 1"), cursor))
