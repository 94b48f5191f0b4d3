"""Models of LightGBM: boosters in the library's own text, its estimators as skops files hold them.

Both run nothing when they are read; the text is checked first, since LightGBM follows indices
without looking.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbtrack.errors import ModelError
from nbtrack.registry.flavors.library import (
    file_within,
    imported,
    is_one_of,
    is_vouched,
    refuse_model,
    type_name,
)
from nbtrack.registry.flavors.lightgbm_bounds import check_text
from nbtrack.registry.flavors.protocol import Predict, Reading, Written
from nbtrack.registry.flavors.sklearn import (
    PACKAGES,
    SERIALIZATION,
    TRUSTED,
    read_estimator,
    write_estimator,
)

__all__ = ["FLAVOR", "LightGBM"]

BOOSTER = "lightgbm.basic.Booster"
ESTIMATOR = "lightgbm.sklearn.LGBMModel"
FILE = "model.lgb"


class LightGBM:
    """`nbtrack.lightgbm`."""

    name = "lightgbm"
    library = "lightgbm"
    extra = "lightgbm"
    argument = "lgb_model"
    options = (SERIALIZATION, TRUSTED)

    def recognises(self, model: Any) -> bool:
        return is_one_of(model, BOOSTER, ESTIMATOR)

    def save(self, model: Any, folder: Path, options: Mapping[str, Any]) -> Written:
        library = imported("lightgbm", "to save this model", self.extra)
        if not self.recognises(model):
            raise refuse_model(model, self.name, "a Booster or an LGBMModel")
        conf: dict[str, Any] = {"lgb_version": library.__version__}
        packages = ["lightgbm"]
        modules: list[str] = []
        if is_one_of(model, BOOSTER):
            model.save_model(str(folder / FILE))
            conf |= {"data": FILE, "model_class": BOOSTER}
        else:
            written = write_estimator(model, folder, options)
            conf |= {
                "data": written.file,
                "model_class": type_name(type(model)),
                "serialization_format": written.format,
                "skops_trusted_types": written.trusted,
            }
            packages += ["scikit-learn", *PACKAGES.get(written.format, [])]
            modules = written.modules
        return Written(
            conf=conf,
            pyfunc={"loader_module": "mlflow.lightgbm", "data": conf["data"]},
            packages=packages,
            modules=modules,
        )

    def load(self, folder: Path, conf: Mapping[str, Any], reading: Reading) -> Any:
        library = imported("lightgbm", "to load this model", self.extra)
        path = file_within(folder, conf.get("data", FILE))
        if conf.get("model_class", BOOSTER) != BOOSTER:
            format_ = str(conf.get("serialization_format", "cloudpickle"))
            return read_estimator(path, format_, reading)
        text = path.read_text(encoding="utf-8", errors="surrogateescape")
        if not is_vouched(reading, path):
            check_text(text, path.name)
        try:
            return library.Booster(model_file=str(path))
        except library.basic.LightGBMError as error:
            raise ModelError(f"LightGBM cannot read {path.name}: {error}") from error

    def predictor(self, model: Any, conf: Mapping[str, Any]) -> Predict:
        return lambda data, _params: model.predict(data)


FLAVOR = LightGBM()
