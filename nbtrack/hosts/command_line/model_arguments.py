"""Arguments and options of the verbs of models, each declared once."""

from __future__ import annotations

from typing import Annotated

import typer

from nbtrack.hosts.command_line.completion import (
    addresses_like,
    aliases_like,
    managers_like,
    models_like,
    version_numbers_like,
    versions_like,
)

__all__ = [
    "Address",
    "AddressOption",
    "AliasArgument",
    "AllowPickle",
    "DataOption",
    "EnvManager",
    "ModelFilter",
    "ModelOrVersion",
    "NameArgument",
    "Note",
    "OptionalAddress",
    "TagOption",
    "TargetOption",
    "VersionArgument",
    "tags_of",
]

NameArgument = Annotated[
    str,
    typer.Argument(metavar="NAME", help="The registered model.", autocompletion=models_like),
]
ModelOrVersion = Annotated[
    str,
    typer.Argument(
        metavar="NAME[/VERSION]",
        help="A registered model, or a version of it: churn, churn/3, churn@champion.",
        autocompletion=versions_like,
    ),
]
VersionArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="VERSION",
        help="The version: its number, latest, or @alias.",
        autocompletion=version_numbers_like,
        show_default=False,
    ),
]
AliasArgument = Annotated[
    str, typer.Argument(metavar="ALIAS", help="The alias.", autocompletion=aliases_like)
]
Address = Annotated[
    str,
    typer.Argument(
        metavar="URI",
        help="The model: churn@champion, models:/churn/3, runs:/ID/model, or a folder.",
        autocompletion=addresses_like,
    ),
]
OptionalAddress = Annotated[
    str | None,
    typer.Argument(
        metavar="URI",
        help="The model: churn@champion, models:/churn/3, runs:/ID/model, or a folder.",
        show_default=False,
        autocompletion=addresses_like,
    ),
]
AddressOption = Annotated[
    str | None,
    typer.Option(
        "--model-uri",
        "-m",
        metavar="URI",
        help="The same, as MLflow has it.",
        autocompletion=addresses_like,
    ),
]
ModelFilter = Annotated[
    str | None,
    typer.Argument(
        metavar="FILTER",
        help="Such as \"name LIKE 'churn%' and tags.team = 'growth'\".",
        show_default=False,
    ),
]
Note = Annotated[
    str, typer.Option("--note", metavar="TEXT", help="Why, in your words.", show_default=False)
]
DataOption = Annotated[
    str | None,
    typer.Option("--data", metavar="FILE", help="Data to ask with: CSV, Parquet or JSON."),
]
TargetOption = Annotated[
    str | None,
    typer.Option("--target", metavar="COLUMN", help="The column of the truth in the data."),
]
AllowPickle = Annotated[
    bool,
    typer.Option(
        "--allow-pickle", help="Let models that you did not log yourself run code as they load."
    ),
]
EnvManager = Annotated[
    str | None,
    typer.Option(
        "--env-manager",
        metavar="MANAGER",
        help="local: the packages installed here; virtualenv (conda is taken as it) or uv: those "
        "the model was logged with.",
        autocompletion=managers_like,
    ),
]
TagOption = Annotated[
    list[str] | None, typer.Option("--tag", metavar="KEY=VALUE", help="A tag; repeatable.")
]


def tags_of(texts: list[str] | None) -> dict[str, str]:
    """Tags from `KEY=VALUE`.

    Raises:
        BadParameter: One has no `=`.
    """
    for text in texts or []:
        if not text.partition("=")[1]:
            raise typer.BadParameter(f"{text!r} is no tag; write KEY=VALUE")
    return dict(text.partition("=")[::2] for text in texts or [])
