"""The files of runs: listed, and sent with ranges, types and without any rights on the page."""

from __future__ import annotations

import mimetypes
import re
from http import HTTPStatus
from urllib.parse import quote

from nbtrack.api.files.paths import artifact_path
from nbtrack.api.files.run_files import blobs_of, folder_path, missing
from nbtrack.errors import InvalidValue, NotFound
from nbtrack.query.tree import Rows, Runs, Together
from nbtrack.questions.artifacts import entries_below, files
from nbtrack.questions.notebook_runs import with_ids
from nbtrack.rest.routing import Reply, Request, Route, Stretch
from nbtrack.rest.shapes import ArtifactItem, ArtifactsReply
from nbtrack.store.protocol import Answer

__all__ = ["ROUTES", "file", "listed", "media_type"]

UNKNOWN = "application/octet-stream"
TYPES = {
    ".csv": "text/csv",
    ".ipynb": "application/x-ipynb+json",
    ".jsonl": "application/x-ndjson",
    ".log": "text/plain",
    ".md": "text/markdown",
    ".parquet": "application/vnd.apache.parquet",
    ".py": "text/x-python",
    ".toml": "text/plain",
    ".tsv": "text/tab-separated-values",
    ".webp": "image/webp",
    ".yaml": "text/yaml",
    ".yml": "text/yaml",
}
PLAIN_NAMES = {"MLmodel": "text/yaml"}

INERT = re.compile(
    r"image/(?!svg).*|audio/.*|video/.*|application/(pdf|json|x-ndjson|x-ipynb\+json)"
    r"|text/(plain|csv|markdown|yaml|x-python|tab-separated-values)"
)
"""What no browser runs; anything else gets no rights of the page that shows it."""


def listed(request: Request) -> ArtifactsReply:
    """What stands directly in a folder of a run.

    Raises:
        NotFound: There is no such run.
        InvalidValue: The path leads out of it.
    """
    run_id, path = request.path["run_id"], folder_path(request.query.get("path"))
    own = Runs(where=with_ids([run_id]), view="ALL", parts=(), hints=False)
    asked = Together((own, Rows("run_files", (run_id,))))
    answers: list[Answer] = request.here.store.fetch(asked).columns["answer"]
    run, kept = (it.columns for it in answers)
    if not run["run_id"]:
        raise NotFound(f"Run with id={run_id} not found")
    sizes = zip(kept["path"], kept["file_size"], strict=True)
    found = entries_below(sizes, artifact_path(path) if path else "")
    return ArtifactsReply(
        root_uri=run["artifact_uri"][0] or "",
        files=[
            ArtifactItem(
                path=it.path,
                is_dir=it.is_dir,
                file_size=it.file_size,
                media_type="" if it.is_dir else media_type(it.path),
            )
            for it in found
        ],
    )


def file(request: Request) -> Reply:
    """The bytes of a file, or the range of them that is asked for.

    Raises:
        NotFound: There is no such run or file.
        InvalidValue: The path leads out of the run.
    """
    here, run_id = request.here, request.path["run_id"]
    path = folder_path(request.query.get("path"))
    if path is None:
        raise InvalidValue("no path was given; add ?path=<path of the file>")
    path = artifact_path(path)
    kept = next((it for it in files(here.store, run_id, path) if it.path == path), None)
    if kept is None:
        raise missing(here, run_id, path)
    blobs = blobs_of(here, run_id)
    size = blobs.size(str(kept.digest))
    headers = headers_of(path, str(kept.digest), is_saved=request.query.get("download") == "1")
    stretch = stretch_of(request.wanted_range, size)
    if stretch is None:
        return Reply(
            HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
            media_type=UNKNOWN,
            headers={"Content-Range": f"bytes */{size}"},
        )
    start, length = stretch
    status = HTTPStatus.OK
    if length < size:
        status = HTTPStatus.PARTIAL_CONTENT
        headers["Content-Range"] = f"bytes {start}-{start + length - 1}/{size}"
    opened = blobs.open(str(kept.digest))
    return Reply(
        status,
        media_type=with_charset(media_type(path)),
        headers=headers,
        stretch=Stretch(opened, start, length),
    )


def headers_of(path: str, digest: str, *, is_saved: bool) -> dict[str, str]:
    """What a browser is told of a file."""
    name = path.rpartition("/")[2]
    kind = "attachment" if is_saved else "inline"
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
        "Content-Disposition": f"{kind}; filename*=UTF-8''{quote(name, safe='')}",
        "Etag": f'"{digest}"',
        "X-Content-Type-Options": "nosniff",
    }
    if not INERT.fullmatch(media_type(path)):
        headers["Content-Security-Policy"] = "sandbox"
    return headers


def stretch_of(text: str | None, size: int) -> tuple[int, int] | None:
    """The start and length of the range asked for, all if it is none; None if it lies outside.

    Of several ranges none is taken, which the protocol allows.
    """
    found = re.fullmatch(r"bytes=(\d*)-(\d*)", (text or "").strip())
    if found is None or not (found[1] or found[2]):
        return 0, size
    if not found[1]:
        length = min(int(found[2]), size)
        return (size - length, length) if length else None
    start = int(found[1])
    end = min(int(found[2]) if found[2] else size - 1, size - 1)
    if start >= size:
        return None
    return (start, end - start + 1) if end >= start else (0, size)


def media_type(path: str) -> str:
    """The type of a file, by its name."""
    name = path.rpartition("/")[2]
    if name in PLAIN_NAMES:
        return PLAIN_NAMES[name]
    stem, dot, ending = name.rpartition(".")
    known = TYPES.get(f".{ending.lower()}") if dot and stem else None
    guessed, encoding = mimetypes.guess_type(name, strict=False)
    return known or (guessed if guessed and not encoding else None) or UNKNOWN


def with_charset(kind: str) -> str:
    """A type of text, with the encoding that texts are logged in."""
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


ROUTES = (
    Route("GET", "runs/{run_id}/artifacts", listed),
    Route("GET", "runs/{run_id}/artifacts/file", file),
)
