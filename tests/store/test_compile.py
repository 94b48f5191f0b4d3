from __future__ import annotations

import random

import duckdb
import pytest

from nbtrack.errors import InvalidValue, UnknownName
from nbtrack.query.grammar import parse_filter, parse_order
from nbtrack.query.tree import Comparison, Experiments, Field, Not, Order, RunCount, Runs
from nbtrack.records.artifact import location_of
from nbtrack.records.dataset import Input
from nbtrack.records.operation import CreateExperiment, SetExperimentTag, SetLifecycle
from nbtrack.store.compile import condition, order_keys, where


@pytest.fixture(scope="module")
def four(shared_store, put_runs):
    """Runs that differ in what they have; `bare` has nothing."""
    put_runs(
        shared_store,
        good={
            "params": {"lr": "0.01", "n": "100", "net": "ResNet"},
            "metrics": {"acc": 0.95, "loss": [2.0, 0.1]},
            "tags": {"team": "growth"},
            "end_time": 1_060_000,
        },
        poor={
            "params": {"lr": "1e-1", "n": "9", "net": "mlp"},
            "metrics": {"acc": 0.5, "loss": float("nan")},
            "tags": {"team": "ads_x"},
            "user_id": "ana",
        },
        odd={"params": {"lr": "high", "n": "nan"}, "metrics": {"loss": float("inf")}},
        bare={"status": "FAILED"},
    )
    return shared_store


def found(store, text, **asked):
    answer = store.fetch(Runs(where=parse_filter(text), parts=(), **asked))
    return set(answer.columns["run_id"])


def test_many_texts_are_asked_for_as_few_are(four):
    names = [*four.fetch(Runs(parts=())).columns["run_name"], *map(str, range(200))]
    told = ", ".join(f"'{it}'" for it in names if it != "bare")
    assert found(four, f"run_name in ({told})") == found(four, "run_name != 'bare'")
    assert found(four, f"run_name not in ({told})") == found(four, "run_name = 'bare'")
    assert found(four, f"tags.team in ('growth', {told})") == found(four, "tags.team = 'growth'")
    assert found(four, f"not tags.team in ('growth', {told})") == found(
        four, "not tags.team = 'growth'"
    )


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("metrics.acc > 0.9", "good"),
        ("metrics.acc >= 0.5", "good poor"),
        ("metrics.acc != 0.5", "good"),
        ("metrics.loss < 1", "good"),
        ("metrics.loss > 0", "good odd"),
        ("metrics.loss > 0.1", "odd"),
        ("metrics.loss != 0.1", "poor odd"),
        ("metrics.loss = nan", "poor"),
        ("metrics.loss = inf", "odd"),
        ("metrics.acc in (0.5, 1)", "poor"),
        ("metrics.acc between 0.5 and 0.6", "poor"),
        ("metrics.loss not between 0 and 1", "odd"),
        ("metrics.acc is null", "odd bare"),
        ("metrics.acc is not null", "good poor"),
        ("params.lr = '0.01'", "good"),
        ("params.lr = 0.1", "poor"),
        ("params.lr > 0.001", "good poor"),
        ("params.lr != '0.01'", "poor odd"),
        ("params.lr != 0.01", "poor odd"),
        ("params.lr not in (0.01)", "poor odd"),
        ("params.n = 100", "good"),
        ("params.n >= 9", "good poor"),
        ("params.n > 9", "good"),
        ("params.n in ('9', '100')", "good poor"),
        ("params.net like 'Res%'", "good"),
        ("params.net like 'res%'", ""),
        ("params.net ilike 'res%'", "good"),
        ("params.net not like 'Res%'", "poor"),
        ("params.net not ilike 'res%'", "poor"),
        ("params.net is null", "odd bare"),
        ("tags.team = 'growth'", "good"),
        ("tags.team != 'growth'", "poor"),
        ("tags.team like 'ads__'", "poor"),
        ("run_name = 'odd'", "odd"),
        ("run_id in ('good', 'bare')", "good bare"),
        ("status = 'FAILED'", "bare"),
        ("user_id != 'ana'", ""),
        ("user_id = 'ana'", "poor"),
        ("user_id is null", "good odd bare"),
        ("end_time is not null", "good"),
        ("duration_seconds = 60", "good"),
        ("start_time > 1002000", "bare"),
        ("start_time <= '1970-01-01 00:16:40'", "good"),
        ("start_time = '1970-01-01'", "good poor odd bare"),
        ("start_time != '1970-01-01'", ""),
        ("start_time between '1970-01-01' and 1000000", "good"),
        ("start_time > '1 week ago'", ""),
        ("start_time in ('1970-01-01 00:16:40')", "good"),
        ("experiment_name = 'Default'", "good poor odd bare"),
        ("lifecycle_stage = 'active' and experiment_id = '0' and run_id like '%a%'", "bare"),
        ("artifact_uri like 'nbtrack-artifacts:/0/odd/%'", "odd"),
        ("metrics.acc > 0.9 and params.lr = '0.01'", "good"),
        ("metrics.acc > 0.9 or params.lr = 'high'", "good odd"),
        ("metrics.acc > 0.9 and (params.lr = 'high' or params.n = 100)", "good"),
    ],
)
def test_a_filter_finds_what_it_says(four, text, names):
    assert found(four, text) == set(names.split())


@pytest.mark.parametrize(
    "text",
    [
        "params.lr = '0.01'",
        "params.lr > 0.05",
        "params.nope = '1' or metrics.loss > 0",
        "metrics.loss > 0 and metrics.loss < 1",
        "user_id = 'ana'",
        "user_id like 'a%' or end_time > 0",
        "not metrics.acc > 0.9",
        "tags.team is null",
        "datasets.name = 'x'",
    ],
)
def test_not_is_the_complement(four, text):
    everything = {"good", "poor", "odd", "bare"}
    assert found(four, f"not ({text})") == everything - found(four, text)


SINGLE = [
    "metrics.acc > 0.9",
    "metrics.loss != nan",
    "params.lr >= 0.01",
    "params.net is null",
    "tags.team not like 'g%'",
    "user_id is not null",
    "end_time > 0",
    "datasets.name = 'x'",
    "status in ('FAILED', 'KILLED')",
]


def random_filter(chance, depth=4):
    """A filter of random shape, and the runs it finds by the rules of sets, given those of each."""
    kind = chance.choice(["single", "and", "or", "not"]) if depth else "single"
    if kind == "single":
        text = chance.choice(SINGLE)
        return text, lambda sets: sets[text]
    one, find_one = random_filter(chance, depth - 1)
    if kind == "not":
        return f"not ({one})", lambda sets: sets["all"] - find_one(sets)
    other, find_other = random_filter(chance, depth - 1)
    if kind == "and":
        return f"({one}) and ({other})", lambda sets: find_one(sets) & find_other(sets)
    return f"({one}) or ({other})", lambda sets: find_one(sets) | find_other(sets)


@pytest.mark.parametrize("seed", range(3))
def test_conditions_combine_as_sets_do(four, seed):
    sets = {text: found(four, text) for text in SINGLE}
    sets["all"] = found(four, None)
    chance = random.Random(seed)
    for _ in range(30):
        text, find = random_filter(chance)
        assert found(four, text) == find(sets), text


def test_a_run_without_the_key_satisfies_not_but_not_unequal(four):
    assert found(four, "not params.lr = '0.01'") == {"poor", "odd", "bare"}
    assert found(four, "params.lr != '0.01'") == {"poor", "odd"}


def test_a_tag_that_was_taken_away_is_not_there(store, log_runs):
    log_runs(a={"tags": {"kept": "1", "gone": None}})
    assert found(store, "tags.kept = '1' and tags.gone is null") == {"a"}
    with pytest.warns(UserWarning, match=r"no run searched has tags\.gone"):
        assert found(store, "tags.gone is not null") == set()


def test_datasets_are_found_by_name_digest_and_context(store, log_runs):
    log_runs(a={}, b={})
    store.append(
        [
            Input("a", "iris", "d1", tags={"mlflow.data.context": "train"}),
            Input("a", "wine", "d2"),
            Input("b", "iris", "d3", tags={"mlflow.data.context": "test"}),
        ]
    )
    assert found(store, "datasets.name = 'iris'") == {"a", "b"}
    assert found(store, "dataset.context = 'train'") == {"a"}
    assert found(store, "dataset.digest in ('d2')") == {"a"}
    assert found(store, "datasets.context is null") == set()


def test_values_never_stand_in_the_text(four):
    evil = "x'); DROP TABLE core.runs; --"
    names = [evil, '"', "`", "\\", "\x00", "é🙂\n", "%", "?", "$1", "{left}"]
    for name in names:
        node = Comparison(Field("param", name), "=", name)
        piece = condition(node, "run")
        assert name not in piece.sql or len(name) == 1
        assert piece.values == (name, name)
        assert four.fetch(RunCount(where=Not(node))).columns["count"] == [4]


def test_keys_with_strange_characters_are_found(store, log_runs):
    key = 'it\'s `a`\n"key" 🙂 {left} ?'
    log_runs(a={"params": {key: key}, "metrics": {key: 1.0}})
    node = Comparison(Field("param", key), "=", key)
    order = (Order(Field("metric", key), descending=True),)
    assert store.fetch(Runs(where=node, order_by=order)).columns["run_id"] == ["a"]


@pytest.mark.parametrize(
    ("node", "error", "message"),
    [
        (Comparison(Field("metric", "a"), "~", 1), InvalidValue, "no operator is written '~'"),
        (Comparison(Field("metric", "a"), ">", "1"), InvalidValue, "a > '1': a number is compared"),
        (Comparison(Field("attribute", "x"), "=", "1"), UnknownName, "no attribute is called 'x'"),
        (
            Comparison(Field("attribute", "end_time"), ">", "soon"),
            InvalidValue,
            "'soon' is no date",
        ),
    ],
)
def test_a_tree_made_by_hand_is_checked_as_well(node, error, message):
    with pytest.raises(error, match=message):
        condition(node, "run")


def test_no_experiments_named_means_all_and_an_empty_list_none(four):
    assert len(found(four, None)) == 4
    assert found(four, None, experiment_ids=()) == set()
    assert found(four, None, experiment_ids=("7",)) == set()
    assert len(found(four, None, experiment_ids=("0", "7"))) == 4


def test_a_view_is_of_active_or_deleted_runs_or_of_all(store, log_runs):
    log_runs(kept={}, gone={})
    store.append([SetLifecycle(noun="run", id="gone", stage="deleted")])
    assert found(store, None) == {"kept"}
    assert found(store, None, view="DELETED_ONLY") == {"gone"}
    assert found(store, None, view="ALL") == {"kept", "gone"}


def test_artifact_uris_are_computed_alike_in_sql_and_in_python(store, log_runs):
    (own, plain) = store.append(
        [
            CreateExperiment(name="own", artifact_location="s3://bucket/x/"),
            CreateExperiment(name="plain"),
        ]
    )
    log_runs(a={"experiment_id": own}, b={"experiment_id": plain})
    rows = store.fetch(Runs(order_by=parse_order("run_id"))).columns["artifact_uri"]
    assert rows == ["s3://bucket/x/a/artifacts", f"nbtrack-artifacts:/{plain}/b/artifacts"]
    assert rows == [location_of(own, "a", "s3://bucket/x/"), location_of(plain, "b")]


def ordered(store, *order):
    return store.fetch(Runs(order_by=parse_order(order), parts=())).columns["run_id"]


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("metrics.acc", "poor good bare odd"),
        ("metrics.acc DESC", "good poor bare odd"),
        ("metrics.loss", "good odd poor bare"),
        ("metrics.loss DESC", "odd good poor bare"),
        ("params.n", "poor good odd bare"),
        ("params.n DESC", "good poor odd bare"),
        ("params.net", "good poor bare odd"),
        ("tags.team DESC", "good poor bare odd"),
        ("user_id", "poor bare odd good"),
        ("start_time", "good poor odd bare"),
        ("run_name DESC", "poor odd good bare"),
        ("end_time", "good bare odd poor"),
    ],
)
def test_what_is_missing_comes_last_and_ties_are_broken_by_newness(four, order, names):
    assert ordered(four, order) == names.split()


def test_without_an_order_the_newest_run_comes_first_and_ids_break_ties(store, log_runs):
    log_runs(b={"start_time": 5}, a={"start_time": 5}, c={"start_time": 9})
    assert ordered(store) == ["c", "a", "b"]


def test_a_second_term_decides_where_the_first_is_equal(four):
    assert ordered(four, "status DESC", "start_time DESC") == ["odd", "poor", "good", "bare"]


def test_runs_are_not_ordered_by_datasets():
    with pytest.raises(InvalidValue, match="a run is not ordered by a dataset"):
        order_keys((Order(Field("dataset", "name")),), "run")
    with pytest.raises(InvalidValue, match="a experiment is not ordered by a metric"):
        order_keys((Order(Field("metric", "acc")),), "experiment")


def test_experiments_are_searched_by_name_time_and_tag(store):
    ids = store.append([CreateExperiment(name=name) for name in ("churn/a", "churn/b", "other")])
    store.append([SetExperimentTag(experiment_id=ids[0], key="team", value="growth")])

    def names(text, *order):
        where = parse_filter(text, "experiment")
        asked = Experiments(where, parse_order(order, "experiment"))
        return store.fetch(asked).columns["name"]

    assert names("name LIKE 'churn/%'", "name DESC") == ["churn/b", "churn/a"]
    assert names("tags.team = 'growth'") == ["churn/a"]
    assert names("team = 'growth'") == ["churn/a"]
    assert names("tags.team is null and experiment_id != '0'", "name") == ["churn/b", "other"]
    assert names("creation_time > '2020-01-01'", "name")[0] == "Default"
    assert names(None, "tags.team", "name")[0] == "churn/a"


def test_a_filter_of_as_many_conditions_as_may_be_is_planned(four):
    text = " or ".join(f"params.k{n} = '{n}'" for n in range(100)) + " or params.n = 9"
    assert found(four, text) == {"poor"}


def test_each_condition_is_valid_sql_by_itself():
    connection = duckdb.connect()
    for text in ("status = 'x'", "metrics.a is null", "params.a between 1 and 2"):
        piece = condition(parse_filter(text), "run")
        connection.execute(f"SELECT json_serialize_sql($$SELECT {piece.sql}$$)")
        assert '"error":false' in connection.fetchone()[0]
    assert where(Runs()).values == ()
