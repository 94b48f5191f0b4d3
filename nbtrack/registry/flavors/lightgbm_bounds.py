"""Whether a LightGBM model points inside of itself; read from its text, before LightGBM.

LightGBM's own reader ends the process on a text that was changed at a number, or never ends: this
one names the place. The lightgbm flavor asks it, and the reader of skops files for estimators.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from nbtrack.errors import TamperedModel

__all__ = ["check_text"]

TREE = re.compile(r"Tree=(\d+)\n")
END = "end of trees"

INNER = (
    *("decision_type", "left_child", "right_child", "split_feature", "split_gain", "threshold"),
    *("internal_count", "internal_value", "internal_weight"),
)
LEAVES = ("leaf_count", "leaf_value", "leaf_weight")
LINEAR = ("leaf_const", "num_features")
NEEDED = {"decision_type", "left_child", "right_child", "split_feature", "threshold"}
INTEGERS = {"left_child", "right_child", "split_feature", "decision_type"}

MOST_LEAVES = 1 << 24
BY_CATEGORY = 1
"""The bit of `decision_type` for splits by category."""


def check_text(text: str, name: str) -> None:
    """Go on only if a model is in bounds.

    Args:
        text: The model, as `Booster.model_to_string` gives it.
        name: What it is called in messages.

    Raises:
        TamperedModel: It points elsewhere, or is no model.
    """
    try:
        check_whole(text)
    except TamperedModel as error:
        raise TamperedModel(f"{name}: {error}; log the model again") from error
    except (IndexError, KeyError, OverflowError, TypeError, ValueError) as error:
        raise TamperedModel(
            f"{name} is no model as LightGBM writes it ({type(error).__name__}: {error}); log the "
            f"model again"
        ) from error


def check_whole(text: str) -> None:
    start = text.index("\nTree=") + 1 if "\nTree=" in text else text.index(END)
    header = fields(text[:start])
    features = int(header["max_feature_idx"]) + 1
    per_round = int(header["num_tree_per_iteration"])
    names = header.get("feature_names", "").split()
    if features < 1 or per_round < 1 or len(names) != features:
        raise TamperedModel(f"it has {len(names)} names of features, and says {features}")
    if "tree_sizes" not in header:
        raise TamperedModel("it does not say where its trees begin")
    sizes = [int(it) for it in header["tree_sizes"].split()]
    if len(sizes) % per_round:
        raise TamperedModel(f"it has {len(sizes)} trees, not {per_round} for each round")
    data = text[start:].encode()
    place = 0
    for number, size in enumerate(sizes):
        block = data[place : place + size].decode()
        found = TREE.match(block)
        if size < 1 or found is None or int(found[1]) != number or block.count("Tree=") != 1:
            raise TamperedModel(f"tree {number} does not stand where it is said to")
        check_tree(fields(block), number, features)
        place += size
    if not data[place:].startswith(END.encode()):
        raise TamperedModel("it has more trees than it says")


def fields(text: str) -> dict[str, str]:
    """The lines of a block that say something, by name; none twice."""
    lines = [line.partition("=") for line in text.split("\n") if "=" in line]
    found = {name: value for name, _, value in lines}
    if len(found) != len(lines):
        raise ValueError("a name stands twice in it")
    return found


def numbers(block: Mapping[str, str], name: str, count: int, tree: int) -> Any:
    """The numbers of a line, of which there are so many."""
    import numpy as np

    words = block.get(name, "").split()
    if name not in block and name not in NEEDED and name not in {"leaf_value", *LINEAR}:
        return None
    if len(words) != count:
        raise TamperedModel(f"tree {tree} has {len(words)} {name} where {count} belong")
    return np.array(words, dtype=np.int64 if name in INTEGERS else np.float64)


def check_tree(block: Mapping[str, str], tree: int, features: int) -> None:
    """Nodes and leaves are children of one node each, and the root of none: no way leads round."""
    import numpy as np

    leaves = int(block["num_leaves"])
    if not 0 < leaves <= MOST_LEAVES:
        raise TamperedModel(f"tree {tree} has {leaves} leaves")
    nodes = leaves - 1
    for name in LEAVES:
        if nodes or name == "leaf_value":
            numbers(block, name, leaves, tree)
    check_linear(block, leaves, features, tree)
    if not nodes:
        return
    found = {name: numbers(block, name, nodes, tree) for name in INNER}
    children = np.concatenate([found["left_child"], found["right_child"]])
    if (children == 0).any() or children.max() >= nodes or children.min() < -leaves:
        raise TamperedModel(f"tree {tree} points to a node that is not there")
    if len(np.unique(children)) != len(children):
        raise TamperedModel(f"tree {tree} has a node with two parents")
    asked = found["split_feature"]
    if asked.min() < 0 or asked.max() >= features:
        raise TamperedModel(f"tree {tree} asks for a feature that is not there")
    check_categories(block, found, tree)


def check_categories(block: Mapping[str, str], found: Mapping[str, Any], tree: int) -> None:
    """Splits by category name a set of categories by its number, in place of a threshold."""
    import numpy as np

    count = int(block.get("num_cat", 0))
    if count < 0:
        raise TamperedModel(f"tree {tree} has {count} sets of categories")
    if count:
        ends = np.array(block["cat_boundaries"].split(), dtype=np.int64)
        words = block["cat_threshold"].split()
        if (
            len(ends) != count + 1
            or ends[0] != 0
            or (np.diff(ends) < 0).any()
            or ends[-1] != len(words)
            or not all(word.isdigit() and int(word) < 2**32 for word in words)
        ):
            raise TamperedModel(f"tree {tree} has sets of categories that do not match")
    chosen = found["threshold"][(found["decision_type"] & BY_CATEGORY) != 0]
    if len(chosen) and not (
        np.isfinite(chosen).all() and chosen.min() >= 0 and chosen.max() < count
    ):
        raise TamperedModel(f"tree {tree} splits by categories that it does not have")


def check_linear(block: Mapping[str, str], leaves: int, features: int, tree: int) -> None:
    """The leaves of linear trees have features and a coefficient for each of these."""
    if int(block.get("is_linear", 0)) == 0:
        return
    numbers(block, "leaf_const", leaves, tree)
    counts = numbers(block, "num_features", leaves, tree)
    named = [int(it) for it in block["leaf_features"].split()]
    weights = block["leaf_coeff"].split()
    if (
        counts.min() < 0
        or not counts.sum() == len(named) == len(weights)
        or (named and not (min(named) >= 0 and max(named) < features))
    ):
        raise TamperedModel(f"tree {tree} has leaves with other features than coefficients")
