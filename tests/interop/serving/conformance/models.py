"""The models that both servers serve: ones of scikit-learn, and ones that tell what they are asked.

`python models.py FOLDER` writes each into a folder of its own, as nbtrack does.
"""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

import nbtrack
from nbtrack.models import ModelSignature, infer_signature
from nbtrack.registry.signatures.params import ParamSchema, ParamSpec
from nbtrack.registry.signatures.types import AnyType, Array, Map, Object, Property
from nbtrack.types import ColSpec, Schema, TensorSpec

SERVED = Path(__file__).parent / "served"
MODELS = {}


def model(write):
    """A model by its name; the function writes it into an empty folder."""
    MODELS[write.__name__] = write
    return write


def write_models(folder, names=MODELS):
    """Write models, each into a folder of its name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in names:
            MODELS[name](str(Path(folder) / name))


def echo(place, columns, params=None):
    """One that answers with what it was asked."""
    inputs = None if columns is None else Schema(columns)
    signature = False if columns is None else ModelSignature(inputs, None, params)
    nbtrack.pyfunc.save_model(
        place,
        python_model=str(SERVED / "echo.py"),
        signature=signature,
        pip_requirements=["pandas"],
    )


# Of scikit-learn


def rows_of(names, seed):
    cells = np.random.default_rng(seed).normal(size=(60, len(names))).round(3)
    return pd.DataFrame(cells, columns=list(names)), (cells.sum(axis=1) > 0).astype(int)


IRIS = ("sepal_length", "sepal_width", "petal_length", "petal_width")


def classifier(place, data, target, **told):
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression().fit(data, target)
    signature = infer_signature(data, fitted.predict(data))
    nbtrack.sklearn.save_model(fitted, place, signature=signature, input_example=data[:3], **told)


@model
def iris(place):
    """Four columns of double."""
    classifier(place, *rows_of(IRIS, 0))


@model
def proba(place):
    classifier(place, *rows_of(IRIS, 0), pyfunc_predict_fn="predict_proba")


@model
def wine(place):
    """A tensor of 13 numbers a row."""
    data, target = rows_of(range(13), 1)
    classifier(place, data.to_numpy(), target)


@model
def churn(place):
    """Whole numbers beside others, and classes of text."""
    data, target = rows_of(("age", "income"), 2)
    data["age"] = (data["age"] * 10 + 40).astype("int64")
    classifier(place, data, np.where(target == 1, "leaves", "stays"))


@model
def people(place):
    """A pipeline that fills gaps and reads text."""
    from sklearn.compose import make_column_transformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LinearRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder

    data, target = rows_of(("age", "income"), 3)
    data.loc[3, "age"] = np.nan
    data.insert(0, "city", ["Rome", "Oslo", "Zürich"] * 20)
    columns = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore"), ["city"]), (SimpleImputer(), ["age", "income"])
    )
    fitted = make_pipeline(columns, LinearRegression()).fit(data, target)
    signature = infer_signature(data, fitted.predict(data))
    nbtrack.sklearn.save_model(fitted, place, signature=signature, input_example=data[:3])


# That tell what they were asked

TYPES = ("boolean", "integer", "long", "float", "double", "string", "binary", "datetime")


@model
def typed(place):
    """A column of each type."""
    echo(place, [ColSpec(kind, kind) for kind in TYPES])


@model
def optional(place):
    echo(
        place,
        [
            ColSpec("double", "x"),
            ColSpec("double", "y", required=False),
            ColSpec("string", "note", required=False),
            ColSpec("long", "count", required=False),
        ],
    )


@model
def numbers(place):
    """Numbers of each width."""
    echo(place, [ColSpec(kind, kind) for kind in ("integer", "long", "float", "double")])


@model
def nested(place):
    person = Object([Property("name", "string"), Property("age", "long", required=False)])
    echo(
        place,
        [
            ColSpec(Array("string"), "tags"),
            ColSpec(person, "person"),
            ColSpec(Map("double"), "scores", required=False),
            ColSpec(AnyType(), "more", required=False),
        ],
    )


@model
def unnamed(place):
    echo(place, [ColSpec("double"), ColSpec("double")])


@model
def column(place):
    """One named column."""
    echo(place, [ColSpec("string", "text")])


@model
def values(place):
    """One column without a name."""
    echo(place, [ColSpec("string")])


@model
def params(place):
    kept = [
        ParamSpec("k", "long", 3),
        ParamSpec("temperature", "double", 0.5),
        ParamSpec("name", "string", "a"),
        ParamSpec("strict", "boolean", False),
        ParamSpec("stop", "string", ["x"], (-1,)),
    ]
    echo(place, [ColSpec("double", "x")], ParamSchema(kept))


@model
def tensor(place):
    echo(place, [TensorSpec(np.dtype("float32"), (-1, 2, 3))])


@model
def tensors(place):
    echo(
        place,
        [
            TensorSpec(np.dtype("float64"), (-1, 2), "a"),
            TensorSpec(np.dtype("int64"), (-1,), "b"),
        ],
    )


@model
def bare(place):
    """No signature at all."""
    echo(place, None)


@model
def outputs(place):
    kinds = ParamSchema([ParamSpec("kind", "string", "list")])
    nbtrack.pyfunc.save_model(
        place,
        python_model=str(SERVED / "outputs.py"),
        signature=ModelSignature(Schema([ColSpec("double", "x")]), None, kinds),
        pip_requirements=["pandas"],
    )


@model
def texts(place):
    """A function with type hints."""
    nbtrack.pyfunc.save_model(
        place, python_model=str(SERVED / "texts.py"), pip_requirements=["pandas"]
    )


if __name__ == "__main__":
    write_models(sys.argv[1])
