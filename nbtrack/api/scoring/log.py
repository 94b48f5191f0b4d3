"""A scoring noted in a run: how much was scored, by which model, of which data."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from nbtrack.api.datasets.inputs import from_pandas, log_inputs
from nbtrack.api.datasets.kinds import Dataset
from nbtrack.api.datasets.sources import DatasetSource, source_of
from nbtrack.api.runs.start import active_run, start_run
from nbtrack.api.scoring.report import ScoreReport
from nbtrack.api.tracking.values import log_metrics, set_tags
from nbtrack.capture.guard import guarded
from nbtrack.capture.sources.environment import source_tags
from nbtrack.records.logged_model import LoggedModelInput

__all__ = ["log_scoring"]

CONTEXT = "scoring"


class ScoredData(Dataset):
    """What was scored, as a dataset of a run; its content is not read once more for it."""

    def __init__(self, source: DatasetSource, name: str, rows: int) -> None:
        super().__init__(source, name)
        self.rows = rows

    @property
    def profile(self) -> dict[str, int]:
        """How many rows there were."""
        return {"num_rows": self.rows}


@guarded
def log_scoring(report: ScoreReport, model_id: str | None, data: Any, *, log: bool | None) -> None:
    """Note a scoring in the active run; True begins one for it if there is none.

    Args:
        report: What was done.
        model_id: The logged model's id, if it is one.
        data: What was scored.
        log: False notes nothing; None only where a run is active.
    """
    if log is False or (log is None and active_run() is None):
        return
    if active_run() is None:
        with start_run(run_name="scoring"):
            note(report, model_id, data)
    else:
        note(report, model_id, data)


def note(report: ScoreReport, model_id: str | None, data: Any) -> None:
    """Write it down in the active run."""
    models = [] if model_id is None else [LoggedModelInput(model_id)]
    log_inputs([dataset_of(data, report.rows)], [CONTEXT], None, models)
    log_metrics(
        {
            "rows_scored": report.rows,
            "rows_failed": report.failed,
            "scoring_seconds": report.seconds,
        }
    )
    places = {"scoring.model_uri": report.model_uri}
    if report.path is not None:
        places["scoring.out"] = str(report.path)
    set_tags(places)


def dataset_of(data: Any, rows: int) -> Dataset:
    """What was scored, as a dataset."""
    if isinstance(data, Dataset):
        return data
    if type(data).__module__.partition(".")[0] == "pandas":
        return from_pandas(data)
    is_place = isinstance(data, os.PathLike) or (isinstance(data, str) and " " not in data.strip())
    source = source_of(os.fspath(data) if is_place else None, source_tags())
    return ScoredData(source, Path(os.fspath(data)).name if is_place else "data", rows)
