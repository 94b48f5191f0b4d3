"""Logged models are found by the filter language, ordered, paged, and read whole."""

from __future__ import annotations

from functools import partial

import pytest

from nbtrack.capture.open_model import ModelFile
from nbtrack.errors import FilterSyntax, InvalidValue, NotFound, UnknownName
from nbtrack.journal.folder import StoreFolder
from nbtrack.questions import artifacts, logged_models, runs
from nbtrack.questions.logged_models import search
from nbtrack.records.entities import FileInfo
from nbtrack.records.logged_model import (
    LoggedModel,
    LoggedModelInput,
    LoggedModelOutput,
    LoggedModelStatus,
    ModelLink,
    ModelRecord,
)
from nbtrack.records.metric import Metric
from nbtrack.records.run import RunInfo
from nbtrack.store.duckdb import DuckDBStore

A, B = "a" * 64, "b" * 64


def put_models(store, **models):
    """Put READY models into a store by their names, each a second after the one before."""
    events = [RunInfo("r", experiment_id="0", status="FINISHED", time=1)]
    for number, (name, told) in enumerate(models.items(), start=1):
        given = {"experiment_id": "0", "status": "READY"} | told
        metrics = given.pop("metrics", {})
        moment = number * 1_000_000
        model_id = given.pop("model_id", f"m-{name}")
        events.append(
            ModelRecord(
                model_id,
                name=name,
                creation_time=moment,
                last_updated_time=moment,
                time=moment,
                **given,
            )
        )
        for key, value in metrics.items():
            for place, (dataset, it) in enumerate(
                value.items() if isinstance(value, dict) else [(None, value)]
            ):
                digest = dataset and f"d-{dataset}"
                events.append(Metric(key, it, moment, place, model_id, dataset, digest, "r"))
    store.append(events)


@pytest.fixture
def put(store):
    """Put models into the store of the test."""
    return partial(put_models, store)


@pytest.fixture(scope="module")
def three_models(tmp_path_factory):
    """A store with three models, which tests only read."""
    folder = StoreFolder(tmp_path_factory.mktemp("three") / ".nbtrack")
    folder.prepare()
    store = DuckDBStore(folder)
    put_models(
        store,
        a={
            "model_type": "agent",
            "source_run_id": "r",
            "params": {"depth": "3"},
            "tags": {"stage": "dev"},
            "metrics": {"acc": 0.7},
        },
        b1={"status": "FAILED", "params": {"depth": "5"}, "metrics": {"acc": 0.5}},
        b2={"tags": {"stage": "test"}, "metrics": {"acc": 0.9}},
    )
    yield store
    store.close()


@pytest.fixture
def found(store):
    """The names of the models a filter finds."""

    def found(filter_string=None, **asked):
        return [it.name for it in search(store, None, filter_string, **asked)]

    return found


def test_a_model_is_read_with_all_that_is_known_of_it(store, put):
    put(
        clf={
            "source_run_id": "r",
            "model_type": "agent",
            "params": {"a": "1"},
            "tags": {"t": "x", "gone": None},
            "metrics": {"acc": {"test": 0.9}},
        }
    )
    assert logged_models.get(store, "m-clf") == LoggedModel(
        "0",
        "m-clf",
        "clf",
        "nbtrack-artifacts:/0/models/m-clf/artifacts",
        1_000_000,
        last_updated_timestamp=1_000_000,
        model_type="agent",
        source_run_id="r",
        status=LoggedModelStatus.READY,
        tags={"t": "x"},
        params={"a": "1"},
        metrics=[Metric("acc", 0.9, 1_000_000, 0, "m-clf", "test", "d-test", "r")],
    )


def test_an_unknown_model_is_an_error_that_names_the_nearest(store, put):
    put(one={}, two={})
    with pytest.raises(NotFound) as caught:
        logged_models.get(store, "m-on")
    assert str(caught.value) == (
        "Logged model with ID 'm-on' not found; there are m-two (two), m-one (one); "
        "did you mean 'm-one (one)'?"
    )


def test_a_deleted_model_is_found_only_when_asked_for(store, put, found):
    put(one={"lifecycle_stage": "deleted"}, two={})
    with pytest.raises(NotFound, match="'m-one' not found: it was deleted"):
        logged_models.get(store, "m-one")
    assert logged_models.get(store, "m-one", view="ALL").name == "one"
    assert (found(), found(view="DELETED_ONLY")) == (["two"], ["one"])


@pytest.mark.parametrize(
    ("filter_string", "names"),
    [
        ("name = 'a'", ["a"]),
        ("name LIKE 'b%'", ["b2", "b1"]),
        ("name ILIKE 'B%' and status = 'READY'", ["b2"]),
        ("status IN ('FAILED', 'PENDING')", ["b1"]),
        ("model_type = 'agent'", ["a"]),
        ("attributes.model_type = 'agent'", ["a"]),
        ("source_run_id = 'r'", ["a"]),
        ("run_id = 'r'", ["a"]),
        ("experiment_name = 'Default'", ["b2", "b1", "a"]),
        ("creation_time > 1000000", ["b2", "b1"]),
        ("creation_timestamp >= 3000000", ["b2"]),
        ("last_updated_timestamp < 2000000", ["a"]),
        ("params.depth = '3'", ["a"]),
        ("params.depth > 3", ["b1"]),
        ("tags.stage IN ('dev', 'test')", ["b2", "a"]),
        ("tags.`stage` != 'dev'", ["b2"]),
        ("metrics.acc > 0.6", ["b2", "a"]),
        ("metrics.acc > 0.6 AND tags.stage = 'dev'", ["a"]),
        ("not metrics.acc > 0.6", ["b1"]),
        ("name = 'a' or (params.depth = '5' and status = 'FAILED')", ["b1", "a"]),
        ("acc < 0.6", ["b1"]),
        ("depth = '5'", ["b1"]),
    ],
)
def test_models_are_found_by_what_is_known_of_them(three_models, filter_string, names):
    assert [it.name for it in search(three_models, None, filter_string)] == names


@pytest.mark.parametrize(
    ("filter_string", "error", "says"),
    [
        ("nam = 'a'", UnknownName, "no metric, param or tag is called 'nam'"),
        ("attributes.nam = 'a'", UnknownName, "no attribute is called 'nam'"),
        ("name > 'a' and", FilterSyntax, "position"),
        ("datasets.name = 'a'", UnknownName, "Invalid entity type 'datasets'"),
    ],
)
def test_a_filter_that_cannot_be_taken_says_why(put, found, filter_string, error, says):
    put(a={"metrics": {"acc": 1}})
    with pytest.raises(error, match=says):
        found(filter_string)


def test_metrics_may_be_asked_for_as_they_were_on_datasets(put, found):
    put(
        a={"metrics": {"acc": {"train": 0.9, "test": 0.5}}},
        b={"metrics": {"acc": {"train": 0.6, "test": 0.7}}},
        c={"metrics": {"acc": 0.99}},
    )
    on_test = [{"dataset_name": "test"}]
    assert found("metrics.acc > 0.6") == ["c", "b", "a"]
    assert found("metrics.acc > 0.6", datasets=on_test) == ["b"]
    assert found("acc > 0.6 and name != 'c'", datasets=on_test) == ["b"]
    assert found("not acc > 0.6 or acc > 5", datasets=on_test) == ["c", "a"]
    digest = {"dataset_name": "train", "dataset_digest": "d-train"}
    assert found("metrics.acc > 0.6", datasets=[digest]) == ["a"]
    assert found("metrics.acc > 0.6", datasets=[digest, *on_test]) == ["b", "a"]
    assert found("metrics.acc > 0", datasets=[digest | {"dataset_digest": "else"}]) == []


@pytest.mark.parametrize(
    "told", ["test", {}, {"dataset_digest": "d"}, {"dataset_name": "a", "x": 1}]
)
def test_a_dataset_without_a_name_is_refused(found, told):
    with pytest.raises(InvalidValue, match="a dataset is a dict with dataset_name"):
        found("metrics.acc > 0", datasets=[told])


def test_models_are_ordered_by_mlflows_terms_and_by_texts(put, found):
    put(
        a={"metrics": {"acc": {"train": 0.9, "test": 0.5}}},
        b={"metrics": {"acc": {"train": 0.6, "test": 0.7}}, "params": {"depth": "2"}},
        c={"params": {"depth": "10"}},
    )
    best = {"field_name": "metrics.acc", "ascending": False}
    assert found() == ["c", "b", "a"]
    assert found(order_by=[best]) == ["b", "a", "c"]
    assert found(order_by=[{"field_name": "metrics.acc"}]) == ["a", "b", "c"]
    assert found(order_by=[best | {"dataset_name": "train"}]) == ["a", "b", "c"]
    assert found(order_by=[best | {"dataset_name": "test", "dataset_digest": "none"}]) == [
        "c",
        "b",
        "a",
    ]
    assert found(order_by=[{"field_name": "creation_time", "ascending": True}]) == ["a", "b", "c"]
    assert found(order_by=["name DESC"]) == ["c", "b", "a"]
    assert found(order_by=["params.depth"]) == ["b", "c", "a"]
    assert found(order_by=["depth DESC", {"field_name": "name"}]) == ["c", "b", "a"]


@pytest.mark.parametrize(
    ("term", "says"),
    [
        ({"ascending": True}, "a term of order_by is a dict with field_name"),
        ({"field_name": "name", "descending": True}, "a term of order_by is a dict"),
        ({"field_name": "name", "dataset_name": "test"}, "dataset_name goes with a metric"),
        ({"field_name": "metrics.acc", "dataset_digest": "d"}, "dict with dataset_name"),
        ("name DOWN", "DOWN"),
    ],
)
def test_an_order_that_cannot_be_taken_says_why(found, term, says):
    with pytest.raises(InvalidValue, match=says):
        found(order_by=[term])


def test_models_come_in_pages(store, put):
    put(**{f"x{number}": {"metrics": {"acc": number % 3}} for number in range(7)})
    names, token = [], None
    while True:
        page = search(
            store, ["0"], "acc >= 0", order_by=["metrics.acc"], max_results=3, page_token=token
        )
        names += [it.name for it in page]
        token = page.token
        if token is None:
            break
    assert names == ["x6", "x3", "x0", "x4", "x1", "x5", "x2"]
    first = search(store, ["0"], max_results=3)
    with pytest.raises(InvalidValue, match="belongs to another question"):
        search(store, ["0"], "name != 'q'", max_results=3, page_token=first.token)


def test_models_are_looked_for_in_the_experiments_named(store, put):
    put(a={}, b={"experiment_id": "7"})
    assert [it.name for it in search(store, ["7"])] == ["b"]
    assert list(search(store, [])) == []
    with pytest.raises(UnknownName, match="no metric, param or tag is called 'acc'"):
        search(store, ["0"], "acc > 1")


def test_models_of_a_run_are_found_by_name_newest_first(store, put):
    put(a={"source_run_id": "r"}, b={"source_run_id": "r"}, c={})
    assert [it.model.name for it in logged_models.of_run(store, "r")] == ["b", "a"]
    assert [it.model.name for it in logged_models.of_run(store, "r", "a")] == ["a"]


FILES = {
    "paths": ["MLmodel", "data/a", "data/b"],
    "digests": [A, A, B],
    "sizes": [1, 1, 2],
    "seals": ["s", "", ""],
}


def test_files_of_a_model_are_listed_by_folder(store, put):
    put(clf=FILES)
    assert logged_models.files(store, "m-clf", "data") == [
        ModelFile("data/a", A, 1),
        ModelFile("data/b", B, 2),
    ]
    assert logged_models.files(store, "m-clf", "MLmodel") == [ModelFile("MLmodel", A, 1, "s")]
    assert logged_models.list_files(store, "m-clf") == [
        FileInfo("MLmodel", False, 1),
        FileInfo("data", True, None),
    ]
    assert logged_models.list_files(store, "m-clf", "data/a") == []
    found = logged_models.with_files(store, "m-clf")
    assert (found.model.name, found.files) == ("clf", logged_models.files(store, "m-clf"))


def test_a_run_has_its_models_files_beside_its_own(store, put):
    put(clf={"source_run_id": "r", **FILES})
    assert [it.path for it in artifacts.files(store, "r", "clf/data")] == [
        "clf/data/a",
        "clf/data/b",
    ]
    assert artifacts.files(store, "r", with_models=False) == []
    assert artifacts.listing(store, "r") == [FileInfo("clf", True, None)]


def test_a_run_is_read_with_the_models_it_made_and_read(store, put):
    put(clf={})
    store.append([ModelLink("r", "m-1", "output", 3), ModelLink("r", "m-2", "input")])
    run = runs.get(store, "r")
    assert run.outputs.model_outputs == [LoggedModelOutput("m-1", 3)]
    assert run.inputs.model_inputs == [LoggedModelInput("m-2")]
