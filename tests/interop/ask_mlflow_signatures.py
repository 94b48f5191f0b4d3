"""Run by an environment that has MLflow: its answers to `cases.py`, and how it reads signatures."""

from __future__ import annotations

import datetime as dt
import json
import logging
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from mlflow.models import ModelSignature, infer_signature
from mlflow.models.utils import _enforce_schema
from mlflow.types.schema import AnyType, Array, ColSpec, Map, Object, Property, Schema, TensorSpec
from scipy import sparse

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


def made(text):
    return eval(text, NAMES)


def schema_of(text):
    parts = made(text)
    if isinstance(parts, tuple):
        return Schema([TensorSpec(*parts)])
    return Schema([ColSpec(kind, name) for kind, name in parts])


def plain(value):
    """A value of NumPy or pandas as JSON holds it."""
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
        return told(_enforce_schema(made(data), schema_of(schema)))
    except Exception as error:  # noqa: BLE001 - whatever MLflow raises is its answer
        return {"refused": type(error).__name__}


def main():
    warnings.simplefilter("ignore")
    logging.disable()
    if sys.argv[1] == "read":
        given = json.loads(Path(sys.argv[2]).read_text())
        read = {name: ModelSignature.from_dict(it).to_dict() for name, it in given.items()}
        print(json.dumps(read))
        return
    cases = {}
    exec(Path(sys.argv[2]).read_text(), cases)
    inferred = {
        name: infer_signature(made(text), made(text)).to_dict()
        for name, text in cases["INFERRED"].items()
    }
    inferred["params"] = infer_signature(1.5, params=made(cases["PARAMS"])).to_dict()
    answers = {name: held(*it) for name, it in cases["HELD"].items()}
    print(json.dumps({"inferred": inferred, "held": answers}, indent=1, ensure_ascii=False))


main()
