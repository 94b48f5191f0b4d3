"""CPU per request of usual models of scikit-learn, asked by pyfunc and alone, on one thread.

    python tests/bench/estimators_asked.py [ROUNDS [MODEL …]]

Prints the least microseconds of several rounds, for frames of 1 row and of 1,000 rows.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
import warnings

import numpy as np
import pandas as pd
from sklearn import ensemble, linear_model, neighbors, svm
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from threadpoolctl import threadpool_limits

import nbtrack

NUMBERS = [f"x{number}" for number in range(10)]
WORDS = ["town", "kind", "size"]
rng = np.random.default_rng(0)
FRAME = pd.DataFrame(rng.normal(size=(2_000, 10)), columns=NUMBERS)
MIXED = FRAME.iloc[:, :7].assign(**{it: rng.choice(list("abcdef"), 2_000) for it in WORDS})
TARGET = (FRAME.x0 + FRAME.x1 > 0.3).astype(int)


def columns():
    """What most pipelines begin with."""
    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    words = OneHotEncoder(handle_unknown="ignore")
    return make_column_transformer((numbers, NUMBERS[:7]), (words, WORDS))


MODELS = {
    "LogisticRegression": (linear_model.LogisticRegression(), FRAME),
    "scaler + LogisticRegression": (
        make_pipeline(StandardScaler(), linear_model.LogisticRegression()),
        FRAME,
    ),
    "columns + LogisticRegression": (
        make_pipeline(columns(), linear_model.LogisticRegression()),
        MIXED,
    ),
    "columns + RandomForest": (
        make_pipeline(columns(), ensemble.RandomForestClassifier(random_state=0)),
        MIXED,
    ),
    "RandomForest": (ensemble.RandomForestClassifier(random_state=0), FRAME),
    "HistGradientBoosting": (ensemble.HistGradientBoostingClassifier(random_state=0), FRAME),
    "GradientBoosting": (ensemble.GradientBoostingClassifier(random_state=0), FRAME),
    "KNeighbors": (neighbors.KNeighborsClassifier(), FRAME),
    "SVC": (svm.SVC(), FRAME),
    "scaler + SVC": (make_pipeline(StandardScaler(), svm.SVC()), FRAME),
}


def cpu_of(ask, frame, rows, rounds):
    """The least microseconds of processor that a request takes, of some rounds."""
    frames = [frame.iloc[at % 900 :][:rows].copy() for at in range(300 if rows == 1 else 10)]
    for it in frames[:5]:
        ask(it)
    found = []
    for _ in range(rounds):
        begun = time.process_time()
        for it in frames:
            ask(it)
        found.append((time.process_time() - begun) / len(frames) * 1e6)
    return min(found)


def main() -> None:
    rounds, *wanted = sys.argv[1:] or ["5"]
    print(
        f"{'microseconds of CPU a request':32}{'1 row':>10}{'alone':>10}{'1,000':>10}{'alone':>10}"
    )
    for name in wanted or MODELS:
        model, frame = MODELS[name]
        model.fit(frame, TARGET)
        asked = loaded(model, frame[:5])
        asks = asked.predict, model.predict
        cells = [cpu_of(it, frame, rows, int(rounds)) for rows in (1, 1_000) for it in asks]
        print(f"{name:32}" + "".join(f"{it:10,.0f}" for it in cells), flush=True)


def loaded(model, example):
    """A model as it is when it was saved and loaded."""
    with tempfile.TemporaryDirectory() as place:
        os.chdir(place)
        nbtrack.sklearn.save_model(
            model, "model", input_example=example, serialization_format="cloudpickle"
        )
        asked = nbtrack.pyfunc.load_model("model", allow_pickle=True)
        os.chdir("/")
    return asked


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    with threadpool_limits(1):
        main()
