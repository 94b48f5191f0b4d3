"""Neighbours and support vectors of scikit-learn asked by what computes in them.

Around a search of its tree `KNeighborsClassifier` does ten times its work, around its kernel `SVC`
does as much. `way_of` knows these, linear models, forests and boosted trees.
"""

from __future__ import annotations

from typing import Any

from nbtrack.registry.flavors.sklearn_boosting import Boosted
from nbtrack.registry.flavors.sklearn_forests import tree_sum
from nbtrack.registry.flavors.sklearn_linear import product
from nbtrack.registry.flavors.sklearn_ways import ShortWay, full_name

__all__ = ["Nearest", "Vectors", "way_of"]


class Nearest(ShortWay):
    """Neighbours that are found in a tree, each of the same weight.

    Example:
        >>> import numpy as np
        >>> from sklearn.neighbors import KNeighborsRegressor
        >>> rows = np.arange(20.0).reshape(10, 2)
        >>> model = KNeighborsRegressor(3).fit(rows, rows[:, 0])
        >>> (Nearest(model, "predict")(rows) == model.predict(rows)).all()
        np.True_
    """

    dtype = "float64"

    def fits(self) -> bool:
        """Whether there is a tree, as much of it as is asked for, and one target."""
        model = self.model
        return (
            getattr(model, "_fit_method", None) in {"kd_tree", "ball_tree"}
            and model.weights == "uniform"
            and model.n_jobs in {None, 1}
            and model.n_neighbors <= model.n_samples_fit_
            and not getattr(model, "outputs_2d_", False)
        )

    def answer(self, rows: Any) -> Any:
        """The mean of the neighbours; of a classifier the first class of those most are of."""
        np, model = self.numpy, self.model
        found = model._tree.query(  # noqa: SLF001 - what it was fitted to
            np.ascontiguousarray(rows), model.n_neighbors, return_distance=False
        )
        target = model._y  # noqa: SLF001 - what it was fitted to
        if not hasattr(model, "classes_"):
            column = target.reshape(-1, 1) if target.ndim == 1 else target
            means = np.mean(column[found], axis=1)
            return means.ravel() if target.ndim == 1 else means
        counts = np.zeros((len(rows), len(model.classes_)), dtype=np.intp)
        np.add.at(counts, (np.arange(len(rows))[:, None], target[found]), 1)
        return model.classes_.take(counts.argmax(axis=1))


class Vectors(ShortWay):
    """Support vectors that were fitted to dense rows.

    Example:
        >>> import numpy as np
        >>> from sklearn.svm import SVR
        >>> rows = np.arange(20.0).reshape(10, 2)
        >>> model = SVR().fit(rows, rows[:, 0])
        >>> (Vectors(model, "predict")(rows) == model.predict(rows)).all()
        np.True_
    """

    dtype = "float64"

    def fits(self) -> bool:
        """Whether the kernel is one of libsvm's, and the vectors are as they were fitted."""
        model = self.model
        return (
            isinstance(model.kernel, str)
            and model.kernel != "precomputed"
            and not getattr(model, "_sparse", True)
            and not getattr(model, "break_ties", False)
            and model.n_support_.sum() == len(model.support_vectors_)
        )

    def answer(self, rows: Any) -> Any:
        """What libsvm says; of a classifier the class of that number."""
        np, model = self.numpy, self.model
        found = model._dense_predict(np.ascontiguousarray(rows))  # noqa: SLF001 - without checks
        if not hasattr(model, "classes_"):
            return found
        return model.classes_.take(np.asarray(found, dtype=np.intp))


PREDICTORS: dict[str, type[ShortWay]] = {
    "sklearn.neighbors._classification.KNeighborsClassifier": Nearest,
    "sklearn.neighbors._regression.KNeighborsRegressor": Nearest,
    "sklearn.svm._classes.SVC": Vectors,
    "sklearn.svm._classes.SVR": Vectors,
    **dict.fromkeys(
        (
            f"sklearn.ensemble._hist_gradient_boosting.gradient_boosting.{name}"
            for name in ("HistGradientBoostingClassifier", "HistGradientBoostingRegressor")
        ),
        Boosted,
    ),
}
"""Which way asks whom to predict; a class of the user's own is none of these."""


def way_of(model: Any, method: str) -> ShortWay | None:
    """A shorter way to ask what predicts by itself, if one is known."""
    kind = PREDICTORS.get(full_name(model)) if method == "predict" else None
    if kind is not None:
        return kind(model, method)
    return tree_sum(model, method) or product(model, method)
