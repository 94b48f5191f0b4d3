"""Forests asked tree by tree: the same answers bit by bit, and what is odd left to scikit-learn."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("sklearn")

from sklearn import ensemble, tree

from nbtrack.registry.flavors.sklearn_arrays import Asked, are_same
from nbtrack.registry.flavors.sklearn_forests import TreeSum, tree_sum

rng = np.random.default_rng(5)
ROWS = rng.random((150, 4))
KINDS = (np.arange(150) % 3).astype(int)
WORDS = np.array(["no", "yes", "perhaps"])[KINDS]
NUMBERS = ROWS @ [1.0, -2.0, 0.5, 3.0]

FORESTS = [
    (ensemble.RandomForestClassifier(9, random_state=0), WORDS, "predict"),
    (ensemble.RandomForestClassifier(9, random_state=0), KINDS, "predict_proba"),
    (ensemble.ExtraTreesClassifier(9, random_state=0), KINDS > 0, "predict"),
    (ensemble.RandomForestRegressor(9, random_state=0), NUMBERS, "predict"),
    (ensemble.ExtraTreesRegressor(9, random_state=0), NUMBERS, "predict"),
]


@pytest.mark.parametrize("case", FORESTS, ids=lambda it: f"{type(it[0]).__name__}-{it[2]}")
def test_a_forest_says_the_same_tree_by_tree(case):
    forest, target, method = case
    forest.fit(ROWS, target)
    asks = tree_sum(forest, method)
    for rows in (ROWS[:1], ROWS[:20], ROWS * 3 - 1, ROWS.astype("float32"), (ROWS * 9).astype(int)):
        assert are_same(asks(rows), getattr(forest, method)(rows))
    assert asks.is_proven


def test_what_must_be_looked_at_more_closely_is_left_to_the_forest():
    forest = ensemble.RandomForestClassifier(3, random_state=0).fit(ROWS, KINDS)
    asks = TreeSum(forest, "predict")
    asks(ROWS)
    missing = ROWS[:2].copy()
    missing[0, 1] = np.nan
    assert are_same(asks(missing), forest.predict(missing))
    assert asks(ROWS[:2].tolist()).tolist() == forest.predict(ROWS[:2]).tolist()
    for odd in (ROWS[:0], ROWS[:, :3], np.full((1, 4), np.inf), ROWS[0]):
        with pytest.raises(ValueError, match=r"Found|expecting|infinity|Expected"):
            asks(odd)


def test_a_forest_that_is_fitted_anew_is_asked_as_it_is_then():
    forest = ensemble.RandomForestRegressor(3, random_state=0).fit(ROWS, NUMBERS)
    asks = TreeSum(forest, "predict")
    asks(ROWS)
    forest.set_params(n_estimators=6).fit(ROWS, -NUMBERS)
    assert are_same(asks(ROWS), forest.predict(ROWS))
    forest.fit(ROWS, np.column_stack([NUMBERS, NUMBERS]))
    assert asks(ROWS).shape == (150, 2)


def test_only_forests_are_asked_so():
    class Own(ensemble.RandomForestClassifier):
        """One whose methods may do anything."""

    assert tree_sum(Own(), "predict") is None
    assert tree_sum(tree.DecisionTreeClassifier(), "predict") is None
    assert tree_sum(ensemble.RandomForestRegressor(), "apply") is None


def test_frames_and_arrays_reach_the_trees():
    frame = pd.DataFrame(ROWS, columns=list("abcd"))
    named = ensemble.RandomForestClassifier(5, random_state=0).fit(frame, WORDS)
    asked = Asked(named, "predict")
    assert are_same(asked(frame), asked(frame[:150]))
    assert isinstance(asked.quick, TreeSum)
    assert asked.quick.is_proven
    bare = Asked(ensemble.RandomForestClassifier(5, random_state=0).fit(ROWS, WORDS), "predict")
    assert are_same(bare(ROWS), bare.model.predict(ROWS))
    assert bare.short.is_proven
