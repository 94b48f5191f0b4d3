from __future__ import annotations

import pytest

from nbtrack.errors import Conflict, InvalidValue, NotFound
from nbtrack.records.registry_operation import (
    CreateModelVersion,
    DeleteModelAlias,
    MoveAlias,
    SetModelAlias,
    TransitionStage,
)

ALIASES = "select alias, version from model_aliases order by alias"
HISTORY = "select alias, stage, version, previous from alias_history order by number, alias"
STAGES = "select version, current_stage from model_versions order by version"


@pytest.fixture
def model(store):
    """A model with three versions."""
    store.append([CreateModelVersion(name="m", create_model=True) for _ in range(3)])


def test_an_alias_is_set_moved_and_taken_away(store, rows, model):
    assert store.append([SetModelAlias(name="m", alias="a", version=1)]) == [None]
    assert store.append([SetModelAlias(name="m", alias="a", version=2)]) == [1]
    assert store.append([SetModelAlias(name="m", alias="b", version=2)]) == [None]
    assert rows(ALIASES) == [("a", 2), ("b", 2)]
    assert store.append([DeleteModelAlias(name="m", alias="a")]) == [2]
    assert store.append([DeleteModelAlias(name="m", alias="a")]) == [None]
    assert rows(ALIASES) == [("b", 2)]
    assert rows(HISTORY) == [
        ("a", None, 1, None),
        ("a", None, 2, 1),
        ("b", None, 2, None),
        ("a", None, None, 2),
    ]


def test_an_alias_that_stays_leaves_no_history(store, rows, model):
    for _ in range(2):
        store.append([SetModelAlias(name="m", alias="a", version=1)])
    assert rows(HISTORY) == [("a", None, 1, None)]


@pytest.mark.parametrize(
    ("alias", "words"),
    [
        ("", "cannot be empty"),
        ("a b", "Invalid alias name"),
        ("a/b", "Invalid alias name"),
        ("a\n", "Invalid alias name"),
        ("x" * 256, "255 characters"),
        ("latest", "reserved"),
        ("Latest", "reserved"),
        ("v12", "reserved"),
        ("V1", "reserved"),
    ],
)
def test_an_alias_that_means_something_else_is_refused(store, model, alias, words):
    for op in (
        SetModelAlias(name="m", alias=alias, version=1),
        MoveAlias(name="m", alias=alias, version=1),
    ):
        with pytest.raises(InvalidValue, match=words):
            store.append([op])


def test_a_version_enters_a_stage_and_others_make_room(store, rows, model):
    assert store.append([TransitionStage(name="m", version=1, stage="staging")]) == ["None"]
    store.append([TransitionStage(name="m", version=2, stage="Staging")])
    assert rows(STAGES) == [(1, "Staging"), (2, "Staging"), (3, "None")]
    op = TransitionStage(name="m", version=3, stage="Staging", archive_existing=True)
    assert store.append([op]) == ["None"]
    assert rows(STAGES) == [(1, "Archived"), (2, "Archived"), (3, "Staging")]
    assert store.append([op]) == ["Staging"]
    assert rows(HISTORY) == [
        (None, "Staging", 1, None),
        (None, "Staging", 2, 1),
        (None, "Staging", 3, 2),
    ]


@pytest.mark.parametrize("stage", ["None", "Archived"])
def test_nothing_is_archived_for_a_stage_that_is_none(store, model, stage):
    op = TransitionStage(name="m", version=1, stage=stage, archive_existing=True)
    with pytest.raises(InvalidValue, match="is not an Active stage"):
        store.append([op])


def test_a_stage_that_there_is_not_is_refused(store, model):
    for op in (
        TransitionStage(name="m", version=1, stage="live"),
        MoveAlias(name="m", version=1, stage="live"),
    ):
        with pytest.raises(InvalidValue, match="Value must be one of None, Staging"):
            store.append([op])


def test_a_move_does_all_of_it(store, rows, model):
    store.append([TransitionStage(name="m", version=1, stage="Production")])
    store.append([SetModelAlias(name="m", alias="champion", version=1)])
    op = MoveAlias(
        name="m",
        version=2,
        alias="champion",
        stage="production",
        expected=1,
        tags={"accuracy": "0.9"},
        description="better",
        reason="gates passed",
        report='{"gates": []}',
        actor="ada",
        time=9000,
    )
    assert store.append([op]) == [1]
    assert rows(ALIASES) == [("champion", 2)]
    assert rows(STAGES) == [(1, "Archived"), (2, "Production"), (3, "None")]
    assert rows("select version, key, value from model_version_tags") == [(2, "accuracy", "0.9")]
    assert rows("select description from model_versions where version = 2") == [("better",)]
    query = "select alias, stage, version, previous, time, actor, reason, report from alias_history"
    assert rows(f"{query} where time = 9 order by alias") == [
        ("champion", None, 2, 1, 9, "ada", "gates passed", '{"gates": []}'),
        (None, "Production", 2, 1, 9, "ada", "gates passed", None),
    ]


@pytest.mark.parametrize(("there", "expected"), [(None, 1), (None, 3), (1, 0), (1, 2)], ids=str)
def test_a_move_from_where_nobody_is_any_more_changes_nothing(store, rows, model, there, expected):
    if there is not None:
        store.append([SetModelAlias(name="m", alias="a", version=there)])
    before = [rows(it) for it in (ALIASES, HISTORY, STAGES)]
    op = MoveAlias(
        name="m", version=2, alias="a", stage="Staging", expected=expected, tags={"k": "v"}
    )
    with pytest.raises(Conflict, match=r"the alias 'a' of 'm' is at .* was expected"):
        store.append([op])
    assert [rows(it) for it in (ALIASES, HISTORY, STAGES)] == before
    assert rows("select * from model_version_tags") == []


def test_a_move_may_be_of_a_stage_alone(store, rows, model):
    assert store.append([MoveAlias(name="m", version=1, stage="Production", expected=0)]) == [None]
    told = MoveAlias(name="m", version=2, stage="Production", expected=1, report="{}")
    assert store.append([told]) == [1]
    assert rows(STAGES) == [(1, "Archived"), (2, "Production"), (3, "None")]
    assert rows(HISTORY) == [(None, "Production", 1, None), (None, "Production", 2, 1)]
    with pytest.raises(Conflict, match="the stage Production of 'm' is at version 2"):
        store.append([MoveAlias(name="m", version=3, stage="Production", expected=1)])
    store.append([MoveAlias(name="m", version=3, stage="Production", archive_existing=False)])
    assert rows(STAGES) == [(1, "Archived"), (2, "Production"), (3, "Production")]
    with pytest.raises(InvalidValue, match="to name an alias or a stage"):
        store.append([MoveAlias(name="m", version=1)])


def test_a_move_to_where_it_is_already_is_kept_with_its_reason(store, rows, model):
    store.append([SetModelAlias(name="m", alias="a", version=1)])
    store.append([MoveAlias(name="m", version=1, alias="a", reason="again", report="{}")])
    assert rows("select version, previous, reason from alias_history order by number") == [
        (1, None, ""),
        (1, 1, "again"),
    ]


def test_a_move_to_a_version_that_is_not_there_is_refused(store, rows, model):
    with pytest.raises(NotFound, match="version=9"):
        store.append([MoveAlias(name="m", version=9, alias="a", tags={"k": "v"})])
    assert rows(ALIASES) == []
