"""A model whose answers have every form that a model may answer in; a param chooses."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
from mlflow.models import set_model
from mlflow.pyfunc import PythonModel

KINDS = {
    "frame": lambda x: pd.DataFrame({"x": x, "label": ["a"] * len(x), "n": range(len(x))}),
    "frame with times": lambda x: pd.DataFrame({"t": pd.to_datetime(["2026-01-31T08:00:00"])}),
    "frame with gaps": lambda x: pd.DataFrame({"x": [1.5, np.nan], "y": ["a", None]}),
    "frame with numbers for names": lambda x: pd.DataFrame([[1.5, 2.5]]),
    "frame with an index": lambda x: pd.DataFrame({"x": [1, 2]}, index=["a", "b"]),
    "frame of no rows": lambda x: pd.DataFrame({"x": []}),
    "series": pd.Series,
    "series with a name": lambda x: pd.Series(x, name="score"),
    "array": lambda x: np.asarray(x) * 2,
    "matrix": lambda x: np.column_stack([x, x]),
    "array of float32": lambda x: np.array([0.1, 1 / 3], "float32"),
    "array of bool": lambda x: np.array([True, False]),
    "array of text": lambda x: np.array(["a", "ü"]),
    "array of objects": lambda x: np.array(["a", 1, None], dtype=object),
    "array of no rows": lambda x: np.array([]),
    "list": list,
    "list of numpy's numbers": lambda x: [np.float64(0.1), np.int64(3), np.float32(0.25)],
    "list of arrays": lambda x: [np.array([1, 2]), np.array([3.5])],
    "list of dicts": lambda x: [{"label": "a", "score": np.float64(0.5)}],
    "dict of arrays": lambda x: {"a": np.array([1, 2]), "b": np.array([[0.5]])},
    "dict": lambda x: {"answer": "ü", "n": 1, "deep": {"list": [1, None, True]}},
    "tuple": lambda x: (1, "a"),
    "text": lambda x: "a sentence with ü and 😀",
    "number": lambda x: 3.25,
    "numpy's number": lambda x: np.float64(0.1),
    "whole": lambda x: 2**53 + 1,
    "nothing": lambda x: None,
    "bytes": lambda x: [b"abc"],
    "times": lambda x: [dt.datetime(2026, 1, 31, 8), dt.date(2026, 1, 31)],  # noqa: DTZ001
    "stamp": lambda x: [pd.Timestamp("2026-01-31T08:00:00.5")],
    "small and large": lambda x: [1e-300, 1e300, 0.1 + 0.2, -0.0, 5e-324],
    "not a number": lambda x: [1.5, float("nan")],
    "infinite": lambda x: np.array([np.inf, -np.inf]),
    "an object": lambda x: [object()],
    "raises": lambda x: 1 / 0,
    "raises with data": lambda x: {}[f"of {list(x)}"],
}


class Outputs(PythonModel):
    """Answers in the form that is asked for."""

    def predict(self, context, model_input, params=None):
        return KINDS[params["kind"]](model_input["x"].to_numpy())


set_model(Outputs())
