"""Models that were fitted, logged by themselves: for autologging, and for `%%track --model`.

What they were fitted on gives their signature and example; a model that cannot be saved is told.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from types import FunctionType, MethodType
from typing import Any

from nbtrack.api.models.asked import ModelsAsked
from nbtrack.api.models.logging import log
from nbtrack.capture.guard import first_line, warn
from nbtrack.capture.open_run import OpenRun
from nbtrack.capture.samples import first_rows
from nbtrack.capture.training import Fitted
from nbtrack.errors import InvalidValue
from nbtrack.registry.flavors.protocol import Flavor
from nbtrack.registry.flavors.table import PYTHON_FUNCTION, flavor_named, flavor_of
from nbtrack.registry.format.info import ModelInfo
from nbtrack.registry.signatures.inference import infer_signature
from nbtrack.registry.signatures.signature import ModelSignature

__all__ = ["flavor_for", "keep_model", "keep_models", "sample_of"]

EXAMPLE_ROWS = 5
"""As in MLflow."""

MODEL, BEST = "model", "best_estimator"
"""MLflow's names for what autologging logs."""

FIT_TAG = "nbtrack.fit"


class Told:
    """Problems that were told; the next fit would only repeat them."""

    problems: set[str] = set()  # noqa: RUF012 - one for the process


def keep_models(run: OpenRun, event: Fitted, label: str, asked: ModelsAsked) -> None:
    """Log the model of a fit to its run, of a search the best one too; never raises.

    Each fit's model is called `model`: at `runs:/<run>/model` is the one that was fitted last.
    """
    if event.model is None or not event.is_whole:
        return
    rows = sample_of(event)
    wanted = [(MODEL, event.model, asked)]
    best = vars(event.model).get("best_estimator_") if hasattr(event.model, "__dict__") else None
    if best is not None:
        # before the search itself, so that metrics speak of that one
        wanted.insert(0, (BEST, best, asked._replace(registered_name=None)))
    for name, model, how in wanted:
        try:
            keep_model(run, name, model, rows, how, tags={FIT_TAG: label})
        except Exception as error:  # noqa: BLE001 - libraries raise anything, and the fit goes on
            tell_once(event.name, error)


def tell_once(name: str, error: Exception) -> None:
    """Say in a line that a model was not logged, the first time that it is so."""
    problem = f"{name} was not logged as a model ({type(error).__name__}: {first_line(error)})"
    if problem not in Told.problems:
        Told.problems.add(problem)
        warn(f"nbtrack: {problem}; the fit goes on, and is logged without it")


def sample_of(event: Fitted) -> Any:
    """The first rows of what a model was fitted on; None where they are not at hand."""
    return event.sample if event.sample is not None else first_rows((*event.inputs, None)[0])


def flavor_for(model: Any) -> Flavor:
    """The flavor that knows a model.

    Raises:
        InvalidValue: None does.
    """
    if isinstance(model, FunctionType | MethodType):
        return flavor_named(PYTHON_FUNCTION)
    found = flavor_of(model)
    if found is None:
        raise InvalidValue(
            f"no flavor knows a {type(model).__name__}: a model is an estimator of a library, a "
            f"function, or an nbtrack.pyfunc.PythonModel"
        )
    return found


def keep_model(
    run: OpenRun,
    name: str,
    model: Any,
    rows: Any,
    asked: ModelsAsked,
    *,
    tags: Mapping[str, str] | None = None,
) -> ModelInfo:
    """Log a model to a run, with a signature from some rows and the model's word on them.

    Raises:
        InvalidValue: No flavor knows it, or its name cannot be taken.
        ModelError: It cannot be saved.
    """
    flavor = flavor_for(model)
    known = {it.name for it in flavor.options}
    example = None if rows is None else first_rows(rows, EXAMPLE_ROWS)
    signature = signature_of(flavor, model, rows, example) if asked.signatures else None
    told = {
        **{key: value for key, value in asked.options.items() if key in known},
        "signature": signature if asked.signatures else False,
        "input_example": example if asked.examples else None,
        "registered_model_name": asked.registered_name,
        "run": run,
        "tags": dict(tags or {}),
    }
    return log(flavor, model, name, told)


def signature_of(flavor: Flavor, model: Any, rows: Any, example: Any) -> ModelSignature | None:
    """What a model takes, by rows it was fitted on, and gives, by asking it; None if unknown."""
    if rows is None:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return infer_signature(rows, answer_of(flavor, model, example))
    except Exception as error:  # noqa: BLE001 - the model's own code; it is logged all the same
        tell_once_about_signature(type(model).__name__, error)
        return None


def tell_once_about_signature(name: str, error: Exception) -> None:
    """Say in a line why a model has no signature."""
    problem = f"{name} has no signature ({type(error).__name__}: {first_line(error)})"
    if problem not in Told.problems:
        Told.problems.add(problem)
        warn(f"nbtrack: the model {problem}; it is logged without one")


def answer_of(flavor: Flavor, model: Any, example: Any) -> Any:
    """What a model says of an example; None for one that only transforms, or cannot be asked."""
    if flavor.name == "sklearn" and not hasattr(model, "predict"):
        return None
    return flavor.predictor(model, {})(example, None)
