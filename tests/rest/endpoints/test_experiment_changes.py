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


def test_an_experiment_is_described_tagged_and_found_by_its_tags(ask):
    made = ask("POST", "experiments", sent={"name": "first"}).told["experiment_id"]
    ask("POST", "experiments", sent={"name": "second"})
    for key, value in (("team", "vision"), ("old", "1"), ("mlflow.note.content", "A *test*.")):
        said = ask("POST", "experiments", made, "tags", sent={"key": key, "value": value})
        assert said.told == {}
    assert ask("POST", "experiments", made, "tags", sent={"key": "old"}).status == 200
    found = ask("GET", "experiments", filter="tags.team = 'vision'").told["experiments"]
    assert [it["name"] for it in found] == ["first"]
    assert (found[0]["description"], found[0]["tags"]) == ("A *test*.", {"team": "vision"})


def test_what_cannot_be_tagged_or_filtered_is_told_of(ask):
    assert ask("POST", "experiments", "0", "tags", sent={"key": "none"}).status == 404
    said = ask("POST", "experiments", "0", "tags", sent={"key": " ", "value": "x"})
    assert (said.status, "such as team" in said.told["message"]) == (400, True)
    assert ask("POST", "experiments", "77", "tags", sent={"key": "a", "value": "x"}).status == 404
    said = ask("GET", "experiments", filter="tags.team >")
    assert (said.status, said.told["position"]) == (400, 11)
