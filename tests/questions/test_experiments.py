from __future__ import annotations

import pytest

from nbtrack.errors import InvalidValue, NotFound
from nbtrack.questions import experiments
from nbtrack.records.operation import CreateExperiment, SetLifecycle


@pytest.fixture
def ids(store):
    """The ids of experiments by their names."""
    names = ("churn/a", "churn/b", "other")
    made = store.append([CreateExperiment(name=name, tags={"name": name}) for name in names])
    return dict(zip(names, made, strict=True))


def names(found):
    return [experiment.name for experiment in found]


def test_experiments_are_searched_in_pages(store, ids):
    asked = {"filter_string": "name LIKE 'churn/%'", "order_by": ["name"], "max_results": 1}
    first = experiments.search(store, **asked)
    second = experiments.search(store, page_token=first.token, **asked)
    assert (names(first), names(second), second.token) == (["churn/a"], ["churn/b"], None)
    assert first[0].tags == {"name": "churn/a"}


def test_an_experiment_is_read_by_its_id(store, ids):
    assert experiments.get(store, ids["other"]).name == "other"
    assert experiments.get(store, 0).name == "Default"


def test_an_id_that_is_not_there_is_told_with_those_that_are(store, ids):
    with pytest.raises(NotFound, match=r"^No Experiment with id=99 exists; there are .*\(other\)"):
        experiments.get(store, "99")


def test_an_experiment_is_found_by_its_name(store, ids):
    assert experiments.by_name(store, "other").experiment_id == ids["other"]
    assert experiments.by_name(store, "nope") is None
    assert experiments.named(store, "other") == experiments.by_name(store, "other")


def test_a_name_that_is_not_there_is_told_with_the_nearest(store, ids):
    with pytest.raises(NotFound) as raised:
        experiments.named(store, "churn/c")
    message = "Could not find experiment with name 'churn/c'; there are Default, churn/a"
    assert str(raised.value).startswith(message)
    assert "did you mean 'churn/" in str(raised.value)


def test_an_active_experiment_goes_before_deleted_ones_of_its_name(store, ids):
    store.append([SetLifecycle(noun="experiment", id=ids["other"], stage="deleted")])
    assert experiments.by_name(store, "other").lifecycle_stage == "deleted"
    assert names(experiments.search(store, view="DELETED_ONLY")) == ["other"]
    (again,) = store.append([CreateExperiment(name="other")])
    assert experiments.by_name(store, "other").experiment_id == again


def test_a_filter_for_runs_is_refused(store):
    with pytest.raises(InvalidValue, match=r"no tag is called 'metrics\.acc'"):
        experiments.search(store, "metrics.acc > 1")
