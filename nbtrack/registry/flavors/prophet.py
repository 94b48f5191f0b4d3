"""Forecasts of Prophet, as JSON: safe to read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbtrack.errors import ModelError
from nbtrack.registry.flavors.library import imported, is_one_of, refuse_model
from nbtrack.registry.flavors.protocol import Option, Predict, Reading, Written

__all__ = ["FLAVOR", "Prophet"]

DATA = "model.pr"


class Prophet:
    """`nbtrack.prophet`."""

    name = "prophet"
    library = "prophet"
    extra = "prophet"
    argument = "pr_model"
    options: tuple[Option, ...] = ()

    def recognises(self, model: Any) -> bool:
        return is_one_of(model, "prophet.forecaster.Prophet")

    def save(self, model: Any, folder: Path, options: Mapping[str, Any]) -> Written:
        library = imported("prophet", "to save this forecast", self.extra)
        writer = imported("prophet.serialize", "to save this forecast", self.extra)
        if not self.recognises(model):
            raise refuse_model(model, self.name, "a fitted Prophet")
        text = json.dumps(writer.model_to_json(model))
        (folder / DATA).write_text(text, encoding="utf-8")
        return Written(
            conf={
                "prophet_version": library.__version__,
                "data": DATA,
                "model_type": type(model).__name__,
            },
            pyfunc={"loader_module": "mlflow.prophet", "data": DATA},
            packages=["prophet"],
        )

    def load(self, folder: Path, conf: Mapping[str, Any], reading: Reading) -> Any:
        reader = imported("prophet.serialize", "to load this forecast", self.extra)
        path = folder / conf.get("data", DATA)
        try:
            return reader.model_from_json(json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, KeyError, TypeError) as error:
            raise ModelError(f"{path.name} is no forecast that Prophet wrote: {error}") from error

    def predictor(self, model: Any, conf: Mapping[str, Any]) -> Predict:
        return lambda data, params: model.predict(data, **(params or {}))


FLAVOR = Prophet()
