"""The environment that is kept with the run of a cell, read anew only where it may have changed."""

from __future__ import annotations

import json
import os
import sys

from nbtrack.api.files.run_files import blobs_of
from nbtrack.api.session import Session
from nbtrack.capture.guard import guarded
from nbtrack.capture.open_run import OpenRun
from nbtrack.capture.sources.packages import ENVIRONMENT_FILE, environment_json
from nbtrack.records.artifact import Artifact
from nbtrack.records.ids import next_time

__all__ = ["environment_now", "keep_environment"]


class Kept:
    """The environment as it was read last: with 2,000 modules loaded a look takes 5 ms."""

    modules: tuple[str, ...] = ()
    own_files: tuple[str, ...] = ()
    """The user's own modules, which may be edited and loaded again."""
    stamps: tuple[tuple[int, int], ...] = ()
    content = b""
    places: dict[str, tuple[str, int]] = {}  # noqa: RUF012 - one for the process
    """Where this content is kept: its digest and size, by the folder or address."""


def environment_now() -> bytes:
    """The environment as JSON; the same bytes as long as nothing is loaded or edited."""
    modules = tuple(sys.modules)
    if modules != Kept.modules or stamps_of(Kept.own_files) != Kept.stamps:
        content = environment_json()
        Kept.own_files = own_files(content)
        Kept.stamps = stamps_of(Kept.own_files)
        if content != Kept.content:
            Kept.content, Kept.places = content, {}
        Kept.modules = modules
    return Kept.content


def own_files(content: bytes) -> tuple[str, ...]:
    """The files of the modules of the user's own that an environment names."""
    found = (
        getattr(sys.modules.get(name), "__file__", None) for name in json.loads(content)["modules"]
    )
    return tuple(it for it in found if isinstance(it, str))


def stamps_of(paths: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    """What tells whether files were written since: their times and sizes."""
    found = []
    for path in paths:
        try:
            told = os.stat(path)  # noqa: PTH116 - a Path for each costs as much again
        except OSError:
            found.append((0, 0))
        else:
            found.append((told.st_mtime_ns, told.st_size))
    return tuple(found)


@guarded
def keep_environment(here: Session, run: OpenRun) -> None:
    """Keep the versions of all packages in use with a run; equal ones are stored once."""
    content = environment_now()
    blobs = blobs_of(here, run.run_id, run.experiment_id)
    place = f"{here.folder.path} {run.experiment_id}"
    kept = Kept.places.get(place)
    if kept is None or not blobs.has(kept[0]):
        blob = blobs.put(content)
        kept = Kept.places[place] = (blob.digest, blob.size)
    run.add_artifacts([Artifact(run.run_id, ENVIRONMENT_FILE, *kept, next_time())])
