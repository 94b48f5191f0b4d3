"""What is to be made again, as a recipe: that of a run, or of a variable of this notebook."""

from __future__ import annotations

from nbtrack.api.chosen_run import run_called
from nbtrack.api.differences.diff import side_of
from nbtrack.api.reproduction.notebook import Recipe
from nbtrack.api.session import session
from nbtrack.capture import slices
from nbtrack.capture.live import Followed, followed
from nbtrack.capture.sources.packages import environment
from nbtrack.errors import NotFound, listing
from nbtrack.records.entities import Run

__all__ = ["recipe_of", "recipe_of_run", "recipe_of_variable"]

EXACT = 2**53
"""Whole numbers below are the same as floats."""


def recipe_of(target: str | Run | None) -> Recipe:
    """The recipe of a variable of this notebook, or of a run.

    Raises:
        NotFound: There is none of that name, or no execution is known that made it.
    """
    here = followed.session
    if here is None or not isinstance(target, str):
        return recipe_of_run(target)
    variables = here.session.variables_now()
    if target in variables:
        return recipe_of_variable(here, target)
    try:
        run = run_called(session(), target)
    except NotFound as error:
        told = listing(sorted(variables), target)
        raise NotFound(f"{error}; and of the variables of this notebook, {told}") from error
    return recipe_of_run(run)


def recipe_of_variable(here: Followed, name: str) -> Recipe:
    """The recipe of a variable's present value.

    Raises:
        NotFound: It was there before nbtrack was loaded.
    """
    steps = slices.slice_of(here.session, name)
    if not steps:
        raise NotFound(
            f"no execution is known that made {name!r}: it was there before nbtrack was loaded"
        )
    value = here.session.value_of(name)
    is_number = type(value) is float or (type(value) is int and abs(value) < EXACT)
    return Recipe(
        title=f"variable {name}",
        executions=[here.recorder.record_of(step) for step in steps],
        targets=(name,),
        digests={name: here.session.symbols.digest(name) or ""},
        metrics={name: value} if is_number else {},
        environment=environment(),
    )


def recipe_of_run(target: str | Run | None) -> Recipe:
    """The recipe of a run; of the newest, if nothing is said.

    Raises:
        NotFound: There is no such run, or no execution was recorded of it.
    """
    here = session()
    run = run_called(here, target)
    side = side_of(here, run)
    name = run.info.run_name or run.info.run_id
    if not side.executions:
        raise NotFound(
            f"no execution of a cell was recorded of run {name!r}; a run can be reproduced that "
            f"a cell with %%track made, or one logged to while %track is on"
        )
    data = run.data
    metrics = {key: it for key, it in data.metrics.items() if not key.startswith("system/")}
    return Recipe(
        title=f"run {name}",
        executions=side.executions,
        metrics=metrics,
        params=data.params,
        environment=side.environment,
        run_id=run.info.run_id,
    )
