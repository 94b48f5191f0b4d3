"""Pipelines of spaCy, in the folder that the library writes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbtrack.errors import ModelError
from nbtrack.registry.flavors.library import imported, is_one_of, refuse_model
from nbtrack.registry.flavors.protocol import Option, Predict, Reading, Written

__all__ = ["FLAVOR", "Spacy"]

DATA = "model.spacy"
CATEGORISER = "spacy.pipeline.textcat.TextCategorizer"


class Spacy:
    """`nbtrack.spacy`."""

    name = "spacy"
    library = "spacy"
    extra = "spacy"
    argument = "spacy_model"
    options: tuple[Option, ...] = ()

    def recognises(self, model: Any) -> bool:
        return is_one_of(model, "spacy.language.Language")

    def save(self, model: Any, folder: Path, options: Mapping[str, Any]) -> Written:
        library = imported("spacy", "to save this pipeline", self.extra)
        if not self.recognises(model):
            raise refuse_model(model, self.name, "a pipeline, what `spacy.load` or `blank` gives")
        model.to_disk(folder / DATA)
        parts = [part for _, part in model.pipeline]
        asked = any(is_one_of(part, CATEGORISER) for part in parts)
        return Written(
            conf={"spacy_version": library.__version__, "data": DATA},
            pyfunc={"loader_module": "mlflow.spacy", "data": DATA} if asked else None,
            packages=["spacy"],
            modules=sorted({type(part).__module__ for part in parts}),
        )

    def load(self, folder: Path, conf: Mapping[str, Any], reading: Reading) -> Any:
        library = imported("spacy", "to load this pipeline", self.extra)
        return library.load(folder / conf.get("data", DATA))

    def predictor(self, model: Any, conf: Mapping[str, Any]) -> Predict:
        def categories(data: Any, _: Mapping[str, Any] | None) -> Any:
            import pandas as pd

            if getattr(data, "ndim", 0) == 2 and data.shape[1] != 1:
                raise ModelError(
                    f"a text categoriser is asked with one column, not {data.shape[1]}"
                )
            frame = isinstance(data, pd.DataFrame)
            texts = data.iloc[:, 0] if frame else pd.Series(list(data))
            found = [document.cats for document in model.pipe(texts.astype(str))]
            return pd.DataFrame({"predictions": found}, index=texts.index)

        return categories


FLAVOR = Spacy()
