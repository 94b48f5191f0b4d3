"""Flowers and a small forest that knows them: what the documents train on."""

from __future__ import annotations

import pandas as pd
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

import nbtrack

STORE = "store"
NAMES = ["sepal_length", "sepal_width", "petal_length", "petal_width"]
X, y = load_iris(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=42)
test_df = pd.DataFrame(X_test, columns=NAMES).assign(target=y_test)


def forest(**params):
    """A fitted forest, small unless its size is told."""
    params = {"n_estimators": 3, "random_state": 42, **params}
    return RandomForestClassifier(**params).fit(X_train, y_train)


model = forest()
poor_model = RandomForestClassifier(n_estimators=1, max_depth=1, random_state=0).fit(
    X_train[:, [1, 1, 1, 1]], y_train
)


def logged(name=None, times=1, estimator=model):
    """Log the forest in runs of its own, registered under a name; the id of the last run."""
    for _ in range(times):
        with nbtrack.start_run() as run:
            nbtrack.log_metric("accuracy", estimator.score(X_test, y_test))
            nbtrack.sklearn.log_model(estimator, name="model", registered_model_name=name)
    return run.info.run_id


def same(loaded, rows=X_test, estimator=model):
    """Whether a model that was loaded predicts what the forest does."""
    return (loaded.predict(rows) == estimator.predict(rows)).all()
