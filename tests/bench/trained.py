"""Models that the figures of models share, and how each side logs and loads them."""

from __future__ import annotations

import importlib
import logging
import os
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from trackers import uri_of

__all__ = ["COLUMNS", "data", "forest", "logged", "logistic", "module_of", "timed", "told_of_trees"]

COLUMNS = 10
ROWS = 1_000


def module_of(side: str, folder: Path) -> Any:
    """A side, quiet, with its store below a folder."""
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    os.environ |= {
        "MLFLOW_PRINT_MODEL_URLS_ON_CREATION": "false",
        "NBTRACK_QUIET": "1",
        "OMP_NUM_THREADS": "1",
    }
    module = importlib.import_module(side)
    for name in ("sklearn", "pyfunc", "models"):
        importlib.import_module(f"{side}.{name}")
    module.set_tracking_uri(uri_of(side, folder))
    module.set_experiment("bench")
    return module


def data() -> Any:
    """A frame of numbers and what is to be found in it."""
    import pandas as pd
    from sklearn.datasets import make_classification

    rows, target = make_classification(ROWS, COLUMNS, n_informative=6, random_state=0)
    return pd.DataFrame(rows, columns=[f"column_{number}" for number in range(COLUMNS)]), target


def forest(frame: Any, target: Any) -> Any:
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(100, random_state=0).fit(frame, target)


def logistic(frame: Any, target: Any) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(max_iter=500).fit(frame, target)


def logged(module: Any, model: Any, frame: Any, **told: Any) -> Any:
    """Log a model with its signature and an example."""
    signature = module.models.infer_signature(frame, model.predict(frame))
    return module.sklearn.log_model(
        model, name="model", signature=signature, input_example=frame.head(5), **told
    )


def told_of_trees(side: str) -> dict[str, list[str]]:
    """What mlflow must be told before it keeps a forest by skops, its default; nbtrack knows it."""
    return {} if side == "nbtrack" else {"skops_trusted_types": ["sklearn.tree._tree.Tree"]}


def timed(act: Callable[[], Any]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start
