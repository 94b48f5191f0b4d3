"""`nbtrack models`: versions registered; names, words, tags, aliases and stages changed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from nbtrack.errors import InvalidValue
from nbtrack.hosts.command_line.desk import Desk, WrongUse
from nbtrack.hosts.command_line.model_arguments import (
    Address,
    AliasArgument,
    ModelOrVersion,
    NameArgument,
    TagOption,
    VersionArgument,
    tags_of,
)
from nbtrack.hosts.command_line.model_choice import (
    Chosen,
    address_called,
    chosen,
    is_of_store,
    version_called,
)
from nbtrack.hosts.command_line.model_shapes import version_json
from nbtrack.hosts.command_line.verb import verb
from nbtrack.questions import registered_models
from nbtrack.records.registered_model import ALL_STAGES

__all__ = ["add_to"]


def add_to(app: typer.Typer) -> None:
    """Put the verbs into the list."""
    verb(
        app,
        "register",
        "nbtrack models register runs:/0199a4f2c41e7d2f8a15b6c3d4e5f607/model churn",
        "nbtrack models register ./model churn --tag team=growth",
    )(register)
    verb(
        app,
        "alias",
        "nbtrack models alias churn champion 3",
        "nbtrack models alias churn challenger --delete",
    )(alias)
    verb(app, "stage", "nbtrack models stage churn 3 Production --archive-existing")(stage)
    verb(
        app,
        "tag",
        "nbtrack models tag churn team=growth",
        "nbtrack models tag churn/3 validated=yes --delete draft",
    )(tag)
    verb(
        app,
        "describe",
        'nbtrack models describe churn "who leaves next month"',
        'nbtrack models describe churn/3 ""',
    )(describe)
    verb(app, "rename", "nbtrack models rename churn customer-churn")(rename)


def register(
    desk: Desk,
    *,
    uri: Address,
    name: NameArgument,
    tag: TagOption = None,
    description: Annotated[
        str | None, typer.Option("--description", "-d", metavar="TEXT", help="What it is.")
    ] = None,
) -> None:
    """Make a model the next version of a registered one, which is made if need be."""
    from nbtrack.api.models.loading import register_model
    from nbtrack.api.registry.model_versions import update

    tags, address = tags_of(tag), address_called(desk, uri)
    place = Path(address).expanduser()
    if place.exists():
        address = os.fspath(place.absolute())  # it is found from other folders too
    if not is_of_store(address):
        _ = desk.session  # the first registered model may be the first thing of a store
    with desk.in_use():
        made = register_model(address, name, tags=tags)
        if description:
            made = update(desk.session, name, made.version, description)
    desk.done(
        version_json(made),
        f"registered {uri} as version {made.version} of {name!r}; "
        f"look at it with: nbtrack models show {name}/{made.version}",
    )


def alias(
    desk: Desk,
    *,
    name: NameArgument,
    alias: AliasArgument,
    version: VersionArgument = None,
    delete: Annotated[bool, typer.Option("--delete", help="Take the alias away.")] = False,
) -> None:
    """Let an alias point to a version, or take it away."""
    from nbtrack.api.registry.registered_models import delete_alias, set_alias

    alias = alias.removeprefix("@")
    before = registered_models.get(desk.store, name).aliases.get(alias)
    back = f"nbtrack models alias {name} {alias} {before}" if before else ""
    if delete:
        if version is not None:
            raise WrongUse("--delete takes no VERSION: the alias goes, wherever it points to")
        delete_alias(desk.session, name, alias)
        said = f"@{alias} is gone from {name!r}" if before else f"{name!r} has no alias @{alias}"
    else:
        if version is None:
            raise WrongUse("VERSION is missing: nbtrack models alias NAME ALIAS VERSION")
        version = number_in(version_called(desk, name, version))
        set_alias(desk.session, name, alias, version)
        back = back or f"nbtrack models alias {name} {alias} --delete"
        back = "" if before == version else back
        from_ = f", in place of version {before}" if before and before != version else ""
        said = f"@{alias} of {name!r} is now version {version}{from_}"
    data = {
        "name": name,
        "alias": alias,
        "version": None if delete else version,
        "previous": before,
    }
    desk.done(data, said + (f"; back with: {back}" if back else ""))


def number_in(found: Chosen) -> str:
    """The number of a version that was found."""
    if found.version is None:
        raise InvalidValue(f"{found.address} names no version")
    return str(found.version.version)


def stage(
    desk: Desk,
    *,
    name: NameArgument,
    version: VersionArgument = None,
    stage: Annotated[
        str | None,
        typer.Argument(metavar="STAGE", help=f"{', '.join(ALL_STAGES)}.", show_default=False),
    ] = None,
    archive: Annotated[
        bool,
        typer.Option("--archive-existing", help="Archive the versions that are in it now."),
    ] = False,
) -> None:
    """Move a version to a stage."""
    from nbtrack.api.registry.model_versions import transition

    if stage is None and "/" in name:
        stage, version = version, None  # NAME/VERSION STAGE
    if stage is None:
        raise WrongUse("STAGE is missing: nbtrack models stage NAME VERSION STAGE")
    found = version_called(desk, name, version)
    number = number_in(found)
    before = None if found.version is None else found.version.current_stage
    now = transition(desk.session, found.name, number, stage, archive)
    data = {"name": found.name, "version": number, "stage": now.current_stage, "previous": before}
    said = f"{found.words} is in {now.current_stage}"
    back = f"nbtrack models stage {found.name} {number} {before}"
    desk.done(data, said + (f"; back with: {back}" if before != now.current_stage else ""))


def tag(
    desk: Desk,
    *,
    model: ModelOrVersion,
    tag: Annotated[
        list[str] | None,
        typer.Argument(metavar="KEY=VALUE...", help="Tags to set.", show_default=False),
    ] = None,
    delete: Annotated[
        list[str] | None,
        typer.Option("--delete", metavar="KEY", help="A tag to take away; repeatable."),
    ] = None,
) -> None:
    """Set tags of a model or a version, or take them away."""
    from nbtrack.api.registry import model_versions as of_version
    from nbtrack.api.registry import registered_models as of_model

    wanted, gone = tags_of(tag), delete or []
    if not wanted and not gone:
        raise WrongUse("no tag is given: nbtrack models tag NAME KEY=VALUE, or --delete KEY")
    found = chosen(desk, model)
    here = desk.session
    for key, value in wanted.items():
        if found.version is None:
            of_model.set_tag(here, found.name, key, value)
        else:
            of_version.set_tag(here, found.name, found.version.version, key, value)
    for key in gone:
        if found.version is None:
            of_model.delete_tag(here, found.name, key)
        else:
            of_version.delete_tag(here, found.name, found.version.version, key)
    now = chosen(desk, found.address)
    tags = (
        registered_models.get(desk.store, now.name) if now.version is None else now.version
    ).tags
    data = {
        "name": now.name,
        "version": None if now.version is None else now.version.version,
        "tags": dict(tags),
    }
    shown = ", ".join(f"{key}={value}" for key, value in sorted(tags.items())) or "none"
    desk.done(data, f"tags of {now.words}: {shown}")


def describe(
    desk: Desk,
    *,
    model: ModelOrVersion,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="An empty one takes it away.")],
) -> None:
    """Say what a model or a version is."""
    from nbtrack.api.registry import model_versions as of_version
    from nbtrack.api.registry import registered_models as of_model

    found = chosen(desk, model)
    if found.version is None:
        of_model.update(desk.session, found.name, text or None)
    else:
        of_version.update(desk.session, found.name, found.version.version, text or None)
    data = {
        "name": found.name,
        "version": None if found.version is None else found.version.version,
        "description": text or None,
    }
    desk.done(data, f"described {found.words}" if text else f"{found.words} is not described")


def rename(
    desk: Desk,
    *,
    name: NameArgument,
    new_name: Annotated[str, typer.Argument(metavar="NEW_NAME", help="Its new name.")],
) -> None:
    """Give a registered model another name; versions, aliases and history go with it."""
    from nbtrack.api.registry.registered_models import rename as change

    registered_models.get(desk.store, name)
    change(desk.session, name, new_name)
    desk.done(
        {"name": new_name, "old_name": name},
        f"model {name!r} is now called {new_name!r}, and who loads models:/{name}/… must say so; "
        f"back with: nbtrack models rename {new_name} {name}",
    )
