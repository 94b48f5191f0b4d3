"""What JSON answers look like; names stay as they are once given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from nbtrack.hosts.command_line.wording import iso
from nbtrack.records.experiment import Experiment

if TYPE_CHECKING:
    from nbtrack.records.entities import Run

__all__ = ["experiment_json", "run_json"]


def experiment_json(experiment: Experiment) -> dict[str, Any]:
    """An experiment."""
    return {
        "experiment_id": experiment.experiment_id,
        "name": experiment.name,
        "lifecycle_stage": experiment.lifecycle_stage,
        "artifact_location": experiment.artifact_location,
        "creation_time": iso(experiment.creation_time),
        "last_update_time": iso(experiment.last_update_time),
        "tags": dict(experiment.tags),
    }


def run_json(run: Run, names: Mapping[str, str]) -> dict[str, Any]:
    """A run with its latest metrics.

    Args:
        run: The run.
        names: The experiments' names by id.
    """
    info = run.info
    return {
        "run_id": info.run_id,
        "run_name": info.run_name,
        "experiment_id": info.experiment_id,
        "experiment_name": names.get(str(info.experiment_id)),
        "status": info.status,
        "start_time": iso(info.start_time),
        "end_time": iso(info.end_time),
        "duration_seconds": info.duration_seconds,
        "user_id": info.user_id,
        "lifecycle_stage": info.lifecycle_stage,
        "params": dict(run.data.params),
        "metrics": dict(run.data.metrics),
        "tags": dict(run.data.tags),
    }
