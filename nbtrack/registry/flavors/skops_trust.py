"""Which types and functions a skops file may name without anybody vouching for it, and why.

The reader of skops files asks it for each name before anything is made. What is not here needs
the user's word: what a file or an MLmodel says about itself is never believed.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from types import FunctionType
from typing import Any, NamedTuple

from nbtrack.errors import ModelError

__all__ = ["CALLED", "FAMILIES", "FUNCTIONS", "LOSSES", "TYPES", "VALUES", "Trust", "Untrusted"]

FAMILIES = {
    # Made by __new__, then given its attributes: no code of the file runs. What an estimator
    # calls later are functions and objects that are themselves in this file's lists.
    "sklearn.base.BaseEstimator": "estimators: attributes only",
    "sklearn.gaussian_process.kernels.Kernel": "kernels: arithmetic on hyperparameters",
    "sklearn.model_selection._split.BaseCrossValidator": "splitters: they yield indices",
    "sklearn.model_selection._split.BaseShuffleSplit": "splitters: they yield indices",
    "sklearn.model_selection._split._UnsupportedGroupCVMixin": "splitters: they yield indices",
    "sklearn.metrics._scorer._BaseScorer": "scorers: a trusted metric and its keywords",
    "sklearn.metrics._dist_metrics.DistanceMetric": "distances: compiled, sizes checked on reading",
    "sklearn._loss.loss.BaseLoss": "losses: they hold compiled losses and links",
    "sklearn._loss.link.BaseLink": "links: they have no state",
    "sklearn.neural_network._stochastic_optimizers.BaseOptimizer": "optimizers: arrays and rates",
}
"""Classes that scikit-learn itself defines below one of these are trusted; each with the reason."""

REFUSED = {
    "sklearn.metrics._dist_metrics.PyFuncDistance": "calls a function of the user's",
    "sklearn.metrics._dist_metrics.PyFuncDistance64": "calls a function of the user's",
    "sklearn.metrics._dist_metrics.PyFuncDistance32": "calls a function of the user's",
}
"""Of the families above, but not trusted."""

TYPES = {
    "sklearn._loss.link.Interval": "a dataclass of two numbers",
    "sklearn.calibration._CalibratedClassifier": "an estimator and its calibrators",
    "sklearn.cluster._bisect_k_means._BisectingTree": "a node of centers",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor": "nodes, checked on reading",
    "sklearn.metrics._scorer._PassthroughScorer": "asks the estimator's own score",
    "sklearn.model_selection._split._CVIterableWrapper": "a list of splits",
    "sklearn.neighbors._ball_tree.BallTree": "arrays, checked on reading",
    "sklearn.neighbors._ball_tree.BallTree32": "arrays, checked on reading",
    "sklearn.neighbors._ball_tree.BallTree64": "arrays, checked on reading",
    "sklearn.neighbors._kd_tree.KDTree": "arrays, checked on reading",
    "sklearn.neighbors._kd_tree.KDTree32": "arrays, checked on reading",
    "sklearn.neighbors._kd_tree.KDTree64": "arrays, checked on reading",
    "sklearn.tree._tree.Tree": "nodes, checked on reading",
    "sklearn.utils._bunch.Bunch": "a dict",
    "sklearn.utils._metadata_requests.MetadataRequest": "names of metadata",
    "sklearn.utils._metadata_requests.MethodMetadataRequest": "names of metadata",
    "sklearn.gaussian_process.kernels.Hyperparameter": "a named tuple of numbers",
    # Evaluates polynomials over arrays; knots and degree are checked on reading.
    "scipy.interpolate._bsplines.BSpline": "arrays, checked on reading",
    "scipy.interpolate._bsplines._BSpline": "what the former asks since SciPy 1.18, checked too",
    # What boosters keep is their own native model, read by their own loader as in their flavors.
    "lightgbm.basic.Booster": "native model text",
    "lightgbm.sklearn.LGBMClassifier": "a booster and its params",
    "lightgbm.sklearn.LGBMModel": "a booster and its params",
    "lightgbm.sklearn.LGBMRanker": "a booster and its params",
    "lightgbm.sklearn.LGBMRegressor": "a booster and its params",
    "xgboost.core.Booster": "native model bytes",
    "xgboost.sklearn.XGBClassifier": "a booster and its params",
    "xgboost.sklearn.XGBModel": "a booster and its params",
    "xgboost.sklearn.XGBRFClassifier": "a booster and its params",
    "xgboost.sklearn.XGBRFRegressor": "a booster and its params",
    "xgboost.sklearn.XGBRanker": "a booster and its params",
    "xgboost.sklearn.XGBRegressor": "a booster and its params",
}
"""Other classes that may be made and given attributes, each with the reason."""

LOSSES = {
    "sklearn._loss._loss": ("Cy",),
    "sklearn.linear_model._sgd_fast": (
        "EpsilonInsensitive",
        "Hinge",
        "Huber",
        "Log",
        "ModifiedHuber",
        "SquaredEpsilonInsensitive",
        "SquaredHinge",
        "SquaredLoss",
    ),
}
"""Compiled losses by module and how their names begin; made from a few numbers."""

VALUES = {
    "builtins": (
        *("bool", "bytes", "complex", "dict", "float", "int", "list", "object", "set", "str"),
        "tuple",
    ),
    "collections": ("OrderedDict",),
}
"""Types that may stand as values or be called without arguments (a dtype, a default factory)."""

CALLED = {
    "builtins": ("frozenset", "range"),
    "datetime": ("date", "datetime", "time", "timedelta", "timezone"),
    "decimal": ("Decimal",),
    "fractions": ("Fraction",),
}
"""Types that are called with what the file says: they keep it and do nothing else."""

FUNCTIONS = {
    # Of numbers and arrays alone; none writes, opens or evaluates anything.
    "builtins": ("abs", "len", "max", "min", "round", "sum"),
    "numpy": (
        *("all", "amax", "amin", "any", "around", "average", "clip", "concatenate", "cumprod"),
        *("cumsum", "diff", "max", "mean", "median", "min", "nan_to_num", "nanmax", "nanmean"),
        *("nanmedian", "nanmin", "nanstd", "nansum", "nanvar", "prod", "ptp", "ravel", "reshape"),
        *("round", "std", "sum", "swapaxes", "transpose", "var"),
    ),
    # SplineTransformer keeps NumPy's asarray by the name SciPy gives it.
    "scipy._lib.array_api_compat.numpy._aliases": ("asarray",),
    "sklearn.cluster._kmeans": ("_kmeans_single_elkan", "_kmeans_single_lloyd"),
    "sklearn.feature_selection._univariate_selection": (
        *("chi2", "f_classif", "f_oneway", "f_regression", "r_regression"),
    ),
    # What histogram boosting prepares categories with.
    "sklearn.utils.validation": ("check_array",),
    "sklearn.feature_selection._mutual_info": ("mutual_info_classif", "mutual_info_regression"),
}
"""Functions by module; besides these, NumPy's and SciPy's ufuncs and scikit-learn's metrics."""

METRICS = "sklearn.metrics"
"""Below it, public functions measure arrays: they return numbers and call nothing of a file's."""

UFUNCS = ("numpy", "scipy.special")

NOT_IMPORTED = {"conftest", "experimental", "externals", "tests"}
"""Parts of scikit-learn that do something when imported, or are no part of a model."""


class Untrusted(Exception):
    """A name in a file that nobody vouched for."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(name)


def nobody(name: str) -> bool:
    """Who vouches for a name where no user says anything."""
    return name == ""


class Resolved(NamedTuple):
    """A name and what it stands for."""

    name: str
    value: Any


class Trust:
    """What each name of a file stands for, if it may be had; asked once a name.

    Example:
        >>> Trust().to_make("sklearn.linear_model._base", "LinearRegression").__name__
        'LinearRegression'
        >>> Trust().to_call("os", "system")
        Traceback (most recent call last):
        nbtrack.registry.flavors.skops_trust.Untrusted: os.system
    """

    def __init__(self, vouched: Callable[[str], bool] = nobody) -> None:
        self.vouched = vouched
        self.seen: dict[tuple[str, str, str], Resolved] = {}

    def to_make(self, module: str, name: str) -> Any:
        """A class whose instances may be made and given attributes."""
        return self.resolved("make", module, name, self.may_be_made)

    def to_call(self, module: str, name: str) -> Any:
        """A function that a model may keep."""
        return ufunc(module, name) or self.resolved("call", module, name, self.may_be_kept)

    def to_hold(self, module: str, name: str) -> Any:
        """A type that may stand as a value."""
        return self.resolved("hold", module, name, self.may_stand)

    def to_rebuild(self, module: str, name: str) -> Any:
        """A type that may be called with what the file says."""
        return self.resolved("rebuild", module, name, self.may_be_called)

    def to_lose(self, module: str, name: str) -> Any:
        """A compiled loss."""
        return self.resolved("lose", module, name, self.may_lose)

    def resolved(
        self, use: str, module: str, name: str, allowed: Callable[[str, str], bool]
    ) -> Any:
        """What a name stands for.

        Raises:
            Untrusted: Neither the lists nor the user vouch for it.
        """
        key = use, module, name
        if key not in self.seen:
            full = f"{module}.{name}"
            if not (allowed(module, name) or self.vouched(full)):
                raise Untrusted(full)
            self.seen[key] = Resolved(full, found(module, name))
        return self.seen[key].value

    def may_be_made(self, module: str, name: str) -> bool:
        full = f"{module}.{name}"
        if full in TYPES:
            return True
        if not is_part_of_sklearn(module) or full in REFUSED:
            return False
        kind = found(module, name, None)
        return isinstance(kind, type) and any(
            f"{it.__module__}.{it.__qualname__}" in FAMILIES for it in kind.__mro__
        )

    def may_be_kept(self, module: str, name: str) -> bool:
        if name in FUNCTIONS.get(module, ()):
            return True
        if is_part_of_sklearn(module) and f"{module}.".startswith(f"{METRICS}."):
            function = found(module, name, None)
            return isinstance(function, FunctionType) and function.__module__ == module
        return False

    def may_stand(self, module: str, name: str) -> bool:
        if name in (*VALUES.get(module, ()), *CALLED.get(module, ())):
            return True
        if name in FUNCTIONS.get(module, ()):
            return True
        return is_numpy_scalar(module, name) or self.may_be_made(module, name)

    def may_be_called(self, module: str, name: str) -> bool:
        return name in CALLED.get(module, ())

    def may_lose(self, module: str, name: str) -> bool:
        return name.startswith(LOSSES.get(module, ()))


def is_part_of_sklearn(module: str) -> bool:
    """Whether a module is scikit-learn's own and does nothing but define when imported."""
    parts = module.split(".")
    return (
        parts[0] == "sklearn"
        and all(part.isidentifier() for part in parts)
        and not NOT_IMPORTED & set(parts)
    )


def ufunc(module: str, name: str) -> Any:
    """The ufunc of that name, arithmetic on arrays: NumPy's or that of `scipy.special`."""
    import numpy as np

    for package in UFUNCS:
        if f"{module}.".startswith(f"{package}."):
            function = found(package, name, None)
            return function if isinstance(function, np.ufunc) else None
    return None


def is_numpy_scalar(module: str, name: str) -> bool:
    """Whether a name is that of a NumPy number, string or date."""
    import numpy as np

    kind = getattr(np, name, None) if module == "numpy" else None
    return isinstance(kind, type) and issubclass(kind, np.generic)


def found(module: str, name: str, *default: Any) -> Any:
    """What a module has under a name; nothing is followed through dots.

    Raises:
        ModelError: There is nothing of that name, and no default.
    """
    try:
        return getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        if default:
            return default[0]
        raise ModelError(
            f"the model needs {name} of {module}, which is not here ({error}); install what its "
            f"requirements.txt lists"
        ) from error
