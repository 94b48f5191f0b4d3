"""Models of Spark ML, in the folder that Spark writes; asked in a session on this machine."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbtrack.errors import ModelError
from nbtrack.registry.flavors.library import imported, is_one_of, refuse_model, type_name
from nbtrack.registry.flavors.protocol import Option, Predict, Reading, Written

__all__ = ["FLAVOR", "Spark"]

DATA = "sparkml"
KINDS = ("pyspark.ml.base.Model", "pyspark.ml.base.Transformer")
CONNECT = "pyspark.ml.connect."


class Spark:
    """`nbtrack.spark`."""

    name = "spark"
    library = "pyspark"
    extra = "spark"
    argument = "spark_model"
    options = (Option("dfs_tmpdir", None, "Of clusters; a model is written to this machine"),)

    def recognises(self, model: Any) -> bool:
        return is_one_of(model, *KINDS)

    def save(self, model: Any, folder: Path, options: Mapping[str, Any]) -> Written:
        library = imported("pyspark", "to save a Spark model", self.extra)
        pipelines = imported("pyspark.ml", "to save a Spark model", self.extra)
        if not self.recognises(model) or not hasattr(model, "write"):
            raise refuse_model(model, self.name, "a fitted model of pyspark.ml that can be written")
        if not is_one_of(model, "pyspark.ml.pipeline.PipelineModel"):
            model = pipelines.PipelineModel([model])
        place = folder / DATA
        model.write().overwrite().save(place.as_uri())
        if not (place / "metadata").is_dir():
            raise ModelError(
                f"Spark did not write to {place} of this machine: its executors are elsewhere; "
                f"save the model where they write, and log it from a session with a local master"
            )
        return Written(
            conf={
                "pyspark_version": library.__version__,
                "model_data": DATA,
                "model_class": type_name(type(model)),
            },
            pyfunc={"loader_module": "mlflow.spark", "data": DATA},
            packages=["pyspark"],
            modules=sorted({type(it).__module__ for it in model.stages}),
        )

    def load(self, folder: Path, conf: Mapping[str, Any], reading: Reading) -> Any:
        pipelines = imported("pyspark.ml", "to load this model", self.extra)
        place = folder / conf.get("model_data", DATA)
        if str(conf.get("model_class", "")).startswith(CONNECT):
            raise ModelError("models of pyspark.ml.connect are not read; take one of pyspark.ml")
        reading.allow_code(place, "Spark model, which names the classes that are made")
        session()
        return pipelines.PipelineModel.load(place.as_uri())

    def predictor(self, model: Any, conf: Mapping[str, Any]) -> Predict:
        import pandas as pd

        def ask(data: Any, params: Mapping[str, Any] | None) -> Any:
            rows = session().createDataFrame(pd.DataFrame(data))
            found = model.transform(with_vectors(rows, model), params or {})
            if "prediction" not in found.columns:
                raise ModelError(f"the model makes no column prediction; it makes {found.columns}")
            return [row.prediction for row in found.select("prediction").collect()]

        return ask


def session() -> Any:
    """The session that there is, or one on this machine."""
    sql = imported("pyspark.sql", "to use a Spark model", "spark").SparkSession
    active = sql.getActiveSession()
    if active is not None:
        return active
    return (
        sql.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate()
    )


def with_vectors(rows: Any, model: Any) -> Any:
    """Rows whose features are lists, as the vectors that a model's last stage takes."""
    stages = list(getattr(model, "stages", [model]))
    last = stages[-1] if stages else model
    if not last.hasParam("featuresCol"):
        return rows
    name = last.getOrDefault("featuresCol")
    types = imported("pyspark.sql.types", "to ask a Spark model", "spark")
    if name not in rows.columns or not isinstance(rows.schema[name].dataType, types.ArrayType):
        return rows
    functions = imported("pyspark.ml.functions", "to ask a Spark model", "spark")
    return rows.withColumn(name, functions.array_to_vector(name))


FLAVOR = Spark()
