"""Registered models and their aliases, by the calls that `MlflowClient` has for them."""

from __future__ import annotations

import pytest

import nbtrack
from nbtrack.errors import AlreadyExists, InvalidValue, NotFound
from nbtrack.records.registered_model import RegisteredModelTag


@pytest.fixture
def client():
    return nbtrack.MlflowClient()


@pytest.fixture
def model(client):
    """A model with two versions."""
    client.create_registered_model("m", tags={"n": 1}, description="d")
    for _ in range(2):
        client.create_model_version("m", "file:///models/m")


def test_a_model_is_given_as_it_is_found(client):
    made = client.create_registered_model("m", tags={"n": 1, "a": "b"}, description="d")
    assert made == client.get_registered_model("m")
    assert (made.tags, made.description, made.aliases) == ({"n": "1", "a": "b"}, "d", {})
    assert made.creation_timestamp == made.last_updated_timestamp
    assert made.user_id
    with pytest.raises(AlreadyExists, match="already exists") as caught:
        client.create_registered_model("m")
    assert caught.value.error_code == "RESOURCE_ALREADY_EXISTS"


@pytest.mark.parametrize("name", [None, 3, b"m"])
def test_a_name_is_a_text(client, name):
    for act in (
        client.create_registered_model,
        client.get_registered_model,
        client.delete_registered_model,
        client.get_latest_versions,
    ):
        with pytest.raises(InvalidValue, match="parameter 'name'"):
            act(name)


def test_a_name_with_a_slash_is_refused_with_mlflows_words(client):
    with pytest.raises(InvalidValue, match=r"Names cannot contain '/' or ':'"):
        client.create_registered_model("a/b")


def test_a_model_is_renamed_described_and_deleted(client, model):
    client.set_registered_model_alias("m", "champion", 2)
    assert client.rename_registered_model("m", "n").aliases == {"champion": "2"}
    assert client.update_registered_model("n", description="e").description == "e"
    assert client.update_registered_model("n").description is None
    client.delete_registered_model("n")
    with pytest.raises(NotFound, match="name=n not found") as caught:
        client.delete_registered_model("n")
    assert caught.value.error_code == "RESOURCE_DOES_NOT_EXIST"


def test_models_are_searched_in_pages_and_listed(client):
    for name in ("ProductionA", "ProductionB", "other"):
        client.create_registered_model(name)
    found = client.search_registered_models(filter_string="name LIKE 'Production%'", max_results=1)
    assert [it.name for it in found] == ["ProductionA"]
    more = client.search_registered_models("name LIKE 'Production%'", 1, page_token=found.token)
    assert ([it.name for it in more], more.token) == (["ProductionB"], None)
    every = ["ProductionA", "ProductionB", "other"]
    assert [it.name for it in client.list_registered_models()] == every
    assert [it.name for it in nbtrack.search_registered_models()] == every
    assert [it.name for it in nbtrack.search_registered_models(1, order_by=["name DESC"])] == [
        "other"
    ]


def test_tags_are_texts_and_may_be_taken_away(client, model):
    client.set_registered_model_tag("m", "k", 3)
    assert client.get_registered_model("m").tags == {"n": "1", "k": "3"}
    for _ in range(2):
        client.delete_registered_model_tag("m", "k")
    assert client.get_registered_model("m").tags == {"n": "1"}
    with pytest.raises(InvalidValue, match="parameter 'key'"):
        client.set_registered_model_tag("m", None, "v")


def test_secrets_do_not_come_into_the_registry(client):
    client.create_registered_model("m", tags={"api_key": "sk-proj-abcdefgh12345678"})
    made = client.create_model_version(
        "m", "file:///m", description="AKIAIOSFODNN7EXAMPLE", tags={"password": "hunter2-hunter2"}
    )
    told = nbtrack.sql("select string_agg(details) as details from registry_log").details[0]
    for secret in ("abcdefgh12345678", "AKIAIOSFODNN7EXAMPLE", "hunter2-hunter2"):
        assert secret not in told + str(made) + str(client.get_registered_model("m"))


def test_aliases_are_set_moved_resolved_and_taken_away(client, model):
    for version in ("1", 2):
        client.set_registered_model_alias(name="m", alias="champion", version=version)
        found = client.get_model_version_by_alias(name="m", alias="champion")
        assert (found.version, found.aliases) == (str(version), ["champion"])
    with pytest.raises(NotFound, match="version=9"):
        client.set_registered_model_alias("m", "champion", "9")
    for _ in range(2):
        client.delete_registered_model_alias("m", "champion")
    with pytest.raises(NotFound, match="alias champion not found") as caught:
        client.get_model_version_by_alias("m", "champion")
    assert caught.value.error_code == "INVALID_PARAMETER_VALUE"
    for alias in ("latest", "v1", "a b", ""):
        with pytest.raises(InvalidValue):
            client.set_registered_model_alias("m", alias, 1)


def test_a_client_of_another_store_has_another_registry(client, model, tmp_path):
    other = nbtrack.MlflowClient(tmp_path / "other")
    assert other.list_registered_models() == []
    other.create_registered_model("m")
    assert other.get_registered_model("m").latest_versions == []


def test_acts_are_logged_with_who_did_them(client, monkeypatch):
    monkeypatch.setenv("NBTRACK_USER", "ada")
    client.create_registered_model("m")
    nbtrack.create_experiment("e")
    logged = nbtrack.sql("select act, actor, pid, host, origin from registry_log order by number")
    assert list(logged.act) == ["create_registered_model", "create_experiment"]
    assert set(logged.actor) == {"ada"}
    assert logged.notna().all().all()


def test_a_tag_of_mlflow_is_made_as_mlflow_makes_it():
    assert dict(RegisteredModelTag(key="a", value="b")) == {"key": "a", "value": "b"}
