"""An execution of a cell: written before its code runs, completed when it has run."""

from __future__ import annotations

from nbtrack.records.record import Record

__all__ = ["Execution"]


class Execution(Record, frozen=True, tag="execution"):
    """One execution of a cell; a field that is None says nothing, so that halves can be merged.

    A symbol is the name of a variable, or of hidden state: `rng:numpy`, `env:HOME`, `cwd`,
    `file:/data/iris.csv`, `setting:decimal`.
    """

    execution_id: str
    session_id: str | None = None
    """The kernel session it belongs to; a restart begins another."""
    number: int | None = None
    """IPython's execution count."""
    cell_id: str | None = None
    notebook: str | None = None
    """The notebook's path, where its editor tells it."""
    source: str | None = None
    """The cell as it was run, without secrets."""
    code_hash: str | None = None
    """Of the code without comments and layout: equal for cells that do the same."""
    status: str | None = None
    """running, finished, failed or interrupted; running with an owner that is gone: interrupted."""
    start_time: int | None = None
    end_time: int | None = None
    owner: str | None = None
    """The process that runs it."""
    uses: list[str] | None = None
    """The executions it directly depended on."""
    reads: dict[str, str] | None = None
    """Each symbol it read, with the digest of the value it saw."""
    writes: dict[str, str] | None = None
    """Each symbol it wrote or changed, with the digest of the value it left."""
    is_exact: bool | None = None
    """Whether all it read and changed was seen whole."""
    doubts: str | None = None
    """Why it was not."""
    cell_run: str | None = None
    """The run that this execution is, or logged to."""
    error: str | None = None
    """The traceback it ended with, without secrets."""
    shows: bool | None = None
    """Whether it displayed a result."""
    time: int = 0
    """When this was written: µs since the epoch, growing within a process."""
