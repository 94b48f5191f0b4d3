from __future__ import annotations

import warnings

import pytest

from nbtrack.errors import InvalidValue, UnknownKey, UnknownName
from nbtrack.query.grammar import parse_filter, parse_order
from nbtrack.query.tree import Experiments, RunCount, Runs, RunTable
from nbtrack.records.experiment import Experiment
from nbtrack.records.operation import CreateExperiment


@pytest.fixture(scope="module")
def named(shared_store, put_runs):
    """An experiment of its own beside the default one; `x` is a metric and a param there."""
    (other,) = shared_store.append([CreateExperiment(name="other")])
    put_runs(
        shared_store,
        a={
            "metrics": {"acc": 0.9, "x": 1.0},
            "params": {"x": "one", "p": "3", "pt": "1"},
            "tags": {"t": "v", "pt": "2"},
        },
        b={"experiment_id": other, "metrics": {"acc": 0.1, "only_here": 5.0}},
    )
    return shared_store


def found(store, text, *order, ids=None):
    asked = Runs(ids, parse_filter(text), parse_order(order), parts=())
    return store.fetch(asked).columns["run_id"]


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("acc > 0.5", ["a"]),
        ("p = 3 and t = 'v'", ["a"]),
        ("not (acc > 0.5 or t = 'w')", ["b"]),
        ("x = 1", ["a"]),
        ("x > 0.5", ["a"]),
        ("x = 'one'", ["a"]),
        ("x in ('one')", ["a"]),
        ("acc is not null", ["b", "a"]),
    ],
)
def test_a_bare_name_is_what_exists(named, text, runs):
    assert found(named, text) == runs


def test_an_order_by_a_bare_name(named):
    assert found(named, None, "acc DESC") == ["a", "b"]
    assert found(named, None, "acc") == ["b", "a"]


@pytest.mark.parametrize(
    ("text", "order", "spellings"),
    [
        ("x is null", [], "'x' may mean metrics.x and params.x"),
        (None, ["x"], "'x' may mean metrics.x and params.x"),
        ("pt = '1'", [], "'pt' may mean params.pt and tags.pt"),
        ("pt = 1", [], "'pt' may mean params.pt and tags.pt"),
    ],
)
def test_a_name_that_may_mean_two_things_is_refused_with_both(named, text, order, spellings):
    with pytest.raises(InvalidValue, match=spellings):
        found(named, text, *order)


def test_a_metric_is_not_compared_with_a_text(named):
    with pytest.raises(InvalidValue, match="a number is compared with a number"):
        found(named, "acc = 'good'")


def test_a_name_that_nothing_has_is_told_with_the_nearest(named):
    with pytest.raises(UnknownName) as raised:
        found(named, "only_her > 1")
    message = "no metric, param or tag is called 'only_her'; there are acc, only_here, p, pt, t, x"
    assert str(raised.value) == f"{message}; did you mean 'only_here'?"


def test_a_name_is_looked_up_only_in_the_searched_experiments(named):
    with pytest.raises(UnknownName, match="there are acc, p, pt, t, x"):
        found(named, "only_here > 1", ids=("0",))
    with pytest.raises(UnknownName, match="there are none yet"):
        found(named, "acc > 1", ids=())


def test_an_unknown_prefix_is_told_as_mlflow_does(named):
    with pytest.raises(UnknownName) as raised:
        found(named, "foo.acc > 1")
    assert (
        "Invalid entity type 'foo'. Valid values are "
        "['metric', 'parameter', 'tag', 'attribute', 'dataset']"
    ) in str(raised.value)
    with pytest.raises(UnknownName, match=r"no tag is called 'foo.x'.*\['tags', 'attributes'\]"):
        named.fetch(Experiments(parse_filter("foo.x = '1'", "experiment")))


def test_an_order_that_names_one_metric_twice_is_refused(named):
    with pytest.raises(InvalidValue, match=r"duplicate fields: 'metrics\.acc' stands twice"):
        found(named, None, "acc", "metrics.acc DESC")


def test_an_unknown_key_finds_nothing_and_warns_once_of_the_nearest(named):
    with pytest.warns(UnknownKey) as caught:
        assert found(named, "metrics.axc > 0 and metrics.axc < 1 and params.p = '3'") == []
    assert [str(it.message) for it in caught] == [
        "no run searched has metrics.axc; there are acc, only_here, x; did you mean 'acc'?"
    ]
    assert caught[0].filename == __file__


@pytest.mark.parametrize("question", [RunCount, RunTable])
def test_counts_and_tables_warn_as_well(named, question):
    with pytest.warns(UnknownKey, match=r"tags\.nope; there are pt, t"):
        named.fetch(question(where=parse_filter("tags.nope = '1'")))


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("params.q = '1'", ("1",)),
        ("metrics.acc > 5", None),
        ("metrics.nope > 0 or metrics.acc > 0", None),
        ("datasets.name = 'q'", None),
        ("status = 'KILLED'", None),
    ],
)
def test_nothing_is_said_of_keys_that_exist_or_where_there_are_none(named, text, ids):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found(named, text, ids=ids)


def test_an_experiment_is_found_by_the_id_it_had_while_the_store_was_busy(store, writer, log_runs):
    provisional = "1" * 18
    writer.write(Experiment(provisional, "late", creation_time=5))
    (clash,) = store.append([CreateExperiment(name="early")])
    writer.write(Experiment("2" * 18, "early", creation_time=5))
    log_runs(a={"experiment_id": "2" * 18})
    assert found(store, None, ids=("2" * 18, provisional)) == ["a"]
    assert found(store, None, ids=(clash, "2" * 18)) == ["a"]
    for text in (f"experiment_id = '{'2' * 18}'", f"not experiment_id not in ('{'2' * 18}', '7')"):
        where = parse_filter(f"{text} and (name = 'early' or name = 'x')", "experiment")
        assert store.fetch(Experiments(where)).columns["name"] == ["early"]
