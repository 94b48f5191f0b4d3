"""Folders of models that the tests of the scoring server serve, and rows to ask them with."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from nbtrack.registry.signatures.signature import ModelSignature
from nbtrack.types import ColSpec, Schema

COLUMNS = ["age", "income", "visits"]


@pytest.fixture(scope="session")
def people():
    """Columns of numbers, and a class."""
    cells = np.random.default_rng(7).normal(size=(80, 3)).round(3)
    return pd.DataFrame(cells, columns=COLUMNS), (cells.sum(axis=1) > 0).astype(int)


@pytest.fixture(scope="session")
def save(tmp_path_factory):
    """Writes a model by a flavor into a folder of its own."""

    def save(flavor, name, **told):
        import nbtrack

        place = tmp_path_factory.mktemp("models") / name
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            getattr(nbtrack, flavor).save_model(path=str(place), **told)
        return place

    return save


@pytest.fixture(scope="session")
def classifier(save, people):
    """A logistic regression of three numbers."""
    from sklearn.linear_model import LogisticRegression

    data, target = people
    fitted = LogisticRegression().fit(data, target)
    return save("sklearn", "classifier", sk_model=fitted, input_example=data.head(3))


@pytest.fixture(scope="session")
def faulty(save):
    """A Python model that does what it is told."""
    names = [ColSpec("string", "what"), ColSpec("string", "who", required=False)]
    code = Path(__file__).with_name("faulty_model.py")
    signature = ModelSignature(Schema(names))
    return save("pyfunc", "faulty", python_model=str(code), signature=signature)


@pytest.fixture(scope="session")
def rows_of():
    """The body of a request with rows of the classifier."""

    def rows_of(*rows, columns=COLUMNS):
        return {"dataframe_split": {"columns": columns, "data": [list(it) for it in rows]}}

    return rows_of
