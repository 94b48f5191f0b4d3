"""What is told of scikit-learn when its wrappers are entered and left, however that was noticed."""

from __future__ import annotations

import sys
import threading
import time
import weakref
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from numbers import Real
from types import FrameType
from typing import Any

from nbtrack.capture import training
from nbtrack.capture.guard import guarded
from nbtrack.capture.scikit_learn import estimators, measures, studies
from nbtrack.capture.scikit_learn.wrappers import is_metric, is_study, name_and_sign
from nbtrack.capture.training import Failed, Fitted, Fitting, Measured, enclosed, publish

__all__ = ["Finish", "entered_fit", "entered_function"]

LIBRARY = "sklearn"

Finish = Callable[[Any, BaseException | None], None]
"""What is to be done when a wrapper is left: with its result, or with the error."""


class Own(threading.local):
    """Whether a thread is computing what is told of a fit; its calls are not the user's."""

    is_computing = False


own = Own()
busy: set[int] = set()
"""The threads that are inside of something that fits."""


@dataclass
class Fit:
    """A fit that goes on: the estimator and what it was given."""

    estimator: Any
    method: str
    given: dict[str, Any]
    began: float = 0.0

    @property
    def name(self) -> str:
        """The estimator's class."""
        return type(self.estimator).__name__


def entered_fit(frame: FrameType) -> Finish | None:
    """A fit method begins; what to do when it ends."""
    if own.is_computing:
        return None
    scope = ExitStack()
    is_outermost = scope.enter_context(enclosed()) and not is_worker()
    scope.enter_context(marked_busy())
    fit = begun(frame) if is_outermost else None

    def finish(_: object, error: BaseException | None) -> None:
        with scope:
            if fit is not None:
                ended(fit, error)

    return finish


def entered_function(function: Any, frame: FrameType) -> Finish | None:
    """A public function begins; what to do when it ends, if it is of interest."""
    if own.is_computing or not isinstance(getattr(function, "__module__", None), str):
        return None
    if is_study(function):
        return entered_study(function, frame)
    if training.depth.fits or not is_metric(function):
        return None

    def finish(result: object, _: BaseException | None) -> None:
        if isinstance(result, Real):
            measured(function.__name__, frame, float(result))

    return finish


def entered_study(function: Any, frame: FrameType) -> Finish:
    """A function begins that fits models as parts of its work; those are not told one by one."""
    scope = ExitStack()
    is_outermost = scope.enter_context(enclosed()) and not is_worker()
    scope.enter_context(marked_busy())
    study = study_begun(function, frame) if is_outermost else None

    def finish(result: object, error: BaseException | None) -> None:
        with scope:
            if study is not None:
                study_ended(study, function.__name__, result, error)

    return finish


def marked_busy() -> ExitStack:
    """Say that this thread is inside of something that fits, until it is left."""
    scope = ExitStack()
    thread = threading.get_ident()
    if thread not in busy:
        busy.add(thread)
        scope.callback(busy.discard, thread)
    return scope


def is_worker() -> bool:
    """Whether this thread works for a fit of another one, as joblib's threads do."""
    if not busy or threading.current_thread() is threading.main_thread():
        return False
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - no public name
    while frame is not None:
        if frame.f_globals.get("__name__") == "joblib.parallel":
            return True
        frame = frame.f_back
    return False


@guarded
def begun(frame: FrameType) -> Fit | None:
    """Tell that a fit begins; None for what only prepares data, and for a further batch."""
    known = frame.f_locals
    method = known["fit_method"]
    fit = Fit(known["estimator"], method.__name__, given_to(method, known))
    if estimators.only_prepares(fit.estimator) or is_further_batch(fit):
        return None
    publish(
        Fitting(LIBRARY, fit.name, estimators.params(fit.estimator), estimators.tags(fit.estimator))
    )
    fit.began = time.perf_counter()
    return fit


def given_to(method: Any, known: dict[str, Any]) -> dict[str, Any]:
    """The arguments of a fit by their names."""
    code = getattr(method, "__code__", None)
    names = code.co_varnames[1 : code.co_argcount] if code else ()
    if len(names) < len(known["args"]):
        names = ("X", "y", "sample_weight")
    given = dict(zip(names, known["args"], strict=False)) | known["kwargs"]
    first = next(iter(given.values()), None)
    return {"X": first, "y": given.get("Y"), **given}


batches: list[weakref.ref[Any]] = []
"""The estimator that was given a batch last."""


def is_further_batch(fit: Fit) -> bool:
    """Whether it is a batch after the first one, of which nothing new is to tell."""
    if fit.method != "partial_fit":
        return False
    is_known = bool(batches) and batches[0]() is fit.estimator
    batches[:] = [weakref.ref(fit.estimator)]
    return is_known


@guarded
def ended(fit: Fit, error: BaseException | None) -> None:
    """Tell that a fit ended, and what is known of the model now."""
    if error is not None:
        publish(Failed(LIBRARY, fit.name, error))
        return
    seconds = time.perf_counter() - fit.began
    own.is_computing = True
    try:
        publish(described(fit, seconds))
    finally:
        own.is_computing = False


def described(fit: Fit, seconds: float) -> Fitted:
    """A fit that ended well; of a first batch nothing is measured, more are to come."""
    model, X, y = fit.estimator, fit.given["X"], fit.given["y"]  # noqa: N806 - the library's name
    data = estimators.data(model, X)
    if fit.method == "partial_fit":
        return Fitted(LIBRARY, fit.name, model, {}, data, seconds, inputs=(X, y), is_whole=False)
    taken, pieces = measures.Taken(), dict[str, Any]()
    if training.wanted.judgement:
        taken = measures.taken(model, X, y, fit.given.get("sample_weight"), seconds)
        pieces = {**taken.pieces, **estimators.pieces(model, seconds)}
    if 0 < taken.rows < data.get("n_samples", 0):
        data["metric_rows"] = taken.rows
    found = studies.found(model)
    return Fitted(
        LIBRARY,
        fit.name,
        model,
        {**taken.metrics, **found.metrics},
        data,
        seconds,
        {**pieces, **found.pieces},
        found.params,
        found.trials,
        (X, y),
    )


@guarded
def measured(metric: str, frame: FrameType, value: float) -> None:
    """Tell a number that the user's code asked for."""
    key, sign = name_and_sign(metric, frame, frame.f_code)
    if key is not None:
        publish(Measured(key, sign * value, library=LIBRARY))


@guarded
def study_begun(function: Any, frame: FrameType) -> Fit | None:
    """Tell that a cross-validation begins; None for other functions."""
    if function.__name__ not in studies.CROSS_VALIDATIONS:
        return None
    known = frame.f_locals
    names = ("estimator", "X", "y")
    given = dict(zip(names, known["args"], strict=False)) | known["kwargs"]
    fit = Fit(given["estimator"], function.__name__, {"X": None, "y": None, **given})
    asked = estimators.plain({key: given[key] for key in ("cv", "scoring") if key in given})
    publish(
        Fitting(
            LIBRARY,
            fit.name,
            estimators.params(fit.estimator) | asked,
            estimators.tags(fit.estimator),
        )
    )
    fit.began = time.perf_counter()
    return fit


@guarded
def study_ended(fit: Fit, name: str, result: object, error: BaseException | None) -> None:
    """Tell the scores of a cross-validation; there is no model of it."""
    if error is not None:
        publish(Failed(LIBRARY, fit.name, error))
        return
    seconds = time.perf_counter() - fit.began
    metrics = studies.scores(name, result)
    data = estimators.data(None, fit.given["X"])
    publish(Fitted(LIBRARY, fit.name, None, metrics, data, seconds))
