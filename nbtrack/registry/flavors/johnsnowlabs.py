"""Models of John Snow Labs: licensed parts of Spark NLP, which later versions read and write."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from nbtrack.errors import NotYet
from nbtrack.registry.flavors.library import imported, is_one_of
from nbtrack.registry.flavors.protocol import Option, Reading

__all__ = ["FLAVOR", "JohnSnowLabs"]

LATER = "scale-out on Spark and other engines; its Spark pipelines can be logged by nbtrack.spark"


class JohnSnowLabs:
    """`nbtrack.johnsnowlabs`."""

    name = "johnsnowlabs"
    library = "johnsnowlabs"
    extra = "johnsnowlabs"
    argument = "spark_model"
    options: tuple[Option, ...] = ()

    def recognises(self, model: Any) -> bool:
        return is_one_of(model, "nlu.pipe.pipeline.NLUPipeline")

    def save(self, model: Any, folder: Path, options: Mapping[str, Any]) -> NoReturn:
        imported("johnsnowlabs", "to save this model", self.extra)
        raise NotYet("nbtrack.johnsnowlabs.save_model", LATER)

    def load(self, folder: Path, conf: Mapping[str, Any], reading: Reading) -> NoReturn:
        imported("johnsnowlabs", "to load this model", self.extra)
        raise NotYet("nbtrack.johnsnowlabs.load_model", LATER)

    def predictor(self, model: Any, conf: Mapping[str, Any]) -> NoReturn:
        raise NotYet("nbtrack.johnsnowlabs", LATER)


FLAVOR = JohnSnowLabs()
