"""Which run or experiment a person means: by id, by the beginning of an id, or by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack.errors import InvalidValue, NotFound, listing
from nbtrack.hosts.command_line.wording import ago, one_line, short_ids
from nbtrack.questions import experiments, runs
from nbtrack.records.experiment import Experiment

if TYPE_CHECKING:
    from nbtrack.hosts.command_line.desk import Desk
    from nbtrack.records.entities import Run

__all__ = [
    "experiment_called",
    "experiment_names",
    "newest_run",
    "run_called",
    "runs_beginning",
]

SHOWN = 8
MOST = 50
NEAR = 1000
"""Among how many runs a name like the one given is looked for."""


def run_called(desk: Desk, text: str) -> Run:
    """The one run of that id, beginning of an id, or name; a deleted one too.

    Raises:
        NotFound: There is none.
        InvalidValue: There are several; the message lists them.
    """
    found = runs_beginning(desk, text, exact_name=True)
    for certain in (
        [it for it in found if it.info.run_id == text],
        [it for it in found if it.info.run_name == text and it.info.lifecycle_stage == "active"],
        found,
    ):
        if len(certain) == 1:
            return runs.get(desk.store, certain[0].info.run_id)
    if found:
        raise InvalidValue(several(text, found))
    known = [str(it.info.run_name) for it in recent(desk) if it.info.run_name]
    raise NotFound(f"no run is called {text!r}, and no id begins so; {listing(known, text)}")


def runs_beginning(
    desk: Desk, text: str, *, exact_name: bool = False, most: int = MOST
) -> list[Run]:
    """Runs whose id begins with a text, or whose name does or is it; newest first."""
    name = f"run_name = {literal(text)}" if exact_name else f"run_name LIKE {literal(text + '%')}"
    words = f"run_id LIKE {literal(text.lower() + '%')} or {name}"
    return list(runs.search(desk.store, None, words, view="ALL", max_results=most, parts=()))


def literal(text: str) -> str:
    """A text as the filter language quotes it."""
    return "'" + text.replace("'", "''") + "'"


def recent(desk: Desk) -> list[Run]:
    """The newest runs, without their data."""
    return list(runs.search(desk.store, max_results=NEAR, parts=()))


def several(text: str, found: list[Run]) -> str:
    """Say which runs a text could mean."""
    ids = short_ids([it.info.run_id for it in found])
    rows = [
        (ids[it.info.run_id], one_line(str(it.info.run_name)), str(it.info.status)) for it in found
    ][:SHOWN]
    widths = [max(map(len, cells)) for cells in zip(*rows, strict=True)]
    count = f"{len(found)} runs" + (" or more" if len(found) == MOST else "")
    lines = [f"{text!r} could be any of {count}; say more of the id:"]
    for run, cells in zip(found, rows, strict=False):
        aligned = "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        lines.append(f"  {aligned}  {ago(run.info.start_time)}")
    if len(found) > SHOWN:
        lines.append(f"  … and {len(found) - SHOWN} more")
    return "\n".join(lines)


def experiment_called(desk: Desk, text: str) -> Experiment:
    """The experiment of that name or id; a deleted one too, if no active one is called so.

    Raises:
        NotFound: There is none; the message names the nearest.
    """
    found = experiments.by_name(desk.store, text)
    if found is not None and found.lifecycle_stage == "active":
        return found
    if text.isdigit():
        return found or experiments.get(desk.store, text)
    return found or experiments.named(desk.store, text)


def experiment_names(desk: Desk) -> dict[str, str]:
    """The names of all experiments by id."""
    found = experiments.search(desk.store, view="ALL", max_results=None)
    return {it.experiment_id: it.name for it in found}


def newest_run(desk: Desk) -> Run | None:
    """The run that began last; None if there is none."""
    if not desk.exists:
        return None
    found = list(runs.search(desk.store, max_results=1, parts=()))
    return runs.get(desk.store, found[0].info.run_id) if found else None
