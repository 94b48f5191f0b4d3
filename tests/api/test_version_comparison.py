"""Two versions side by side: what the registry, their runs and their answers tell."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import nbtrack
from nbtrack.api.session import session
from nbtrack.errors import InvalidValue, NotFound
from nbtrack.records.registry_operation import CreateModelVersion


def line(slope):
    """A model that multiplies the column x."""

    def predict(model_input):
        return model_input["x"].to_numpy() * slope

    return predict


@pytest.fixture
def lines():
    """Two versions of `line`: with a slope of 1 and of 2."""
    frame = pd.DataFrame({"x": [1.0, 2.0, 3.0]})
    for slope in (1.0, 2.0):
        with nbtrack.start_run():
            nbtrack.log_param("slope", slope)
            nbtrack.log_metric("rmse", 1 / slope)
            nbtrack.pyfunc.log_model(
                name="line",
                python_model=line(slope),
                input_example=frame,
                registered_model_name="line",
            )
    return nbtrack.MlflowClient()


def test_everything_that_differs_is_told(lines):
    lines.set_registered_model_alias("line", "champion", "2")
    data = pd.DataFrame({"x": [0.0, 1.0, 2.0], "y": [0.0, 2.0, 4.1]}, index=["a", "b", "c"])
    found = nbtrack.compare_versions("line", 1, "@champion", data, target="y")
    assert found.params == {"slope": ("1.0", "2.0")}
    assert [(it.key, it.before, it.after) for it in found.metrics] == [("rmse", 1.0, 0.5)]
    assert found.metadata["aliases"] == (None, "champion")
    assert found.signature == []
    assert set(found.scores) == {"rmse", "mae", "r2"}
    assert found.scores["mae"] == pytest.approx((3.1 / 3, 0.1 / 3))
    wanted = pd.DataFrame(
        {"version 1": [1.0, 2.0], "version 2": [2.0, 4.0], "truth": [2.0, 4.1]}, index=["b", "c"]
    )
    pd.testing.assert_frame_equal(found.disagreements, wanted)
    assert found.answers.share == pytest.approx(2 / 3)
    assert found.runs.cause.title == "param slope: 1.0 → 2.0"
    text = repr(found)
    assert text.startswith("line: version 1 → 2\n")
    assert "2 of 3 predictions differ (66.7%), by 1 on average" in text
    assert "cause: param slope: 1.0 → 2.0" in text
    assert set(found.to_pandas()["kind"]) == {"score", "metric", "param", "metadata"}
    assert "param slope" in found._repr_html_()


def test_without_data_models_are_not_asked(lines):
    found = nbtrack.compare_versions("line", "1", "latest")
    assert (found.answers, found.disagreements, found.scores) == (None, None, {})


def test_predictions_are_compared_without_a_truth_too(lines):
    data = pd.DataFrame({"x": [0.0, 1.0]})
    found = nbtrack.compare_versions("line", 1, 2, data)
    assert found.scores == {}
    assert list(found.disagreements.columns) == ["version 1", "version 2"]
    assert len(found.disagreements) == 1
    assert len(nbtrack.compare_versions("line", 1, 1, data).disagreements) == 0


def test_metrics_of_ones_choice_are_scored(lines):
    data = pd.DataFrame({"x": [1.0, 2.0]})

    def worst(truth, said):
        return np.abs(truth - said).max()

    found = nbtrack.compare_versions("line", 1, 2, data, [1.0, 2.0], ["mse", worst])
    assert found.scores == {"mse": (0.0, 2.5), "worst": (0.0, 2.0)}
    assert set(nbtrack.compare_versions("line", 1, 2, data, [1.0, 2.0], "mae").scores) == {"mae"}
    with pytest.raises(InvalidValue, match="no metric is called"):
        nbtrack.compare_versions("line", 1, 2, data, [1.0, 2.0], "mea")


def test_what_is_not_there_is_told(lines):
    with pytest.raises(NotFound):
        nbtrack.compare_versions("line", 1, 9)


def test_a_version_whose_files_are_gone_is_compared_by_what_is_known(lines):
    session().store.append([CreateModelVersion(name="line", source="/nowhere/at/all")])
    (told,) = nbtrack.compare_versions("line", 1, 3).signature
    assert told.startswith("that of version 3 cannot be read: there is no model at")


def test_versions_without_a_run_in_this_store_are_compared_by_what_is_known(lines):
    session().store.append([CreateModelVersion(name="line", source="models:/line/1")])
    found = nbtrack.compare_versions("line", 1, 3)
    assert found.runs is None
    assert found.params == {"slope": ("1.0", None)}
    assert [it.words() for it in found.metrics] == ["rmse: 1 → none"]
