"""Endpoints removed: their folders go with the copies of models; what was recorded stays."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NamedTuple

from nbtrack.api.session import Session
from nbtrack.errors import EndpointError, StoreReadOnly
from nbtrack.records.endpoint_event import EndpointEvent
from nbtrack.records.ids import next_time
from nbtrack.serving.supervising.copies import bytes_in, copies_in
from nbtrack.serving.supervising.place import EndpointFolder, put_away

__all__ = ["REMOVED", "RemovedEndpoint", "remove_folder"]

REMOVED = "its folder was removed; what it answered stays recorded"


class RemovedEndpoint(NamedTuple):
    """What the removal of an endpoint freed.

    Attributes:
        name: What it was called.
        models: How many copies of models went.
        size_bytes: What all of its files took.
    """

    name: str
    models: int
    size_bytes: int


def remove_folder(here: Session, folder: EndpointFolder, endpoint_id: str) -> RemovedEndpoint:
    """Take an endpoint that does not run out of its store.

    Raises:
        EndpointError: It runs, or is being started.
        StoreReadOnly: Its folder may not be changed by this user.
    """
    name = folder.path.name
    freed = RemovedEndpoint(name, 0, 0)
    if folder.path.is_dir():
        lock = folder.seize()
        if lock is None:
            raise runs(folder)
        try:
            copies = [it for it in copies_in(folder) if it.is_dir()]
            freed = RemovedEndpoint(name, len(copies), bytes_in(folder.path))
            delete(put_away(folder))
        except PermissionError as error:
            raise StoreReadOnly(
                f"the folder {folder.path} of the endpoint {name!r} cannot be removed "
                f"({error.strerror}); whoever owns it can"
            ) from error
        finally:
            os.close(lock)
    if here.folder.journal.is_dir():
        here.writer.write(
            EndpointEvent(
                endpoint_id=endpoint_id,
                name=name,
                kind="removed",
                text=REMOVED,
                time=next_time(),
            )
        )
    return freed


def runs(folder: EndpointFolder) -> EndpointError:
    """What to say of one that cannot be removed as it runs."""
    state, name = folder.state(), folder.path.name
    where = f" at {state.url}" if state is not None and state.url else ""
    return EndpointError(
        f"the endpoint {name!r} runs{where}: stop it first, or have it stopped by "
        f"remove(stop=True), or `nbtrack endpoints remove {name} --stop`"
    )


def delete(folder: Path) -> None:
    """Delete a folder that was put away; what is left of it is for `nbtrack gc`."""
    shutil.rmtree(folder, ignore_errors=True)
