"""Executions of cells as they are sent; pages of runs and of models show them."""

from __future__ import annotations

from collections.abc import Sequence

from nbtrack.records.execution import Execution
from nbtrack.rest.shapes import ExecutionItem

__all__ = ["execution_item", "first_cell"]


def execution_item(execution: Execution) -> ExecutionItem:
    """An execution as it is sent."""
    return ExecutionItem(
        execution_id=execution.execution_id,
        source=execution.source or "",
        number=execution.number,
        cell_id=execution.cell_id,
        notebook=execution.notebook,
        status=execution.status or "",
        start_time=execution.start_time,
    )


def first_cell(executions: Sequence[Execution]) -> ExecutionItem | None:
    """The cell that began a run: others of its executions logged to it later."""
    return execution_item(executions[0]) if executions else None
