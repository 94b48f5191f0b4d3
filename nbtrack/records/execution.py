"""An execution of a cell: written before its code runs, completed when it has run."""

from __future__ import annotations

from typing import Annotated

from nbtrack.records.field import column
from nbtrack.records.record import Record

__all__ = ["EXECUTION_TAG", "Execution"]

EXECUTION_TAG = "nbtrack.execution"
"""The tag of a run that names the execution it began in."""


class Execution(Record, frozen=True, tag="execution"):
    """One execution of a cell; a field that is None says nothing, so that halves can be merged.

    A symbol is the name of a variable, or of hidden state: `rng:numpy`, `env:HOME`, `cwd`,
    `file:/data/iris.csv`, `setting:decimal`.
    """

    execution_id: str
    session_id: Annotated[
        str | None, column("The kernel session it belongs to; a restart begins another.")
    ] = None
    number: Annotated[int | None, column("IPython's execution count.")] = None
    cell_id: Annotated[str | None, column("The cell, where its editor tells.")] = None
    notebook: Annotated[
        str | None, column("The notebook's path, where its editor tells it.", merge="last")
    ] = None
    source: Annotated[
        str | None, column("The cell as it was run, without secrets.", merge="last")
    ] = None
    code_hash: Annotated[
        str | None,
        column(
            "Of the code without comments and layout: equal for cells that do the same.",
            merge="last",
        ),
    ] = None
    status: Annotated[
        str | None,
        column(
            "running, finished, failed or interrupted; running with an owner that is gone: "
            "interrupted.",
            merge="last",
        ),
    ] = None
    start_time: Annotated[int | None, column("Start, ms since the epoch.")] = None
    end_time: Annotated[int | None, column("End, ms since the epoch.", merge="last")] = None
    owner: Annotated[str | None, column("The process that runs it.")] = None
    uses: list[str] | None = None
    """The executions it directly depended on."""
    reads: dict[str, str] | None = None
    """Each symbol it read, with the digest of the value it saw."""
    writes: dict[str, str] | None = None
    """Each symbol it wrote or changed, with the digest of the value it left."""
    is_exact: Annotated[
        bool | None, column("Whether all it read and changed was seen whole.", merge="last")
    ] = None
    doubts: Annotated[str | None, column("Why it was not.", merge="last")] = None
    cell_run: Annotated[
        str | None, column("The run that this execution is, or logged to.", merge="last")
    ] = None
    error: Annotated[
        str | None, column("The traceback it ended with, without secrets.", merge="last")
    ] = None
    shows: Annotated[bool | None, column("Whether it displayed a result.", merge="last")] = None
    time: int = 0
    """When this was written: µs since the epoch, growing within a process."""

    @property
    def duration_seconds(self) -> float | None:
        """From start to end; None while one of them is not known."""
        if self.start_time is None or self.end_time is None:
            return None
        return (self.end_time - self.start_time) / 1000
