"""What can be asked about: entities, their spellings, and the attributes of each subject.

Attributes of a run are read off its record; the few that are computed are added here.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from nbtrack.errors import UnknownName
from nbtrack.query.operators import Kind
from nbtrack.query.tree import (
    Entity,
    Experiments,
    Field,
    LoggedModels,
    ModelVersions,
    Predictions,
    RegisteredModels,
    RunCount,
    RunPage,
    Runs,
    RunTable,
)
from nbtrack.records.field import columns_of
from nbtrack.records.logged_model import ModelRecord
from nbtrack.records.record import Record
from nbtrack.records.run import RunInfo

__all__ = [
    "ATTRIBUTES",
    "ENTITIES",
    "KEYED",
    "PREFIXES",
    "Attribute",
    "Searched",
    "Subject",
    "attribute_named",
    "attribute_of",
    "entity_of",
    "kind_of",
    "subject_of",
]

Subject = Literal[
    "run", "experiment", "logged_model", "registered_model", "model_version", "prediction"
]
Searched = (
    Runs
    | RunCount
    | RunTable
    | RunPage
    | Experiments
    | LoggedModels
    | RegisteredModels
    | ModelVersions
    | Predictions
)
"""The questions that have a filter."""

SUBJECTS: dict[type, Subject] = {
    Runs: "run",
    RunCount: "run",
    RunTable: "run",
    RunPage: "run",
    Experiments: "experiment",
    LoggedModels: "logged_model",
    RegisteredModels: "registered_model",
    ModelVersions: "model_version",
    Predictions: "prediction",
}
KeyedEntity = Literal["metric", "param", "tag"]


class Attribute(NamedTuple):
    """A fact that each run, experiment or model has."""

    name: str
    kind: Kind
    doc: str


KINDS: dict[str, Kind] = {"VARCHAR": "text", "BIGINT": "number", "DOUBLE": "number"}


def stored_attributes(record: type[Record]) -> list[Attribute]:
    """The attributes that a record declares."""
    return [
        Attribute(c.name, "moment" if c.name.endswith("_time") else KINDS[c.type], c.doc)
        for c in columns_of(record)
        if c.filter
    ]


def by_name(*attributes: Attribute) -> dict[str, Attribute]:
    return {attribute.name: attribute for attribute in attributes}


ATTRIBUTES: dict[Subject, dict[str, Attribute]] = {
    "run": by_name(
        Attribute("run_id", "text", "Its id: 32 hex digits that grow with time."),
        *stored_attributes(RunInfo),
        Attribute("artifact_uri", "text", "Where its artifacts are."),
        Attribute("duration_seconds", "number", "From its start to its end or last record."),
        Attribute("experiment_name", "text", "The name of its experiment."),
        Attribute("lifecycle_stage", "text", "active or deleted."),
        Attribute("notebook", "text", "The notebooks of its cells, by path; one is as asked."),
        Attribute("cell_id", "text", "The cells that it is or that logged to it; one is as asked."),
        Attribute("session_id", "text", "The kernel sessions of its cells; one is as asked."),
    ),
    "experiment": by_name(
        Attribute("experiment_id", "text", "Its id, a string of digits."),
        Attribute("name", "text", "Its name."),
        Attribute("artifact_location", "text", "Where its artifacts go, if not into the store."),
        Attribute("creation_time", "moment", "When it was made, ms since the epoch."),
        Attribute("last_update_time", "moment", "When it was last changed, ms since the epoch."),
        Attribute("lifecycle_stage", "text", "active or deleted."),
    ),
    "logged_model": by_name(
        Attribute("model_id", "text", "Its id: m- and 32 hex digits that grow with time."),
        *stored_attributes(ModelRecord),
        Attribute("experiment_name", "text", "The name of its experiment."),
    ),
    "registered_model": by_name(
        Attribute("name", "text", "Its name."),
        Attribute("description", "text", "What is said of it."),
        Attribute("user_id", "text", "Who made it."),
        Attribute("aliases", "text", "Its aliases; one of them is as asked."),
        Attribute("creation_timestamp", "moment", "When it was made, ms since the epoch."),
        Attribute("last_updated_timestamp", "moment", "When it was last changed."),
    ),
    "model_version": by_name(
        Attribute("name", "text", "The name of its model."),
        Attribute("version_number", "number", "Its number."),
        Attribute("run_id", "text", "The run that made it."),
        Attribute("source_path", "text", "Where its files are."),
        Attribute("model_id", "text", "The logged model it is."),
        Attribute("current_stage", "text", "None, Staging, Production or Archived."),
        Attribute("aliases", "text", "The aliases that point to it; one of them is as asked."),
        Attribute("status", "text", "READY, PENDING_REGISTRATION or FAILED_REGISTRATION."),
        Attribute("description", "text", "What is said of it."),
        Attribute("user_id", "text", "Who registered it."),
        Attribute("digest", "text", "The digest of its files."),
        Attribute("creation_timestamp", "moment", "When it was made, ms since the epoch."),
        Attribute("last_updated_timestamp", "moment", "When it was last changed."),
    ),
    "prediction": by_name(
        Attribute("prediction_id", "text", "Its id."),
        Attribute("moment", "moment", "When it was asked for, ms since the epoch."),
        Attribute("endpoint_id", "text", "The endpoint, from its start to its end."),
        Attribute("endpoint", "text", "The name of the endpoint."),
        Attribute("variant", "text", "Which of the endpoint's models answered."),
        Attribute("model_name", "text", "The registered model."),
        Attribute("version", "number", "The version of it."),
        Attribute("model_id", "text", "The logged model."),
        Attribute("key", "text", "What the request was routed by."),
        Attribute("latency", "number", "How long the request took, in seconds."),
        Attribute("output", "either", "What the model gave."),
        Attribute("error", "text", "Why there is no output."),
    ),
}

ALIASES: dict[Subject, dict[str, str]] = {
    "run": {
        "created": "start_time",
        "run name": "run_name",
        "run id": "run_id",
        "start time": "start_time",
        "end time": "end_time",
        "duration": "duration_seconds",
    },
    "experiment": {"id": "experiment_id"},
    "logged_model": {
        "id": "model_id",
        "run_id": "source_run_id",
        "creation_timestamp": "creation_time",
        "creation_timestamp_ms": "creation_time",
        "last_updated_timestamp": "last_updated_time",
        "last_updated_timestamp_ms": "last_updated_time",
    },
    "registered_model": {
        "alias": "aliases",
        "creation_time": "creation_timestamp",
        "last_updated_time": "last_updated_timestamp",
        "timestamp": "last_updated_timestamp",
    },
    "model_version": {
        "alias": "aliases",
        "version": "version_number",
        "source": "source_path",
        "stage": "current_stage",
        "creation_time": "creation_timestamp",
        "last_updated_time": "last_updated_timestamp",
    },
    "prediction": {"id": "prediction_id", "model": "model_name", "prediction": "output"},
}
"""Other spellings of attributes, in any letter case."""

ENTITIES: dict[Subject, dict[Entity, tuple[str, ...]]] = {
    "run": {
        "metric": ("metrics", "metric"),
        "param": ("params", "param", "parameters", "parameter"),
        "tag": ("tags", "tag"),
        "attribute": ("attributes", "attribute", "attr", "run"),
        "dataset": ("datasets", "dataset"),
    },
    "experiment": {
        "tag": ("tags", "tag"),
        "attribute": ("attributes", "attribute", "attr", "experiment"),
    },
    "logged_model": {
        "metric": ("metrics", "metric"),
        "param": ("params", "param", "parameters", "parameter"),
        "tag": ("tags", "tag"),
        "attribute": ("attributes", "attribute", "attr", "model"),
    },
    "registered_model": {
        "tag": ("tags", "tag"),
        "attribute": ("attributes", "attribute", "attr", "registered_model", "model"),
    },
    "model_version": {
        "tag": ("tags", "tag"),
        "attribute": ("attributes", "attribute", "attr", "model_version"),
    },
    "prediction": {
        "input": ("inputs", "input"),
        "label": ("labels", "label"),
        "attribute": ("attributes", "attribute", "attr", "prediction"),
    },
}
"""The prefixes of each entity, the usual one first."""

KEYED: dict[Subject, tuple[KeyedEntity, ...]] = {
    "run": ("metric", "param", "tag"),
    "experiment": ("tag",),
    "logged_model": ("metric", "param", "tag"),
    "registered_model": ("tag",),
    "model_version": ("tag",),
    "prediction": (),
}
"""What has keys of the users' own, in the order in which a bare name is looked for."""

PREFIXES = {entity: words[0] for entity, words in ENTITIES["run"].items()}

DATASET_KEYS = ("context", "digest", "name")


def subject_of(question: Searched) -> Subject:
    """What a question is about."""
    return SUBJECTS[type(question)]


def entity_of(prefix: str, subject: Subject) -> Entity | None:
    """The entity that a prefix stands for."""
    word = prefix.lower()
    return next((it for it, words in ENTITIES[subject].items() if word in words), None)


def attribute_named(name: str, subject: Subject) -> Attribute | None:
    """The attribute of a name or of another spelling of it; None if it is none."""
    known = ATTRIBUTES[subject]
    return known.get(name) or known.get(ALIASES[subject].get(name.lower(), ""))


def attribute_of(field: Field, subject: Subject) -> Attribute:
    """The attribute of a field, whose letter case does not matter.

    Raises:
        UnknownName: There is no such attribute.
    """
    found = attribute_named(field.key, subject) or attribute_named(field.key.lower(), subject)
    if found is None:
        raise UnknownName("attribute", field.key, ATTRIBUTES[subject])
    return found


def kind_of(field: Field, subject: Subject) -> Kind:
    """What a field holds; a bare name may be anything.

    Raises:
        UnknownName: There is no such attribute.
    """
    match field.entity:
        case "attribute":
            return attribute_of(field, subject).kind
        case "metric":
            return "number"
        case "dataset":
            if field.key not in DATASET_KEYS:
                raise UnknownName("attribute of a dataset", field.key, DATASET_KEYS)
            return "text"
        case "param" | "tag" | "input" | "label" | "name":
            return "either"
