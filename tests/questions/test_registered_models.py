from __future__ import annotations

import pytest

from nbtrack.errors import InvalidValue, NotFound, UnknownName
from nbtrack.journal.folder import StoreFolder
from nbtrack.questions import registered_models
from nbtrack.records.registered_model import RegisteredModel, RegisteredModelTag
from nbtrack.records.registry_operation import (
    CreateModelVersion,
    CreateRegisteredModel,
    SetModelAlias,
    TransitionStage,
)
from nbtrack.store.duckdb import DuckDBStore


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    store = DuckDBStore(StoreFolder(tmp_path_factory.mktemp("models") / ".nbtrack"))
    for number, name in enumerate(("Price", "Pets", "churn")):
        team = {"team": "a" if number else "b"}
        made = CreateRegisteredModel(
            name=name, description=name.lower(), tags=team, actor="ada", time=(9 - number) * 10**6
        )
        store.append([made])
    later = {"time": 20 * 10**6, "actor": "ada"}
    store.append([CreateModelVersion(name="churn", **later) for _ in range(4)])
    store.append(
        [
            TransitionStage(name="churn", version=1, stage="Production", **later),
            TransitionStage(name="churn", version=2, stage="Production", **later),
            SetModelAlias(name="churn", alias="champion", version=2, **later),
            SetModelAlias(name="churn", alias="next", version=4, **later),
        ]
    )
    yield store
    store.close()


def names(found):
    return [model.name for model in found]


def test_a_model_is_read_whole(store):
    model = registered_models.get(store, "churn")
    newest = {it.current_stage: (it.version, it.aliases) for it in model.latest_versions}
    assert newest == {"Production": ("2", ["champion"]), "None": ("4", ["next"])}
    assert model.aliases == {"champion": "2", "next": "4"}
    model.latest_versions, model.aliases = [], {}
    tags = [RegisteredModelTag("team", "a")]
    assert model == RegisteredModel("churn", 7000, 20000, "churn", tags=tags, user_id="ada")


def test_a_name_that_is_not_there_is_told_with_the_nearest(store):
    with pytest.raises(NotFound, match=r"^Registered Model with name=chum not found; .*'churn'"):
        registered_models.get(store, "chum")
    assert registered_models.find(store, "chum") is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (None, ["Pets", "Price", "churn"]),
        ("", ["Pets", "Price", "churn"]),
        ("name LIKE 'P%'", ["Pets", "Price"]),
        ("name ILIKE 'p%' and tags.team = 'a'", ["Pets"]),
        ("name IN ('Pets', 'churn')", ["Pets", "churn"]),
        ("not name = 'Pets'", ["Price", "churn"]),
        ("tags.team != 'a' or (name = 'churn' and team = 'a')", ["Price", "churn"]),
        ("tag.`team` = 'a'", ["Pets", "churn"]),
        ("description LIKE 'pr%'", ["Price"]),
        ("alias = 'champion'", ["churn"]),
        ("aliases LIKE 'n%' and aliases = 'champion'", ["churn"]),
        ("aliases IS NULL", ["Pets", "Price"]),
        ("creation_timestamp > 8500", ["Price"]),
        ("last_updated_timestamp >= '1970-01-01 00:00:10'", ["churn"]),
        ("user_id = 'grace'", []),
    ],
)
def test_models_are_found_by_what_is_said_of_them(store, text, found):
    assert names(registered_models.search(store, text)) == found


@pytest.mark.parametrize(
    ("order", "found"),
    [
        (["name DESC"], ["churn", "Price", "Pets"]),
        (["creation_timestamp"], ["churn", "Pets", "Price"]),
        (["last_updated_timestamp DESC"], ["churn", "Price", "Pets"]),
        (["timestamp ASC"], ["Pets", "Price", "churn"]),
        (["tags.team", "name DESC"], ["churn", "Pets", "Price"]),
    ],
)
def test_models_come_in_the_order_asked_for(store, order, found):
    assert names(registered_models.search(store, order_by=order)) == found


def test_models_come_in_pages(store):
    first = registered_models.search(store, max_results=2)
    second = registered_models.search(store, max_results=2, page_token=first.token)
    assert (names(first), names(second), second.token) == (["Pets", "Price"], ["churn"], None)
    with pytest.raises(InvalidValue, match="another question"):
        registered_models.search(store, "name = 'x'", page_token=first.token)


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"filter_string": "colour = 'x'"}, UnknownName),
        ({"filter_string": "attributes.colour = 'x'"}, UnknownName),
        ({"filter_string": "metrics.a > 1"}, UnknownName),
        ({"filter_string": "name = 1"}, InvalidValue),
        ({"filter_string": "name = 'x' &"}, InvalidValue),
        ({"order_by": ["aliases"]}, InvalidValue),
        ({"order_by": ["name", "name DESC"]}, InvalidValue),
        ({"max_results": 0}, InvalidValue),
        ({"page_token": "x"}, InvalidValue),
    ],
)
def test_what_cannot_be_asked_is_told(store, asked, error):
    with pytest.raises(error):
        registered_models.search(store, **asked)
