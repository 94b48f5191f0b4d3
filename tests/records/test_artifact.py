from __future__ import annotations

import pytest

from nbtrack.records.artifact import artifact_uri, location_of, parse_artifact_uri


@pytest.mark.parametrize("path", ["", "a.txt", "model/weights.bin"])
def test_a_uri_gives_back_the_run_and_the_path(path):
    assert parse_artifact_uri(artifact_uri("r", path)) == ("r", path)
    location = location_of("7", "r")
    assert parse_artifact_uri(f"{location}/{path}") == ("r", path)


@pytest.mark.parametrize(
    "uri", ["s3://bucket/r", "nbtrack-artifacts:/7/r", "nbtrack-artifacts:/7", "a.txt", ""]
)
def test_a_uri_of_another_kind_is_none(uri):
    assert parse_artifact_uri(uri) is None


def test_an_experiment_may_have_a_location_of_its_own():
    assert location_of("7", "r", "s3://bucket/x/") == "s3://bucket/x/r/artifacts"
