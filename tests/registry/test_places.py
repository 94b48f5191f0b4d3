"""Addresses are found in a store: the model that is meant, and the files it consists of."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from nbtrack.capture.open_model import ModelFile
from nbtrack.errors import InvalidUri, ModelError, NotFound, TamperedModel
from nbtrack.records.artifact import Artifact
from nbtrack.records.logged_model import ModelRecord
from nbtrack.records.operation import CreateExperiment
from nbtrack.records.registry_operation import (
    CreateModelVersion,
    CreateRegisteredModel,
    SetModelAlias,
    TransitionStage,
    UpdateModelVersion,
)
from nbtrack.records.run import RunInfo
from nbtrack.registry.manifest import by_path, manifest_digest
from nbtrack.registry.places import ModelPlace, place_of
from nbtrack.store.duckdb import DuckDBStore

RUN = "0123456789abcdef" * 2
MLMODEL = ModelFile("MLmodel", "a" * 64, 3, "s")
DATA = ModelFile("data/model.bin", "b" * 64, 9, "")


def id_of(number):
    return f"m-{number:032x}"


FIRST, SECOND = id_of(1), id_of(2)


def record(model_id, files=(MLMODEL, DATA), **fields):
    told = {"experiment_id": "0", "name": "clf", "status": "READY", "source_run_id": RUN}
    columns = [list(column) for column in zip(*files, strict=True)] or [[], [], [], []]
    lists = dict(zip(("paths", "digests", "sizes", "seals"), columns, strict=True))
    return ModelRecord(
        model_id, **told | {"creation_time": 1000, "time": 1_000_000} | lists | fields
    )


@pytest.fixture
def store(store_folder):
    """A store with a run and a READY model of it."""
    store = DuckDBStore(store_folder)
    store.append([RunInfo(RUN, experiment_id="0", status="FINISHED", time=1), record(FIRST)])
    yield store
    store.close()


@pytest.fixture
def register(store):
    """Make versions of a registered model."""

    def register(name="churn", **fields):
        return store.append([CreateModelVersion(name=name, create_model=True, **fields)])[0]

    return register


def found(place):
    """What a place is of, without the entities it was read from."""
    return place._replace(logged=None, registered=None)


WHOLE = by_path([MLMODEL, DATA])


def test_a_logged_model_is_found_by_its_id(store):
    place = place_of(store, f"models:/{FIRST}/data")
    assert place.logged.name == "clf"
    assert found(place) == ModelPlace(
        f"models:/{FIRST}/data",
        name="clf",
        model_id=FIRST,
        run_id=RUN,
        experiment_id="0",
        manifest=WHOLE,
        path="data",
    )
    own = f"nbtrack-artifacts:/0/models/{FIRST}/artifacts/data"
    assert found(place_of(store, own)) == found(place)._replace(uri=own)


def test_an_unknown_or_unfinished_model_says_so(store):
    store.append([record(SECOND, status="PENDING")])
    store.append([record(id_of(3), status="FAILED", status_message="no room")])
    with pytest.raises(NotFound, match=re.escape(f"{FIRST} (clf); did you mean")):
        place_of(store, f"models:/{id_of(9)}")
    with pytest.raises(ModelError, match=r"\(clf\) is PENDING; wait until it is logged"):
        place_of(store, f"models:/{SECOND}")
    with pytest.raises(ModelError, match="is FAILED: no room; log it again"):
        place_of(store, f"models:/{id_of(3)}")
    assert place_of(store, f"models:/{SECOND}", unfinished=True).model_id == SECOND


# Registered models


@pytest.fixture
def versions(store, register):
    """Three versions: an alias points to the first, the second is in production."""
    store.append([record(SECOND)])
    for model_id in (FIRST, SECOND, FIRST):
        register(model_id=model_id, digest=manifest_digest(WHOLE))
    store.append(
        [
            SetModelAlias(name="churn", alias="champion", version=1),
            TransitionStage(name="churn", version=2, stage="Production"),
        ]
    )


@pytest.mark.parametrize(
    ("uri", "version", "model_id", "alias"),
    [
        ("models:/churn/1", 1, FIRST, None),
        ("models:/churn@champion", 1, FIRST, "champion"),
        ("models:/churn/production", 2, SECOND, None),
        ("models:/churn/latest", 3, FIRST, None),
        ("models:/churn/None", 3, FIRST, None),
    ],
)
@pytest.mark.usefixtures("versions")
def test_a_version_is_found_by_number_alias_stage_or_as_the_latest(
    store, uri, version, model_id, alias
):
    place = place_of(store, f"{uri}/MLmodel")
    assert (place.registered.version, place.logged.model_id) == (str(version), model_id)
    assert found(place) == ModelPlace(
        f"{uri}/MLmodel",
        name="churn",
        version=version,
        alias=alias,
        model_id=model_id,
        run_id=RUN,
        experiment_id="0",
        manifest=WHOLE,
        path="MLmodel",
    )


@pytest.mark.parametrize(
    ("uri", "error", "says"),
    [
        ("models:/chrn/1", NotFound, "did you mean 'churn'"),
        ("models:/churn/7", NotFound, "7"),
        ("models:/churn@champ", NotFound, "did you mean 'champion'"),
        ("models:/churn/Staging", NotFound,
         "stage 'Staging' found; there are Production (version 2), None (version 3)"),
        ("models:/churn", InvalidUri,
         "names no version; write models:/churn/3, models:/churn/latest, models:/churn@champion"),
        ("models:/chrn", NotFound, "did you mean 'churn'"),
        ("models:/chrn/latest", NotFound, "did you mean 'churn'"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("versions")
def test_what_is_not_there_names_what_is(store, uri, error, says):
    with pytest.raises(error, match=re.escape(says)):
        place_of(store, uri)


def test_a_registered_model_without_versions_says_so(store):
    store.append([CreateRegisteredModel(name="empty")])
    with pytest.raises(InvalidUri, match="names no version, and 'empty' has none yet"):
        place_of(store, "models:/empty")
    with pytest.raises(NotFound, match="'empty' has no versions yet"):
        place_of(store, "models:/empty/latest")


def test_a_version_that_is_not_ready_is_refused(store, register):
    register(model_id=FIRST)
    failed = UpdateModelVersion(
        name="churn", version=1, status="FAILED_REGISTRATION", status_message="no room"
    )
    store.append([failed])
    with pytest.raises(ModelError, match="version 1 of 'churn' is FAILED_REGISTRATION: no room"):
        place_of(store, "models:/churn/1")


def test_a_version_stays_what_it_was_when_its_logged_model_changes(store, register):
    register(model_id=FIRST, digest=manifest_digest(WHOLE))
    later = MLMODEL._replace(digest="c" * 64)
    store.append([record(FIRST, [later], time=10**18)])
    assert place_of(store, f"models:/{FIRST}").manifest["MLmodel"] == later
    assert place_of(store, "models:/churn/1").manifest == WHOLE


def test_a_version_whose_files_never_were_those_that_were_registered_is_refused(store, register):
    register(model_id=FIRST, digest="0" * 64)
    with pytest.raises(TamperedModel, match="version 1 of 'churn' was registered with other files"):
        place_of(store, "models:/churn/1")


def test_a_version_outlives_the_deletion_of_its_logged_model(store, register):
    register(model_id=FIRST)
    store.append([record(FIRST, [], lifecycle_stage="deleted", time=2_000_000)])
    assert place_of(store, "models:/churn/1").manifest == WHOLE
    with pytest.raises(NotFound, match="it was deleted"):
        place_of(store, f"models:/{FIRST}")


def test_a_version_may_be_made_of_a_run_of_a_folder_or_of_another_version(
    store, register, tmp_path
):
    register(source=f"runs:/{RUN}/clf", run_id=RUN)
    register(source=str(tmp_path))
    register("copy", source="models:/churn/1")
    assert place_of(store, "models:/churn/1").manifest == WHOLE
    assert place_of(store, "models:/churn/2").local == tmp_path
    place = place_of(store, "models:/copy/1")
    assert (place.name, place.version, place.manifest) == ("copy", 1, WHOLE)


def test_a_version_of_a_folder_within_a_run_has_the_files_of_that_folder(store, register):
    register(source=f"runs:/{RUN}/clf/data")
    place = place_of(store, "models:/churn/1")
    assert place.manifest == {"model.bin": DATA._replace(path="model.bin")}
    assert place.path == ""


def test_sources_that_lead_in_a_circle_are_refused(store, register):
    register("a", source="models:/b/1")
    register("b", source="models:/a/1")
    with pytest.raises(ModelError, match="the sources of models:/"):
        place_of(store, "models:/a/1")


# Runs


def test_a_runs_model_is_its_newest_that_is_ready(store):
    store.append(
        [record(SECOND, creation_time=2000), record(id_of(3), creation_time=3000, status="PENDING")]
    )
    place = place_of(store, f"runs:/{RUN}/clf/data/model.bin")
    assert (place.model_id, place.path, place.run_id) == (SECOND, "data/model.bin", RUN)
    assert place_of(store, f"nbtrack-artifacts:/0/{RUN}/artifacts/clf").model_id == SECOND
    assert place_of(store, f"runs:/{RUN}/clf", unfinished=True).model_id == id_of(3)


def test_a_runs_folder_of_plain_artifacts_is_a_model_too(store):
    for path in ("old/model/MLmodel", "old/model/data/x", "other"):
        store.append([Artifact(RUN, path, "d" * 64, 5, 1)])
    place = place_of(store, f"runs:/{RUN}/old/model")
    assert found(place) == ModelPlace(
        f"runs:/{RUN}/old/model",
        run_id=RUN,
        experiment_id="0",
        manifest=by_path(ModelFile(path, "d" * 64, 5) for path in ("MLmodel", "data/x")),
    )


def test_a_path_at_which_a_run_has_nothing_names_its_models(store):
    store.append([Artifact(RUN, "old/model/MLmodel", "d" * 64, 5, 1)])
    with pytest.raises(NotFound, match=r"no model at 'cl'; there are clf, old/model; did you mean"):
        place_of(store, f"runs:/{RUN}/cl")
    with pytest.raises(NotFound, match="Run with id=nope not found"):
        place_of(store, "runs:/nope/model")


def test_a_run_that_is_named_without_a_path_says_that_one_is_wanted(store):
    with pytest.raises(NotFound, match="has no model at its root; write runs:/<run id>/<path>"):
        place_of(store, f"runs:/{RUN}")


def test_a_run_whose_model_failed_says_so(store):
    store.append([record(SECOND, name="bad", status="FAILED")])
    with pytest.raises(ModelError, match=r"\(bad\) is FAILED; log it again"):
        place_of(store, f"runs:/{RUN}/bad")


# Elsewhere


def test_a_local_folder_is_found_and_a_missing_one_says_where_one_is(store, tmp_path):
    assert place_of(store, tmp_path) == ModelPlace(str(tmp_path), local=tmp_path)
    assert place_of(store, tmp_path.as_uri()).local == tmp_path
    with pytest.raises(NotFound, match=re.escape(f"'nope' (working directory {Path.cwd()})")):
        place_of(store, "nope")


def test_what_an_experiment_keeps_at_its_own_place_is_known(store, tmp_path):
    store.append([CreateExperiment(name="a", artifact_location="s3://bucket/x")])
    store.append([record(SECOND, experiment_id="1", source_run_id=None)])
    uri = f"s3://bucket/x/models/{SECOND}/artifacts/data"
    place = place_of(store, uri)
    assert (place.model_id, place.path, place.uri) == (SECOND, "data", uri)
    assert place_of(store, f"/gone/{RUN}/artifacts/clf").model_id == FIRST
    for foreign in (f"s3://bucket/models/{id_of(9)}/artifacts", "s3://bucket/model"):
        assert place_of(store, foreign) == ModelPlace(foreign)
