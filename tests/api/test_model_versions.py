"""Versions of registered models, by the calls that `MlflowClient` has for them."""

from __future__ import annotations

import pytest

import nbtrack
from nbtrack.errors import InvalidUri, InvalidValue, NotFound
from nbtrack.records.registered_model import ModelVersion


@pytest.fixture
def client():
    return nbtrack.MlflowClient()


@pytest.fixture
def model(client):
    """A model with three versions."""
    client.create_registered_model("m")
    for number in range(1, 4):
        client.create_model_version("m", f"s3://bucket/{number}", tags={"n": number})


def stages(client):
    found = client.search_model_versions(order_by=["version_number"])
    return [it.current_stage for it in found]


def test_a_version_is_given_as_it_is_found(client):
    client.create_registered_model("m")
    made = client.create_model_version(
        name="m",
        source="runs:/run1/model",
        run_id="run1",
        tags={"b": 2, "a": 1},
        run_link="http://x",
        description="d",
        await_creation_for=5,
    )
    assert made == client.get_model_version("m", "1") == client.get_model_version("m", 1)
    assert isinstance(made, ModelVersion)
    assert (made.version, made.source, made.run_id) == ("1", "runs:/run1/model", "run1")
    assert (made.status, made.current_stage, made.tags) == ("READY", "None", {"a": "1", "b": "2"})
    assert client.create_model_version("m", "x").version == "2"


def test_a_version_needs_its_model(client):
    with pytest.raises(NotFound, match="Registered Model with name=m not found"):
        client.create_model_version("m", "x")


def test_what_the_store_knows_of_a_source_goes_with_it(client, tmp_path):
    (tmp_path / "MLmodel").write_text("flavors: {}")
    with nbtrack.start_run() as run:
        nbtrack.log_artifact(tmp_path / "MLmodel", "model")
    client.create_registered_model("m")
    made = client.create_model_version("m", f"runs:/{run.info.run_id}/model")
    assert (made.run_id, len(made.digest)) == (run.info.run_id, 64)
    copied = client.create_model_version("m", "models:/m/1")
    assert (copied.run_id, copied.digest) == (made.run_id, made.digest)


def test_an_alias_as_a_source_is_the_version_that_it_points_to_now(client, model):
    client.set_registered_model_alias("m", "champion", 2)
    client.create_registered_model("n")
    assert client.create_model_version("n", "models:/m@champion").source == "models:/m/2"
    client.set_registered_model_alias("m", "champion", 3)
    assert client.get_model_version_download_uri("n", 1) == "s3://bucket/2"


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("models:/m/9", NotFound),
        ("models:/absent/1", NotFound),
        ("models:/m@absent", NotFound),
        (f"models:/m-{'0' * 32}", NotFound),
        ("models:/m", InvalidUri),
        ("models:/m/live", InvalidUri),
        (3, InvalidValue),
    ],
)
def test_a_source_in_the_registry_must_be_there(client, model, source, error):
    with pytest.raises(error):
        client.create_model_version("m", source)


def test_a_version_is_described(client, model):
    assert client.update_model_version("m", 1, "d").description == "d"
    assert client.update_model_version("m", "1").description is None
    with pytest.raises(NotFound, match=r"\(name=m, version=9\) not found"):
        client.update_model_version("m", 9, "d")


def test_versions_go_through_stages(client, model):
    moved = client.transition_model_version_stage(
        name="m", version=1, stage="Staging", description="to be tried"
    )
    assert (moved.current_stage, moved.description) == ("Staging", "to be tried")
    client.transition_model_version_stage("m", "1", "production")
    client.transition_model_version_stage("m", 2, "Production", archive_existing_versions=True)
    assert stages(client) == ["Archived", "Production", "None"]
    assert [it.version for it in client.get_latest_versions("m")] == ["1", "2", "3"]
    assert [it.version for it in client.get_latest_versions("m", stages=["None"])] == ["3"]
    assert client.get_latest_versions("m", ["Staging"]) == []
    assert client.get_model_version_stages("m", 1) == ["None", "Staging", "Production", "Archived"]


@pytest.mark.parametrize("version", ["x", "1.0", None, 1.5])
def test_a_version_is_a_whole_number(client, model, version):
    for act in (
        lambda: client.get_model_version("m", version),
        lambda: client.transition_model_version_stage("m", version, "Staging"),
        lambda: client.set_registered_model_alias("m", "a", version),
        lambda: client.delete_model_version("m", version),
        lambda: client.update_model_version("m", version, "d"),
    ):
        with pytest.raises(InvalidValue, match="Parameter 'version' must be an integer"):
            act()


def test_a_description_that_cannot_be_taken_moves_nothing(client, model):
    with pytest.raises(InvalidValue, match="parameter 'description'"):
        client.transition_model_version_stage("m", 1, "Staging", description=3)
    assert stages(client) == ["None"] * 3


def test_tags_are_set_by_number_or_stage(client, model):
    client.set_model_version_tag(name="m", version=1, key="k", value=0.5)
    nbtrack.set_model_version_tag("m", "1", "j", "x")
    client.transition_model_version_stage("m", 2, "Staging")
    client.set_model_version_tag("m", key="k", value="y", stage="staging")
    tags = [it.tags for it in nbtrack.search_model_versions(order_by=["version_number"])]
    assert tags == [{"n": "1", "k": "0.5", "j": "x"}, {"n": "2", "k": "y"}, {"n": "3"}]
    client.delete_model_version_tag("m", 1, "k")
    client.delete_model_version_tag("m", key="k", stage="Staging")
    assert nbtrack.search_model_versions(filter_string="tags.k = 'y'") == []
    with pytest.raises(InvalidValue, match="cannot be set together"):
        client.set_model_version_tag("m", 1, "k", "v", stage="Staging")
    with pytest.raises(InvalidValue, match="version or stage must be set"):
        client.delete_model_version_tag("m", key="k")
    with pytest.raises(NotFound, match="any model version for Production stage"):
        client.set_model_version_tag("m", key="k", value="v", stage="Production")


def test_a_deleted_version_is_gone_and_its_number_too(client, model):
    client.set_registered_model_alias("m", "champion", 3)
    with pytest.raises(InvalidValue, match="'champion' points to") as caught:
        client.delete_model_version("m", 3)
    assert caught.value.error_code == "INVALID_STATE"
    client.delete_model_version("m", "3", force=True)
    with pytest.raises(NotFound, match="it was deleted"):
        client.get_model_version("m", 3)
    assert client.create_model_version("m", "x").version == "4"


def test_versions_are_searched_in_pages(client, model):
    found = client.search_model_versions("name = 'm'", max_results=2, order_by=["version_number"])
    assert [it.version for it in found] == ["1", "2"]
    more = client.search_model_versions(
        "name = 'm'", 2, order_by=["version_number"], page_token=found.token
    )
    assert ([it.version for it in more], more.token) == (["3"], None)


def test_a_version_is_copied_with_what_is_said_of_it(client, model):
    client.update_model_version("m", 2, "d")
    client.set_registered_model_alias("m", "champion", 2)
    for number, source in enumerate(["models:/m/2", "models:/m@champion"], 1):
        copied = client.copy_model_version(source, "n")
        assert (copied.name, copied.version, copied.source) == ("n", str(number), "models:/m/2")
        assert (copied.tags, copied.description, copied.aliases) == ({"n": "2"}, "d", [])
        assert copied == client.get_model_version("n", number)
    assert client.get_model_version_download_uri("n", 1) == "s3://bucket/2"
    for source in ("runs:/r/model", "s3://bucket/2", f"models:/m-{'0' * 32}"):
        with pytest.raises(InvalidValue, match="Unsupported source model URI"):
            client.copy_model_version(source, "n")
    with pytest.raises(NotFound):
        client.copy_model_version("models:/m/9", "n")
