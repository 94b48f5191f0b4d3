"""What happened to a model in the registry, for webhooks and for handlers in Python."""

from __future__ import annotations

from typing import Any, NamedTuple

from nbtrack.errors import InvalidValue, listing

__all__ = ["EVENTS", "OLD_EVENTS", "ModelEvent", "OldEvent", "event_named", "kinds_of"]

EVENTS: dict[str, str] = {
    "registered_model.created": "A registered model was made.",
    "registered_model.deleted": "A registered model was deleted with its versions.",
    "model_version.created": "A version was registered.",
    "model_version.deleted": "A version was deleted.",
    "model_version.transitioned": "A version went to another stage.",
    "model_version.promoted": "A version passed its gates and took over an alias or a stage.",
    "model_version.rolled_back": "An alias or a stage was given back to an earlier version.",
    "model_version.approved": "Somebody approved a version.",
    "model_version_tag.set": "A tag of a version was set.",
    "model_version_tag.deleted": "A tag of a version was taken away.",
    "model_version_alias.created": "An alias was given to a version.",
    "model_version_alias.deleted": "An alias was taken away.",
}
"""Each kind of event: MLflow's names, and ours for what MLflow tells nobody."""


class OldEvent(NamedTuple):
    """What an event of the older registry webhooks means here."""

    kind: str
    stage: str = ""
    """Only for versions that go to this stage."""


OLD_EVENTS: dict[str, OldEvent] = {
    "REGISTERED_MODEL_CREATED": OldEvent("registered_model.created"),
    "MODEL_VERSION_CREATED": OldEvent("model_version.created"),
    "MODEL_VERSION_TRANSITIONED_STAGE": OldEvent("model_version.transitioned"),
    "MODEL_VERSION_TRANSITIONED_TO_STAGING": OldEvent("model_version.transitioned", "Staging"),
    "MODEL_VERSION_TRANSITIONED_TO_PRODUCTION": OldEvent(
        "model_version.transitioned", "Production"
    ),
    "MODEL_VERSION_TRANSITIONED_TO_ARCHIVED": OldEvent("model_version.transitioned", "Archived"),
    "MODEL_VERSION_TAG_SET": OldEvent("model_version_tag.set"),
}
"""The events of the registry webhooks before MLflow 3, whose bodies have another shape."""


class ModelEvent(NamedTuple):
    """Something that happened in the registry, and was committed.

    Attributes:
        kind: A name of `EVENTS`, such as `model_version.transitioned`.
        name: The registered model.
        version: The version, as text; empty where the event is about the model.
        data: What MLflow's webhooks call the payload: name, version, key, alias, from_stage …
        time: When, in microseconds since the epoch.
        actor: Who did it.
        number: The number of the operation in `ops.jsonl`.
    """

    kind: str
    name: str
    version: str
    data: dict[str, Any]
    time: int
    actor: str
    number: int

    @property
    def entity(self) -> str:
        """What it happened to: `model_version`."""
        return self.kind.partition(".")[0]

    @property
    def action(self) -> str:
        """What happened: `transitioned`."""
        return self.kind.partition(".")[2]

    def __getitem__(self, key: Any) -> Any:
        """A value of the payload by its name: `event["to_stage"]`."""
        return self.told()[key] if isinstance(key, str) else tuple.__getitem__(self, key)

    def get(self, key: str, default: Any = None) -> Any:
        """A value of the payload, or another if it has none."""
        return self.told().get(key, default)

    def told(self) -> dict[str, Any]:
        """The payload, with the words that handlers of the older registry webhooks look for."""
        return {"event": self.kind, "model_name": self.name, **self.data}


def event_named(name: object) -> str:
    """The name of an event, new or old, as it is known here.

    Raises:
        InvalidValue: There is no such event.
    """
    text = str(name)
    if text in EVENTS or text in OLD_EVENTS:
        return text
    known = [*EVENTS, *OLD_EVENTS]
    raise InvalidValue(f"no event is called {text!r}; {listing(known, text, most=len(known))}")


def kinds_of(name: str) -> OldEvent:
    """The kind of event behind a name, and the stage it is limited to, if any."""
    return OLD_EVENTS.get(name) or OldEvent(name)
