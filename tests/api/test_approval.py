"""Approvals: as facts, and as the tags of MLflow's documents."""

from __future__ import annotations

import pytest

import nbtrack
from nbtrack.api.session import session
from nbtrack.errors import NotFound, PromotionRefused
from nbtrack.records.registry_operation import CreateModelVersion


@pytest.fixture(autouse=True)
def churn(monkeypatch):
    monkeypatch.setenv("NBTRACK_USER", "ana")
    session().store.append([CreateModelVersion(name="churn", create_model=True)])


def test_an_approval_is_a_fact_and_two_tags():
    version = nbtrack.approve("churn", 1, "looks good")
    (approval,) = version.approvals
    assert (approval.approver, approval.note) == ("ana", "looks good")
    assert version.tags["approved_by"] == "ana"
    assert version.tags["approval_date"].startswith("20")


def test_promotion_waits_for_who_has_to_approve():
    nbtrack.approve("churn", 1, by="ben")
    with pytest.raises(PromotionRefused, match=r"approved by ben; nbtrack\.approve"):
        nbtrack.promote("churn", 1, gates=["approved by ana"])
    nbtrack.approve("churn", "latest")
    assert nbtrack.promote("churn", 1, gates=["approved by ana within 1 day"]).moved


def test_nothing_that_is_not_there_is_approved():
    with pytest.raises(NotFound):
        nbtrack.approve("churn", 2)
