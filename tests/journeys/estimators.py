"""Every estimator of scikit-learn, and compositions: fitted, saved, read without a pickle.

python tests/journeys/estimators.py                  all; a line for each not safe, and the count
python tests/journeys/estimators.py Forest Ridge     those whose names have one of these words
    --lines   a line for each
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import scipy.sparse

from nbtrack.errors import InvalidValue
from nbtrack.registry.flavors.sklearn import FLAVOR
from nbtrack.registry.safety import Consent

__all__ = ["Case", "Outcome", "cases", "outcome_of"]

METHODS = (
    *("predict", "predict_proba", "predict_log_proba", "decision_function", "transform"),
    *("score_samples", "kneighbors", "apply", "inverse_transform"),
)

rng = np.random.default_rng(0)
rows = rng.random((90, 4)) + 0.1
kinds = np.arange(90) % 3
values = rows @ [1.0, 2.0, -1.0, 0.5]
frame = pd.DataFrame(rows, columns=list("abcd")).assign(kind=np.array(["x", "y", "z"])[kinds])
texts = [
    f"a {word} fox and a {other} bird"
    for word in ("red", "blue", "old")
    for other in ("small", "large", "old")
] * 10


class Case(NamedTuple):
    """A model that is not fitted, and its data."""

    name: str
    model: Any
    data: Any
    target: Any = None


class Outcome(NamedTuple):
    """What became of a case."""

    case: str
    word: str
    """`safe`, `pickled`, `differs`, or `not fitted`."""
    reason: str = ""
    methods: tuple[str, ...] = ()
    """What was compared, bit by bit."""


def cases() -> list[Case]:
    """All there are, by name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        found = [*estimators(), *compositions()]
    return sorted(found, key=lambda it: it.name)


def estimators():
    """An instance of each public class, made as scikit-learn's own tests make it."""
    from sklearn.utils import all_estimators
    from sklearn.utils._test_common.instance_generator import _construct_instances

    for name, kind in all_estimators():
        own = special(name, kind)
        if own is not None:
            yield own
            continue
        for number, model in enumerate(_construct_instances(kind)):
            if "random_state" in model.get_params():
                model.set_params(random_state=0)
            yield Case(f"{name} {number}" if number else name, model, *data_for(model))


def special(name: str, kind: Any) -> Case | None:
    """Those that take texts, dicts, sets or labels, or a model that is fitted."""
    from sklearn.linear_model import LinearRegression

    if name == "FrozenEstimator":
        return Case(name, kind(LinearRegression().fit(rows, values)), rows, values)
    given, *data = SPECIAL.get(name, (None, None))
    return None if given is None else Case(name, kind(**given), *data)


SPECIAL: dict[str, tuple[Any, ...]] = {
    "CountVectorizer": ({}, texts),
    "DictVectorizer": ({}, [{"a": 1.0, "b": "x"}, {"a": 2.0, "b": "y"}]),
    "FeatureHasher": ({"n_features": 8}, [{"a": 1.0}, {"b": 2.0}]),
    "HashingVectorizer": ({}, texts),
    "IsotonicRegression": ({"out_of_bounds": "clip"}, rows[:, 0], values),
    "LabelBinarizer": ({}, kinds),
    "LabelEncoder": ({}, kinds),
    "MultiLabelBinarizer": ({}, [(1, 2), (3,), (1,)]),
    "PatchExtractor": ({"patch_size": (2, 2), "random_state": 0}, rows[:8].reshape(2, 4, 4)),
    "SparseCoder": ({"dictionary": np.eye(4)}, rows),
    "TfidfVectorizer": ({}, texts),
}
"""How they are made, and their data."""


def data_for(model: Any) -> tuple[Any, Any]:
    """Data that a model takes, by what it says of itself."""
    from sklearn.utils import get_tags

    tags = get_tags(model)
    data: Any = rows
    if tags.input_tags.pairwise:
        data = rows @ rows.T
    elif tags.input_tags.categorical and not tags.input_tags.two_d_array:
        data = (rows * 3).astype(int)
    if tags.target_tags.two_d_labels or (
        tags.target_tags.multi_output and not tags.target_tags.single_output
    ):
        return data, np.column_stack([kinds, kinds[::-1]])
    if type(model).__name__ in {"CCA", "PLSCanonical", "PLSRegression", "PLSSVD"}:
        return data, np.column_stack([values, values**2])
    if tags.classifier_tags is not None and not tags.classifier_tags.multi_class:
        return data, kinds % 2
    if tags.target_tags.positive_only or tags.regressor_tags is None:
        return data, kinds + 1
    return data, values


def compositions():
    """Models as people put them together."""
    yield from pipelines()
    yield from settings()


def pipelines():
    """Models of several steps."""
    from sklearn import compose, ensemble, feature_selection, linear_model, preprocessing, tree
    from sklearn.base import clone
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.model_selection import GridSearchCV
    from sklearn.pipeline import make_pipeline, make_union

    ridge, logistic = linear_model.Ridge(), linear_model.LogisticRegression(max_iter=500)
    columns = compose.make_column_transformer(
        (preprocessing.OneHotEncoder(sparse_output=False), ["kind"]),
        (preprocessing.StandardScaler(), ["a", "b"]),
        remainder="passthrough",
    )
    forest = make_pipeline(columns, ensemble.RandomForestClassifier(10, random_state=0))
    yield Case("= columns and a forest", forest, frame, kinds)
    yield Case("= columns, to pandas", clone(columns).set_output(transform="pandas"), frame, kinds)
    scaled = make_pipeline(preprocessing.StandardScaler(), clone(logistic))
    grid = {"logisticregression__C": [0.1, 1.0]}
    searched = GridSearchCV(scaled, grid, scoring="f1_macro", cv=3)
    yield Case("= a search over a pipeline", searched, rows, kinds)
    metrics = ["r2", "neg_mean_absolute_error"]
    small = tree.DecisionTreeRegressor(random_state=0)
    scored = GridSearchCV(small, {"max_depth": [1, 2]}, scoring=metrics, refit="r2")
    yield Case("= a search by two metrics", scored, rows, values)
    words = make_pipeline(TfidfVectorizer(ngram_range=(1, 2), stop_words=["a"]), clone(logistic))
    yield Case("= words and a classifier", words, texts, np.arange(90) % 2)
    logged = compose.TransformedTargetRegressor(ridge, func=np.log1p, inverse_func=np.expm1)
    yield Case("= a target by its logarithm", logged, rows, np.abs(values))
    union = make_union(preprocessing.SplineTransformer(), feature_selection.SelectKBest(k=2))
    yield Case("= a union of features", make_pipeline(union, clone(logistic)), rows, kinds)
    doubled = preprocessing.FunctionTransformer(lambda it: it * 2)
    yield Case("= a function of one's own as a step", doubled, rows)
    yield Case("= a logarithm as a step", preprocessing.FunctionTransformer(np.log1p), rows)


def settings():
    """Single models, of data and with params that are less usual."""
    from sklearn import ensemble, linear_model, neighbors, svm

    sparse = scipy.sparse.csr_matrix(rows)
    own = {"random_state": 0}
    logistic = linear_model.LogisticRegression
    by_kind = ensemble.HistGradientBoostingClassifier(
        max_iter=5, categorical_features=["kind"], **own
    )
    by_function = neighbors.KNeighborsClassifier(
        metric=lambda first, second: abs(first - second).sum(), algorithm="ball_tree"
    )
    by_power = neighbors.KNeighborsClassifier(metric="minkowski", p=3, algorithm="ball_tree")
    stopping = ensemble.GradientBoostingRegressor(n_estimators=20, n_iter_no_change=2, **own)
    several = np.column_stack([values, values**2])
    weighted = logistic(class_weight={0: 1.0, 1: 2.0, 2: 1.0})
    trees = ensemble.ExtraTreesClassifier(5, **own)
    categories = frame.assign(kind=frame["kind"].astype("category"))
    yield Case("= histogram boosting of categories", by_kind, categories, kinds)
    yield Case("= support vectors of sparse data", svm.SVC(), sparse, kinds)
    yield Case("= a linear model of sparse data", linear_model.SGDClassifier(**own), sparse, kinds)
    yield Case("= trees of sparse data", trees, sparse, kinds)
    yield Case("= neighbors by another distance", by_power, rows, kinds)
    yield Case("= a function of one's own as a distance", by_function, rows, kinds)
    yield Case("= classes that are texts", logistic(), rows, np.array(["no", "yes"])[kinds % 2])
    yield Case("= weights by class", weighted, rows, kinds)
    yield Case("= several targets", ensemble.RandomForestRegressor(5, **own), rows, several)
    yield Case("= boosting with early stopping", stopping, rows, values)


def outcome_of(case: Case, folder: Path) -> Outcome:
    """Fit, save and read a model without consent, and compare all it says."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            model = fitted(case)
        except (ValueError, TypeError, AttributeError) as error:
            return Outcome(case.name, "not fitted", str(error).split("\n")[0])
        try:
            written = FLAVOR.save(model, folder, {"serialization_format": "skops"})
        except InvalidValue as error:
            return Outcome(case.name, "pickled", str(error).split("safely: ")[1].split(";")[0])
        loaded = FLAVOR.load(folder, written.conf, Consent(case.name))
        answers = {it: answers_of(model, loaded, it, case.data) for it in METHODS}
    said = {it: equal(*both) for it, both in answers.items() if both is not None}
    wrong = [it for it, is_same in said.items() if not is_same]
    return Outcome(case.name, "differs" if wrong else "safe", ", ".join(wrong), tuple(said))


def fitted(case: Case) -> Any:
    if type(case.model).__name__ == "FrozenEstimator":
        return case.model
    given = [] if case.target is None else [case.target]
    return case.model.fit(case.data, *given)


def answers_of(model: Any, loaded: Any, method: str, data: Any) -> tuple[Any, Any] | None:
    """What both say of data that neither was fitted on; None where the method takes other data."""
    if not hasattr(model, method):
        return None
    given = data.copy() if hasattr(data, "copy") else data
    try:
        first = getattr(model, method)(given)
    except (ValueError, TypeError, AttributeError, NotImplementedError):
        return None
    return first, getattr(loaded, method)(given)


def equal(first: Any, second: Any) -> bool:
    if type(first) is not type(second):
        return False
    if isinstance(first, tuple | list):
        return len(first) == len(second) and all(map(equal, first, second))
    if isinstance(first, pd.DataFrame):
        return first.equals(second)
    if hasattr(first, "toarray"):
        return equal(first.toarray(), second.toarray())
    if isinstance(first, np.ndarray):
        return first.dtype == second.dtype and first.tobytes() == second.tobytes()
    return bool(first == second)


def main() -> int:
    asks = argparse.ArgumentParser(description=__doc__)
    asks.add_argument("words", nargs="*")
    asks.add_argument("--lines", action="store_true")
    said = asks.parse_args()
    chosen = [it for it in cases() if not said.words or any(w in it.name for w in said.words)]
    outcomes = []
    for case in chosen:
        with tempfile.TemporaryDirectory() as folder:
            outcomes.append(outcome_of(case, Path(folder)))
        last = outcomes[-1]
        if said.lines or last.word != "safe":
            print(f"{last.word:10}  {last.case:45}  {last.reason or ' '.join(last.methods)}")
    counts = {
        word: sum(it.word == word for it in outcomes)
        for word in ("safe", "pickled", "differs", "not fitted")
    }
    compared = sum(len(it.methods) for it in outcomes)
    print(f"{len(outcomes)} models: {counts}; {compared} methods said the same, bit by bit")
    classes = {it.case.split()[0]: it.word for it in outcomes if not it.case.startswith("=")}
    print(f"{list(classes.values()).count('safe')} of {len(classes)} classes of all_estimators()")
    return counts["differs"]


if __name__ == "__main__":
    sys.exit(main())
