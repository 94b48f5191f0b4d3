from __future__ import annotations

import shutil

import pandas as pd
import pytest

from nbtrack.errors import InvalidValue, ModelError, UnsafeModel

pytestmark = pytest.mark.filterwarnings("ignore")  # of Spark, for how it uses pandas
pytest.importorskip("pyspark")
if shutil.which("java") is None:
    pytest.skip("Spark needs Java", allow_module_level=True)

FRAME = pd.DataFrame({"a": [0.0, 1.0, 2.0, 3.0], "b": [1.0, 0.0, 2.0, 1.0]})


@pytest.fixture(scope="module")
def session():
    from nbtrack.registry.flavors.spark import session

    made = session()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def pipeline(session):
    from pyspark.ml import Pipeline
    from pyspark.ml.feature import VectorAssembler
    from pyspark.ml.regression import LinearRegression

    rows = session.createDataFrame(FRAME.assign(label=FRAME["a"] * 2 + 1))
    stages = [VectorAssembler(inputCols=["a", "b"], outputCol="features"), LinearRegression()]
    return Pipeline(stages=stages).fit(rows)


def expected(session, pipeline):
    found = pipeline.transform(session.createDataFrame(FRAME))
    return [row.prediction for row in found.collect()]


def test_a_pipeline_answers_as_it_did(keep, session, pipeline):
    kept = keep("spark", pipeline)
    assert kept.predict(FRAME) == expected(session, pipeline)
    assert kept.conf["model_class"] == "pyspark.ml.pipeline.PipelineModel"


def test_a_pipeline_answers_in_another_process(keep, session, pipeline):
    found = keep("spark", pipeline).elsewhere(f"pd.DataFrame({FRAME.to_dict('list')})")
    assert found == expected(session, pipeline)


def test_a_single_stage_is_given_lists_as_vectors(keep, session, pipeline):
    kept = keep("spark", pipeline.stages[-1])
    rows = pd.DataFrame({"features": FRAME.to_numpy().tolist()})
    assert kept.predict(rows) == expected(session, pipeline)


def test_models_of_spark_need_consent(keep, pipeline):
    with pytest.raises(UnsafeModel, match="names the classes that are made"):
        keep("spark", pipeline).native(consent=False)


def test_a_model_that_makes_no_prediction_says_what_it_makes(keep, session, pipeline):
    with pytest.raises(ModelError, match="makes no column prediction"):
        keep("spark", pipeline.stages[0]).predict(FRAME)


def test_what_is_no_model_is_refused(keep):
    with pytest.raises(InvalidValue, match=r"takes a fitted model of pyspark\.ml"):
        keep("spark", FRAME)


def test_models_of_connect_are_refused(keep, pipeline):
    with pytest.raises(ModelError, match=r"pyspark\.ml\.connect are not read"):
        keep("spark", pipeline).native(model_class="pyspark.ml.connect.classification.X")
