"""What may be done to experiments."""

from __future__ import annotations

import nbtrack


def test_an_experiment_is_made_named_anew_deleted_and_restored(ask):
    made = ask("POST", "experiments", sent={"name": "first"}).told["experiment_id"]
    assert ask("PATCH", "experiments", made, sent={"name": "second"}).status == 200
    assert nbtrack.get_experiment(made).name == "second"
    assert ask("POST", "experiments", "delete", sent={"experiment_ids": [made]}).told == {}
    assert nbtrack.get_experiment(made).lifecycle_stage == "deleted"
    assert ask("POST", "experiments", "restore", sent={"experiment_ids": [made]}).told == {}
    assert nbtrack.get_experiment(made).lifecycle_stage == "active"


def test_a_name_that_is_taken_is_refused(ask):
    ask("POST", "experiments", sent={"name": "first"})
    found = ask("POST", "experiments", sent={"name": "first"})
    assert (found.status, found.told["error_code"]) == (409, "RESOURCE_ALREADY_EXISTS")
    assert "first" in found.told["message"]


def test_an_experiment_that_is_not_there_cannot_be_deleted(ask):
    found = ask("POST", "experiments", "delete", sent={"experiment_ids": ["77"]})
    assert (found.status, found.told["error_code"]) == (404, "RESOURCE_DOES_NOT_EXIST")
