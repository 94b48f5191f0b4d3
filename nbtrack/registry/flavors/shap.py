"""Explainers of SHAP, in the library's own pickle, with the model they explain."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from nbtrack.errors import ModelError
from nbtrack.registry.flavors.library import imported, is_one_of, refuse_model
from nbtrack.registry.flavors.protocol import Option, Predict, Reading, Written
from nbtrack.registry.flavors.pytorch import FLAVOR as PYTORCH

__all__ = ["FLAVOR", "Shap"]

DATA = "explainer.shap"
UNDERLYING = "underlying_model"
UNKNOWN = "unknown"


class Shap:
    """`nbtrack.shap`."""

    name = "shap"
    library = "shap"
    extra = "shap"
    argument = "explainer"
    options = (
        Option(
            "serialize_model_using_mlflow",
            None,
            "Taken for MLflow's sake: the explainer's file always holds its model",
        ),
    )

    def recognises(self, model: Any) -> bool:
        return is_one_of(model, "shap.explainers._explainer.Explainer")

    def save(self, model: Any, folder: Path, options: Mapping[str, Any]) -> Written:
        library = imported("shap", "to save an explainer", self.extra)
        if not self.recognises(model):
            raise refuse_model(model, self.name, "a shap.Explainer")
        with (folder / DATA).open("wb") as file:
            model.save(file)
        return Written(
            conf={
                "shap_version": library.__version__,
                "serialized_explainer": DATA,
                "underlying_model_flavor": UNKNOWN,
            },
            pyfunc={
                "loader_module": "mlflow.shap",
                "model_path": DATA,
                "underlying_model_flavor": UNKNOWN,
            },
            packages=["shap"],
        )

    def load(self, folder: Path, conf: Mapping[str, Any], reading: Reading) -> Any:
        library = imported("shap", "to load this explainer", self.extra)
        path = folder / conf.get("serialized_explainer", DATA)
        reading.allow_code(path, "pickle")
        model = underlying(folder / UNDERLYING, conf.get("underlying_model_flavor"), reading)
        with path.open("rb") as file:
            if model is None:
                return library.Explainer.load(file)
            return library.Explainer.load(file, model_loader=lambda _: model)

    def predictor(self, model: Any, conf: Mapping[str, Any]) -> Predict:
        def explain(data: Any, params: Mapping[str, Any] | None) -> Any:
            given = data.to_numpy() if hasattr(data, "to_numpy") else data
            return model(given, **(params or {})).values

        return explain


def underlying(folder: Path, name: str | None, reading: Reading) -> Any:
    """The model that MLflow writes beside an explainer instead of into its file."""
    if name in {None, UNKNOWN}:
        return None
    described = yaml.safe_load((folder / "MLmodel").read_text(encoding="utf-8"))
    conf = described["flavors"].get(name, {})
    if name == "pytorch":
        return PYTORCH.load(folder, conf, reading)
    if name == "sklearn":
        from nbtrack.registry.flavors.sklearn import FLAVOR as SKLEARN

        return SKLEARN.load(folder, conf, reading).predict
    raise ModelError(f"the explained model is of the flavor {name!r}; there are sklearn, pytorch")


FLAVOR = Shap()
