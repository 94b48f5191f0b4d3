"""Models of XGBoost: boosters and its estimators, in the library's own formats, which run nothing.

What a file says is checked before XGBoost reads it: it follows indices without looking.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbtrack.errors import ModelError
from nbtrack.registry.flavors.library import (
    file_within,
    imported,
    is_one_of,
    is_vouched,
    one_word,
    refuse_model,
    type_name,
)
from nbtrack.registry.flavors.protocol import Option, Predict, Reading, Written
from nbtrack.registry.flavors.xgboost_bounds import check_model

__all__ = ["FLAVOR", "XGBoost"]

BOOSTER = "xgboost.core.Booster"
ESTIMATOR = "xgboost.sklearn.XGBModel"
FORMATS = ("ubj", "json", "xgb")

CLASSES = {
    BOOSTER: ("xgboost", "Booster"),
    **{
        f"xgboost.sklearn.{name}": ("xgboost", name)
        for name in (
            *("XGBClassifier", "XGBModel", "XGBRFClassifier", "XGBRFRegressor", "XGBRanker"),
            "XGBRegressor",
        )
    },
    **{
        f"xgboost.dask.{name}": ("xgboost.dask", name)
        for name in ("DaskXGBClassifier", "DaskXGBRanker", "DaskXGBRegressor")
    },
}
"""What the MLmodel file may name; nothing else is imported for it."""


class XGBoost:
    """`nbtrack.xgboost`."""

    name = "xgboost"
    library = "xgboost"
    extra = "xgboost"
    argument = "xgb_model"
    options = (
        Option("model_format", "ubj", "'ubj' (small), 'json' (to be read by people) or 'xgb'"),
    )

    def recognises(self, model: Any) -> bool:
        return is_one_of(model, BOOSTER, ESTIMATOR)

    def save(self, model: Any, folder: Path, options: Mapping[str, Any]) -> Written:
        library = imported("xgboost", "to save this model", self.extra)
        if not self.recognises(model):
            raise refuse_model(model, self.name, "a Booster or an XGBModel")
        kind = one_word(options, "model_format", FORMATS) or "ubj"
        file = f"model.{kind}"
        try:
            model.save_model(str(folder / file))
        except (library.core.XGBoostError, TypeError, ValueError) as error:
            raise ModelError(f"XGBoost cannot save this model: {error}; is it fitted?") from error
        return Written(
            conf={
                "xgb_version": library.__version__,
                "data": file,
                "model_class": known_class(model),
                "model_format": kind,
            },
            pyfunc={"loader_module": "mlflow.xgboost", "data": file},
            packages=["xgboost"],
        )

    def load(self, folder: Path, conf: Mapping[str, Any], reading: Reading) -> Any:
        library = imported("xgboost", "to load this model", self.extra)
        path = file_within(folder, conf.get("data", "model.xgb"))
        wanted = str(conf.get("model_class", BOOSTER))
        if wanted not in CLASSES:
            raise ModelError(
                f"the MLmodel file names the class {wanted!r}; XGBoost's are "
                f"{', '.join(sorted(CLASSES))}"
            )
        if not is_vouched(reading, path):
            check_model(path)
        module, name = CLASSES[wanted]
        model = getattr(imported(module, "to load this model", self.extra), name)()
        try:
            model.load_model(str(path))
        except (library.core.XGBoostError, TypeError, ValueError, KeyError) as error:
            raise ModelError(f"XGBoost cannot read {path.name}: {error}") from error
        return model

    def predictor(self, model: Any, conf: Mapping[str, Any]) -> Predict:
        library = imported("xgboost", "to ask this model", self.extra)
        known = set(inspect.signature(model.predict).parameters)
        if not isinstance(model, library.Booster):
            return lambda data, params: model.predict(data, **chosen(params, known))

        def predict(data: Any, params: Mapping[str, Any] | None) -> Any:
            return model.predict(library.DMatrix(data), **chosen(params, known))

        return predict


FLAVOR = XGBoost()


def known_class(model: Any) -> str:
    """The class of a model that reading makes: its own, or the one of XGBoost's it derives from."""
    names = [type_name(kind) for kind in type(model).__mro__]
    return next((it for it in names if it in CLASSES), BOOSTER)


def chosen(params: Mapping[str, Any] | None, known: set[str]) -> dict[str, Any]:
    """The params that `predict` takes; MLflow drops the others too."""
    return {name: value for name, value in (params or {}).items() if name in known}
