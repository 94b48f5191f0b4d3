"""Commands of MLflow's command line that later versions bring: each says so, with exit code 2."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from nbtrack.errors import NotYet
from nbtrack.hosts.command_line.desk import Desk
from nbtrack.hosts.command_line.verb import verb

__all__ = ["COMING", "COMING_VERBS", "add_to", "add_verbs_to"]

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

COMING_VERBS = {
    "models": {
        "build-docker": ("Build an image that serves a model.", "model serving"),
        "generate-dockerfile": ("Write the Dockerfile of such an image.", "model serving"),
        "prepare-env": ("Make an environment for a model.", "model serving"),
        "update-pip-requirements": ("Change what a model needs.", "model serving"),
    }
}
"""The same for the verbs of a noun."""


def add_to(app: typer.Typer) -> None:
    """Put each coming command into the list."""
    for name, (sentence, comes_with) in COMING.items():
        add_coming(app, name, sentence, comes_with)


def add_verbs_to(app: typer.Typer, noun: str) -> None:
    """Put each coming verb into a noun."""
    for name, (sentence, comes_with) in COMING_VERBS[noun].items():
        add_coming(app, name, sentence, comes_with, noun)


def add_coming(app: typer.Typer, name: str, sentence: str, comes_with: str, noun: str = "") -> None:
    """One command that takes any arguments and says when it comes."""
    called = f"{noun} {name}".strip()

    def coming(
        desk: Desk,  # noqa: ARG001 - every command has one
        arguments: Annotated[
            list[str] | None, typer.Argument(help="Whatever it will take.")
        ] = None,
    ) -> None:
        next_word = [] if noun else (arguments or [])[:1]
        words = [called, *(it for it in next_word if re.fullmatch("[a-z][a-z-]*", it))]
        raise NotYet(f"nbtrack {' '.join(words)}", comes_with)

    coming.__doc__ = sentence
    verb(app, name, f"nbtrack {called}", hidden=True, loose=True)(coming)
