"""The way back: one call, to the version before, however many moves there were."""

from __future__ import annotations

import pytest

import nbtrack
from nbtrack.api.session import session
from nbtrack.errors import InvalidValue, NotFound
from nbtrack.records.registry_operation import CreateModelVersion


@pytest.fixture
def client():
    """A client, with five versions of `churn`."""
    session().store.append([CreateModelVersion(name="churn", create_model=True)] * 5)
    return nbtrack.MlflowClient()


def alias_of(client, alias="champion"):
    return client.get_registered_model("churn").aliases.get(alias)


def promoted(*versions, to="champion"):
    for version in versions:
        nbtrack.promote("churn", version, to)


def test_an_alias_goes_back_step_by_step(client):
    promoted(1, 3, 2)
    report = nbtrack.rollback("churn", note="too slow")
    assert (alias_of(client), report.outcome, report.version, report.previous) == (
        "3",
        "rolled_back",
        "3",
        "2",
    )
    assert report.text() == (
        "churn version 3 is @champion again, in place of version 2\n  note: too slow"
    )
    nbtrack.rollback("churn")
    assert alias_of(client) == "1"
    with pytest.raises(NotFound, match="nothing to go back to"):
        nbtrack.rollback("churn")
    assert [it.act for it in nbtrack.promotions("churn")] == ["promote"] * 3 + ["rollback"] * 2


def test_after_a_way_back_a_promotion_begins_a_new_one(client):
    promoted(1, 2)
    nbtrack.rollback("churn")
    promoted(3)
    nbtrack.rollback("churn")
    assert alias_of(client) == "1"


def test_moves_by_hand_count_too(client):
    client.set_registered_model_alias("churn", "champion", "4")
    client.set_registered_model_alias("churn", "champion", "5")
    nbtrack.rollback("churn")
    assert alias_of(client) == "4"


def test_an_alias_that_was_taken_away_comes_back(client):
    promoted(1, 2)
    client.delete_registered_model_alias("churn", "champion")
    nbtrack.rollback("churn")
    assert alias_of(client) == "2"


def test_one_may_go_back_further_at_once(client):
    promoted(1, 2, 3)
    nbtrack.rollback("churn", to_version="1")
    assert alias_of(client) == "1"
    with pytest.raises(NotFound, match="nothing to go back to"):
        nbtrack.rollback("churn")
    with pytest.raises(InvalidValue, match=r"version 5 of 'churn' was not @champion before"):
        nbtrack.rollback("churn", to_version=5)


def test_a_version_that_was_deleted_is_named(client):
    promoted(1, 2)
    client.delete_model_version("churn", "1")
    with pytest.raises(
        NotFound, match=r"version 1 of 'churn' was @champion before and was deleted"
    ):
        nbtrack.rollback("churn")
    assert alias_of(client) == "2"


def test_a_stage_goes_back_and_what_was_in_it_is_archived(client):
    promoted(1, 2, to="Production")
    nbtrack.rollback("churn", "Production")
    stages = [client.get_model_version("churn", it).current_stage for it in "12"]
    assert stages == ["Production", "Archived"]


def test_a_stage_that_was_moved_with_the_alias_goes_back_with_it(client):
    promoted(1, 2, to=("champion", "Production"))
    report = nbtrack.rollback("churn")
    assert report.target == "@champion and Production"
    assert client.get_model_version("churn", "1").current_stage == "Production"
    assert alias_of(client) == "1"


def test_a_stage_that_went_elsewhere_meanwhile_stays(client):
    promoted(1, 2, to=("champion", "Production"))
    promoted(3, to="Production")
    assert nbtrack.rollback("churn").target == "@champion"
    assert client.get_model_version("churn", "3").current_stage == "Production"


def test_where_nothing_ever_was_there_is_no_way_back(client):
    with pytest.raises(NotFound, match=r"no version of 'churn' was @champion before \(none is\)"):
        nbtrack.rollback("churn")
    with pytest.raises(NotFound, match="chrun"):
        nbtrack.rollback("chrun")


def test_names_follow_a_model_that_was_renamed(client):
    promoted(1, 2)
    client.rename_registered_model("churn", "leaving")
    assert nbtrack.rollback("leaving").version == "1"
    assert [it.version for it in nbtrack.promotions("leaving")] == ["1", "2", "1"]
