"""A model that answers with what it was asked, to the type: what servers made of a request."""

from __future__ import annotations

import numpy as np
import pandas as pd
from mlflow.models import set_model
from mlflow.pyfunc import PythonModel


def told(value):
    """A value as JSON that holds its type, too."""
    if isinstance(value, pd.DataFrame):
        return {"frame": [[name, *column_told(value[name])] for name in value.columns]}
    if isinstance(value, pd.Series):
        return {"series": column_told(value)}
    if isinstance(value, np.ndarray):
        return {"array": [kind_of(value.dtype), list(value.shape), told(value.tolist())]}
    if isinstance(value, dict):
        return {"dict": {str(name): told(it) for name, it in value.items()}}
    if isinstance(value, list):
        return [told(it) for it in value]
    return [type(value).__name__, plain(value)]


def column_told(column):
    return [kind_of(column.dtype), [plain(it) for it in column.tolist()]]


def kind_of(dtype):
    """Alike for all versions of pandas: text is text, and a time a time."""
    kind = getattr(dtype, "kind", "O")
    if kind in "OUM":
        return {"O": "object", "U": "object", "M": "time"}[kind]
    return str(dtype)


def plain(value):
    """A cell as JSON."""
    if isinstance(value, np.ndarray | list | tuple):
        return [plain(it) for it in value]
    if isinstance(value, dict):
        return {str(name): plain(it) for name, it in value.items()}
    if isinstance(value, bytes):
        return f"bytes {value.hex()}"
    if value is None or isinstance(value, str | bool):
        return value
    return "missing" if pd.isna(value) else number(value)


def number(value):
    """A number as text, which no JSON reader rounds; all else as its text."""
    if isinstance(value, int | np.integer):
        return f"whole {value}"
    return repr(float(value)) if isinstance(value, float | np.floating) else str(value)


class Echo(PythonModel):
    """Answers with the question."""

    def predict(self, context, model_input, params=None):
        answer = {"data": told(model_input)}
        if params:
            answer["params"] = {name: told(it) for name, it in sorted(params.items())}
        return answer


set_model(Echo())
