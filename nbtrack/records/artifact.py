"""A file of a run: its path there, and the digest its bytes are stored under."""

from __future__ import annotations

from nbtrack.records.record import Record

__all__ = ["STORE_SCHEME", "Artifact", "artifact_uri", "location_of", "parse_artifact_uri"]

SCHEME = "runs:/"
STORE_SCHEME = "nbtrack-artifacts:/"
"""Of locations in the store itself, wherever its folder is: experiment, run, `artifacts`, path."""


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


def location_of(experiment_id: str | None, run_id: str, own_location: str | None = None) -> str:
    """Where a run says its artifacts are: at its experiment's own location, or in the store."""
    root = own_location.rstrip("/") if own_location else f"{STORE_SCHEME}{experiment_id}"
    return f"{root}/{run_id}/artifacts"


def parse_artifact_uri(uri: str) -> tuple[str, str] | None:
    """The run and the path of a URI within the store; None for a URI of another kind."""
    if uri.startswith(SCHEME):
        run_id, _, path = uri.removeprefix(SCHEME).strip("/").partition("/")
        return run_id, path
    if uri.startswith(STORE_SCHEME):
        parts = uri.removeprefix(STORE_SCHEME).strip("/").split("/", 3)
        if len(parts) >= 3 and parts[2] == "artifacts":
            return parts[1], "".join(parts[3:])
    return None
