"""Asks a model that stands in a folder: `python ask_elsewhere.py FOLDER FLAVOR DATA`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from nbtrack.registry.flavors.table import flavor_named
from nbtrack.registry.format.mlmodel import Model
from nbtrack.registry.safety import Consent


def plain(value):
    """Answers as JSON has them."""
    if isinstance(value, pd.DataFrame):
        return plain(value.to_dict(orient="list"))
    if isinstance(value, dict):
        return {str(key): plain(it) for key, it in value.items()}
    if isinstance(value, list | tuple):
        return [plain(it) for it in value]
    if hasattr(value, "tolist"):
        return value.tolist()
    return value if isinstance(value, int | float | str | None) else str(value)


if __name__ == "__main__":
    folder, name, data = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    flavors = Model.load(folder).flavors
    flavor = flavor_named(name)
    model = flavor.load(folder, flavors[name], Consent(str(folder), own=True))
    known = {**flavors[name], **flavors["python_function"]}
    given = eval(data, {"np": np, "pd": pd})
    print(json.dumps(plain(flavor.predictor(model, known)(given, None))))
