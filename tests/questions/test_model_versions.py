from __future__ import annotations

import pytest

from nbtrack.errors import InvalidValue, NotFound, UnknownName
from nbtrack.journal.folder import StoreFolder
from nbtrack.questions import model_versions
from nbtrack.records.dataset import Input
from nbtrack.records.execution import Execution
from nbtrack.records.registered_model import (
    AliasMove,
    Approval,
    ModelVersion,
    ModelVersionTag,
)
from nbtrack.records.registry_operation import (
    ApproveModelVersion,
    CreateModelVersion,
    CreateRegisteredModel,
    DeleteModelVersion,
    MoveAlias,
    SetModelAlias,
    TransitionStage,
)
from nbtrack.records.run import RunInfo
from nbtrack.store.duckdb import DuckDBStore


def test_the_versions_of_each_model_are_counted(store):
    assert model_versions.counts(store) == {"m": 3, "other": 1}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Two models; the first has versions 1, 2 and 4."""
    store = DuckDBStore(StoreFolder(tmp_path_factory.mktemp("versions") / ".nbtrack"))
    for number in range(4):
        store.append(
            [
                CreateModelVersion(
                    name="m",
                    create_model=True,
                    source=f"s3://b/{number + 1}",
                    run_id="r" if number else None,
                    tags={"n": str(number + 1), "k": "v"} if number else {},
                    actor="ada",
                    time=(number + 1) * 10**6,
                )
            ]
        )
    store.append(
        [
            CreateModelVersion(name="other", create_model=True, tags={"k": "w"}, time=10**6),
            CreateRegisteredModel(name="empty"),
            DeleteModelVersion(name="m", version=3, time=5 * 10**6),
            SetModelAlias(name="m", alias="champion", version=1, actor="ada", time=6 * 10**6),
            MoveAlias(
                name="m", alias="champion", version=2, reason="better", report="{}", time=7 * 10**6
            ),
            SetModelAlias(name="m", alias="next", version=2, time=8 * 10**6),
            TransitionStage(name="m", version=2, stage="Staging", time=9 * 10**6),
            ApproveModelVersion(name="m", version=2, approver="g", note="ok", time=10 * 10**6),
        ]
    )
    yield store
    store.close()


def numbers(found):
    return [f"{it.name}{it.version}" for it in found]


def test_a_version_is_read_whole(store):
    assert model_versions.get(store, "m", 2) == ModelVersion(
        "m",
        "2",
        2000,
        10000,
        user_id="ada",
        current_stage="Staging",
        source="s3://b/2",
        run_id="r",
        tags=[ModelVersionTag("k", "v"), ModelVersionTag("n", "2")],
        aliases=["champion", "next"],
        approvals=[Approval("g", 10000, "ok")],
    )
    assert model_versions.get(store, "m", "2") == model_versions.at_alias(store, "m", "champion")


@pytest.mark.parametrize("version", ["x", "1.0", "", "-1", 1.0, None, True, "9" * 30, "²"])
def test_a_version_is_a_whole_number(store, version):
    with pytest.raises(InvalidValue, match="Parameter 'version' must be an integer"):
        model_versions.get(store, "m", version)


def test_what_is_not_there_is_told_with_what_is(store):
    with pytest.raises(NotFound, match=r"\(name=m, version=9\) not found; there are 4, 2, 1"):
        model_versions.get(store, "m", 9)
    with pytest.raises(NotFound, match=r"version=3\) not found; it was deleted"):
        model_versions.get(store, "m", 3)
    with pytest.raises(NotFound, match="name=mm not found"):
        model_versions.get(store, "mm", 1)
    with pytest.raises(NotFound, match=r"alias champ not found.* did you mean 'champion'"):
        model_versions.at_alias(store, "m", "champ")
    with pytest.raises(NotFound, match="none of that name; there are none yet"):
        model_versions.at_alias(store, "other", "champion")
    with pytest.raises(NotFound, match="name=mm not found"):
        model_versions.at_alias(store, "mm", "champion")


def test_the_newest_of_each_stage_is_found(store):
    assert numbers(model_versions.in_stages(store, "m")) == ["m2", "m4"]
    assert numbers(model_versions.in_stages(store, "m", ["none"])) == ["m4"]
    assert numbers(model_versions.in_stages(store, "m", ["Staging", "Production"])) == ["m2"]
    assert model_versions.in_stages(store, "empty") == []
    with pytest.raises(InvalidValue, match="stage: live"):
        model_versions.in_stages(store, "m", ["live"])
    with pytest.raises(NotFound, match="name=mm"):
        model_versions.in_stages(store, "mm")


def test_the_newest_of_all_is_found(store):
    assert model_versions.newest(store, "m").version == "4"
    with pytest.raises(NotFound, match="'empty' has no versions yet"):
        model_versions.newest(store, "empty")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (None, ["m2", "m4", "m1", "other1"]),
        ("name = 'm'", ["m2", "m4", "m1"]),
        ("name='m' AND tags.k='v'", ["m2", "m4"]),
        ("name LIKE 'o%' or version_number > 3", ["m4", "other1"]),
        ("not (name = 'm')", ["other1"]),
        ("version_number BETWEEN 2 AND 4", ["m2", "m4"]),
        ("version = 1", ["m1", "other1"]),
        ("run_id = 'r'", ["m2", "m4"]),
        ("run_id IN ('r', 'q')", ["m2", "m4"]),
        ("run_id IS NULL", ["m1", "other1"]),
        ("source_path = 's3://b/4'", ["m4"]),
        ("tags.n > 3", ["m4"]),
        ("k = 'w'", ["other1"]),
        ("aliases = 'champion'", ["m2"]),
        ("alias IS NOT NULL", ["m2"]),
        ("not alias = 'next'", ["m4", "m1", "other1"]),
        ("current_stage = 'Staging'", ["m2"]),
        ("stage != 'Staging' and name = 'm'", ["m4", "m1"]),
        ("creation_timestamp >= 2000", ["m2", "m4"]),
        ("status = 'READY' and user_id = 'ada'", ["m2", "m4", "m1"]),
    ],
)
def test_versions_are_found_by_what_is_said_of_them(store, text, found):
    assert numbers(model_versions.search(store, text)) == found


@pytest.mark.parametrize(
    ("order", "found"),
    [
        (["version_number ASC"], ["m1", "other1", "m2", "m4"]),
        (["name DESC"], ["other1", "m4", "m2", "m1"]),
        (["creation_timestamp DESC", "name"], ["m4", "m2", "m1", "other1"]),
        (["tags.n DESC"], ["m4", "m2", "m1", "other1"]),
    ],
)
def test_versions_come_in_the_order_asked_for(store, order, found):
    assert numbers(model_versions.search(store, order_by=order)) == found


def test_versions_come_in_pages(store):
    found, token = [], None
    while True:
        page = model_versions.search(store, "name = 'm'", max_results=1, page_token=token)
        found += numbers(page)
        token = page.token
        if token is None:
            break
    assert found == ["m2", "m4", "m1"]


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"filter_string": "colour = 'x'"}, UnknownName),
        ({"filter_string": "version_number = '1'"}, InvalidValue),
        ({"filter_string": "params.a = '1'"}, UnknownName),
        ({"order_by": ["aliases"]}, InvalidValue),
        ({"max_results": -1}, InvalidValue),
    ],
)
def test_what_cannot_be_asked_is_told(store, asked, error):
    with pytest.raises(error):
        model_versions.search(store, **asked)


def test_moves_are_told_the_last_first(store):
    moves = model_versions.moves(store, "m")
    assert [(it.alias, it.stage, it.version, it.previous) for it in moves] == [
        (None, "Staging", "2", None),
        ("next", None, "2", None),
        ("champion", None, "2", "1"),
        ("champion", None, "1", None),
    ]
    told = model_versions.moves(store, "m", alias="champion", limit=1)
    assert told == [
        AliasMove("m", "champion", None, "2", "1", time=7000, reason="better", report="{}")
    ]
    assert [it.stage for it in model_versions.moves(store, "m", stage="Staging")] == ["Staging"]
    with pytest.raises(NotFound, match="name=mm"):
        model_versions.moves(store, "mm")


def test_a_version_leads_to_its_run_its_cells_and_its_data(store_folder):
    store = DuckDBStore(store_folder)
    store.append(
        [
            RunInfo("r", "0", "train", status="FINISHED", start_time=1, time=1),
            Input("r", "iris", "d", time=1),
            Execution("e1", source="import x", time=1, start_time=1),
            Execution("e2", source="fit()", uses=["e1"], cell_run="r", time=2, start_time=2),
            CreateModelVersion(name="m", create_model=True, run_id="r"),
            CreateModelVersion(name="m", run_id="gone"),
            CreateModelVersion(name="m"),
        ]
    )
    found = model_versions.lineage(store, "m", 1)
    assert (found.version.run_id, found.run.info.run_name) == ("r", "train")
    assert [it.source for it in found.executions] == ["import x", "fit()"]
    assert [it.dataset.name for it in found.datasets] == ["iris"]
    assert found.missing == []
    for version in (2, 3):
        assert model_versions.lineage(store, "m", version)[1:] == (None, [], [], [])
    store.close()
