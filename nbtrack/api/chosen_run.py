"""Which run a person means: a Run, an id, the beginning of one, or a name; and the one before."""

from __future__ import annotations

from nbtrack.api.session import Session
from nbtrack.errors import InvalidValue, NotFound, listing
from nbtrack.questions import runs
from nbtrack.records.entities import Run

__all__ = ["previous_run", "run_called"]

CELL_TAG = "nbtrack.cell"
MOST = 50
NEAR = 1000
"""Among how many runs the nearest name is looked for."""


def run_called(here: Session, given: object = None) -> Run:
    """The run that is meant; the newest if nothing is said. Of runs of one name it is the newest.

    The address of a model, such as `models:/churn@champion`, means the run that made it.

    Raises:
        NotFound: There is none; the message names the nearest.
        InvalidValue: It is the beginning of several ids.
    """
    if given is None:
        newest = runs.search(here.store, max_results=1)
        if not newest:
            raise NotFound("there is no run yet")
        return newest[0]
    info = getattr(given, "info", None)
    text = str(getattr(info, "run_id", given))
    if text.startswith(("models:/", "runs:/")):
        text = run_of_model(here, text)
    words = f"run_id LIKE {quoted(text.lower() + '%')} or run_name = {quoted(text)}"
    found = list(runs.search(here.store, None, words, view="ALL", max_results=MOST))
    exact = [it for it in found if it.info.run_id == text]
    named = [it for it in found if it.info.run_name == text and it.info.lifecycle_stage == "active"]
    if exact or named:
        return (exact or named)[0]
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(it.info.run_id[: len(text) + 6] for it in found[:8])
        raise InvalidValue(f"{len(found)} runs have an id that begins with {text!r}: {ids}")
    known = [str(it.info.run_name) for it in runs.search(here.store, max_results=NEAR, parts=())]
    raise NotFound(f"no run is called {text!r}, and no id begins so; {listing(known, text)}")


def run_of_model(here: Session, uri: str) -> str:
    """The id of the run that made the model at an address.

    Raises:
        NotFound: There is no such model, or no run made it.
    """
    from nbtrack.registry.addresses import parse
    from nbtrack.registry.places import place_of

    address = parse(uri)
    found = address.run_id or place_of(here.store, address).run_id
    if not found:
        raise NotFound(f"no run made the model at {uri}: it was logged outside of runs")
    return found


def quoted(text: str) -> str:
    """A text as the filter language quotes it."""
    return "'" + text.replace("'", "''") + "'"


def previous_run(here: Session, run: Run) -> Run:
    """The run of the same cell before a run; of one outside of cells, that of its experiment.

    Raises:
        NotFound: It is the first.
    """
    cell = run.data.tags.get(CELL_TAG)
    before = f"start_time <= {run.info.start_time or 0}"
    words = f"{before} and tags.`{CELL_TAG}` = {quoted(cell)}" if cell else before
    where = None if cell else [str(run.info.experiment_id)]
    order = ["start_time DESC", "run_id DESC"]
    found = runs.search(here.store, where, words, order_by=order, max_results=MOST)
    later = (run.info.start_time, run.info.run_id)
    for it in found:
        if (it.info.start_time, it.info.run_id) < later:
            return it
    kind = "of this cell" if cell else "in this experiment"
    raise NotFound(
        f"{run.info.run_name or run.info.run_id} is the first run {kind}; "
        f"name another run to compare it with"
    )
