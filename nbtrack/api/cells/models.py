"""The models that the line of `%%track --model` names, logged to the cell's run.

What cannot be logged is told in a line of the card, and the run stays.
"""

from __future__ import annotations

import logging
import warnings
from typing import Any

from nbtrack.api.cells.run import CellRun, Seen
from nbtrack.capture.guard import TrackingWarning, first_line
from nbtrack.errors import NbtrackError

__all__ = ["keep_cell_models", "rows_of"]

logger = logging.getLogger("nbtrack.models")


def keep_cell_models(cell: CellRun, seen: Seen) -> None:
    """Log the models; the first that is named last, so that metrics speak of it."""
    asked = cell.asked
    for name in asked.register[len(asked.models) :]:
        cell.warn(f"--register {name}: say which variable it is, --model NAME --register {name}")
    for place in reversed(range(len(asked.models))):
        variable = asked.models[place]
        registered = asked.register[place] if place < len(asked.register) else None
        if seen.error is not None:
            cell.warn(f"the model {variable} was not logged, as the cell did not come to its end")
        elif variable not in seen.namespace:
            cell.warn(f"--model {variable}: there is no such variable after the cell")
        else:
            keep_one(cell, variable, seen, registered)


def keep_one(cell: CellRun, variable: str, seen: Seen, registered: str | None) -> None:
    """Log one of them; what is said on the way goes to the card too."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", TrackingWarning)
        problem = problem_of_keeping(cell, variable, seen, registered)
    for it in told:
        if issubclass(it.category, TrackingWarning):
            cell.warn(str(it.message).removeprefix("nbtrack: "))
    if problem:
        cell.warn(f"the model {variable} was not logged: {problem}")


def problem_of_keeping(
    cell: CellRun, variable: str, seen: Seen, registered: str | None
) -> str | None:
    """Log a model; why that was not possible, else None."""
    from nbtrack.api.models.asked import ModelsAsked
    from nbtrack.api.models.fitted_models import keep_model

    model = seen.namespace[variable]
    rows = rows_of(seen, model)
    asked = ModelsAsked(examples=True, registered_name=registered)
    try:
        keep_model(cell.run, variable, model, rows, asked)
    except NbtrackError as error:
        return first_line(error)
    except Exception as error:
        logger.debug("a model was not logged", exc_info=True)
        return f"{type(error).__name__}: {first_line(error)}"
    return None


def rows_of(seen: Seen, model: Any) -> Any:
    """The first rows that the cell fitted a model on, the last time; None if it did not."""
    for fitted, rows in reversed(seen.fits):
        best = vars(fitted).get("best_estimator_") if hasattr(fitted, "__dict__") else None
        if model is fitted or (best is not None and model is best):
            return rows
    return None
