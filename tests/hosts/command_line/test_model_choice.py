from __future__ import annotations

from pathlib import Path

import pytest

import nbtrack
from nbtrack.errors import InvalidUri, NotFound
from nbtrack.hosts.command_line.desk import Desk, Shared, WrongUse
from nbtrack.hosts.command_line.model_choice import address_called, chosen, version_called


@pytest.fixture
def desk(churn, store):
    shared = Shared()
    shared.add(str(store), as_json=False)
    client = nbtrack.MlflowClient()
    client.set_registered_model_alias("churn", "champion", "1")
    client.transition_model_version_stage("churn", "2", "Staging")
    return Desk(shared)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("churn", "churn"),
        ("models:/churn", "churn"),
        ("churn/2", "churn/2"),
        ("models:/churn/2", "churn/2"),
        ("churn@champion", "churn/1"),
        ("churn/latest", "churn/2"),
        ("churn/staging", "churn/2"),
    ],
)
def test_a_model_or_a_version_is_named_in_many_ways(desk, text, address):
    assert chosen(desk, text).address == address


def test_what_is_inside_of_a_version_is_no_version(desk):
    with pytest.raises(InvalidUri, match="names a file"):
        chosen(desk, "churn/2/MLmodel")


def test_a_version_is_told_in_one_word_or_in_two(desk):
    found = [version_called(desk, *it).words for it in (("churn", "1"), ("churn/1", None))]
    assert found == ["version 1 of 'churn'"] * 2
    assert version_called(desk, "churn", "@champion").address == "churn/1"
    with pytest.raises(WrongUse, match="VERSION is missing; there are 2, 1"):
        version_called(desk, "churn", None)


def test_addresses_may_leave_their_scheme_out(desk, churn):
    assert address_called(desk, "churn@champion") == "models:/churn@champion"
    assert address_called(desk, "churn/2/MLmodel") == "models:/churn/2/MLmodel"
    assert address_called(desk, churn[1][1]) == f"models:/{churn[1][1]}"
    assert address_called(desk, "s3://bucket/model") == "s3://bucket/model"
    Path("churn").mkdir()
    assert address_called(desk, "churn") == "churn"
    with pytest.raises(NotFound, match="did you mean 'churn'"):
        address_called(desk, "churm/2")
