from __future__ import annotations

import pytest

from nbtrack.errors import InvalidValue
from nbtrack.questions import registry_log
from nbtrack.records.operation import CreateExperiment
from nbtrack.records.registry_operation import (
    CreateModelVersion,
    RenameRegisteredModel,
    SetModelAlias,
    TransitionStage,
)


@pytest.fixture
def acts(store):
    """Something of each kind."""
    made = CreateModelVersion(name="m", create_model=True, actor="ada", time=10**6, pid=7, host="h")
    store.append(
        [
            made,
            CreateModelVersion(name="n", create_model=True, actor="grace", time=2 * 10**6),
            SetModelAlias(name="m", alias="a", version=1, actor="grace", time=3 * 10**6),
            CreateExperiment(name="e", actor="ada", time=4 * 10**6),
            TransitionStage(name="m", version=1, stage="Staging", actor="ada", time=5 * 10**6),
            RenameRegisteredModel(name="m", new_name="o", actor="ada", time=6 * 10**6),
            SetModelAlias(name="o", alias="a", version=1, actor="ada", time=7 * 10**6),
        ]
    )


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ({}, [7, 6, 5, 4, 3, 2, 1]),
        ({"model": "n"}, [2]),
        ({"model": "o"}, [7, 6, 5, 3, 1]),
        ({"model": "m"}, [6, 5, 3, 1]),
        ({"model": "absent"}, []),
        ({"model": "o", "version": "1"}, [7, 5, 3, 1]),
        ({"actor": "grace"}, [3, 2]),
        ({"experiment_id": "1"}, [4]),
        ({"acts": ["set_model_alias"], "actor": "ada"}, [7]),
        ({"since": 5000}, [7, 6, 5]),
        ({"limit": 2}, [7, 6]),
    ],
)
def test_acts_are_found_by_what_is_said_of_them(store, acts, asked, numbers):
    assert [act.number for act in registry_log.of(store, **asked)] == numbers


def test_an_act_is_read_whole(store, acts):
    act = registry_log.of(store, model="m", acts=["create_model_version"])[0]
    assert (act.time, act.actor, act.act, act.model, act.version) == (
        *(1000, "ada", "create_model_version"),
        *("m", "1"),
    )
    assert (act.host, act.pid, act.origin, act.cell) == ("h", 7, None, None)
    assert act.details["created_model"] is True


def test_a_version_is_a_whole_number(store):
    with pytest.raises(InvalidValue, match="must be an integer"):
        registry_log.of(store, version="x")
