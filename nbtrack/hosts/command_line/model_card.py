"""A registered model on a card: its versions, and where its aliases went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack.hosts.command_line import output, wording
from nbtrack.hosts.command_line.model_choice import literal
from nbtrack.hosts.command_line.model_listing import (
    aliases_text,
    metrics_of_runs,
    show_moves,
    show_versions,
)
from nbtrack.hosts.command_line.model_shapes import model_json, move_json, version_json
from nbtrack.hosts.command_line.run_card import show_pairs, show_part
from nbtrack.questions import model_versions, registered_models

if TYPE_CHECKING:
    from nbtrack.hosts.command_line.desk import Desk
    from nbtrack.records.registered_model import AliasMove, ModelVersion, RegisteredModel

__all__ = ["ModelCard", "by", "card_of_model", "model_card_json", "show_model"]

SHOWN = 20
"""Versions and moves on a card."""


class ModelCard(NamedTuple):
    """All that is shown of a registered model."""

    model: RegisteredModel
    versions: list[ModelVersion]
    metrics: dict[str, dict[str, float]]
    moves: list[AliasMove]


def card_of_model(desk: Desk, name: str) -> ModelCard:
    """Ask the store for what belongs on a model's card."""
    model = registered_models.get(desk.store, name)
    of_model = f"name = {literal(name)}"
    versions = list(model_versions.search(desk.store, of_model, order_by=["version_number DESC"]))
    metrics = metrics_of_runs(desk, versions[:SHOWN])
    return ModelCard(model, versions, metrics, model_versions.moves(desk.store, name))


def model_card_json(card: ModelCard) -> dict[str, Any]:
    """A model's card for programs."""
    told = model_json(card.model, len(card.versions))
    return told | {
        "versions": [
            version_json(it) | {"metrics": card.metrics.get(str(it.run_id), {})}
            for it in card.versions
        ],
        "history": [move_json(it) for it in card.moves],
    }


def show_model(card: ModelCard) -> None:
    """Draw a model's card."""
    model = card.model
    output.show(output.heading(model.name, "registered model"))
    facts = [
        ("description", model.description),
        ("aliases", aliases_text(model.aliases)),
        ("made", by(wording.ago(model.creation_timestamp), model.user_id)),
        ("changed", wording.ago(model.last_updated_timestamp)),
        *((f"tag {key}", value) for key, value in sorted(model.tags.items())),
    ]
    show_pairs([(name, str(value)) for name, value in facts if value])
    if not card.versions:
        output.note(f"no version yet: nbtrack models register URI {model.name}", style="dim")
        return
    show_part("versions", len(card.versions))
    show_versions(card.versions[:SHOWN], card.metrics)
    if len(card.versions) > SHOWN:
        more = f"--versions \"name = '{model.name}'\""
        output.note(f"{SHOWN} of {len(card.versions)}: nbtrack models list {more}", style="dim")
    if card.moves:
        show_part("history", len(card.moves))
        show_moves(card.moves[:SHOWN])
    newest = card.versions[0].version
    output.note(f"one version: nbtrack models show {model.name}/{newest}", style="dim")


def by(moment: str, user: str | None) -> str:
    """When and by whom."""
    return f"{moment} by {user}" if user else moment
