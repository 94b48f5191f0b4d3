"""A run or a value made again as a notebook, and checked in a fresh kernel."""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from nbtrack.api.cells.script import as_script
from nbtrack.api.reproduction.check import (
    Check,
    compared_run,
    compared_values,
    digest_cell,
    values_of,
)
from nbtrack.api.reproduction.fresh_kernel import Outcome, clean_environment, run_notebook
from nbtrack.api.reproduction.notebook import Recipe, notebook_of
from nbtrack.api.reproduction.recipes import recipe_of
from nbtrack.api.screens.progress_line import ProgressLine
from nbtrack.api.session import session
from nbtrack.errors import AlreadyExists, InvalidValue
from nbtrack.journal.folder import StoreFolder
from nbtrack.questions import runs
from nbtrack.records.entities import Run
from nbtrack.records.ids import now_ms

__all__ = ["Reproduction", "reproduce", "reproduced"]

SECONDS = 600.0


@dataclass(frozen=True)
class Reproduction:
    """A notebook that makes a result again, and, if it was run, how that compares.

    Attributes:
        title: What is reproduced.
        path: Where the notebook is.
        checks: What was compared; nothing if it was not run, or failed.
        failure: The cell that failed and its error, if one did.
        packages: Packages that are other now: the version then, and now.
        unset: Environment variables with secrets that the cells need and that are not set.
        was_run: Whether it was run.
    """

    title: str
    path: Path
    checks: list[Check] = field(default_factory=list)
    failure: tuple[str, str] | None = None
    packages: dict[str, tuple[str, str]] = field(default_factory=dict)
    unset: list[str] = field(default_factory=list)
    was_run: bool = False

    @property
    def is_equal(self) -> bool | None:
        """Whether all came out as it was; None if that is not known."""
        if not self.was_run:
            return None
        if self.failure is not None:
            return False
        return all(it.status == "equal" for it in self.checks) if self.checks else None

    def text(self) -> str:
        """All of it as lines."""
        return "\n".join(self.lines())

    def lines(self) -> Iterator[str]:
        yield f"reproduction of {self.title}: {self.path.name}"
        if self.failure is not None:
            yield f"  failed in {self.failure[0]}: {self.failure[1]}"
        elif self.was_run and not self.checks:
            yield "  it ran; there was nothing to compare"
        for check in self.checks:
            yield f"  {check.words()}"
        for name, (then, now) in self.packages.items():
            yield f"  {name} was {then}, is {now}"
        for name in self.unset:
            yield f"  set {name} to the secret that was used"

    def __repr__(self) -> str:
        return self.text()


def reproduce(
    target: str | Run | Recipe | None = None,
    path: str | os.PathLike[str] | None = None,
    check: bool = False,  # noqa: FBT001, FBT002 - reads as `reproduce(run, check=True)`
    timeout: float | None = SECONDS,
    *,
    folder: str | os.PathLike[str] | None = None,
    log: bool = False,
) -> Reproduction:
    """A notebook that makes a result again from the executions it came from, and no others.

    Args:
        target: The name of a variable of this notebook. Or a run: its id, the beginning of it, its
            name, or a Run; the newest, if nothing is said. Or a recipe.
        path: Where to write it: a notebook, a script if it ends in `.py`, or a folder; the working
            directory, if nothing is said. What is there already is kept.
        check: Run it in a fresh kernel, and compare what comes out with what was recorded.
        timeout: How many seconds each cell may take.
        folder: The working directory of the check; the notebook's own, if nothing is said.
        log: Let the check log to the store in use, not to one that is thrown away.

    Raises:
        NotFound: There is no such variable or run, or no execution is known that made it.
        AlreadyExists: The path has another content.
        MissingPackage: The check needs nbclient.
    """
    recipe = target if isinstance(target, Recipe) else recipe_of(target)
    notebook = notebook_of(recipe)
    place = written(recipe, notebook, path)
    found = Reproduction(recipe.title, place, packages=other_packages(recipe), unset=unset(recipe))
    if not check:
        return found
    home = recipe.folder if folder is None else Path(folder)
    return reproduced(found, recipe, notebook, Kernel(home, timeout, log))


class Kernel(NamedTuple):
    """How the check is run."""

    folder: Path
    timeout_seconds: float | None = SECONDS
    logs_here: bool = False


def written(
    recipe: Recipe, notebook: Mapping[str, Any], path: str | os.PathLike[str] | None
) -> Path:
    """Write a reproduction; the result is where it is.

    Raises:
        AlreadyExists: Something else is there.
    """
    text = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
    place = Path.cwd() if path is None else Path(path).expanduser()
    if place.is_dir():
        return first_free(place, stem_of(recipe), text)
    if place.suffix == ".py":
        text = as_script(recipe.executions)
    elif place.suffix != ".ipynb":
        raise InvalidValue(f"a reproduction is a notebook or a script, not {place.name!r}")
    if place.exists() and place.read_text(encoding="utf-8") != text:
        raise AlreadyExists(f"{str(place)!r} is there already; give another path or remove it")
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")
    return place.absolute()


def stem_of(recipe: Recipe) -> str:
    """What the notebook is called: without the kind of what it makes, and fit for a file."""
    name = recipe.title.partition(" ")[2] or recipe.title
    return "reproduce-" + "-".join(re.findall(r"\w[\w.-]*", name))[:80].rstrip(".-")


def first_free(folder: Path, stem: str, text: str) -> Path:
    """Write a notebook under the first name that is free, or has that content already."""
    number, place = 2, folder / f"{stem}.ipynb"
    while place.exists() and place.read_text(encoding="utf-8") != text:
        place, number = folder / f"{stem}-{number}.ipynb", number + 1
    place.write_text(text, encoding="utf-8")
    return place.absolute()


def other_packages(recipe: Recipe) -> dict[str, tuple[str, str]]:
    """The recorded packages that are installed in another version, or not at all."""
    found = {}
    for name, then in (recipe.environment.get("packages") or {}).items():
        try:
            now = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            now = "not installed"
        if now != then:
            found[name] = (then, now)
    return found


def unset(recipe: Recipe) -> list[str]:
    """The variables with secrets that are not set."""
    return [name for name in recipe.secrets if name not in os.environ]


def reproduced(
    found: Reproduction, recipe: Recipe, notebook: dict[str, Any], kernel: Kernel
) -> Reproduction:
    """A reproduction with what came out of running it."""
    if recipe.targets:
        source = digest_cell(recipe.targets)
        cell = notebook["cells"][-1] | {"id": "check", "source": [source]}
        notebook = {**notebook, "cells": [*notebook["cells"], cell]}
    with tempfile.TemporaryDirectory(prefix="nbtrack-", ignore_cleanup_errors=True) as place:
        store = None if kernel.logs_here else Path(place, ".nbtrack")
        begun = now_ms()
        environment = clean_environment(store)
        watch = ProgressLine(f"reproducing {recipe.title}")
        outcome = run_notebook(
            notebook, kernel.folder, environment, kernel.timeout_seconds, watch.draw
        )
        watch.end(is_whole=outcome.failure is None)
        failure, checks = None, []
        if outcome.failure is not None:
            failure = (cell_called(outcome), outcome.failure.error)
        elif recipe.targets:
            checks = compared_values(recipe, values_of(outcome.notebook))
        else:
            checks = compared_run(recipe, made_runs(store, begun))
    return Reproduction(
        found.title, found.path, checks, failure, found.packages, found.unset, was_run=True
    )


def cell_called(outcome: Outcome) -> str:
    """What the cell that failed is called."""
    failure = outcome.failure
    if failure is None or failure.cell < 0:
        return "the kernel"
    cell = outcome.notebook["cells"][failure.cell]
    number = cell["metadata"].get("nbtrack", {}).get("number")
    return f"cell [{number}]" if number is not None else f"cell {cell['id']!r}"


def made_runs(store: Path | None, since: int) -> list[Run]:
    """The runs that a check made since a time, the newest first; None is the store in use."""
    from nbtrack.store.duckdb import DuckDBStore

    words = f"start_time >= {since}"
    if store is None:
        return list(runs.search(session().store, None, words, max_results=None))
    if not store.exists():
        return []
    opened = DuckDBStore(StoreFolder(store))
    try:
        return list(runs.search(opened, None, words, max_results=None))
    finally:
        opened.close()
