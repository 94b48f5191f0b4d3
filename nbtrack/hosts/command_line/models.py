"""`nbtrack models`: the model registry, and what is done with models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from nbtrack.hosts.command_line import (
    model_card,
    model_changes,
    model_comparison,
    model_deletion,
    model_examination,
    model_image,
    model_prediction,
    model_promotion,
    model_webhooks,
    output,
    serve,
    version_card,
    wording,
)
from nbtrack.hosts.command_line.arguments import Limit, OrderBy
from nbtrack.hosts.command_line.completion import versions_like
from nbtrack.hosts.command_line.desk import Desk
from nbtrack.hosts.command_line.model_arguments import ModelFilter, ModelOrVersion
from nbtrack.hosts.command_line.model_choice import chosen
from nbtrack.hosts.command_line.model_listing import (
    metrics_of_runs,
    show_acts,
    show_models,
    show_versions,
    version_counts,
)
from nbtrack.hosts.command_line.model_shapes import act_json, model_json, version_json
from nbtrack.hosts.command_line.verb import noun, verb
from nbtrack.questions import model_versions, registered_models, registry_log

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbtrack.records.registered_model import ModelVersion, RegisteredModel, RegistryAct

__all__ = ["app"]

FIRST_MODEL = """\
    import nbtrack

    with nbtrack.start_run():
        nbtrack.sklearn.log_model(model, name="model", registered_model_name="churn")
"""

app = noun("Models: register, promote, compare, ask and take back their versions.")


@verb(
    app,
    "list",
    "nbtrack models list",
    "nbtrack models list \"name LIKE 'churn%' and tags.team = 'growth'\"",
    "nbtrack models list --versions \"name = 'churn' and version_number > 2\"",
    "nbtrack models list --json | jq -r '.[].aliases.champion'",
    also=("search",),
)
def list_models(
    desk: Desk,
    *,
    filter: ModelFilter = None,  # noqa: A002 - the word in the help
    versions: Annotated[
        bool, typer.Option("--versions", "-v", help="Versions, in place of models.")
    ] = False,
    order_by: OrderBy = None,
    limit: Limit = 100,
) -> None:
    """List registered models, or versions, that a filter finds."""
    if not desk.exists:
        desk.answer([], lambda: teach_first_model(desk))
        return
    if versions:
        order = order_by or ["name", "version_number DESC"]
        found = model_versions.search(desk.store, filter, order_by=order, max_results=limit)
        data = [version_json(it) for it in found]
        desk.answer(data, lambda: draw_versions(desk, found, filter))
        return
    models = registered_models.search(desk.store, filter, order_by=order_by, max_results=limit)
    counts = version_counts(desk)
    desk.answer(
        [model_json(it, counts.get(it.name, 0)) for it in models],
        lambda: draw_models(desk, models, counts, filter),
    )


def draw_models(
    desk: Desk,
    models: Sequence[RegisteredModel],
    counts: dict[str, int],
    filter: str | None,  # noqa: A002 - the word in the help
) -> None:
    """Draw models, or say why there are none."""
    if models:
        show_models(models, counts)
        output.note(f"one of them: nbtrack models show {models[0].name}", style="dim")
    elif filter is None:
        teach_first_model(desk)
    else:
        there_are = wording.plural(len(registered_models.search(desk.store)), "registered model")
        output.say(f"no model is found among {there_are}")


def draw_versions(
    desk: Desk,
    found: Sequence[ModelVersion],
    filter: str | None,  # noqa: A002 - the word in the help
) -> None:
    """Draw versions, or say why there are none."""
    if found:
        show_versions(found, metrics_of_runs(desk, found), names=True)
    elif filter is None:
        teach_first_model(desk)
    else:
        there_are = wording.plural(sum(version_counts(desk).values()), "version")
        output.say(f"no version is found among {there_are}")


def teach_first_model(desk: Desk) -> None:
    """Say how the first model is registered."""
    output.say("no registered models yet", "bold")
    output.say(desk.place.message, "dim")
    output.write(f"register the first one in Python:\n\n{FIRST_MODEL}\n")
    output.say("or one that is logged: nbtrack models register runs:/RUN_ID/model churn")


@verb(
    app,
    "show",
    "nbtrack models show churn",
    "nbtrack models show churn/3",
    "nbtrack models show churn@champion --json",
    also=("get",),
)
def show(desk: Desk, *, model: ModelOrVersion) -> None:
    """Show all of a model, or of a version: aliases, lineage, signature, files, approvals."""
    found = chosen(desk, model)
    if found.version is None:
        card = model_card.card_of_model(desk, found.name)
        desk.answer(model_card.model_card_json(card), lambda: model_card.show_model(card))
        return
    of_version = version_card.card_of_version(desk, found.version)
    desk.answer(
        version_card.version_card_json(of_version), lambda: version_card.show_version(of_version)
    )


model_changes.add_to(app)
model_deletion.add_to(app)
model_promotion.add_to(app)
model_comparison.add_to(app)
model_prediction.add_to(app)
model_image.add_to(app)
model_examination.add_to(app)
serve.add_to(app)


@verb(
    app,
    "log",
    "nbtrack models log",
    "nbtrack models log churn --act move_alias",
    "nbtrack models log churn/3 --json",
)
def log(
    desk: Desk,
    *,
    model: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME[/VERSION]",
            help="Only this one; all that was done, else.",
            show_default=False,
            autocompletion=versions_like,
        ),
    ] = None,
    actor: Annotated[
        str | None, typer.Option("--actor", metavar="USER", help="Only what they did.")
    ] = None,
    act: Annotated[
        list[str] | None,
        typer.Option("--act", metavar="ACT", help="Only such acts: create_model_version, …"),
    ] = None,
    limit: Limit = 50,
) -> None:
    """Say who did what to models, or to experiments and webhooks too; the last act first."""
    name, version = named(desk, model)
    found = registry_log.of(
        desk.store, model=name, version=version, actor=actor, acts=act, limit=limit
    )
    desk.answer([act_json(it) for it in found], lambda: draw_acts(found))


def named(desk: Desk, text: str | None) -> tuple[str | None, str | None]:
    """A model and a version for the log, which knows deleted ones too."""
    if text is None:
        return None, None
    name, _, version = text.removeprefix("models:/").partition("/")
    if "@" in name or (version and not version.isdigit()):
        found = chosen(desk, text)
        return found.name, found.version.version if found.version else None
    return name, version or None


def draw_acts(acts: Sequence[RegistryAct]) -> None:
    """Draw acts, or say that there are none."""
    if acts:
        show_acts(acts)
    else:
        output.say("nothing of the kind was done")


app.add_typer(model_webhooks.app, name="webhooks")
