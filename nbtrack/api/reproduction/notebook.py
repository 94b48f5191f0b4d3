"""The notebook that makes a result again: its cells as they were run, nothing else."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbtrack.api.cells.outputs import with_named_outputs
from nbtrack.api.differences.environment_changes import imports_of
from nbtrack.records.execution import Execution

__all__ = ["Recipe", "code", "markdown", "notebook_of", "used_packages"]

SECRET = re.compile(r"NBTRACK_SECRET_\w+")
"""The variable that a secret in a cell's source was replaced by."""

OURS = re.compile(r"^\s*%{1,2}(?:track|lineage|stale|runs)\b", re.MULTILINE)

SHOW_RUN = "import nbtrack\n\nnbtrack.last_active_run()"

FAILING = {"failed", "interrupted"}


@dataclass(frozen=True)
class Recipe:
    """What is to be made again, from which executions, and what came out of it then."""

    title: str
    executions: Sequence[Execution]
    targets: Sequence[str] = ()
    """Variables, or expressions of them; none for a run."""
    digests: Mapping[str, str] = field(default_factory=dict)
    """The digest that each target's value had."""
    metrics: Mapping[str, float] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, Any] = field(default_factory=dict)
    run_id: str = ""

    @property
    def folder(self) -> Path:
        """The folder of the notebook, which its files are relative to; this one if it is gone."""
        told = next((it.notebook for it in reversed(self.executions) if it.notebook), "")
        home = Path(told).parent
        return home if home.is_absolute() and home.is_dir() else Path.cwd()

    @property
    def secrets(self) -> list[str]:
        """The environment variables that must hold what was taken out of the sources."""
        found = {it for one in self.executions for it in SECRET.findall(one.source or "")}
        return sorted(found)

    @property
    def needs_extension(self) -> bool:
        """Whether cells use magics of nbtrack."""
        return any(OURS.search(it.source or "") for it in self.executions)


def notebook_of(recipe: Recipe) -> dict[str, Any]:
    """A recipe as a notebook; the same recipe gives the same notebook."""
    return {
        "cells": list(cells_of(recipe)),
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "nbtrack": {
                "reproduces": recipe.run_id or list(recipe.targets),
                "packages": recipe.environment.get("packages") or {},
            },
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def cells_of(recipe: Recipe) -> Iterator[dict[str, Any]]:
    """The cells: what this is, the executions in their order, and the result."""
    yield markdown("about", about(recipe))
    if recipe.needs_extension:
        yield code("extension", "%load_ext nbtrack")
    sources = with_named_outputs(recipe.executions)
    for place, execution in enumerate(recipe.executions):
        told = {"execution": execution.execution_id, "number": execution.number}
        metadata: dict[str, Any] = {"nbtrack": told}
        if execution.status in FAILING:
            metadata["tags"] = ["raises-exception"]
        yield code(f"step-{place + 1}", sources[execution.execution_id], metadata)
    yield code("result", result_source(recipe))


def result_source(recipe: Recipe) -> str:
    """The last cell: it shows what was to be made again."""
    if not recipe.targets:
        return SHOW_RUN
    if len(recipe.targets) == 1:
        return recipe.targets[0]
    items = ", ".join(f"{name!r}: {name}" for name in recipe.targets)
    return f"{{{items}}}"


def markdown(cell_id: str, source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": cell_id, "metadata": {}, "source": lines(source)}


def code(cell_id: str, source: str, metadata: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": cell_id,
        "metadata": metadata or {},
        "outputs": [],
        "source": lines(source),
    }


def lines(source: str) -> list[str]:
    """A source as notebooks hold it: a line an item, each with its end."""
    return source.splitlines(keepends=True)


def about(recipe: Recipe) -> str:
    """The first cell: what is reproduced, when it was made, and what it takes."""
    parts = [f"# Reproduction of {recipe.title}", made_by(recipe)]
    if outcome := {**recipe.params, **recipe.metrics}:
        parts.append("What came out of it:\n\n" + listed(outcome))
    if packages := used_packages(recipe):
        python = recipe.environment.get("python")
        parts.append(f"It ran on Python {python} with:\n\n" + listed(packages))
    if recipe.secrets:
        names = "\n".join(f"- `{name}`" for name in recipe.secrets)
        parts.append(f"Set these environment variables to the secrets it used:\n\n{names}")
    changed = renamed(recipe)
    if changed:
        parts.append(
            f"Results that cells passed on by `_` or `Out` have names here, as cells are left out: "
            f"see {changed}."
        )
    return "\n\n".join(parts)


def made_by(recipe: Recipe) -> str:
    """Which executions of which notebook it is made of, and when they ran."""
    numbers = [f"[{it.number}]" for it in recipe.executions if it.number is not None]
    told = next((it.notebook for it in recipe.executions if it.notebook), "")
    of = f" of `{Path(told).name}`" if told else ""
    moments = [it.start_time for it in recipe.executions if it.start_time is not None]
    when = ""
    if moments:
        moment = dt.datetime.fromtimestamp(max(moments) / 1000, dt.UTC)
        when = f", run on {moment:%Y-%m-%d at %H:%M} UTC"
    count = len(recipe.executions)
    which = f" {', '.join(numbers)}" if numbers else ""
    return f"{count} execution{'s' * (count != 1)}{which}{of}{when}."


def listed(items: Mapping[str, Any]) -> str:
    """Names and values as a list."""
    return "\n".join(f"- {name}: {value}" for name, value in items.items())


def used_packages(recipe: Recipe) -> dict[str, str]:
    """The packages that the cells import, with their versions."""
    packages: Mapping[str, str] = recipe.environment.get("packages") or {}
    names: Mapping[str, list[str]] = recipe.environment.get("imports") or {}
    modules = {it for one in recipe.executions for it in imports_of(one.source or "")}
    wanted = {name for module in modules for name in names.get(module, [module])}
    return {name: packages[name] for name in sorted(wanted & packages.keys())}


def renamed(recipe: Recipe) -> str:
    """The executions whose sources are not as they were run."""
    sources = with_named_outputs(recipe.executions)
    return ", ".join(
        f"[{it.number}]" for it in recipe.executions if sources[it.execution_id] != it.source
    )
