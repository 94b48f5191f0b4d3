"""`nbtrack models delete`: what goes with a model or a version is told, and asked about."""

from __future__ import annotations

from typing import Annotated

import typer

from nbtrack.errors import InvalidValue
from nbtrack.hosts.command_line import wording
from nbtrack.hosts.command_line.arguments import Yes
from nbtrack.hosts.command_line.desk import Desk
from nbtrack.hosts.command_line.model_arguments import ModelOrVersion
from nbtrack.hosts.command_line.model_choice import Chosen, chosen, literal
from nbtrack.hosts.command_line.model_listing import version_counts
from nbtrack.hosts.command_line.verb import verb
from nbtrack.questions import model_versions, registered_models

__all__ = ["add_to"]


def add_to(app: typer.Typer) -> None:
    """Put the verb into the list."""
    verb(
        app,
        "delete",
        "nbtrack models delete churn/2",
        "nbtrack models delete churn --force --yes",
    )(delete)


def delete(
    desk: Desk,
    *,
    model: ModelOrVersion,
    force: Annotated[
        bool, typer.Option("--force", help="With the aliases that point to it.")
    ] = False,
    yes: Yes = False,
) -> None:
    """Delete a version, or a model with all its versions, for good.

    What an alias points to stays, unless --force. Runs and logged models stay in any case.
    """
    from nbtrack.api.registry import model_versions as of_version
    from nbtrack.api.registry import registered_models as of_model

    found = chosen(desk, model)
    aliases = aliases_to(desk, found)
    if aliases and not force:
        raise InvalidValue(pointed_to(found, aliases))
    numbers = numbers_to_go(desk, found)
    gone = ", ".join(f"@{it}" for it in aliases)
    with_ = [
        wording.plural(len(numbers), "version") if found.version is None else "",
        f"the alias{'es' * (len(aliases) > 1)} {gone}" if gone else "",
    ]
    what = " with ".join(filter(None, [found.words, " and ".join(filter(None, with_))]))
    desk.confirm(
        f"delete {what} for good? Its number is not given again; its run stays."
        if found.version is not None
        else f"delete {what} for good? Their runs stay.",
        yes=yes,
    )
    if found.version is None:
        of_model.delete(desk.session, found.name)
    else:
        of_version.delete(desk.session, found.name, found.version.version, force=force)
    data = {"name": found.name, "versions": numbers, "aliases": aliases}
    desk.done(data, f"deleted {what}{way_back(found)}")


def way_back(found: Chosen) -> str:
    """How a version that is gone is made anew."""
    source = None if found.version is None else found.version.source
    if source is None:
        return ""
    return f"; the model is kept: nbtrack models register {source} {found.name}"


def aliases_to(desk: Desk, found: Chosen) -> list[str]:
    """The aliases that would go with a model or a version."""
    if found.version is not None:
        return sorted(found.version.aliases)
    return sorted(registered_models.get(desk.store, found.name).aliases)


def numbers_to_go(desk: Desk, found: Chosen) -> list[str]:
    """The versions that would go."""
    if found.version is not None:
        return [found.version.version]
    if not version_counts(desk).get(found.name):
        return []
    of_model = f"name = {literal(found.name)}"
    versions = model_versions.search(desk.store, of_model, order_by=["version_number"])
    return [it.version for it in versions]


def pointed_to(found: Chosen, aliases: list[str]) -> str:
    """Why something is not deleted, and how to go on."""
    names = " and ".join(f"@{it}" for it in aliases)
    points = "points" if len(aliases) == 1 else "point"
    to = "to it" if found.version is not None else "to its versions"
    ways = "; ".join(f"nbtrack models alias {found.name} {it} --delete" for it in aliases[:3])
    return (
        f"{found.words} is not deleted: {names} {points} {to}. Move the alias or take it away "
        f"({ways}), or say --force"
    )
