from __future__ import annotations

import json
import os
import sys

import numpy as np
import pandas as pd
import pytest

import nbtrack
from nbtrack.errors import InvalidValue
from nbtrack.testing import temporary_store

pytest.importorskip("pyspark")
pytestmark = [
    pytest.mark.xdist_group("spark"),
    pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning", "ignore::ResourceWarning"),
]

DATA = pd.DataFrame({"id": range(20), "a": np.arange(20) / 4, "b": np.arange(20) * 1.0})


@pytest.fixture(scope="module")
def spark():
    """A real Spark of this machine, whose executors have this Python."""
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    session = builder.config("spark.sql.shuffle.partitions", "2").getOrCreate()
    yield session
    session.stop()


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """Models in folders: one that gives a column, one that gives two."""
    place = tmp_path_factory.mktemp("models")

    def one(frame):
        if (frame["a"] < 0).any():
            raise ValueError("a is below zero")
        return frame["a"] * 2

    def two(frame):
        return pd.DataFrame({"u": frame["a"], "k": frame["b"].astype("int64")})

    with temporary_store():
        for name, model in (("one", one), ("two", two)):
            example = DATA[["a", "b"]]
            nbtrack.pyfunc.save_model(place / name, python_model=model, input_example=example)
    return place


def test_a_model_is_a_function_of_columns(spark, models):
    from pyspark.sql.functions import struct

    frame = spark.createDataFrame(DATA)
    ask = nbtrack.pyfunc.spark_udf(spark, models / "one", "double", allow_pickle=True)
    for columns in (("a", "b"), (), (struct("b", "a"),)):
        found = frame.withColumn("p", ask(*columns)).toPandas()
        assert (found["p"] == found["a"] * 2).all(), columns


def test_the_result_has_the_type_that_was_asked_for(spark, models):
    frame = spark.createDataFrame(DATA[4:5])
    for kind, wanted in (
        (None, {"u": 1.0, "k": 4}),
        ("u double, k string", {"u": 1.0, "k": "4"}),
        ("array<double>", [1.0, 4.0]),
        ("array<string>", ["1.0", "4"]),
        ("long", 4),
        ("int", 4),
        ("double", 1.0),
        ("string", "1.0"),
    ):
        ask = nbtrack.pyfunc.spark_udf(spark, models / "two", kind, allow_pickle=True)
        found = frame.select(ask().alias("p")).first()["p"]
        assert (found.asDict() if hasattr(found, "asDict") else found) == wanted, kind
    with pytest.raises(InvalidValue, match="is no type of Spark"):
        nbtrack.pyfunc.spark_udf(spark, models / "two", "array<", allow_pickle=True)
    with pytest.raises(InvalidValue, match="executors use the packages"):
        nbtrack.pyfunc.spark_udf(spark, models / "two", env_manager="conda")


def test_files_are_scored_on_spark_by_the_same_call(spark, models, tmp_path):
    data = DATA.assign(a=DATA["a"].where(DATA["id"] != 7, -1))
    data.to_csv(tmp_path / "in.csv", index=False)
    report = nbtrack.score(
        models / "one",
        tmp_path / "in.csv",
        tmp_path / "out.csv",
        on="spark",
        id="id",
        on_error="null",
        allow_pickle=True,
    )
    assert (report.rows, report.failed) == (20, 1)
    found = pd.read_csv(tmp_path / "out.csv").sort_values("id", ignore_index=True)
    assert found["prediction"].isna().tolist() == [number == 7 for number in range(20)]
    assert json.loads(report.failed_path.read_text())["id"] == 7
    frame = spark.createDataFrame(DATA)
    report = nbtrack.score(models / "two", frame, tmp_path / "out/", on=spark, allow_pickle=True)
    assert set(pd.read_parquet(tmp_path / "out")) == {"id", "a", "b", "u", "k"}
    lazy = nbtrack.score(models / "one", frame, keep=["id"], allow_pickle=True).frame
    assert (lazy.columns, lazy.count()) == (["id", "prediction"], 20)
