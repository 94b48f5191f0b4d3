"""What the attributes of estimators must agree on, because compiled code trusts them.

The reader of skops files asks it with all that it made, before it hands out the model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from nbtrack.errors import TamperedModel
from nbtrack.registry.flavors.tree_bounds import (
    check_nearest_tree,
    check_predictor,
    check_trees,
)

__all__ = ["CHECKS", "check"]

MOST_THREADS = 4096
TREE = "sklearn.tree._tree.Tree"


def check(objects: Sequence[Any]) -> None:
    """Go on only if everything that was read agrees with itself.

    Raises:
        TamperedModel: Something would make compiled code read or write where it must not.
    """
    check_trees([it for it in objects if TREE in class_names(type(it))])
    for made in objects:
        for name in class_names(type(made)):
            if name in CHECKS:
                CHECKS[name](made)


def class_names(kind: type) -> list[str]:
    """The full names of a class and of those it derives from."""
    if kind not in named:
        named[kind] = [f"{it.__module__}.{it.__name__}" for it in kind.__mro__]
    return named[kind]


named: dict[type, list[str]] = {}


def need(agrees: object, made: Any, what: str) -> None:
    """Refuse what does not agree."""
    if not agrees:
        raise TamperedModel(
            f"{type(made).__name__} of the model {what}; it is not what was fitted, log the model "
            f"again"
        )


def held(made: Any, name: str, default: Any = None) -> Any:
    """An attribute that was read, never one that is worked out."""
    return vars(made).get(name, default)


def check_decision_tree(made: Any) -> None:
    tree = held(made, "tree_")
    if tree is not None:
        need(
            type(tree).__name__ == "Tree" and tree.n_features == held(made, "n_features_in_"),
            made,
            "has a tree of another number of features",
        )


def trees_of(made: Any) -> Iterable[Any]:
    """The decision trees below an ensemble, whichever way it holds them."""
    found = held(made, "estimators_")
    rows = found.ravel() if hasattr(found, "ravel") else found or ()
    return [it for it in rows if hasattr(it, "__dict__") and "tree_" in vars(it)]


def check_ensemble(made: Any) -> None:
    """An ensemble gives its data to its trees without asking them."""
    trees, width = trees_of(made), held(made, "n_features_in_")
    chosen = held(made, "estimators_features_", held(made, "_estimators_features"))
    widths = [width] * len(list(trees)) if chosen is None else [len(it) for it in chosen]
    agrees = len(widths) >= len(list(trees)) and all(
        held(it, "n_features_in_") == size for it, size in zip(trees, widths, strict=False)
    )
    need(agrees, made, "has trees of another number of features")
    if chosen is not None:
        for it in chosen:
            need(len(it) == 0 or 0 <= min(it) <= max(it) < width, made, "asks for other features")


def check_gradient_boosting(made: Any) -> None:
    estimators = held(made, "estimators_")
    if estimators is None:
        return
    loss = held(made, "_loss")
    outputs = loss.n_classes if loss.is_multiclass else 1
    need(
        estimators.ndim == 2
        and estimators.shape[1] == outputs == held(made, "n_trees_per_iteration_", outputs)
        and len(list(trees_of(made))) == estimators.size,
        made,
        "has trees for more or fewer classes than it has",
    )


def check_histogram_boosting(made: Any) -> None:
    predictors = held(made, "_predictors")
    if predictors is None:
        return
    mapper, width = held(made, "_bin_mapper"), held(made, "n_features_in_")
    preprocessor = held(made, "_preprocessor")
    if preprocessor is not None:
        steps = held(preprocessor, "transformers_")
        need(all(keeps_columns(it) for _, it, _ in steps), made, "prepares its columns otherwise")
        columns = sum(int(sum(chosen)) for _, it, chosen in steps if it != "drop")
        need(columns == width, made, "prepares more or fewer columns than it has")
    categorical = held(mapper, "is_categorical_")
    thresholds = held(mapper, "bin_thresholds_")
    need(len(thresholds) == len(categorical) == width, made, "has bins of other features")
    for feature, is_one in enumerate(categorical):
        known = thresholds[feature]
        need(
            not is_one or len(known) == 0 or (known.min() >= 0 and known.max() < 256),
            made,
            "has a category beyond the 256 there can be",
        )
    for row in predictors:
        for it in row:
            check_predictor(it.nodes, it.raw_left_cat_bitsets, width, categorical)
            need(
                len(it.binned_left_cat_bitsets) == len(it.raw_left_cat_bitsets),
                made,
                "has sets of categories that do not match",
            )


def keeps_columns(step: Any) -> bool:
    """Whether a step of histogram boosting gives a column for each that it takes, as fitted."""
    kind = type(step).__name__
    function = getattr(getattr(step, "func", None), "func", None)
    checks = kind == "FunctionTransformer" and getattr(function, "__name__", "") == "check_array"
    return step == "drop" or kind == "OrdinalEncoder" or checks


def check_predictor_alone(made: Any) -> None:
    """A tree of histogram gradient boosting that nobody holds has no columns to be asked with."""
    need(made.nodes.ndim == 1 and made.nodes.dtype.names, made, "has nodes that are none")


def check_vectors(made: Any) -> None:
    """A support vector machine hands its arrays to libsvm by their first element."""
    counts = held(made, "_n_support")
    if counts is None:
        return
    vectors, weights = held(made, "support_vectors_"), held(made, "_dual_coef_")
    support, intercept = held(made, "support_"), held(made, "_intercept_")
    rows, columns = held(made, "shape_fit_")
    precomputed = held(made, "kernel") == "precomputed"
    count = weights.shape[1]
    classes = len(counts)
    impl = type(made).__name__ in {"SVC", "NuSVC"} or held(made, "classes_") is not None
    pairs = classes * (classes - 1) // 2 if impl else 1
    total = int(counts.sum()) if impl else int(counts[0])
    a, b = held(made, "_probA"), held(made, "_probB")
    need(
        counts.ndim == 1
        and counts.dtype.kind == "i"
        and classes > 1
        and (counts >= 0).all()
        and total == count == len(support)
        and weights.shape[0] == (classes - 1 if impl else 1)
        and intercept.shape == (pairs,)
        and len(a) == len(b)
        and len(a) in {0, pairs}
        and (count == 0 or 0 <= support.min() <= support.max() < rows)
        and (precomputed or vectors.shape == (count, columns))
        and columns == held(made, "n_features_in_"),
        made,
        "has support vectors that do not agree with their weights",
    )


def check_neighbors(made: Any) -> None:
    """The classes of neighbors are added up by label."""
    labels, data = held(made, "_y"), held(made, "_fit_X")
    tree, count = held(made, "_tree"), held(made, "n_samples_fit_")
    if data is None:
        return
    need(data.shape[0] == count, made, "has more or fewer rows than it was fitted with")
    need(data.shape[1] == held(made, "n_features_in_"), made, "has rows of other features")
    if tree is not None:
        need(tree.__getstate__()[0].shape == data.shape, made, "has a tree of other rows")
    classes = held(made, "classes_")
    if labels is None or classes is None:
        return
    need(len(labels) == count, made, "has more or fewer labels than rows")
    several = isinstance(classes, list)
    for known, column in zip(
        classes if several else [classes], labels.T if labels.ndim > 1 else [labels], strict=several
    ):
        need(
            len(column) == 0 or 0 <= column.min() <= column.max() < len(known),
            made,
            "has labels of classes that it does not have",
        )


def check_centers(made: Any) -> None:
    centers = held(made, "cluster_centers_")
    if centers is not None and "n_features_in_" in vars(made):
        need(
            centers.ndim == 2 and centers.shape[1] == held(made, "n_features_in_"),
            made,
            "has centers of other features",
        )
    need(
        0 < held(made, "_n_threads", 1) <= MOST_THREADS, made, "asks for threads that cannot be had"
    )


def check_spline(made: Any) -> None:
    """Knots, coefficients and degree are looked up by each other."""
    need(
        type(made.k) is int
        and made.k >= 0
        and made.t.ndim == 1
        and len(made.t) >= 2 * (made.k + 1)
        and made.c.shape[getattr(made, "axis", 0)] >= len(made.t) - made.k - 1
        and bool((made.t[1:] >= made.t[:-1]).all()),
        made,
        "has more or fewer knots than coefficients",
    )


def check_nearest(made: Any) -> None:
    check_nearest_tree(made.__getstate__())


CHECKS: dict[str, Callable[[Any], None]] = {
    "scipy.interpolate._bsplines.BSpline": check_spline,
    "scipy.interpolate._bsplines._BSpline": check_spline,
    "sklearn.cluster._kmeans._BaseKMeans": check_centers,
    "sklearn.ensemble._base.BaseEnsemble": check_ensemble,
    "sklearn.ensemble._gb.BaseGradientBoosting": check_gradient_boosting,
    "sklearn.ensemble._hist_gradient_boosting.gradient_boosting.BaseHistGradientBoosting": (
        check_histogram_boosting
    ),
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor": check_predictor_alone,
    "sklearn.neighbors._ball_tree.BinaryTree32": check_nearest,
    "sklearn.neighbors._ball_tree.BinaryTree64": check_nearest,
    "sklearn.neighbors._base.NeighborsBase": check_neighbors,
    "sklearn.neighbors._kd_tree.BinaryTree32": check_nearest,
    "sklearn.neighbors._kd_tree.BinaryTree64": check_nearest,
    "sklearn.svm._base.BaseLibSVM": check_vectors,
    "sklearn.tree._classes.BaseDecisionTree": check_decision_tree,
}
"""By the class, or one that it derives from."""
