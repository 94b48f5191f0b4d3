"""Whether the nodes of trees point inside of themselves: scikit-learn walks them without looking.

What reads models without pickle asks it before anybody can predict: a child, feature or place out
of bounds ends the process, or hands out what lies in its memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from nbtrack.errors import TamperedModel

__all__ = ["check_nearest_tree", "check_predictor", "check_trees"]

LEAF = -1
BITSET_WORDS = 8


class Nodes(NamedTuple):
    """The nodes of several trees, one tree after the other."""

    left: Any
    right: Any
    feature: Any
    inner: Any
    """Which are no leaves."""
    owner: Any
    """The tree of each."""
    first: Any
    """Where that tree begins."""
    own: Any
    """Their own numbers in it."""


def check_trees(trees: Sequence[Any]) -> None:
    """Go on only if all compiled trees of decision trees and forests are in bounds.

    All are looked at together: a hundred small trees one by one would take ten times as long.

    Raises:
        TamperedModel: One points elsewhere, or is deeper than it says.
    """
    import numpy as np

    if not trees:
        return
    counts = np.array([tree.node_count for tree in trees])
    nodes = nodes_of(trees, counts)
    limit = counts[nodes.owner]
    features = np.array([tree.n_features for tree in trees])[nodes.owner]
    wrong = nodes.inner & (
        ~inside(nodes.left, nodes.own, limit)
        | ~inside(nodes.right, nodes.own, limit)
        | (nodes.feature < 0)
        | (nodes.feature >= features)
    )
    refuse_where(wrong, nodes.owner, nodes.own, "points to a node or feature that is not there")
    parents = np.bincount(children_of(nodes, nodes.inner), minlength=len(wrong))
    refuse_where(parents > 1, nodes.owner, nodes.own, "has two parents")
    claimed = np.array([tree.max_depth for tree in trees])
    depths = depths_of(nodes, len(trees))
    if (depths > claimed).any():
        worst = int(np.argmax(depths - claimed))
        raise TamperedModel(
            f"tree {worst} of the model is {depths[worst]} deep and says {claimed[worst]}; it is "
            f"not what was trained, log the model again"
        )


def nodes_of(trees: Sequence[Any], counts: Any) -> Nodes:
    """The nodes of trees that have so many each."""
    import numpy as np

    left, right, feature = (
        np.concatenate([getattr(tree, name) for tree in trees])
        for name in ("children_left", "children_right", "feature")
    )
    owner = np.repeat(np.arange(len(trees)), counts)
    first = np.repeat(np.cumsum(counts) - counts, counts)
    return Nodes(
        left, right, feature, left != LEAF, owner, first, own=np.arange(len(owner)) - first
    )


def children_of(nodes: Nodes, chosen: Any) -> Any:
    """The children of some nodes, by their place among all."""
    import numpy as np

    first = nodes.first[chosen]
    return np.concatenate([nodes.left[chosen] + first, nodes.right[chosen] + first])


def inside(child: Any, own: Any, limit: Any) -> Any:
    """Whether children stand after their parents, in the same tree: so there is no way round."""
    return (child > own) & (child < limit)


def refuse_where(wrong: Any, owner: Any, own: Any, what: str) -> None:
    """Name the first node that is wrong."""
    if wrong.any():
        worst = int(wrong.argmax())
        raise TamperedModel(
            f"node {own[worst]} of tree {owner[worst]} of the model {what}; it is not what was "
            f"trained, log the model again"
        )


def depths_of(nodes: Nodes, count: int) -> Any:
    """How deep each of several trees is, level by level through all."""
    import numpy as np

    depths = np.zeros(count, dtype=int)
    level, depth = np.flatnonzero(nodes.own == 0), 0
    while len(level := level[nodes.inner[level]]):
        level, depth = children_of(nodes, level), depth + 1
        depths[nodes.owner[level]] = depth
    return depths


def check_predictor(nodes: Any, bitsets: Any, n_features: int, categorical: Any) -> None:
    """Go on only if a tree of histogram gradient boosting is in bounds.

    Args:
        nodes: Its records.
        bitsets: Of its splits by category, eight words each.
        n_features: How many columns it is asked with.
        categorical: For each feature whether it is one; None if none is.

    Raises:
        TamperedModel: It points elsewhere.
    """
    import numpy as np

    if nodes.ndim != 1 or not len(nodes) or bitsets.ndim != 2 or bitsets.shape[1] != BITSET_WORDS:
        raise TamperedModel("a tree of the model has no nodes, or sets of another size")
    inner = nodes["is_leaf"] == 0
    own, limit = np.arange(len(nodes)), np.full(len(nodes), len(nodes))
    left, right = nodes["left"].astype(np.int64), nodes["right"].astype(np.int64)
    feature = nodes["feature_idx"].astype(np.int64)
    none = np.zeros(len(nodes), dtype=int)
    wrong = inner & (
        ~inside(left, own, limit)
        | ~inside(right, own, limit)
        | (feature < 0)
        | (feature >= n_features)
    )
    refuse_where(wrong, none, own, "points to a node or feature that is not there")
    by_category = inner & (nodes["is_categorical"] != 0)
    if not by_category.any():
        return
    known = (
        np.zeros(n_features, dtype=bool) if categorical is None else np.asarray(categorical) != 0
    )
    if known.shape != (n_features,):
        raise TamperedModel("the model does not say which of its features are categories")
    wrong = by_category & (nodes["bitset_idx"].astype(np.int64) >= len(bitsets))
    wrong[by_category] |= ~known[feature[by_category]]
    refuse_where(wrong, none, own, "splits by a category that is not there")


def check_nearest_tree(state: tuple[Any, ...]) -> None:
    """Go on only if a k-d tree or ball tree, by what its `__getstate__` gives, is in bounds.

    Raises:
        TamperedModel: It points elsewhere, or measures with sizes of other data.
    """
    import numpy as np

    data, places, nodes, bounds = state[:4]
    _leaf_size, levels, count = state[4:7]
    metric, weights = state[11:13]
    rows, columns = data.shape
    start, end = nodes["idx_start"], nodes["idx_end"]
    whole = (
        rows > 0
        and columns > 0
        and places.shape == (rows,)
        and places.min() >= 0
        and places.max() < rows
        and 0 < levels < 63
        and count == len(nodes) == 2**levels - 1
        and bounds.ndim == 3
        and bounds.shape[0] in {1, 2}
        and bounds.shape[1:] == (count, columns)
        and bool(((start >= 0) & (start <= end) & (end <= rows)).all())
        and (weights is None or weights.shape == (rows,))
    )
    leaves = np.flatnonzero(nodes["is_leaf"] == 0)
    if not whole or (len(leaves) and 2 * int(leaves.max()) + 2 >= count):
        raise TamperedModel(
            "the tree of neighbors points to rows or nodes that are not there; it is not what was "
            "fitted, log the model again"
        )
    check_metric(metric, data)


def check_metric(metric: Any, data: Any) -> None:
    """Go on only if a compiled distance has its weights for each column of the data."""
    _power, weights, matrix = metric.__getstate__()[:3]
    try:
        metric._validate_data(data)  # noqa: SLF001 - what it is asked when a tree is built
    except ValueError as error:
        raise TamperedModel(f"a distance of the model is of other data: {error}") from error
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or weights.ndim != 1:
        raise TamperedModel("a distance of the model has a matrix that is not square")
