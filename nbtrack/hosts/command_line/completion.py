"""What the shell's tab key offers: names of experiments, and runs."""

from __future__ import annotations

import typer

from nbtrack.hosts.command_line.choice import runs_beginning
from nbtrack.hosts.command_line.desk import Desk, Shared
from nbtrack.hosts.command_line.wording import one_line
from nbtrack.questions import experiments

__all__ = ["experiments_like", "runs_like"]

MOST = 50


def desk_of(context: typer.Context) -> Desk:
    """The store of the line that is being typed."""
    shared = Shared()
    shared.add(
        context.params.get("store") or context.find_root().params.get("store"), as_json=False
    )
    return Desk(shared)


def experiments_like(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Experiments whose name begins so, with their ids."""
    desk = desk_of(context)
    if not desk.exists:
        return []
    found = experiments.search(desk.store)
    return [(it.name, f"id {it.experiment_id}") for it in found if it.name.startswith(incomplete)][
        :MOST
    ]


def runs_like(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Runs whose name or id begins so, newest first."""
    desk = desk_of(context)
    if not desk.exists:
        return []
    offered = []
    for run in runs_beginning(desk, incomplete, most=MOST):
        name, run_id = one_line(run.info.run_name or ""), run.info.run_id
        offered.append((name, run_id) if name.startswith(incomplete) else (run_id, name))
    return offered
