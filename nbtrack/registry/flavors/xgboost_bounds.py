"""Whether an XGBoost model points inside of itself; read from its JSON or UBJSON, before XGBoost.

XGBoost's own reader ends the process on files that were changed at a byte: this one names the
place. The xgboost flavor asks it, and the reader of skops files for boosters in pipelines.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbtrack.errors import TamperedModel

__all__ = ["check_content", "check_model"]

NUMBERS = {
    b"i": (">b", ">i1"),
    b"U": (">B", ">u1"),
    b"I": (">h", ">i2"),
    b"l": (">i", ">i4"),
    b"L": (">q", ">i8"),
    b"d": (">f", ">f4"),
    b"D": (">d", ">f8"),
}
"""How UBJSON writes numbers: alone, and in an array."""

WORDS = {b"T": True, b"F": False, b"Z": None}

NODES = (
    *("base_weights", "default_left", "left_children", "loss_changes", "parents"),
    *("right_children", "split_conditions", "split_indices", "split_type", "sum_hessian"),
)
"""What a tree has for each node."""

NO_NODE = -1
ROOT_PARENT = 2147483647


def check_model(path: Path) -> None:
    """Go on only if a saved model is in bounds.

    Raises:
        TamperedModel: It points elsewhere, or is no model.
    """
    check_content(path.read_bytes(), path.name)


def check_content(content: bytes, name: str) -> None:
    """The same for the bytes of a model, or of a booster as it is pickled.

    Raises:
        TamperedModel: It points elsewhere, or is no model.
    """
    try:
        found = parsed(content, Path(name).suffix)
        model = found.get("Model", found)
        learner = model["learner"]
        booster = learner["gradient_booster"]
        if booster["name"] == "dart":
            booster = booster["gbtree"]
        if booster["name"] == "gblinear":
            check_linear(booster["model"], learner)
        else:
            check_forest(booster["model"], learner)
    except TamperedModel as error:
        raise TamperedModel(f"{name}: {error}; log the model again") from error
    except (
        AttributeError,
        IndexError,
        KeyError,
        OverflowError,
        RecursionError,
        TypeError,
        ValueError,
        struct.error,
    ) as error:
        raise TamperedModel(
            f"{name} is no model as XGBoost writes it ({type(error).__name__}: {error}); log the "
            f"model again, with XGBoost 2 or newer"
        ) from error


def check_linear(model: Mapping[str, Any], learner: Mapping[str, Any]) -> None:
    """A weight for each feature, and the bias, of each class."""
    features, classes = sizes(learner)
    if len(model["weights"]) != (features + 1) * classes:
        raise TamperedModel(f"it has {len(model['weights'])} weights for {features} features")


def sizes(learner: Mapping[str, Any]) -> tuple[int, int]:
    """How many features a model takes, and how many outputs it gives."""
    said = learner["learner_model_param"]
    return int(said["num_feature"]), max(int(said["num_class"]), int(said.get("num_target", 1)), 1)


def check_forest(model: Mapping[str, Any], learner: Mapping[str, Any]) -> None:
    import numpy as np

    features, classes = sizes(learner)
    trees, groups = model["trees"], np.asarray(model["tree_info"])
    if len(groups) != len(trees) or int(model["gbtree_model_param"]["num_trees"]) != len(trees):
        raise TamperedModel(f"it has {len(trees)} trees, and says another number")
    if len(groups) and not (groups.min() >= 0 and groups.max() < classes):
        raise TamperedModel("it has a tree for a class that is not there")
    steps = np.asarray(model.get("iteration_indptr", [0, len(trees)]))
    if len(steps) and (steps[0] != 0 or steps[-1] != len(trees) or (np.diff(steps) < 0).any()):
        raise TamperedModel("it has rounds of trees that are not there")
    for place, tree in enumerate(trees):
        check_tree(tree, place, features)


def check_tree(tree: Mapping[str, Any], place: int, features: int) -> None:
    """Each node is the child of one other at most, and the root of none: so no way leads round."""
    import numpy as np

    said = tree["tree_param"]
    count, width = int(said["num_nodes"]), max(int(said.get("size_leaf_vector", 1)), 1)
    left, right, feature, parents = (
        np.asarray(tree[it], dtype=np.int64)
        for it in ("left_children", "right_children", "split_indices", "parents")
    )
    for name in NODES:
        size = width * count if name == "base_weights" and width > 1 else count
        if name in tree and len(tree[name]) not in {size, count if width > 1 else size}:
            raise TamperedModel(f"tree {place} has {len(tree[name])} {name} for {count} nodes")
    inner = left != NO_NODE
    children = np.concatenate([left[inner], right[inner]])
    if not count or (len(children) and not (children.min() > 0 and children.max() < count)):
        raise TamperedModel(f"tree {place} points to a node that is not there")
    if len(np.unique(children)) != len(children):
        raise TamperedModel(f"tree {place} has a node with two parents")
    known = parents[parents != ROOT_PARENT]
    if len(known) and not (known.min() >= NO_NODE and known.max() < count):
        raise TamperedModel(f"tree {place} points to a parent that is not there")
    asked = feature[inner]
    if len(asked) and not (asked.min() >= 0 and asked.max() < features):
        raise TamperedModel(f"tree {place} asks for a feature that is not there")
    check_categories(tree, place, count)


def check_categories(tree: Mapping[str, Any], place: int, count: int) -> None:
    """The categories of each split lie one after the other."""
    import numpy as np

    kinds = np.asarray(tree.get("split_type", []))
    nodes, starts, lengths, all_ = (
        np.asarray(tree.get(it, []), dtype=np.int64)
        for it in ("categories_nodes", "categories_segments", "categories_sizes", "categories")
    )
    if not len(nodes) == len(starts) == len(lengths):
        raise TamperedModel(f"tree {place} has sets of categories that do not match")
    if len(nodes) and not (
        nodes.min() >= 0
        and nodes.max() < count
        and (np.diff(nodes) > 0).all()
        and starts.min() >= 0
        and lengths.min() >= 0
        and (starts + lengths).max() <= len(all_)
        and (not len(all_) or (all_.min() >= 0 and all_.max() < 2**24))
    ):
        raise TamperedModel(f"tree {place} has a set of categories that is not there")
    if set(np.flatnonzero(kinds == 1)) - set(nodes.tolist()):
        raise TamperedModel(f"tree {place} splits by categories that it does not have")


def parsed(content: bytes, suffix: str) -> Any:
    """A model as dicts and lists; XGBoost goes by a file's name, then by how it begins."""
    as_text = content[:2] == b'{"' or (content[:1] == b"{" and content[1:2].isspace())
    if suffix == ".json" or (suffix != ".ubj" and as_text):
        return json.loads(content, object_pairs_hook=once)
    reader = Ubjson(content)
    found = reader.value(reader.marker())
    if reader.place != len(content):
        raise ValueError("there is something after its end")
    return found


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The fields of an object; two of one name would be read one way here and another there."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in it")
    return found


class Ubjson:
    """UBJSON as XGBoost writes it, big-endian, with typed arrays."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.place = 0

    def taken(self, count: int) -> bytes:
        """The next bytes."""
        if not 0 <= count <= len(self.content) - self.place:
            raise ValueError("it ends too early")
        self.place += count
        return self.content[self.place - count : self.place]

    def marker(self) -> bytes:
        return self.taken(1)

    def number(self, marker: bytes) -> Any:
        code, _ = NUMBERS[marker]
        return struct.unpack(code, self.taken(struct.calcsize(code)))[0]

    def text(self) -> str:
        return self.taken(self.number(self.marker())).decode()

    def value(self, marker: bytes) -> Any:
        """What follows a marker."""
        if marker in NUMBERS:
            return self.number(marker)
        if marker in WORDS:
            return WORDS[marker]
        if marker == b"S":
            return self.text()
        if marker == b"C":
            return self.taken(1).decode()
        if marker == b"{":
            return self.fields()
        if marker == b"[":
            return self.items()
        raise ValueError(f"it has {marker!r} where a value should be")

    def fields(self) -> dict[str, Any]:
        pairs = []
        while (marker := self.marker()) != b"}":
            name = self.taken(self.number(marker)).decode()
            pairs.append((name, self.value(self.marker())))
        return once(pairs)

    def items(self) -> Any:
        import numpy as np

        marker = self.marker()
        if marker == b"$":
            _, dtype = NUMBERS[self.marker()]
            if self.marker() != b"#":
                raise ValueError("an array does not say how long it is")
            count = self.number(self.marker())
            return np.frombuffer(self.taken(count * np.dtype(dtype).itemsize), dtype)
        if marker == b"#":
            return [self.value(self.marker()) for _ in range(self.number(self.marker()))]
        found = []
        while marker != b"]":
            found.append(self.value(marker))
            marker = self.marker()
        return found
