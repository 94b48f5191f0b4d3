"""Models of CatBoost in the library's own format, which runs nothing when it is read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbtrack.errors import InvalidValue, ModelError
from nbtrack.registry.flavors.library import (
    file_within,
    imported,
    is_one_of,
    one_word,
    refuse_model,
)
from nbtrack.registry.flavors.protocol import Option, Predict, Reading, Written

__all__ = ["FLAVOR", "CatBoost"]

FILE = "model.cb"
MODEL = "catboost.core.CatBoost"
KINDS = ("CatBoost", "CatBoostClassifier", "CatBoostRanker", "CatBoostRegressor")
FORMATS = ("cbm", "json")
"""What CatBoost itself reads back; its other formats are for other programs."""


class CatBoost:
    """`nbtrack.catboost`."""

    name = "catboost"
    library = "catboost"
    extra = "catboost"
    argument = "cb_model"
    options = (
        Option("format", "cbm", "'cbm' (small) or 'json' (to be read by people)"),
        Option("pool", None, "the training data, which 'json' needs for categories"),
    )

    def recognises(self, model: Any) -> bool:
        return is_one_of(model, MODEL)

    def save(self, model: Any, folder: Path, options: Mapping[str, Any]) -> Written:
        library = imported("catboost", "to save this model", self.extra)
        if not self.recognises(model):
            raise refuse_model(model, self.name, "a model of CatBoost")
        kind = one_word(options, "format", FORMATS) or "cbm"
        if not model.is_fitted():
            raise InvalidValue("this model of CatBoost is not fitted, and cannot be saved before")
        model.save_model(str(folder / FILE), format=kind, pool=options.get("pool"))
        names = [it.__name__ for it in type(model).__mro__]
        return Written(
            conf={
                "catboost_version": library.__version__,
                "model_type": next(it for it in names if it in KINDS),
                "save_format": kind,
                "data": FILE,
            },
            pyfunc={"loader_module": "mlflow.catboost", "data": FILE},
            packages=["catboost"],
        )

    def load(self, folder: Path, conf: Mapping[str, Any], reading: Reading) -> Any:
        library = imported("catboost", "to load this model", self.extra)
        kind = conf.get("model_type", "CatBoost")
        if kind not in KINDS:
            raise ModelError(f"the MLmodel file names {kind!r}; CatBoost has {', '.join(KINDS)}")
        path = file_within(folder, conf.get("data", FILE))
        model = getattr(library, kind)()
        # CatBoost reads bytes as they come: of 30 files with four changed, one ended the process.
        reading.allow_code(path, "a CatBoost model that only CatBoost can read")
        try:
            model.load_model(str(path), str(conf.get("save_format") or "cbm"))
        except library.CatBoostError as error:
            raise ModelError(f"CatBoost cannot read {path.name}: {error}") from error
        return model

    def predictor(self, model: Any, conf: Mapping[str, Any]) -> Predict:
        return lambda data, _params: model.predict(data)


FLAVOR = CatBoost()
