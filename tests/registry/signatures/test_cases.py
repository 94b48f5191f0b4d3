"""Every case of `cases.py`, answered as MLflow 3.17.2 answered it; where not, it is listed why."""

from __future__ import annotations

import datetime as dt
import json
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from nbtrack.errors import SchemaMismatch
from nbtrack.models.signature import ModelSignature, infer_signature
from nbtrack.registry.signatures.enforcement import enforce
from nbtrack.registry.signatures.schema import ColSpec, Schema, TensorSpec
from nbtrack.registry.signatures.types import AnyType, Array, Map, Object, Property

sparse = pytest.importorskip("scipy.sparse")

HERE = Path(__file__).parent
WRITTEN = json.loads((HERE / "written_by_mlflow.json").read_text(encoding="utf-8"))
CASES: dict = {}
exec((HERE / "cases.py").read_text(encoding="utf-8"), CASES)
NAMES = {
    "np": np,
    "pd": pd,
    "dt": dt,
    "sparse": sparse,
    "AnyType": AnyType,
    "Array": Array,
    "Map": Map,
    "Object": Object,
    "Property": Property,
}

TAKEN_HERE_ALONE = {"map"}
"""MLflow makes a row of a dict only where an Array or an Object is in it, and fails on a Map."""


def made(text):
    return eval(text, NAMES)


def schema_of(text):
    parts = made(text)
    if isinstance(parts, tuple):
        return Schema([TensorSpec(*parts)])
    return Schema([ColSpec(kind, name) for kind, name in parts])


def plain(value):
    return value.item() if isinstance(value, np.generic) else str(value)


def told(data):
    """Data as JSON, with its types."""
    if isinstance(data, pd.DataFrame):
        kinds = ["text" if str(it) in {"str", "object"} else str(it) for it in data.dtypes]
        cells = json.loads(json.dumps(data.to_numpy(dtype=object).tolist(), default=plain))
        return {"columns": list(data.columns), "dtypes": kinds, "cells": cells}
    if hasattr(data, "toarray"):
        return {"sparse": str(data.dtype), "cells": data.toarray().tolist()}
    return {"array": str(data.dtype), "cells": json.loads(json.dumps(data.tolist(), default=plain))}


def held(schema, data):
    try:
        return told(enforce(made(data), schema_of(schema)))
    except SchemaMismatch:
        return {"refused": "MlflowException"}


@pytest.mark.parametrize("name", CASES["INFERRED"])
def test_a_signature_is_inferred_as_mlflow_infers_it(name):
    data = made(CASES["INFERRED"][name])
    with warnings.catch_warnings(record=True):
        signature = infer_signature(data, data)
    assert signature.to_dict() == WRITTEN["inferred"][name]


def test_params_are_inferred_as_mlflow_infers_them():
    signature = infer_signature(1.5, params=made(CASES["PARAMS"]))
    assert signature.to_dict() == WRITTEN["inferred"]["params"]


@pytest.mark.parametrize("name", [*CASES["INFERRED"], "params"])
def test_what_mlflow_wrote_is_read_and_written_again(name):
    written = WRITTEN["inferred"][name]
    assert ModelSignature.from_dict(written).to_dict() == written


@pytest.mark.parametrize("name", CASES["HELD"])
def test_data_is_taken_or_refused_as_mlflow_does(name):
    ours, theirs = held(*CASES["HELD"][name]), WRITTEN["held"][name]
    if "refused" in theirs:
        assert ("refused" in ours) is (name not in TAKEN_HERE_ALONE)
    else:
        assert ours == theirs
