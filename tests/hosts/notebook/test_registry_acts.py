"""What a cell does to the registry is logged with the cell."""

from __future__ import annotations

import pytest

import nbtrack
from nbtrack.hosts.notebook import extension


@pytest.fixture
def run(shell, monkeypatch):
    """Run a cell in a shell that tracks every cell."""
    monkeypatch.setenv("NBTRACK_QUIET", "1")
    extension.load(shell)
    shell.run_cell("%track on\nimport nbtrack", store_history=True, cell_id="c0")
    yield lambda source, cell_id: shell.run_cell(source, store_history=True, cell_id=cell_id)
    extension.unload(shell)


def test_the_log_leads_to_the_execution_of_the_cell(run):
    run("nbtrack.MlflowClient().create_registered_model('m')", "c1").raise_error()
    found = nbtrack.sql(
        "select l.act, l.cell is not null as has_cell, e.cell_id, e.source"
        " from registry_log l join executions e using (execution_id)"
    )
    assert found.to_dict("records") == [
        {
            "act": "create_registered_model",
            "has_cell": True,
            "cell_id": "c1",
            "source": "nbtrack.MlflowClient().create_registered_model('m')",
        }
    ]
