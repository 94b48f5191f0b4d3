from __future__ import annotations

import pytest

from nbtrack.errors import InvalidValue
from nbtrack.records.codec import decode_op, encode
from nbtrack.records.registered_model import (
    ALL_STAGES,
    ModelVersion,
    ModelVersionStatus,
    ModelVersionTag,
    RegisteredModel,
    RegisteredModelAlias,
    RegisteredModelTag,
    canonical_stage,
)
from nbtrack.records.registry_operation import CreateModelVersion, MoveAlias


@pytest.mark.parametrize("stage", ALL_STAGES)
def test_a_stage_may_be_in_any_letter_case(stage):
    assert {canonical_stage(it) for it in (stage, stage.lower(), stage.upper())} == {stage}


def test_a_stage_that_there_is_not_is_told_with_those_that_there_are():
    with pytest.raises(InvalidValue, match=r"stage: live\. Value must be one of None, Staging"):
        canonical_stage("live")


def test_a_version_has_mlflows_attributes():
    tags = [ModelVersionTag("k", "v")]
    version = ModelVersion("m", "3", 5, tags=tags, aliases=("champion",), current_stage="None")
    assert (version.name, version.version, version.creation_timestamp) == ("m", "3", 5)
    assert (version.tags, version.aliases) == ({"k": "v"}, ["champion"])
    assert (version.status, version.run_id, version.model_id) == ("READY", None, None)
    assert dict(version)["current_stage"] == "None"
    assert version == ModelVersion(
        "m", "3", 5, tags=tags, aliases=["champion"], current_stage="None"
    )
    assert "version='3'" in repr(version)


def test_a_registered_model_has_its_aliases_by_name():
    model = RegisteredModel(
        "m",
        latest_versions=[ModelVersion("m", "2", 1)],
        tags=[RegisteredModelTag("k", "v")],
        aliases=[RegisteredModelAlias("champion", "2")],
    )
    assert (model.tags, model.aliases) == ({"k": "v"}, {"champion": "2"})
    assert model.to_dictionary()["latest_versions"][0]["version"] == "2"
    assert RegisteredModel("m").latest_versions == []


def test_a_status_has_mlflows_number():
    assert ModelVersionStatus.from_string("READY") == ModelVersionStatus.READY
    assert ModelVersionStatus.to_string(1) == "PENDING_REGISTRATION"
    assert "FAILED_REGISTRATION" in ModelVersionStatus.all_status()
    with pytest.raises(InvalidValue, match="no 'GONE'"):
        ModelVersionStatus.from_string("GONE")


@pytest.mark.parametrize(
    "op",
    [
        CreateModelVersion(name="m", source="s", tags={"a": "b"}, version=3, number=7, pid=1),
        MoveAlias(name="m", version=1, alias="a", expected=0, report='{"x": 1}', cell="c"),
    ],
)
def test_an_act_is_the_same_when_it_was_written_and_read(op):
    assert decode_op(encode(op)) == op
