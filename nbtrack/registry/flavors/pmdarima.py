"""Forecasts of pmdarima, pickled."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from numbers import Integral
from pathlib import Path
from typing import Any

from nbtrack.errors import ModelError
from nbtrack.registry.flavors.library import imported, is_one_of, refuse_model
from nbtrack.registry.flavors.protocol import Option, Predict, Reading, Written

__all__ = ["FLAVOR", "Pmdarima"]

DATA = "model.pmd"


class Pmdarima:
    """`nbtrack.pmdarima`."""

    name = "pmdarima"
    library = "pmdarima"
    extra = "pmdarima"
    argument = "pmdarima_model"
    options: tuple[Option, ...] = ()

    def recognises(self, model: Any) -> bool:
        return is_one_of(model, "pmdarima.base.BaseARIMA", "pmdarima.pipeline.Pipeline")

    def save(self, model: Any, folder: Path, options: Mapping[str, Any]) -> Written:
        library = imported("pmdarima", "to save this forecast", self.extra)
        if not self.recognises(model):
            raise refuse_model(model, self.name, "an ARIMA, an AutoARIMA or a Pipeline of them")
        (folder / DATA).write_bytes(pickle.dumps(model))
        return Written(
            conf={
                "pmdarima_version": library.__version__,
                "data": DATA,
                "model_type": type(model).__name__,
            },
            pyfunc={"loader_module": "mlflow.pmdarima", "data": DATA},
            packages=["pmdarima"],
        )

    def load(self, folder: Path, conf: Mapping[str, Any], reading: Reading) -> Any:
        imported("pmdarima", "to load this forecast", self.extra)
        path = folder / conf.get("data", DATA)
        reading.allow_code(path, "pickle")
        return pickle.loads(path.read_bytes())  # noqa: S301 - allowed above

    def predictor(self, model: Any, conf: Mapping[str, Any]) -> Predict:
        def forecast(data: Any, params: Mapping[str, Any] | None) -> Any:
            import pandas as pd

            wanted = one_row(data) | dict(params or {})
            steps = wanted.get("n_periods")
            if not isinstance(steps, Integral):
                raise ModelError(f"n_periods is {steps!r}; it is how many steps to look ahead")
            wanted["n_periods"] = int(steps)
            found = model.predict(**wanted)
            if not wanted.get("return_conf_int"):
                return pd.DataFrame({"yhat": found})
            values, bounds = found
            return pd.DataFrame(
                {"yhat": values, "yhat_lower": bounds[:, 0], "yhat_upper": bounds[:, 1]}
            )

        return forecast


def one_row(data: Any) -> dict[str, Any]:
    """What a forecast is asked: one row with `n_periods`, and maybe `X`, `alpha` and others.

    Raises:
        ModelError: It is another number of rows, or has other columns.
    """
    known = ("n_periods", "X", "return_conf_int", "alpha")
    columns = [str(it) for it in getattr(data, "columns", ())]
    unknown = [it for it in columns if it not in known]
    if len(data) != 1 or "n_periods" not in columns or unknown:
        raise ModelError(
            f"a forecast is asked with one row that has the column n_periods, and may have X, "
            f"return_conf_int and alpha; there are {len(data)} rows with {columns}"
        )
    return {name: data[name].iloc[0] for name in columns}


FLAVOR = Pmdarima()
