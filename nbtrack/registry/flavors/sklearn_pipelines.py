"""Pipelines of scikit-learn asked step by step, where each step is known.

A scaler before a `LogisticRegression` makes it take 350 µs for a row, a `ColumnTransformer` 6 ms;
what they compute takes 20 and 200. What a search found, and a model of a target that was
transformed, are asked so too. `sklearn_arrays` asks by these.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from nbtrack.registry.flavors.sklearn_columns import Columns, columns_of, flat_steps, taken
from nbtrack.registry.flavors.sklearn_linear import Product
from nbtrack.registry.flavors.sklearn_predictors import way_of
from nbtrack.registry.flavors.sklearn_steps import Step, step_of
from nbtrack.registry.flavors.sklearn_ways import ShortWay, full_name

__all__ = ["REFUSALS", "Chain", "FrameWay", "Plan", "are_same", "chain", "frame_way", "plan_of"]

REFUSALS = (ValueError, TypeError, AttributeError, LookupError)
"""What an estimator raises that does not take the data after all."""

SEARCHES = {
    f"sklearn.model_selection.{name}"
    for name in (
        "_search.GridSearchCV",
        "_search.RandomizedSearchCV",
        "_search_successive_halving.HalvingGridSearchCV",
        "_search_successive_halving.HalvingRandomSearchCV",
    )
}
TARGET = "sklearn.compose._target.TransformedTargetRegressor"
INNER = ("best_estimator_", "regressor_", "transformer_")
MOST_KINDS = 32
"""So many kinds of frames are compared; more are asked by scikit-learn."""


class Plan:
    """What a model does to its rows: maybe columns, steps, a predictor, and what comes after.

    Args:
        columns: What makes rows of a frame; None where rows come as they are.
        steps: What is done to rows.
        last: What answers them.
        tails: What is done to the answer.
    """

    def __init__(
        self,
        columns: Columns | None,
        steps: list[Step],
        last: ShortWay,
        tails: list[Callable[[Any], Any]],
    ) -> None:
        self.columns, self.steps, self.last, self.tails = columns, steps, last, tails

    def __call__(self, data: Any) -> Any:
        """The answer; None for what scikit-learn must be asked."""
        with np.errstate(all="ignore"):
            rows = data if self.columns is None else self.columns(data)
            if self.steps:
                rows = taken(self.steps, rows)
            if rows is None:
                return None
            rows = self.last.rows_of(rows)
        if rows is None:
            return None
        if self.columns is not None and self.columns.is_sparse and isinstance(self.last, Product):
            rows = sparse(rows)
        found = self.last.answer(rows)
        for tail in self.tails:
            found = None if found is None else tail(found)
        return found


def sparse(rows: Any) -> Any:
    """Rows without their zeros, since products of such are summed in another order."""
    from scipy.sparse import csr_array  # type: ignore[import-untyped]

    count, width = rows.shape
    places = np.flatnonzero(rows)
    ends = np.searchsorted(places, np.arange(count + 1) * width)
    return csr_array((rows.ravel()[places], places % width, ends), shape=rows.shape)


def plan_of(model: Any, method: str) -> Plan | None:
    """How a pipeline may be asked, or what holds one; None where a part of it is not known."""
    with contextlib.suppress(*REFUSALS):
        return known_plan(model, method)
    return None


def known_plan(model: Any, method: str) -> Plan | None:
    """The plan of a model that is fitted."""
    tails: list[Callable[[Any], Any]] = []
    while True:
        if full_name(model) in SEARCHES:
            model = getattr(model, "best_estimator_", None)
        elif full_name(model) == TARGET and method == "predict":
            tails.insert(0, partial(restored, model))
            model = getattr(model, "regressor_", None)
        else:
            break
    models = flat_steps(model)
    if not models:
        return None
    last = way_of(models.pop(), method)
    columns = columns_of(models[0]) if models else None
    if columns is not None:
        models.pop(0)
        if columns.is_sparse and models:
            return None
    steps = [step_of(it) for it in models]
    if last is None or None in steps:
        return None
    return Plan(columns, [it for it in steps if it is not None], last, tails)


def restored(model: Any, found: Any) -> Any:
    """What a model of a transformed target says, from what the model within it said."""
    column = found.reshape(-1, 1) if found.ndim == 1 else found
    new = model.transformer_.inverse_transform(column)
    if model._training_dim == 1 and new.ndim == 2 and new.shape[1] == 1:  # noqa: SLF001 - as it does
        return new.squeeze(axis=1)
    return new


def ids_of(model: Any) -> list[int]:
    """What a model and those within it consist of, to see whether anything was replaced."""
    facts = getattr(model, "__dict__", {})
    found = [id(model), *map(id, facts.values())]
    for name in INNER:
        if name in facts:
            found += ids_of(facts[name])
    for name in ("steps", "transformers_"):
        for part in facts.get(name, ()):
            found += ids_of(part[1])
    return found


class Chain(ShortWay):
    """A pipeline of steps that are known, asked with arrays.

    Example:
        >>> import numpy as np
        >>> from sklearn.linear_model import Ridge
        >>> from sklearn.pipeline import make_pipeline
        >>> from sklearn.preprocessing import StandardScaler
        >>> rows = np.arange(20.0).reshape(10, 2) ** 2
        >>> model = make_pipeline(StandardScaler(), Ridge()).fit(rows, rows[:, 0])
        >>> (Chain(model, "predict")(rows) == model.predict(rows)).all()
        np.True_
    """

    dtype = "float64"
    takes_missing = True

    def __init__(self, model: Any, method: str) -> None:
        super().__init__(model, method)
        self.plan: Plan | None = None
        self.parts: list[int] = []
        self.proven_dtype: Any = None

    def fits(self) -> bool:
        """Whether each step is known; asked anew where one was replaced."""
        parts = ids_of(self.model)
        if parts != self.parts:
            self.plan = plan_of(self.model, self.method)
            self.compared_rows = None if self.plan is None else self.plan.last.compared_rows
            # as scikit-learn: its sums depend on how rows lie in memory, and only steps copy them
            self.copies = self.plan is None or bool(self.plan.steps)
            self.is_proven, self.proven_dtype, self.parts = None, None, parts
        return self.plan is not None and self.plan.columns is None

    def rows_of(self, data: Any) -> Any:
        """The array as floats; None where it is of other numbers than the proven one was."""
        dtype = getattr(data, "dtype", np.dtype(object))
        if dtype != np.float64 and dtype.kind not in "iu":
            return None
        rows = super().rows_of(data)
        return None if self.is_proven and dtype != self.proven_dtype else rows

    def prove(self, data: Any, rows: Any) -> Any:
        """Ask in both ways; what was seen is so for numbers of this type."""
        found = super().prove(data, rows)
        self.proven_dtype = data.dtype
        return found

    def answer(self, rows: Any) -> Any:
        """What comes of the steps."""
        return None if self.plan is None else quietly(self.plan, rows)


def chain(model: Any, method: str) -> Chain | None:
    """A way to ask a pipeline with arrays; None where a step is not known."""
    plan = plan_of(model, method)
    return Chain(model, method) if plan is not None and plan.columns is None else None


class FrameWay:
    """A pipeline that begins with a `ColumnTransformer`, asked with frames.

    Of each kind of frame, by its columns' types, the first is asked about in both ways; only where
    the answers are the same bit by bit is it the shorter way for others of the kind.

    Args:
        model: The pipeline, or what holds it.
        method: How it is asked.
    """

    def __init__(self, model: Any, method: str) -> None:
        self.model, self.method = model, method
        self.build()

    def build(self) -> None:
        """Find out how it may be asked."""
        parts = ids_of(self.model)
        self.plan = plan_of(self.model, self.method)
        self.columns: Any = None
        self.proven: dict[tuple[Any, ...], bool] = {}
        self.parts = parts

    def __call__(self, frame: Any) -> Any:
        """What the model says of a frame."""
        if ids_of(self.model) != self.parts:
            self.build()
        plan = self.plan
        if plan is None or not len(frame) or not self.has_same_columns(frame):
            return self.ask(frame)
        kind = (len(frame) == 1, *frame.dtypes)
        is_proven = self.proven.get(kind)
        if is_proven is None and len(self.proven) < MOST_KINDS:
            return self.prove(plan, frame, kind)
        found = quietly(plan, frame) if is_proven else None
        return self.ask(frame) if found is None else found

    def has_same_columns(self, frame: Any) -> bool:
        """Whether a frame has the columns of the first one, in that order."""
        if self.columns is None:
            self.columns = frame.columns
        return frame.columns is self.columns or bool(frame.columns.equals(self.columns))

    def prove(self, plan: Plan, frame: Any, kind: tuple[Any, ...]) -> Any:
        """Ask in both ways, and see whether the answers are the same bit by bit."""
        proven, known = self.proven, self.ask(frame)
        if plan.columns is None or not plan.columns.takes(frame):
            proven[kind] = False
        elif (found := quietly(plan, frame)) is not None:
            proven[kind] = are_same(known, found)
        return known

    def ask(self, frame: Any) -> Any:
        """What scikit-learn says."""
        return getattr(self.model, self.method)(frame)


def quietly(plan: Plan, frame: Any) -> Any:
    """The answer by a plan; None where it fails, so that scikit-learn tells why."""
    with contextlib.suppress(*REFUSALS):
        return plan(frame)
    return None


def frame_way(model: Any, method: str) -> FrameWay | None:
    """A way to ask with frames; None for a model without a `ColumnTransformer` that is known."""
    plan = plan_of(model, method)
    if plan is None or plan.columns is None:
        return None
    return FrameWay(model, method)


def are_same(one: Any, other: Any) -> bool:
    """Whether two answers are equal bit by bit."""
    if type(one) is not type(other) or one.dtype != other.dtype or one.shape != other.shape:
        return False
    if one.dtype == object:
        return bool(one.tolist() == other.tolist())
    return bool(one.tobytes() == other.tobytes())
