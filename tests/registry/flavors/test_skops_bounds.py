"""Tampered models of scikit-learn: refused before they are asked, since asking them crashes."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.ensemble import (
    BaggingClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    IsolationForest,
    RandomForestClassifier,
)
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors
from sklearn.preprocessing import SplineTransformer
from sklearn.svm import SVC, OneClassSVM
from sklearn.tree import DecisionTreeClassifier

from nbtrack.errors import TamperedModel
from nbtrack.registry.flavors.skops_reader import read
from nbtrack.registry.flavors.skops_writer import write

rows = np.random.default_rng(0).random((80, 4))
labels = (rows.sum(axis=1) > 2).astype(int)


@pytest.fixture
def file(tmp_path, apart):
    """Fit a model, write it, and take its file apart."""

    def make(model):
        path = tmp_path / "model.skops"
        write(model.fit(rows, labels), path)
        return apart(path)

    return make


def set_field(file, attribute, field, place, value):
    """Change a field of a record of an array."""
    nodes = file.array(attribute)
    nodes[field][place] = value
    file.set_array(attribute, nodes)


def set_value(file, attribute, text):
    """Change a number that is an attribute."""
    file.attribute(attribute).update(content=text, __id__=1)


TREE = [
    ("left_child", 10_000_000, "points to a node or feature that is not there"),
    ("right_child", 10_000_000, "points to a node or feature that is not there"),
    ("left_child", -7, "points to a node or feature that is not there"),
    ("right_child", -1, "points to a node or feature that is not there"),
    ("left_child", 0, "points to a node or feature that is not there"),
    ("left_child", 2, "has two parents"),
    ("feature", 10_000_000, "points to a node or feature that is not there"),
    ("feature", -1, "points to a node or feature that is not there"),
]


@pytest.mark.parametrize(("field", "value", "reason"), TREE)
def test_nodes_of_trees_are_in_bounds(field, value, reason, file):
    tampered = file(DecisionTreeClassifier(random_state=0))
    nodes = tampered.array("nodes")
    assert nodes["left_child"][0] == 1
    if value == 2:
        value = int(nodes["right_child"][0])
    set_field(tampered, "nodes", field, 0, value)
    with pytest.raises(TamperedModel, match=reason):
        read(tampered.write())


@pytest.mark.parametrize(
    ("attribute", "value", "reason"),
    [
        ("max_depth", "1", "deep and says 1"),
        ("node_count", "10000000", "has a tree of 10000000 nodes"),
        ("node_count", "0", "has a tree of 0 nodes"),
        ("n_features_in_", "3", "has a tree of another number of features"),
        ("n_features_in_", "100", "has a tree of another number of features"),
        ("n_features_in_", "null", "has a tree of another number of features"),
    ],
)
def test_what_a_tree_says_of_itself_is_so(attribute, value, reason, file):
    tampered = file(DecisionTreeClassifier(random_state=0))
    if attribute == "max_depth":
        (tree,) = tampered.nodes("TreeNode")
        tree["content"]["content"]["max_depth"].update(content=value, __id__=1)
    else:
        set_value(tampered, attribute, value)
    with pytest.raises(TamperedModel, match=reason):
        read(tampered.write())


@pytest.mark.parametrize(
    "model",
    [
        RandomForestClassifier(3, random_state=0),
        IsolationForest(n_estimators=3, random_state=0),
        GradientBoostingClassifier(n_estimators=3, random_state=0),
        BaggingClassifier(DecisionTreeClassifier(random_state=0), 3, random_state=0),
    ],
    ids=lambda it: type(it).__name__,
)
def test_ensembles_ask_their_trees_with_the_columns_they_know(model, file):
    tampered = file(model)
    set_value(tampered, "n_features_in_", "2")
    with pytest.raises(TamperedModel, match=r"has trees of another number of features|asks for"):
        read(tampered.write())
    again = file(model)
    nodes = again.nodes("TreeNode")[-1]["content"]["content"]["nodes"]
    again.attribute = lambda name: nodes
    set_field(again, "nodes", "left_child", 0, 10_000_000)
    with pytest.raises(TamperedModel, match="points to a node or feature that is not there"):
        read(again.write())


def test_boosting_has_a_column_of_trees_for_each_class(file):
    tampered = file(GradientBoostingClassifier(n_estimators=3, random_state=0))
    shape = tampered.attribute("estimators_")["shape"]["content"]
    estimators = tampered.attribute("estimators_")
    rows_of_trees = estimators["content"]
    estimators["content"] = [
        {**rows_of_trees[0], "__id__": 3, "content": [it["content"][0] for it in rows_of_trees]}
    ]
    shape[0].update(content="1", __id__=1)
    shape[1].update(content="3", __id__=2)
    with pytest.raises(TamperedModel, match="has trees for more or fewer classes"):
        read(tampered.write())


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("left", 10_000_000, "points to a node or feature that is not there"),
        ("right", 0, "points to a node or feature that is not there"),
        ("feature_idx", 10_000_000, "points to a node or feature that is not there"),
        ("is_categorical", 1, "splits by a category that is not there"),
    ],
)
def test_histogram_boosting_is_in_bounds(field, value, reason, file):
    tampered = file(HistGradientBoostingClassifier(max_iter=2, min_samples_leaf=5))
    set_field(tampered, "nodes", field, 0, value)
    with pytest.raises(TamperedModel, match=reason):
        read(tampered.write())


def test_sets_of_categories_are_in_bounds(tmp_path, apart):
    model = HistGradientBoostingClassifier(
        max_iter=2, min_samples_leaf=5, categorical_features=[0], random_state=0
    )
    kinds = np.arange(80) % 5
    model.fit(np.column_stack([kinds, rows[:, 1:]]), kinds == 3)
    write(model, tmp_path / "model.skops")
    assert read(tmp_path / "model.skops").model.n_features_in_ == 4
    tampered = apart(tmp_path / "model.skops")
    nodes = tampered.array("nodes")
    assert nodes["is_categorical"][0] == 1
    set_field(tampered, "nodes", "bitset_idx", 0, 10_000_000)
    with pytest.raises(TamperedModel, match="splits by a category that is not there"):
        read(tampered.write())


@pytest.mark.parametrize("algorithm", ["kd_tree", "ball_tree"])
def test_trees_of_neighbors_are_in_bounds(algorithm, file):
    kind = {"kd_tree": "KDTree", "ball_tree": "BallTree"}[algorithm]

    def items(tampered):
        (tree,) = tampered.nodes("ObjectNode", kind)
        return tree["content"]["content"]

    def numbers(tampered, place):
        node = items(tampered)[place]
        tampered.attribute = lambda name: node
        return tampered.array("")

    def fresh():
        return file(NearestNeighbors(algorithm=algorithm, leaf_size=5))

    assert read(fresh().write()).model.kneighbors(rows, 1)[0].max() == 0
    for place, change in [
        (1, lambda it: it + 1),
        (1, lambda it: it[:5]),
        (1, lambda it: it - 1),
        (2, lambda it: it[:1]),
        (3, lambda it: it[:, :1]),
        (0, lambda it: it[:3]),
    ]:
        tampered = fresh()
        tampered.set_array("", change(numbers(tampered, place)))
        with pytest.raises(TamperedModel, match=r"rows or nodes that are not there|of other rows"):
            read(tampered.write())
    for place, text in [(5, "40"), (6, "100000"), (5, "-1")]:
        tampered = fresh()
        items(tampered)[place].update(content=text, __id__=1)
        with pytest.raises(TamperedModel, match="points to rows or nodes that are not there"):
            read(tampered.write())
    tampered = fresh()
    nodes = numbers(tampered, 2)
    nodes["idx_end"][0] = 10_000_000
    tampered.set_array("", nodes)
    with pytest.raises(TamperedModel, match="points to rows or nodes that are not there"):
        read(tampered.write())


def test_labels_of_neighbors_are_those_of_classes(file):
    tampered = file(KNeighborsClassifier())
    tampered.set_array("_y", np.full(80, 10_000_000))
    with pytest.raises(TamperedModel, match="labels of classes that it does not have"):
        read(tampered.write())
    tampered.set_array("_y", np.zeros(3, dtype=int))
    with pytest.raises(TamperedModel, match="more or fewer labels than rows"):
        read(tampered.write())


@pytest.mark.parametrize("model", [SVC(), OneClassSVM()], ids=["SVC", "OneClassSVM"])
def test_support_vectors_agree_with_their_weights(model, file):
    for attribute, change in [
        ("support_vectors_", lambda it: it[:2]),
        ("support_vectors_", lambda it: it[:, :2]),
        ("support_", lambda it: it + 1000),
        ("_dual_coef_", lambda it: it[:, :2]),
        ("_intercept_", lambda it: it[:0]),
        ("_n_support", lambda it: it * 1000),
        ("_probA", lambda it: np.zeros(7)),
    ]:
        tampered = file(model)
        tampered.set_array(attribute, change(tampered.array(attribute)))
        with pytest.raises(TamperedModel, match="do not agree with their weights"):
            read(tampered.write())


def test_centers_have_as_many_features_as_are_asked(file):
    tampered = file(KMeans(2, random_state=0, n_init=1))
    tampered.set_array("cluster_centers_", np.zeros((2, 1)))
    with pytest.raises(TamperedModel, match="has centers of other features"):
        read(tampered.write())
    again = file(KMeans(2, random_state=0, n_init=1))
    set_value(again, "_n_threads", "1000000")
    with pytest.raises(TamperedModel, match="asks for threads"):
        read(again.write())


def test_splines_have_the_knots_that_their_coefficients_need(file):
    tampered = file(SplineTransformer())
    set_value(tampered, "k", "50")
    with pytest.raises(TamperedModel, match="has more or fewer knots"):
        read(tampered.write())


CRASH = """
import sys, numpy as np
import skops.io
model = skops.io.load(sys.argv[1], trusted=skops.io.get_untrusted_types(file=sys.argv[1]))
model.predict(np.random.default_rng(0).random((80, 4)))
"""


def test_without_the_look_at_bounds_the_process_would_end(file):
    pytest.importorskip("skops")
    tampered = file(DecisionTreeClassifier(random_state=0))
    set_field(tampered, "nodes", "left_child", 0, 2**40)
    set_field(tampered, "nodes", "right_child", 0, 2**40)
    path = tampered.write()
    done = subprocess.run([sys.executable, "-c", CRASH, path], capture_output=True, check=False)
    assert done.returncode < 0
    with pytest.raises(TamperedModel):
        read(path)
