from __future__ import annotations

import pytest

from nbtrack.errors import UnknownName
from nbtrack.query.fields import (
    ATTRIBUTES,
    KEYED,
    SUBJECTS,
    attribute_named,
    attribute_of,
    entity_of,
    kind_of,
    subject_of,
)
from nbtrack.query.tree import Field, ModelVersions, RegisteredModels, Runs
from nbtrack.records.field import columns_of
from nbtrack.records.run import RunInfo


def test_each_field_of_a_run_that_may_be_filtered_is_an_attribute():
    declared = {column.name: column.filter for column in columns_of(RunInfo)}
    assert {name for name, may in declared.items() if may} <= set(ATTRIBUTES["run"])
    assert not {name for name, may in declared.items() if not may} & set(ATTRIBUTES["run"])


def test_times_are_moments_and_texts_are_texts():
    kinds = {name: attribute.kind for name, attribute in ATTRIBUTES["run"].items()}
    assert kinds["start_time"] == kinds["end_time"] == "moment"
    assert kinds["status"] == kinds["run_id"] == "text"
    assert kinds["duration_seconds"] == "number"


@pytest.mark.parametrize(
    ("prefix", "entity"),
    [
        ("metrics", "metric"),
        ("Parameter", "param"),
        ("tag", "tag"),
        ("attr", "attribute"),
        ("run", "attribute"),
        ("DATASETS", "dataset"),
        ("mlflow", None),
    ],
)
def test_prefixes_have_mlflows_spellings_in_any_case(prefix, entity):
    assert entity_of(prefix, "run") == entity


def test_experiments_have_no_metrics():
    assert entity_of("metrics", "experiment") is None
    assert entity_of("tags", "experiment") == "tag"


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("Run ID", "run_id"),
        ("run name", "run_name"),
        ("Created", "start_time"),
        ("duration", "duration_seconds"),
        ("status", "status"),
    ],
)
def test_attributes_have_other_spellings(spelling, name):
    assert attribute_named(spelling, "run") == ATTRIBUTES["run"][name]


def test_a_bare_name_in_another_case_is_no_attribute():
    assert attribute_named("Status", "run") is None
    assert attribute_of(Field("attribute", "Status"), "run").name == "status"


def test_an_unknown_attribute_is_told_with_the_nearest():
    with pytest.raises(UnknownName, match="did you mean 'status'"):
        kind_of(Field("attribute", "statsu"), "run")


def test_a_dataset_has_three_attributes():
    assert kind_of(Field("dataset", "digest"), "run") == "text"
    with pytest.raises(UnknownName, match="there are context, digest, name"):
        kind_of(Field("dataset", "rows"), "run")


@pytest.mark.parametrize(
    ("spelling", "subject", "name"),
    [
        ("version", "model_version", "version_number"),
        ("stage", "model_version", "current_stage"),
        ("source", "model_version", "source_path"),
        ("alias", "model_version", "aliases"),
        ("alias", "registered_model", "aliases"),
        ("creation_time", "registered_model", "creation_timestamp"),
        ("timestamp", "registered_model", "last_updated_timestamp"),
    ],
)
def test_attributes_of_the_registry_have_other_spellings(spelling, subject, name):
    assert attribute_named(spelling, subject) == ATTRIBUTES[subject][name]


@pytest.mark.parametrize("subject", ATTRIBUTES)
def test_each_subject_has_prefixes_keys_and_questions(subject):
    keyed = "input" if subject == "prediction" else "tag"
    assert entity_of(f"{keyed}s", subject) == keyed
    assert entity_of("attributes", subject) == "attribute"
    assert entity_of(subject, subject) in {"attribute", None}
    assert "tag" in KEYED[subject] or subject == "prediction"
    assert subject in SUBJECTS.values()


def test_a_question_says_what_it_is_about():
    assert subject_of(Runs()) == "run"
    assert subject_of(ModelVersions()) == "model_version"
    assert subject_of(RegisteredModels()) == "registered_model"
