"""The pictures of some runs, to be looked at beside each other."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from nbtrack.query.tree import Rows
from nbtrack.rest.endpoints.artifacts import media_type
from nbtrack.rest.endpoints.several_runs import asked_runs
from nbtrack.rest.routing import Request, Route
from nbtrack.rest.shapes import ImageItem, ImagesReply

__all__ = ["ROUTES", "images"]

MOST_IMAGES = 5000
MOST_BYTES = 20_000_000
"""A larger picture would stop the page that shows it."""

OF_SERIES = re.compile(r"images/(?P<key>.+)[+%]step[+%](?P<step>-?\d+)[+%]timestamp[+%].*")
"""How pictures are called that were logged with a key; MLflow wrote them with percent signs."""
COMPRESSED = re.compile(r"images/.+[+%]compressed\.webp")
"""MLflow keeps each of them twice."""


def images(request: Request) -> ImagesReply:
    """The pictures of runs, by name; those of a series have steps.

    Raises:
        InvalidValue: No runs are named, or too many.
    """
    ids = asked_runs(request)
    kept = request.here.store.fetch(Rows("run_files", ids)).columns
    files = zip(kept["run_id"], kept["path"], kept["file_size"], strict=True)
    found = [
        image_item(run_id, path)
        for run_id, path, size in files
        if is_shown(path) and (size or 0) <= MOST_BYTES
    ]
    return ImagesReply(images=found[:MOST_IMAGES], is_cut=len(found) > MOST_IMAGES)


def is_shown(path: str) -> bool:
    """Whether a file is a picture that browsers can show, and no second one of another."""
    return media_type(path).startswith("image/") and not COMPRESSED.fullmatch(path)


def image_item(run_id: str, path: str) -> ImageItem:
    """A picture with the name that runs share."""
    told = OF_SERIES.fullmatch(path)
    if told is None:
        return ImageItem(run_id=run_id, path=path, name=path)
    key = str(PurePosixPath(told["key"].replace("#", "/")))
    return ImageItem(run_id=run_id, path=path, name=key, step=int(told["step"]))


ROUTES = (Route("GET", "runs/images", images),)
