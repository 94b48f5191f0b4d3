"""The way back through the moves of an alias."""

from __future__ import annotations

import pytest

from nbtrack.questions.promotions import attempts, way_back
from nbtrack.records.promotion_operation import RefusePromotion
from nbtrack.records.registered_model import AliasMove
from nbtrack.records.registry_operation import (
    CreateModelVersion,
    MoveAlias,
    RenameRegisteredModel,
    SetModelAlias,
)
from nbtrack.store.duckdb import DuckDBStore


@pytest.mark.parametrize(
    ("told", "path"),
    [
        ("", ""),
        ("1 2 3", "1 2 3"),
        ("1 1 2", "1 2"),
        ("1 2 3 b2", "1 2"),
        ("1 2 3 b2 b1", "1"),
        ("1 2 b1 3", "1 3"),
        ("1 2 1", "1 2 1"),
        ("1 2 - 3", "1 2 3"),
        ("1 2 -", "1 2"),
        ("1 2 1 3 b1", "1 2 1"),
        ("2 b9", "2 9"),
    ],
)
def test_the_way_leads_through_promotions_and_leaves_out_ways_back(told, path):
    moves = [
        AliasMove("m", "a", None, None if it == "-" else it.lstrip("b"), None, time=0, reason=it)
        for it in told.split()
    ]
    found = way_back(moves[::-1], lambda move: move.reason.startswith("b"))
    assert found == path.split()


def test_every_attempt_that_left_a_report_is_found_once_also_under_a_new_name(store_folder):
    store = DuckDBStore(store_folder)
    versions = [CreateModelVersion(name="m", create_model=True)] * 2
    both = MoveAlias(name="m", version=1, alias="a", stage="Production", report="{}", reason="r")
    no = RefusePromotion(name="m", version=2, alias="a", tags={"k": "v"}, report="[]", actor="ana")
    by_hand = SetModelAlias(name="m", alias="a", version=2)
    store.append([*versions, both, by_hand, no, RenameRegisteredModel(name="m", new_name="n")])
    first, second = attempts(store, "n")
    assert first == {
        "number": 3,
        "model": "m",
        "version": 1,
        "alias": "a",
        "stage": "Production",
        "previous": None,
        "time": first["time"],
        "actor": "",
        "reason": "r",
        "report": "{}",
        "is_refused": False,
    }
    assert (second["version"], second["is_refused"], second["report"], second["actor"]) == (
        2,
        True,
        "[]",
        "ana",
    )
