"""Models that make vectors of sentences, in the folder the library writes: safetensors and JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbtrack.errors import ModelError, NotYet
from nbtrack.registry.flavors.library import imported, is_one_of, refuse_model
from nbtrack.registry.flavors.protocol import Option, Predict, Reading, Written

__all__ = ["FLAVOR", "SentenceTransformers"]

DATA = "model.sentence_transformer"
LATER = "tracing and the tools for language models"


class SentenceTransformers:
    """`nbtrack.sentence_transformers`."""

    name = "sentence_transformers"
    library = "sentence_transformers"
    extra = "sentence_transformers"
    argument = "model"
    options = (
        Option("task", None, "MLflow's tasks of language models; not taken yet"),
        Option("inference_config", None, "Kept beside the model, as MLflow does"),
    )

    def recognises(self, model: Any) -> bool:
        names = (f"{place}.SentenceTransformer" for place in PLACES)
        return is_one_of(model, *names)

    def save(self, model: Any, folder: Path, options: Mapping[str, Any]) -> Written:
        library = imported("sentence_transformers", "to save this model", self.extra)
        if not isinstance(model, library.SentenceTransformer):
            raise refuse_model(model, self.name, "a SentenceTransformer")
        if options.get("task") is not None:
            raise NotYet(f"the task {options['task']!r} of a model", LATER)
        model.save(str(folder / DATA))
        if options.get("inference_config"):
            text = json.dumps(options["inference_config"])
            (folder / "inference_config").write_text(text, encoding="utf-8")
        return Written(
            conf={"sentence_transformers_version": library.__version__, **source(model)},
            pyfunc={"loader_module": "mlflow.sentence_transformers", "data": DATA},
            packages=["sentence-transformers", "transformers", "torch"],
        )

    def load(self, folder: Path, conf: Mapping[str, Any], reading: Reading) -> Any:
        library = imported("sentence_transformers", "to load this model", self.extra)
        place = folder / conf.get("data", DATA)
        foreign = [it for it in parts(place) if not it.startswith("sentence_transformers.")]
        if foreign:
            reading.allow_code(place, f"model with parts of other modules, such as {foreign[0]}")
        return library.SentenceTransformer(
            str(place), trust_remote_code=bool(foreign), local_files_only=True
        )

    def predictor(self, model: Any, conf: Mapping[str, Any]) -> Predict:
        def encode(data: Any, params: Mapping[str, Any] | None) -> Any:
            texts = data.iloc[:, 0].tolist() if hasattr(data, "iloc") and data.ndim == 2 else data
            texts = texts.tolist() if hasattr(texts, "tolist") else texts
            if not isinstance(texts, str | list | tuple):
                raise ModelError(
                    f"the model is asked with texts: a list, or one column of a table; not with "
                    f"{type(data).__name__}"
                )
            return model.encode(texts, **{"show_progress_bar": False, **(params or {})})

        return encode


PLACES = (
    "sentence_transformers.SentenceTransformer",
    "sentence_transformers.sentence_transformer.model",
    "sentence_transformers.models",
)
"""Modules in which versions of the library have the class."""


def parts(place: Path) -> list[str]:
    """The classes that a model's folder names, which loading it imports.

    Raises:
        ModelError: It names none.
    """
    path = place / "modules.json"
    try:
        return [str(it["type"]) for it in json.loads(path.read_text(encoding="utf-8"))]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{place.name} is no folder of sentence_transformers: {error}") from error


def source(model: Any) -> dict[str, str]:
    """What MLflow says of where a model came from."""
    for module in model.modules():
        inner = getattr(module, "auto_model", None)
        if inner is not None:
            return {
                "source_model_name": str(inner.name_or_path),
                "pipeline_model_type": type(inner).__name__,
            }
    return {}


FLAVOR = SentenceTransformers()
