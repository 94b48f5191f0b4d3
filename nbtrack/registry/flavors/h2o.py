"""Models of H2O, in the library's binary; its Java server is started where none is there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from nbtrack.errors import ModelError
from nbtrack.registry.flavors.library import imported, is_one_of, refuse_model
from nbtrack.registry.flavors.protocol import Option, Predict, Reading, Written
from nbtrack.registry.format.documents import read_yaml

__all__ = ["FLAVOR", "H2O"]

DATA, SETTINGS = "model.h2o", "h2o.yaml"


class H2O:
    """`nbtrack.h2o`."""

    name = "h2o"
    library = "h2o"
    extra = "h2o"
    argument = "h2o_model"
    options = (Option("settings", None, "Kept beside the model; `init` are arguments of h2o.init"),)

    def recognises(self, model: Any) -> bool:
        return is_one_of(model, "h2o.model.model_base.ModelBase")

    def save(self, model: Any, folder: Path, options: Mapping[str, Any]) -> Written:
        library = imported("h2o", "to save an H2O model", self.extra)
        if not self.recognises(model):
            raise refuse_model(model, self.name, "a trained H2O model")
        place = folder / DATA
        place.mkdir()
        written = Path(library.download_model(model, path=str(place)))
        settings = {**(options.get("settings") or {}), "model_file": written.name}
        (place / SETTINGS).write_text(yaml.safe_dump(settings), encoding="utf-8")
        return Written(
            conf={"h2o_version": library.__version__, "data": DATA},
            pyfunc={"loader_module": "mlflow.h2o", "data": DATA},
            packages=["h2o"],
        )

    def load(self, folder: Path, conf: Mapping[str, Any], reading: Reading) -> Any:
        library = imported("h2o", "to load this model", self.extra)
        place = folder / conf.get("data", DATA)
        settings = read_yaml(place / SETTINGS)
        path = place / Path(str(settings.get("model_file", ""))).name
        if not path.is_file():
            raise ModelError(f"{SETTINGS} names the file {path.name!r}, which is not there")
        reading.allow_code(path, "binary of H2O, which its server takes as objects of Java")
        if library.connection() is None:
            library.init(**{"bind_to_localhost": True, **(settings.get("init") or {})})
        return library.upload_model(str(path))

    def predictor(self, model: Any, conf: Mapping[str, Any]) -> Predict:
        library = imported("h2o", "to ask this model", self.extra)

        def ask(data: Any, _: Mapping[str, Any] | None) -> Any:
            found = model.predict(library.H2OFrame(data)).as_data_frame()
            if hasattr(data, "index"):
                found.index = data.index
            return found

        return ask


FLAVOR = H2O()
