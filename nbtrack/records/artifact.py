"""A file of a run: its path there, and the digest its bytes are stored under."""

from __future__ import annotations

from nbtrack.records.record import Record

__all__ = ["Artifact", "artifact_uri", "parse_artifact_uri"]

SCHEME = "runs:/"


class Artifact(Record, frozen=True, tag="artifact"):
    """A file of a run; no digest says that it was deleted."""

    run_id: str
    path: str
    digest: str | None
    file_size: int = 0
    time: int = 0


def artifact_uri(run_id: str, path: str = "") -> str:
    """Where a run's artifacts are: computed from its id, so that a moved store stays right."""
    return f"{SCHEME}{run_id}/{path}" if path else f"{SCHEME}{run_id}"


def parse_artifact_uri(uri: str) -> tuple[str, str] | None:
    """The run and the path of such a URI; None for a URI of another kind."""
    if not uri.startswith(SCHEME):
        return None
    run_id, _, path = uri.removeprefix(SCHEME).strip("/").partition("/")
    return run_id, path
