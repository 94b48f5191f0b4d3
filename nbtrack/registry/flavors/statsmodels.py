"""Results of statsmodels, in the library's own pickle."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbtrack.errors import ModelError
from nbtrack.registry.flavors.library import imported, is_one_of, refuse_model
from nbtrack.registry.flavors.protocol import Option, Predict, Reading, Written

__all__ = ["FLAVOR", "Statsmodels"]

DATA = "model.statsmodels"
RESULTS = ("statsmodels.base.wrapper.ResultsWrapper", "statsmodels.base.model.Results")
SERIES = "statsmodels.tsa.base.tsa_model.TimeSeriesModel"


class Statsmodels:
    """`nbtrack.statsmodels`."""

    name = "statsmodels"
    library = "statsmodels"
    extra = "statsmodels"
    argument = "statsmodels_model"
    options = (Option("remove_data", False, "Leave the data it was fitted on out of the file"),)

    def recognises(self, model: Any) -> bool:
        return is_one_of(model, *RESULTS)

    def save(self, model: Any, folder: Path, options: Mapping[str, Any]) -> Written:
        library = imported("statsmodels", "to save these results", self.extra)
        if not self.recognises(model):
            raise refuse_model(model, self.name, "fitted results, what `fit()` gives")
        model.save(str(folder / DATA), remove_data=bool(options.get("remove_data")))
        return Written(
            conf={"statsmodels_version": library.__version__, "data": DATA},
            pyfunc={"loader_module": "mlflow.statsmodels", "data": DATA},
            packages=["statsmodels"],
        )

    def load(self, folder: Path, conf: Mapping[str, Any], reading: Reading) -> Any:
        reader = imported("statsmodels.iolib.smpickle", "to load these results", self.extra)
        path = folder / conf.get("data", DATA)
        reading.allow_code(path, "pickle")
        return reader.load_pickle(str(path))

    def predictor(self, model: Any, conf: Mapping[str, Any]) -> Predict:
        if not is_one_of(model.model, SERIES):
            return lambda data, params: model.predict(data, **(params or {}))

        def forecast(data: Any, params: Mapping[str, Any] | None) -> Any:
            columns = list(getattr(data, "columns", ()))
            if len(data) != 1 or not {"start", "end"} <= set(columns):
                raise ModelError(
                    f"a time series is asked with one row that has the columns start and end; "
                    f"there are {len(data)} rows with {columns}"
                )
            first = data.iloc[0]
            return model.predict(start=first["start"], end=first["end"], **(params or {}))

        return forecast


FLAVOR = Statsmodels()
