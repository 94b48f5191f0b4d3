"""Some of the models of `estimators`: saved safely, read without consent, the same bit by bit."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

pytest.importorskip("sklearn")

SCRIPT = Path(__file__).with_name("estimators.py")

CHOSEN = (
    *("BayesianRidge", "BisectingKMeans", "CalibratedClassifierCV", "DictVectorizer"),
    *("FrozenEstimator", "GaussianProcessClassifier", "IsolationForest", "KNNImputer"),
    *("KNeighborsClassifier", "MLPRegressor", "MultiLabelBinarizer", "PatchExtractor"),
    *("SplineTransformer", "StackingRegressor", "SVC", "TargetEncoder", "TfidfVectorizer"),
    *("TunedThresholdClassifierCV", "= columns and a forest", "= a search over a pipeline"),
    *("= histogram boosting of categories", "= support vectors of sparse data"),
    *("= weights by class", "= words and a classifier"),
)
PICKLED = (
    "Birch",
    "= a function of one's own as a step",
    "= a function of one's own as a distance",
)


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("estimators", SCRIPT)
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


@pytest.fixture(scope="module")
def by_name(script):
    return {it.name: it for it in script.cases()}


def test_models_say_the_same_after_they_were_kept_safely(script, by_name, tmp_path):
    for name in CHOSEN:
        folder = tmp_path / name
        folder.mkdir()
        outcome = script.outcome_of(by_name[name], folder)
        assert (outcome.word, outcome.reason, bool(outcome.methods)) == ("safe", "", True), name


def test_what_cannot_be_safe_is_pickled_and_says_why(script, by_name, tmp_path):
    for name in PICKLED:
        outcome = script.outcome_of(by_name[name], tmp_path)
        assert outcome.word == "pickled", name
        assert outcome.reason, name
