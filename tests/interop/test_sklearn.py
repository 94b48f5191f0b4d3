"""Models of scikit-learn between nbtrack and a real MLflow, both ways."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    IsolationForest,
    RandomForestClassifier,
)
from sklearn.feature_selection import SelectKBest
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, SplineTransformer, StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from nbtrack.errors import UnsafeModel
from nbtrack.registry.flavors.table import flavor_named
from nbtrack.registry.format.mlmodel import Model
from nbtrack.registry.safety import Consent

ESTIMATORS = {
    "boosting": lambda: GradientBoostingRegressor(n_estimators=5, random_state=0),
    "calibrated": lambda: CalibratedClassifierCV(LogisticRegression(), cv=2),
    "columns": lambda: make_pipeline(
        ColumnTransformer([("s", StandardScaler(), ["a"])], remainder="passthrough"),
        LogisticRegression(),
    ),
    "forest": lambda: RandomForestClassifier(10, random_state=0),
    "function": lambda: make_pipeline(FunctionTransformer(np.log1p), LogisticRegression()),
    "gaussian": lambda: GaussianProcessRegressor(RBF()),
    "histogram": lambda: HistGradientBoostingClassifier(max_iter=5),
    "isolation": lambda: IsolationForest(n_estimators=5, random_state=0),
    "neighbors": lambda: KNeighborsClassifier(3),
    "network": lambda: MLPRegressor(hidden_layer_sizes=[4], max_iter=5, random_state=0),
    "search": lambda: GridSearchCV(DecisionTreeClassifier(random_state=0), {"max_depth": [1, 2]}),
    "select": lambda: make_pipeline(SelectKBest(k=2), LogisticRegression()),
    "spline": lambda: make_pipeline(SplineTransformer(), LogisticRegression()),
    "vectors": SVC,
}


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_what_is_saved_here_is_read_and_asked_by_mlflow(shelf):
    for name, make in ESTIMATORS.items():
        shelf.put(name, "sklearn", make().fit(shelf.rows, shelf.labels))
    shelf.put("scaler", "sklearn", StandardScaler().fit(shelf.rows))
    for format_ in ("pickle", "cloudpickle"):
        model = LogisticRegression().fit(shelf.rows, shelf.labels)
        shelf.put(format_, "sklearn", model, serialization_format=format_)
    assert shelf.answers() == shelf.told


@pytest.mark.parametrize("name", ["pipeline", "forest", "histogram", "pickle", "scaler"])
def test_what_mlflow_saved_is_read_and_asked_here(theirs, name):
    folder = theirs.folder / f"sklearn-{name}"
    conf = Model.load(folder).flavors["sklearn"]
    reading = Consent(str(folder), allowed=name == "pickle")
    model = flavor_named("sklearn").load(folder, conf, reading)
    ask = getattr(model, "predict", None) or model.transform
    told = {"class": type(model).__name__, "native": ask(theirs.rows).tolist()}
    assert told == theirs.told[f"sklearn-{name}"]


def test_what_mlflow_pickled_needs_somebody_who_vouches_for_it(theirs):
    folder = theirs.folder / "sklearn-pickle"
    conf = Model.load(folder).flavors["sklearn"]
    with pytest.raises(UnsafeModel, match=r"allow_pickle=True"):
        flavor_named("sklearn").load(folder, conf, Consent("their model"))
