"""Approvals: `nbtrack.approve`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from nbtrack.api.promotion.version_reading import chosen_version
from nbtrack.api.runs.new_experiment import stamp
from nbtrack.api.session import session
from nbtrack.capture.redaction import redact_text
from nbtrack.questions import model_versions
from nbtrack.records.registered_model import ModelVersion
from nbtrack.records.registry_operation import ApproveModelVersion, SetModelVersionTag

__all__ = ["approve"]


def approve(name: str, version: Any, note: str = "", by: str | None = None) -> ModelVersion:
    """Say that somebody approves of a version, for the gate `Approved` and for the record.

    Args:
        name: The registered model.
        version: Its number, `latest`, `@alias`, or a `ModelVersion`.
        note: What they say about it.
        by: Who; you, if not given.

    Returns:
        The version, tagged `approved_by` and `approval_date`.

    Raises:
        NotFound: There is no such model or version.

    Example:
        >>> import nbtrack
        >>> from nbtrack.testing import temporary_store
        >>> with temporary_store():
        ...     info = nbtrack.pyfunc.log_model(name="total", python_model=lambda it: sum(it))
        ...     version = nbtrack.register_model(info.model_uri, "totals")
        ...     nbtrack.approve("totals", 1, by="ana").tags["approved_by"]
        'ana'
    """
    here, act = session(), stamp()
    found = chosen_version(here, name, version)
    who = redact_text(by or act["actor"])
    which: dict[str, Any] = {"name": name, "version": int(found.version)}
    moment = datetime.fromtimestamp(act["time"] / 1_000_000, UTC).isoformat()
    tags = {"approved_by": who, "approval_date": moment}
    here.store.append(
        [
            ApproveModelVersion(**which, approver=who, note=redact_text(note), **act),
            *(SetModelVersionTag(**which, key=key, value=tags[key], **stamp()) for key in tags),
        ]
    )
    return model_versions.get(here.store, name, found.version)
