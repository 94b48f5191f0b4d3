"""Runs given to somebody else: a folder or an archive that opens elsewhere: `nbtrack.share`."""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbtrack.api.chosen_run import run_called
from nbtrack.api.differences.diff import side_of
from nbtrack.api.files.run_files import blobs_in
from nbtrack.api.reproduction.notebook import Recipe, notebook_of
from nbtrack.api.reproduction.recipes import recipe_of_run
from nbtrack.api.reproduction.reproduce import written
from nbtrack.api.session import Session, session
from nbtrack.api.shared_folder import (
    NOTE,
    Contents,
    file_name,
    file_words,
    named,
    put_papers,
    size_words,
)
from nbtrack.blobs import Blobs
from nbtrack.errors import AlreadyExists, InvalidValue, NotFound
from nbtrack.journal.folder import StoreFolder
from nbtrack.records.entities import Run

if TYPE_CHECKING:
    from nbtrack.store.excerpt import Excerpt, ExcerptFile

__all__ = ["Shared", "share"]

LARGE_BYTES = 50 << 20
"""A larger file stays at home unless all are asked for: GitHub warns of files from 50 MB on."""

KEPT_IN_GIT = "*.lock\n/journal/*\n/quarantine/*\n"
"""The store's own `.gitignore` leaves out everything; a shared one is to be published."""


@dataclass(frozen=True)
class Shared:
    """What was written, and what was left out.

    Attributes:
        path: The folder or the archive.
        runs: The names of the runs.
        notebooks: The notebooks in it.
        models: The versions of registered models, as `name/version`.
        files: How many files of runs and models are in it.
        size_bytes: How large all of it is.
        left_out: What is not in it, and why.
    """

    path: Path
    runs: list[str]
    notebooks: list[str]
    models: list[str]
    files: int
    size_bytes: int
    left_out: list[str] = field(default_factory=list)

    def text(self) -> str:
        """All of it as lines."""
        what = f"{len(self.runs)} run{'s' * (len(self.runs) != 1)}, {file_words(self.files)}"
        lines = [f"{self.path}: {what}, {size_words(self.size_bytes)}"]
        lines += [f"  notebook {name}" for name in self.notebooks]
        lines += [f"  model {name}" for name in self.models]
        lines += [f"  left out: {it}" for it in self.left_out]
        return "\n".join(lines)

    def __repr__(self) -> str:
        return self.text()


def share(
    *runs: str | Run | Iterable[str | Run],
    to: str | os.PathLike[str] | None = None,
    all_files: bool = False,
    force: bool = False,
) -> Shared:
    """Write some runs to a folder or a zip that opens elsewhere with the results in place.

    It holds a small store with these runs alone (their experiments, params, metrics, tags, files,
    cells, models and the versions made of them), a notebook of what each came from, what Binder
    needs, and a README. What was taken out as a secret stays out.

    Args:
        runs: Names, ids, beginnings of ids, or Runs; lists of them and DataFrames of
            `search_runs`, too.
        to: A folder, or a file that ends in `.zip`; a folder named after the run, if nothing is
            said.
        all_files: Whether files above 50 MB are copied, too.
        force: Whether what `share` wrote there before is replaced.

    Raises:
        NotFound: There is no such run.
        InvalidValue: No run is named, or one is deleted.
        AlreadyExists: Something is there.

    Example:
        >>> import nbtrack
        >>> with nbtrack.start_run(run_name="walk"):
        ...     nbtrack.log_metric("loss", 0.5)
        >>> shared = nbtrack.share("walk", to="for-you")
        >>> sorted(it.name for it in shared.path.iterdir())
        ['.nbtrack', 'README.md', 'binder', 'runs.ipynb', 'share.json']
    """
    here = session()
    chosen = runs_meant(here, runs)
    place = target_of(chosen, to)
    check_free(place, force=force)
    partial = place.with_name(f".{os.getpid()}-{place.name}")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        contents = filled(here, chosen, partial, all_files=all_files)
        size = sum(path.stat().st_size for path in partial.rglob("*") if path.is_file())
        put_in_place(partial, place)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return Shared(
        place.absolute(),
        [named(run) for run in chosen],
        contents.notebooks,
        contents.models,
        contents.files,
        size,
        contents.left_out,
    )


def runs_meant(here: Session, given: Iterable[Any]) -> list[Run]:
    """The runs that are meant, each once.

    Raises:
        NotFound: There is no such run.
        InvalidValue: None is named, or one is deleted.
    """
    found = {str(run.info.run_id): run for run in map_runs(here, given)}
    if not found:
        raise InvalidValue("no run is named: share('calm-owl-12'), or several, by name or id")
    for run in found.values():
        if run.info.lifecycle_stage != "active":
            raise InvalidValue(
                f"run {named(run)!r} is deleted; restore_run({run.info.run_id!r}) brings it back"
            )
    return list(found.values())


def map_runs(here: Session, given: Iterable[Any]) -> Iterator[Run]:
    for one in given:
        if hasattr(one, "columns"):
            yield from map_runs(here, list(one["run_id"]))
        elif isinstance(one, str) or hasattr(one, "info"):
            yield run_called(here, one)
        else:
            yield from map_runs(here, one)


def target_of(chosen: list[Run], to: str | os.PathLike[str] | None) -> Path:
    """Where it is to be."""
    if to is not None:
        return Path(to).expanduser()
    name = named(chosen[0]) if len(chosen) == 1 else "runs"
    return Path(f"shared-{file_name(name)}")


def check_free(place: Path, *, force: bool) -> None:
    """Refuse to overwrite; with force, all but what was shared before.

    Raises:
        AlreadyExists: Something is there.
    """
    if not place.exists() or (place.is_dir() and not any(place.iterdir())):
        return
    if not force:
        raise AlreadyExists(
            f"{place} is there already; choose another place, or replace it with force (--force)"
        )
    if not is_shared(place):
        raise AlreadyExists(f"{place} was not written by nbtrack share; it is left as it is")


def is_shared(place: Path) -> bool:
    """Whether something was shared there before."""
    if place.is_dir():
        return (place / NOTE).exists()
    if not zipfile.is_zipfile(place):
        return False
    with zipfile.ZipFile(place) as archive:
        return any(name.endswith(f"/{NOTE}") for name in archive.namelist())


def filled(here: Session, chosen: list[Run], folder: Path, *, all_files: bool) -> Contents:
    """Fill a folder with runs, and tell what is in it."""
    from nbtrack.store.excerpt import excerpt

    store = StoreFolder(folder / ".nbtrack")
    store.path.mkdir()
    (store.path / ".gitignore").write_text(KEPT_IN_GIT)
    told = excerpt(here.store, [str(run.info.run_id) for run in chosen], store)
    kept, left_out = copy_files(here, told, store, all_files=all_files)
    for lock in (store.gate_lock, store.store_lock):
        lock.unlink(missing_ok=True)
    recipes, without = recipes_of(chosen)
    notebooks = [written(it, notebook_of(it), folder).name for it in recipes]
    contents = Contents(
        runs=chosen,
        recipes=recipes,
        notebooks=["runs.ipynb", *notebooks],
        models=[f"{name}/{version}" for name, version in told.versions],
        requirements=requirements_in(Blobs(store.artifacts), told),
        files=kept,
        left_out=[*left_out, *data_of(here, chosen), *without, *unended(chosen)],
    )
    put_papers(contents, folder)
    return contents


def copy_files(
    here: Session, told: Excerpt, store: StoreFolder, *, all_files: bool
) -> tuple[int, list[str]]:
    """Copy the files of runs and models; the result is how many, and what was left out."""
    copies = Blobs(store.artifacts)
    kept, left_out = 0, []
    for file in told.files:
        if file.size > LARGE_BYTES and not all_files:
            left_out.append(
                f"{file.path} of {file.owner} ({size_words(file.size)}); "
                f"all_files=True (--all) takes it along"
            )
            continue
        try:
            copy_one(blobs_in(here, file.experiment_id), copies, file)
        except NotFound:
            left_out.append(f"{file.path} of {file.owner}: its content is not in the store")
            continue
        kept += 1
    if told.read_models:
        left_out.append(f"{told.read_models} models of other runs, which these runs read")
    return kept, left_out


def copy_one(home: Blobs, copies: Blobs, file: ExcerptFile) -> None:
    """Copy one content; what is not what its digest says is not passed on."""
    with home.open(file.digest) as source:
        kept = copies.put(source)
    if kept.digest != file.digest:
        copies.delete(kept.digest)
        raise NotFound(f"{file.path} was changed since it was logged")


def recipes_of(chosen: list[Run]) -> tuple[list[Recipe], list[str]]:
    """What each run came from; and runs of which that is not known, in words."""
    recipes, without = [], []
    for run in chosen:
        try:
            recipes.append(recipe_of_run(run))
        except NotFound:
            without.append(f"the code of {named(run)}: no cell was recorded of it")
    return recipes, without


def data_of(here: Session, chosen: list[Run]) -> list[str]:
    """The files that cells read, which are data and stay at home."""
    symbols = {
        symbol.removeprefix("file:")
        for run in chosen
        for execution in side_of(here, run).executions
        for symbol in execution.reads or {}
        if symbol.startswith("file:")
    }
    names = sorted({Path(it).name for it in symbols})
    return [f"data: the cells read {', '.join(names)}"] if names else []


def unended(chosen: list[Run]) -> list[str]:
    """Runs that were still going on."""
    return [
        f"what {named(run)} logs from now on: it is still running"
        for run in chosen
        if run.info.status == "RUNNING"
    ]


def requirements_in(files: Blobs, told: Excerpt) -> list[str]:
    """What the models need, as their own requirements say."""
    lines: dict[str, None] = {}
    for file in told.files:
        is_of_model = file.path.rpartition("/")[2] == "requirements.txt" and told.models
        if is_of_model and file.size < LARGE_BYTES and files.has(file.digest):
            with files.open(file.digest) as text:
                found = text.read().decode("utf-8", "replace").splitlines()
            lines |= dict.fromkeys(it.strip() for it in found if is_requirement(it))
    return list(lines)


def is_requirement(line: str) -> bool:
    """Whether a line names a package, and no option or remark."""
    return bool(line.strip()) and line.strip()[0].isalnum()


def put_in_place(folder: Path, place: Path) -> None:
    """Move what was made to where it is to be, as a folder or as an archive."""
    if place.suffix != ".zip":
        if place.exists():
            shutil.rmtree(place)
        folder.rename(place)
        return
    packed = folder.with_suffix(".partial")
    try:
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(folder.rglob("*")):
                archive.write(path, f"{place.stem}/{path.relative_to(folder).as_posix()}")
        packed.replace(place)
    finally:
        packed.unlink(missing_ok=True)
