"""Linear models of scikit-learn asked by the one product that they are.

A `LogisticRegression` answers a row in 100 µs, of which the product takes two. The arrays of
`sklearn_arrays` are asked by it.
"""

from __future__ import annotations

from typing import Any

from nbtrack.registry.flavors.sklearn_ways import ShortWay

__all__ = ["Product", "product"]

PACKAGE = "sklearn.linear_model."
CLASSIFIERS = ("LogisticRegression", "RidgeClassifier", "SGDClassifier", "Perceptron")
REGRESSORS = ("LinearRegression", "Ridge", "Lasso", "ElasticNet", "SGDRegressor")


def product(model: Any, method: str) -> Product | None:
    """A way to ask a linear model by its product; None for what is none."""
    kind = type(model)
    is_linear = kind.__module__.startswith(PACKAGE) and kind.__name__ in CLASSIFIERS + REGRESSORS
    return Product(model, method) if is_linear and method == "predict" else None


class Product(ShortWay):
    """A fitted linear model: rows times coefficients, and of a classifier the class it is for.

    Example:
        >>> import numpy as np
        >>> from sklearn.linear_model import LinearRegression
        >>> rows = np.arange(20.0).reshape(10, 2)
        >>> line = LinearRegression().fit(rows, rows[:, 0])
        >>> (Product(line, "predict")(rows) == line.predict(rows)).all()
        np.True_
    """

    def fits(self) -> bool:
        """Whether coefficients and intercept are plain arrays."""
        dense = isinstance(getattr(self.model, "coef_", None), self.numpy.ndarray)
        return dense and (self.model.coef_.ndim == 2 or not self.classifies)

    @property
    def classifies(self) -> bool:
        """Whether it says a class."""
        return type(self.model).__name__ in CLASSIFIERS

    def answer(self, rows: Any) -> Any:
        """The numbers; of a classifier the class that is above zero, or above the others."""
        model = self.model
        scores = rows @ model.coef_.T + model.intercept_
        if not self.classifies:
            return scores
        if scores.shape[1] == 1:
            chosen = (scores.reshape(-1) > 0).astype(self.numpy.int64)
        else:
            chosen = scores.argmax(axis=1)
        return model.classes_.take(chosen, axis=0)
