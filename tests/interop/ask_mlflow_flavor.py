"""Run by an environment that has MLflow: `python ask_mlflow_flavor.py FOLDER NAME`.

Reads the model of nbtrack's in `FOLDER/ours`, natively and by `pyfunc`, asks it, saves one of
its own to `FOLDER/theirs`, asks that as well, and prints all answers.
"""

from __future__ import annotations

import importlib
import json
import logging
import sys
import warnings
from pathlib import Path


def main(folder: Path, name: str) -> dict:
    import library_models
    import mlflow.pyfunc

    made = getattr(library_models, name)(folder)
    flavor = importlib.import_module(f"mlflow.{made.flavor}")
    told = {"ours": ask(library_models, mlflow.pyfunc, flavor, folder / "ours", made.data)}
    options = {**(made.options or {}), "pip_requirements": [made.flavor]}
    if made.flavor == "openai":
        options["path"] = str(folder / "theirs")
        flavor.save_model(made.model, options.pop("task"), **options)
    else:
        flavor.save_model(made.model, str(folder / "theirs"), **options)
    told["theirs"] = ask(library_models, mlflow.pyfunc, flavor, folder / "theirs", made.data)
    return told


def ask(library_models, pyfunc, flavor, place, data) -> dict:
    load = getattr(flavor, "load_model", None) or flavor.load_explainer
    native = load(str(place))
    told = {"class": type(native).__name__}
    if data is not None:
        answer = pyfunc.load_model(str(place)).predict(data)
        told["answer"] = library_models.plain(answer)
    elif isinstance(native, dict):
        told["answer"] = native
    return told


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    print(json.dumps(main(Path(sys.argv[1]), sys.argv[2])))
