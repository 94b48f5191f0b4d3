from __future__ import annotations

import pytest

from nbtrack.errors import AlreadyExists, InvalidValue, NotFound
from nbtrack.records.registry_operation import (
    CreateModelVersion,
    CreateRegisteredModel,
    DeleteRegisteredModel,
    RenameRegisteredModel,
    SetModelAlias,
    SetModelVersionTag,
    SetRegisteredModelTag,
    UpdateRegisteredModel,
)

MODELS = "select name, description, user_id, last_version from registered_models order by name"


def test_a_model_is_made_with_its_tags(store, rows):
    made = CreateRegisteredModel(name="m", description="d", tags={"a": "1"}, actor="ada", time=7000)
    assert store.append([made]) == ["m"]
    assert rows(MODELS) == [("m", "d", "ada", 0)]
    assert rows("select * from registered_model_tags") == [("m", "a", "1")]
    assert rows("select creation_timestamp, last_updated_timestamp from registered_models") == [
        (7, 7)
    ]


def test_a_name_is_taken_once(store):
    store.append([CreateRegisteredModel(name="m")])
    with pytest.raises(AlreadyExists, match=r"^Registered Model \(name=m\) already exists"):
        store.append([CreateRegisteredModel(name="m")])


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "Missing value"),
        ("  ", "Missing value"),
        ("a/b", "Invalid model name"),
        ("a:b", "Invalid model name"),
        ("a@b", "Invalid model name"),
        ("a\nb", "Invalid model name"),
        (".", "folder"),
        ("..", "folder"),
        ("x" * 257, "256 characters"),
    ],
)
def test_a_name_that_no_address_could_hold_is_refused(store, name, words):
    with pytest.raises(InvalidValue, match=words):
        store.append([CreateRegisteredModel(name=name)])
    with pytest.raises(InvalidValue, match=words):
        store.append([CreateModelVersion(name=name, create_model=True)])
    store.append([CreateRegisteredModel(name="m")])
    with pytest.raises(InvalidValue, match=words):
        store.append([RenameRegisteredModel(name="m", new_name=name)])


@pytest.mark.parametrize("name", ['it\'s "quoted"', "ü 🎉", "%_", "v1", "latest", "a.b-c d"])
def test_other_names_are_kept_as_they_are(store, rows, name):
    store.append([CreateRegisteredModel(name=name)])
    assert rows("select name from registered_models") == [(name,)]


@pytest.mark.parametrize(
    "op",
    [
        RenameRegisteredModel(name="modle", new_name="x"),
        UpdateRegisteredModel(name="modle"),
        DeleteRegisteredModel(name="modle"),
        SetRegisteredModelTag(name="modle", key="k", value="v"),
        CreateModelVersion(name="modle"),
        SetModelAlias(name="modle", alias="a", version=1),
    ],
)
def test_a_model_that_is_not_there_is_told_with_the_nearest(store, op):
    store.append([CreateRegisteredModel(name="model")])
    with pytest.raises(NotFound, match=r"name=modle not found; .* did you mean 'model'"):
        store.append([op])


def test_a_renamed_model_keeps_what_it_has(store, rows):
    store.append([CreateModelVersion(name="m", create_model=True, tags={"k": "v"})])
    store.append([SetModelAlias(name="m", alias="a", version=1), CreateRegisteredModel(name="n")])
    with pytest.raises(AlreadyExists, match="name=n"):
        store.append([RenameRegisteredModel(name="m", new_name="n")])
    assert store.append([RenameRegisteredModel(name="m", new_name="o")]) == ["o"]
    store.append([RenameRegisteredModel(name="o", new_name="o")])
    assert rows("select * from model_aliases") == [("o", "a", 1)]
    assert rows("select name, alias from alias_history") == [("o", "a")]
    assert rows("select name, version, key from model_version_tags") == [("o", 1, "k")]
    store.append([CreateRegisteredModel(name="m")])


def test_a_description_is_changed_and_taken_away(store, rows):
    store.append([CreateRegisteredModel(name="m", time=1000)])
    store.append([UpdateRegisteredModel(name="m", description="d", time=9000)])
    query = "select description, creation_timestamp, last_updated_timestamp from registered_models"
    assert rows(query) == [("d", 1, 9)]
    store.append([UpdateRegisteredModel(name="m", time=9000)])
    assert rows(query) == [(None, 1, 9)]


def test_tags_are_set_and_taken_away(store, rows):
    store.append([CreateRegisteredModel(name="m")])
    for value in ("1", "2", None, None):
        store.append([SetRegisteredModelTag(name="m", key="k", value=value)])
        told = [] if value is None else [("m", "k", value)]
        assert rows("select * from registered_model_tags") == told


@pytest.mark.parametrize(
    ("key", "value"), [("", "v"), (" ", "v"), ("k" * 251, "v"), ("k", "v" * 100_001)]
)
def test_a_tag_of_no_use_is_refused(store, key, value):
    store.append([CreateModelVersion(name="m", create_model=True)])
    for op in (
        SetRegisteredModelTag(name="m", key=key, value=value),
        SetModelVersionTag(name="m", version=1, key=key, value=value),
        CreateModelVersion(name="m", tags={key: value}),
    ):
        with pytest.raises(InvalidValue, match="characters"):
            store.append([op])


def test_a_deleted_model_is_gone_with_all_but_what_was_done(store, rows):
    made = CreateModelVersion(name="m", create_model=True, tags={"k": "v"})
    store.append([made, SetModelAlias(name="m", alias="a", version=1)])
    store.append([CreateModelVersion(name="other", create_model=True, tags={"k": "v"})])
    store.append([DeleteRegisteredModel(name="m")])
    for view in ("registered_models", "model_versions", "model_version_tags"):
        assert rows(f"select name from {view}") == [("other",)]
    assert rows("select * from model_aliases") == []
    assert rows("select name, alias, version from alias_history") == [("m", "a", 1)]
    assert rows("select count(*) from registry_log where model = 'm'") == [(3,)]
    assert store.append([made]) == [1]
