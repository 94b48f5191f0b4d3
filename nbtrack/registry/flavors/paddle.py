"""Models of PaddlePaddle, as programs that the library saves."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbtrack.errors import ModelError
from nbtrack.registry.flavors.library import imported, is_one_of, refuse_model
from nbtrack.registry.flavors.protocol import Option, Predict, Reading, Written

__all__ = ["FLAVOR", "Paddle"]

DATA = "model"
LAYER, MODEL = "paddle.nn.layer.layers.Layer", "paddle.hapi.model.Model"


class Paddle:
    """`nbtrack.paddle`."""

    name = "paddle"
    library = "paddle"
    extra = "paddle"
    argument = "pd_model"
    options = (
        Option("training", False, "Keep what training goes on with, of a `paddle.Model`"),
        Option("input_spec", None, "Shapes of what a layer takes, for `paddle.jit.save`"),
    )
    load_options = (Option("model", None, "The `paddle.Model` that training goes on with"),)

    def recognises(self, model: Any) -> bool:
        return is_one_of(model, LAYER, MODEL)

    def save(self, model: Any, folder: Path, options: Mapping[str, Any]) -> Written:
        library = imported("paddle", "to save this model", self.extra)
        path = str(folder / DATA)
        if isinstance(model, library.Model):
            model.save(path, training=bool(options.get("training")))
        elif isinstance(model, library.nn.Layer):
            library.jit.save(model, path, input_spec=options.get("input_spec"))
        else:
            raise refuse_model(model, self.name, "a paddle.Model or a paddle.nn.Layer")
        return Written(
            conf={"pickled_model": DATA, "paddle_version": library.__version__},
            pyfunc={"loader_module": "mlflow.paddle", "model_path": DATA},
            packages=["paddlepaddle"],
        )

    def load(self, folder: Path, conf: Mapping[str, Any], reading: Reading) -> Any:
        library = imported("paddle", "to load this model", self.extra)
        place = folder / conf.get("pickled_model", DATA)
        for path in sorted(place.parent.glob(f"{place.name}*")):
            reading.allow_code(path, "program of PaddlePaddle")
        given = conf.get("model")
        if given is None:
            return library.jit.load(str(place))
        if not isinstance(given, library.Model):
            raise refuse_model(given, self.name, "a paddle.Model to go on with")
        if not place.with_suffix(".pdparams").is_file():
            raise ModelError("this model was saved without training=True; leave out model=")
        given.load(str(place))
        return given

    def predictor(self, model: Any, conf: Mapping[str, Any]) -> Predict:
        library = imported("paddle", "to ask this model", self.extra)

        def ask(data: Any, params: Mapping[str, Any] | None) -> Any:
            import pandas as pd

            given = data.to_numpy(dtype="float32") if isinstance(data, pd.DataFrame) else data
            model.eval()
            with library.no_grad():
                found = model(library.to_tensor(given), **(params or {}))
            return pd.DataFrame(found.numpy(), index=getattr(data, "index", None))

        return ask


FLAVOR = Paddle()
