"""Commands of MLflow's command line that later versions bring: each says so, with exit code 2."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from nbtrack.errors import NotYet
from nbtrack.hosts.command_line.desk import Desk
from nbtrack.hosts.command_line.verb import verb

__all__ = ["COMING", "add_to"]

COMING = {
    "ui": ("Look at runs in the browser.", "the tracking server"),
    "server": ("Serve a store to a team.", "the tracking server"),
    "run": ("Run a project.", "projects"),
    "deployments": ("Put models on endpoints.", "model serving"),
    "sagemaker": ("Put models on SageMaker.", "model serving"),
    "azureml": ("Put models on Azure.", "model serving"),
    "gateway": ("Route calls to language models.", "tracing and the tools for language models"),
    "traces": ("Look at traces of language models.", "tracing and the tools for language models"),
    "datasets": ("Evaluation datasets.", "evaluation and monitoring"),
    "import": ("Take over runs from MLflow.", "the import from MLflow"),
    "db": ("Upgrade a database of a server.", "the tracking server"),
}
"""Name to its sentence and to what it comes with; to bring one is to take its row out here."""


def add_to(app: typer.Typer) -> None:
    """Put each coming command into the list."""
    for name, (sentence, comes_with) in COMING.items():
        add_coming(app, name, sentence, comes_with)


def add_coming(app: typer.Typer, name: str, sentence: str, comes_with: str) -> None:
    """One command that takes any arguments and says when it comes."""

    def coming(
        desk: Desk,  # noqa: ARG001 - every command has one
        arguments: Annotated[
            list[str] | None, typer.Argument(help="Whatever it will take.")
        ] = None,
    ) -> None:
        words = [name, *(it for it in (arguments or [])[:1] if re.fullmatch("[a-z][a-z-]*", it))]
        raise NotYet(f"nbtrack {' '.join(words)}", comes_with)

    coming.__doc__ = sentence
    verb(app, name, f"nbtrack {name}", hidden=True, loose=True)(coming)
