"""What can be asked about: entities, their spellings, attributes of runs and experiments.

Attributes of a run are read off its record; the few that are computed are added here.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from nbtrack.errors import UnknownName
from nbtrack.query.operators import Kind
from nbtrack.query.tree import Entity, Field
from nbtrack.records.field import columns_of
from nbtrack.records.run import RunInfo

__all__ = [
    "ATTRIBUTES",
    "ENTITIES",
    "KEYED",
    "PREFIXES",
    "Attribute",
    "Subject",
    "attribute_named",
    "attribute_of",
    "entity_of",
    "kind_of",
]

Subject = Literal["run", "experiment"]
KeyedEntity = Literal["metric", "param", "tag"]


class Attribute(NamedTuple):
    """A fact that each run or experiment has once."""

    name: str
    kind: Kind
    doc: str


KINDS: dict[str, Kind] = {"VARCHAR": "text", "BIGINT": "number", "DOUBLE": "number"}


def stored_attributes() -> list[Attribute]:
    """The attributes that the record of a run declares."""
    return [
        Attribute(c.name, "moment" if c.name.endswith("_time") else KINDS[c.type], c.doc)
        for c in columns_of(RunInfo)
        if c.filter
    ]


def by_name(*attributes: Attribute) -> dict[str, Attribute]:
    return {attribute.name: attribute for attribute in attributes}


ATTRIBUTES: dict[Subject, dict[str, Attribute]] = {
    "run": by_name(
        Attribute("run_id", "text", "Its id: 32 hex digits that grow with time."),
        *stored_attributes(),
        Attribute("artifact_uri", "text", "Where its artifacts are."),
        Attribute("duration_seconds", "number", "From its start to its end or last record."),
        Attribute("experiment_name", "text", "The name of its experiment."),
        Attribute("lifecycle_stage", "text", "active or deleted."),
    ),
    "experiment": by_name(
        Attribute("experiment_id", "text", "Its id, a string of digits."),
        Attribute("name", "text", "Its name."),
        Attribute("artifact_location", "text", "Where its artifacts go, if not into the store."),
        Attribute("creation_time", "moment", "When it was made, ms since the epoch."),
        Attribute("last_update_time", "moment", "When it was last changed, ms since the epoch."),
        Attribute("lifecycle_stage", "text", "active or deleted."),
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
}
"""The prefixes of each entity, the usual one first."""

KEYED: dict[Subject, tuple[KeyedEntity, ...]] = {
    "run": ("metric", "param", "tag"),
    "experiment": ("tag",),
}
"""What has keys of the users' own, in the order in which a bare name is looked for."""

PREFIXES = {entity: words[0] for entity, words in ENTITIES["run"].items()}

DATASET_KEYS = ("context", "digest", "name")


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
        case "param" | "tag" | "name":
            return "either"
