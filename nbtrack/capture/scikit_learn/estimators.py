"""What is told of an estimator: its params, tags, data and what it found important."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nbtrack.capture.guard import guarded
from nbtrack.capture.scikit_learn import forests

__all__ = ["data", "names_of", "only_prepares", "params", "pieces", "plain", "tags"]

PREPARING = (
    "sklearn.preprocessing.",
    "sklearn.impute.",
    "sklearn.feature_extraction.",
    "sklearn.feature_selection.",
    "sklearn.compose._column_transformer",
)
"""What prepares data is no training; MLflow draws the line here too."""

LONGEST = 500
MOST_NAMES = 1_000
MOST_IMPORTANT = 200


def only_prepares(estimator: object) -> bool:
    """Whether it prepares data for another estimator."""
    return type(estimator).__module__.startswith(PREPARING)


def params(estimator: Any) -> dict[str, Any]:
    """The params, those of its parts too, as plain values."""
    return plain(estimator.get_params(deep=True))


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as they can be shown: no object is asked for its text."""
    return {str(key): shown(value) for key, value in values.items()}


def shown(value: Any) -> Any:
    """A plain value as it is, a small collection as text, anything else by its class."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if is_scalar(value):
        return value.item()
    text = written(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def is_scalar(value: Any) -> bool:
    """Whether it is a number of NumPy's."""
    kind = type(value)
    return kind.__module__ == "numpy" and getattr(value, "shape", None) == ()


def written(value: Any, depth: int = 0) -> str:
    """A value as text, down to what is inside of small collections."""
    if value is None or isinstance(value, bool | int | float | str):
        return repr(value)
    if is_scalar(value):
        return repr(value.item())
    if type(value) in {list, tuple, dict, set} and depth < 4:
        return collection(value, depth + 1)
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple):
        return f"{type(value).__name__} of shape {shape}"
    if isinstance(value, type) or callable(value):
        return getattr(value, "__name__", type(value).__name__)
    return type(value).__name__


def collection(value: Any, depth: int) -> str:
    """A list, tuple, set or dict as text; of a long one the beginning."""
    items = list(value.items() if isinstance(value, dict) else value)
    parts = []
    for item in items[:50]:
        if isinstance(value, dict):
            parts.append(f"{written(item[0], depth)}: {written(item[1], depth)}")
        else:
            parts.append(written(item, depth))
    if len(items) > len(parts):
        parts.append("…")
    inner = ", ".join(parts)
    if isinstance(value, tuple):
        return f"({inner},)" if len(items) == 1 else f"({inner})"
    return f"[{inner}]" if isinstance(value, list) else f"{{{inner}}}"


def tags(estimator: object) -> dict[str, str]:
    """MLflow's two tags."""
    kind = type(estimator)
    return {
        "estimator_name": kind.__name__,
        "estimator_class": f"{kind.__module__}.{kind.__name__}",
    }


@guarded
def shape_of(X: Any) -> tuple[int | None, int | None]:  # noqa: N803 - the library's name
    """The rows and columns of data, where it says."""
    shape = getattr(X, "shape", None)
    if isinstance(shape, tuple) and shape:
        return int(shape[0]), int(shape[1]) if len(shape) > 1 else None
    if isinstance(X, list | tuple):
        first = X[0] if X else None
        return len(X), len(first) if isinstance(first, list | tuple) else None
    return None, None


def data(model: Any, X: Any) -> dict[str, Any]:  # noqa: N803 - the library's name
    """The shape and the names of what was fitted on."""
    rows, columns = shape_of(X) or (None, None)
    found = {"n_samples": rows, "n_features": columns, "feature_names": names_of(X)}
    classes = getattr(model, "classes_", None)
    if classes is not None and hasattr(classes, "tolist"):
        found["classes"] = classes.tolist()[:MOST_NAMES]
    return {key: value for key, value in found.items() if value is not None}


def names_of(X: Any) -> list[str] | None:  # noqa: N803 - the library's name
    """The names of a frame's columns."""
    columns = getattr(X, "columns", None)
    return None if columns is None else [str(it) for it in list(columns)[:MOST_NAMES]]


def pieces(model: Any, seconds: float) -> dict[str, Any]:
    """What the model found important, by the names of the features."""
    found = importance(model, seconds)
    return {"feature_importance.json": found} if found else {}


@guarded
def importance(model: Any, seconds: float) -> dict[str, float]:
    """The features that count most, the first first; coefficients by their mean size."""
    import numpy as np

    model = getattr(model, "best_estimator_", model)
    final = last_step(model)
    if hasattr(type(final), "feature_importances_"):
        if cost_of_trees(final) > max(0.006, 0.005 * seconds):
            return {}
        is_forest = forests.is_forest(final)
        values = np.asarray(forests.importances(final) if is_forest else final.feature_importances_)
    elif "coef_" in vars(final):
        values = final.coef_
        values = np.asarray(values.todense() if hasattr(values, "todense") else values)
        values = np.abs(values).mean(axis=0) if values.ndim > 1 else values
    else:
        return {}
    names = feature_names(model, final, len(values))
    order = np.argsort(-np.abs(values), kind="stable")[:MOST_IMPORTANT]
    return {names[at]: float(values[at]) for at in order}


def last_step(model: Any) -> Any:
    """The estimator at the end of a pipeline."""
    steps = vars(model).get("steps")
    return steps[-1][1] if steps else model


def cost_of_trees(final: Any) -> float:
    """About how many seconds the importances of an ensemble take: they are computed when asked."""
    return 6e-5 * float(np_size(getattr(final, "estimators_", ())))


def np_size(values: Any) -> int:
    """How many there are, in a list or in an array."""
    return int(getattr(values, "size", None) or len(values))


def feature_names(model: Any, final: Any, count: int) -> list[str]:
    """The names of the features that the last step was given."""
    names = vars(final).get("feature_names_in_")
    if names is None and final is not model:
        names = names_after_steps(model)
    if names is None or len(names) != count:
        return [str(at) for at in range(count)]
    return [str(name) for name in names]


def names_after_steps(pipeline: Any) -> Any:
    """The names of the features that the steps before the last one make, where they say."""
    try:
        return pipeline[:-1].get_feature_names_out()
    except (AttributeError, ValueError, TypeError):
        return None
