"""What endpoints leave behind in a store: copies of models that no plan names, folders of none."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, NamedTuple

from nbtrack.records.endpoint import Variant
from nbtrack.serving.supervising.copies import bytes_in, release, unneeded
from nbtrack.serving.supervising.place import EndpointFolder, folders_in, put_away, removed_in

__all__ = ["Leftover", "clean"]

SERVING = {"HEALTHY", "UNHEALTHY", "RESTARTING"}

Hold = Literal["stopped", "settled", "busy"]


class Leftover(NamedTuple):
    """Files of endpoints that nobody needs.

    Attributes:
        endpoint: The endpoint they were of.
        path: A copy of a model, or the whole folder.
        size_bytes: What it takes.
    """

    endpoint: str
    path: str
    size_bytes: int


def clean(store: Path, *, dry_run: bool = False) -> list[Leftover]:
    """Remove what endpoints left behind; those that are changed at this moment are left alone.

    Args:
        store: The store's folder.
        dry_run: Whether only to tell what would go.
    """
    found = [leftover(it.name[1:].rsplit(".", 2)[0], it) for it in removed_in(store)]
    if not dry_run:
        for it in found:
            shutil.rmtree(it.path, ignore_errors=True)
    for folder in folders_in(store):
        with held(folder, dry_run=dry_run) as hold:
            found += of_folder(folder, hold, dry_run=dry_run)
    return found


def of_folder(folder: EndpointFolder, hold: Hold, *, dry_run: bool) -> list[Leftover]:
    """What one endpoint has too much."""
    name = folder.path.name
    if hold == "stopped" and not folder.has_plan_file and folder.state() is None:
        found = [leftover(name, folder.path)]
        if not dry_run:
            with contextlib.suppress(OSError):
                shutil.rmtree(put_away(folder), ignore_errors=True)
        return found
    plan = folder.plan()
    if hold == "busy" or plan is None:  # or one of a later version, which names copies, too
        return []
    needed: tuple[Variant, ...] = plan.variants
    found = [leftover(name, it) for it in unneeded(folder, needed)]
    if not dry_run:
        release(folder, needed)
    return found


@contextmanager
def held(folder: EndpointFolder, *, dry_run: bool) -> Iterator[Hold]:
    """Keep an endpoint from being started or changed; a dry run only looks."""
    if folder.is_alive:
        if not is_settled(folder):
            yield "busy"
        elif dry_run:
            yield "settled"
        else:
            with folder.in_turn(waits=False) as is_its:
                yield "settled" if is_its and is_settled(folder) else "busy"
        return
    lock = None if dry_run else folder.seize()
    try:
        yield "busy" if lock is None and not dry_run else "stopped"
    finally:
        if lock is not None:
            os.close(lock)


def is_settled(folder: EndpointFolder) -> bool:
    """Whether the plan that is written is the one that all workers of an endpoint serve."""
    state, plan = folder.state(), folder.plan()
    return (
        state is not None
        and plan is not None
        and state.status in SERVING
        and state.plan_number == plan.number
        and all(it.plan_number == plan.number and not it.is_leaving for it in state.workers)
    )


def leftover(endpoint: str, path: Path) -> Leftover:
    """Files with what they take."""
    return Leftover(endpoint, str(path), bytes_in(path))
