"""Which endpoints a store has or had: by name, for those that look one up."""

from __future__ import annotations

from nbtrack.api.session import Session
from nbtrack.questions import endpoints as asked_of
from nbtrack.serving.supervising.place import folders_in

__all__ = ["names_in"]


def names_in(here: Session) -> list[str]:
    """The endpoints that there are or ever were; a folder that is no store has only the former."""
    names = {it.path.name for it in folders_in(here.folder.path) if it.state() is not None}
    if here.folder.journal.is_dir():
        names.update(asked_of.names(here.store))
    return sorted(names)
