from __future__ import annotations

import pytest

from nbtrack.errors import InvalidValue, NotFound
from nbtrack.records.registry_operation import (
    ApproveModelVersion,
    CreateModelVersion,
    CreateRegisteredModel,
    DeleteModelVersion,
    SetModelAlias,
    SetModelVersionTag,
    TransitionStage,
    UpdateModelVersion,
)

FULL = CreateModelVersion(
    name="m",
    source="runs:/r/model",
    run_id="r",
    run_link="http://r",
    model_id="m-1",
    description="d",
    tags={"a": "1", "b": "2"},
    status="PENDING_REGISTRATION",
    status_message="soon",
    digest="d1",
    signature_digest="s1",
    create_model=True,
    actor="ada",
    time=5000,
)


def test_a_version_is_kept_as_it_was_told(store, rows):
    assert store.append([FULL]) == [1]
    assert rows("select * exclude (created, updated) from model_versions") == [
        (
            *("m", 1, "None", "PENDING_REGISTRATION", "soon", "runs:/r/model", "r", "http://r"),
            *("m-1", "d", "ada", "d1", "s1", 5, 5),
        )
    ]
    assert rows("select key, value from model_version_tags order by key") == [
        ("a", "1"),
        ("b", "2"),
    ]
    assert rows("select name, user_id from registered_models") == [("m", "ada")]


def test_numbers_grow_by_one_in_each_model(store):
    made = [CreateRegisteredModel(name=name) for name in ("a", "b")]
    versions = [CreateModelVersion(name=name) for name in ("a", "a", "b", "a")]
    assert store.append([*made, *versions]) == ["a", "b", 1, 2, 1, 3]


def test_a_model_is_only_made_if_that_was_asked_for(store):
    with pytest.raises(NotFound, match="name=m not found; there are none yet"):
        store.append([CreateModelVersion(name="m")])
    assert store.append([CreateModelVersion(name="m", create_model=True)]) == [1]
    assert store.append([CreateModelVersion(name="m", create_model=True)]) == [2]


def test_a_number_is_not_given_again(store, rows):
    store.append([CreateModelVersion(name="m", create_model=True), CreateModelVersion(name="m")])
    store.append([DeleteModelVersion(name="m", version=2)])
    assert store.append([CreateModelVersion(name="m")]) == [3]
    assert rows("select version from model_versions order by 1") == [(1,), (3,)]
    with pytest.raises(NotFound, match=r"\(name=m, version=2\) not found; it was deleted"):
        store.append([DeleteModelVersion(name="m", version=2)])


def test_the_number_that_a_caller_brings_means_nothing(store):
    store.append([CreateRegisteredModel(name="m")])
    assert store.append([CreateModelVersion(name="m", version=9)]) == [1]


@pytest.mark.parametrize("status", ["", "DONE"])
def test_a_status_that_there_is_not_is_refused(store, status):
    store.append([CreateModelVersion(name="m", create_model=True)])
    for op in (
        CreateModelVersion(name="m", status=status),
        UpdateModelVersion(name="m", version=1, status=status),
    ):
        with pytest.raises(InvalidValue, match="there are PENDING_REGISTRATION"):
            store.append([op])


def test_a_status_may_be_in_any_letter_case(store, rows):
    store.append([CreateModelVersion(name="m", create_model=True, status="failed_registration")])
    assert rows("select status from model_versions") == [("FAILED_REGISTRATION",)]
    store.append([UpdateModelVersion(name="m", version=1, status="Ready")])
    assert rows("select status from model_versions") == [("READY",)]


def test_a_version_is_described_and_finished(store, rows):
    store.append([FULL])
    query = "select description, status, status_message, last_updated_timestamp from model_versions"
    store.append([UpdateModelVersion(name="m", version=1, description="e", time=9000)])
    assert rows(query) == [("e", "PENDING_REGISTRATION", "soon", 9)]
    store.append([UpdateModelVersion(name="m", version=1, status="READY", time=9000)])
    assert rows(query) == [("e", "READY", None, 9)]
    store.append([UpdateModelVersion(name="m", version=1, description="", time=9000)])
    assert rows(query) == [(None, "READY", None, 9)]


@pytest.mark.parametrize(
    "op",
    [
        UpdateModelVersion(name="m", version=7),
        DeleteModelVersion(name="m", version=7),
        SetModelVersionTag(name="m", version=7, key="k", value="v"),
        SetModelAlias(name="m", alias="a", version=7),
        TransitionStage(name="m", version=7, stage="Staging"),
        ApproveModelVersion(name="m", version=7, approver="ada"),
    ],
)
def test_a_version_that_is_not_there_is_told_with_those_that_are(store, op):
    store.append([FULL])
    with pytest.raises(NotFound, match=r"^Model Version \(name=m, version=7\) not found; .* are 1"):
        store.append([op])


def test_what_an_alias_points_to_is_deleted_by_force_alone(store, rows):
    store.append([FULL, SetModelAlias(name="m", alias="champion", version=1)])
    with pytest.raises(InvalidValue, match=r"'champion' points to.*move the alias.*force=True"):
        store.append([DeleteModelVersion(name="m", version=1)])
    store.append([DeleteModelVersion(name="m", version=1, force=True)])
    assert rows("select * from model_versions") == rows("select * from model_version_tags") == []
    assert rows("select * from model_aliases") == []
    assert rows("select alias, version, previous from alias_history order by number") == [
        ("champion", 1, None),
        ("champion", None, 1),
    ]


def test_tags_of_a_version_are_set_and_taken_away(store, rows):
    store.append([CreateModelVersion(name="m", create_model=True)])
    for value in ("1", "2", None, None):
        store.append([SetModelVersionTag(name="m", version=1, key="k", value=value)])
        told = [] if value is None else [("m", 1, "k", value)]
        assert rows("select * from model_version_tags") == told


def test_approvals_are_kept_with_who_gave_them(store, rows):
    store.append([FULL])
    for approver, note in (("ada", "tried it"), ("grace", "")):
        op = ApproveModelVersion(name="m", version=1, approver=approver, note=note, time=9000)
        store.append([op])
    assert rows("select * exclude approved from model_approvals order by approver") == [
        ("m", 1, "ada", "tried it", 9),
        ("m", 1, "grace", "", 9),
    ]
    with pytest.raises(InvalidValue, match="name of who approves"):
        store.append([ApproveModelVersion(name="m", version=1, approver=" ")])
