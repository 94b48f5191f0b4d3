"""Autologging: what is trained goes to the active run, or to one that begins and ends with it."""

from __future__ import annotations

import importlib
import subprocess
import sys
import threading

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

import nbtrack
from nbtrack.api.tracking import autologging
from nbtrack.api.tracking.listening import hear, listening
from nbtrack.capture.libraries import observing
from nbtrack.capture.training import Fitted, Fitting, Measured
from nbtrack.errors import InvalidValue

ONE = np.array([[0.0], [1.0], [2.0], [3.0]])
TWO = np.array([0, 0, 1, 1])


@pytest.fixture(autouse=True)
def nothing_stays_on():
    yield
    nbtrack.autolog(disable=True)
    assert not autologging.is_autologging()
    assert listening.leave is None
    listening.last_run = None


def all_runs():
    return nbtrack.search_runs(output_format="list", search_all_experiments=True)


def test_outside_of_a_run_each_fit_has_one_that_ends_with_it():
    nbtrack.autolog(extra_tags={"team": "blue"})
    frame = pd.DataFrame({"size": ONE[:, 0]})
    LogisticRegression(C=0.5).fit(
        StandardScaler().set_output(transform="pandas").fit_transform(frame), TWO
    )
    assert nbtrack.active_run() is None
    (run,) = all_runs()
    assert run.info.status == "FINISHED"
    assert (run.data.params["C"], run.data.params["max_iter"]) == ("0.5", "100")
    assert run.data.metrics["training_accuracy_score"] == 1.0
    tags = {key: value for key, value in run.data.tags.items() if "fit" in key or "est" in key}
    assert tags == {
        "estimator_name": "LogisticRegression",
        "estimator_class": "sklearn.linear_model._logistic.LogisticRegression",
        "nbtrack.fit.n_samples": "4",
        "nbtrack.fit.n_features": "1",
        "nbtrack.fit.feature_names": "size",
        "nbtrack.fit.classes": "0, 1",
    }
    assert (run.data.tags["mlflow.autologging"], run.data.tags["team"]) == ("sklearn", "blue")
    files = nbtrack.artifacts.list_artifacts(run_id=run.info.run_id)
    assert [it.path for it in files] == [
        "feature_importance.json",
        "model",
        "training_confusion_matrix.json",
    ]
    (given,) = run.inputs.dataset_inputs
    assert given.tags[0].value == "train"


def test_inside_of_a_run_it_is_logged_there():
    nbtrack.sklearn.autolog(log_datasets=False)
    with nbtrack.start_run() as run:
        nbtrack.log_param("C", 0.5)
        LogisticRegression(C=0.5).fit(ONE, TWO)
        assert nbtrack.active_run() == run
    assert len(all_runs()) == 1
    assert run.data.params["C"] == "0.5"
    assert run.data.metrics["training_score"] == 1.0
    assert run.inputs.dataset_inputs == []
    assert "mlflow.autologging" not in run.data.tags


def test_a_second_fit_with_other_params_is_kept_by_its_name():
    nbtrack.autolog()
    with nbtrack.start_run() as run:
        for strength in (1.0, 0.1):
            LogisticRegression(C=strength).fit(ONE, TWO)
        DecisionTreeClassifier(max_depth=1).fit(ONE, TWO)
    params, metrics = run.data.params, run.data.metrics
    assert (params["C"], params["LogisticRegression-2.C"]) == ("1.0", "0.1")
    assert params["max_depth"] == "1"
    assert {key for key in metrics if key.endswith("training_score")} == {
        "training_score",
        "LogisticRegression-2.training_score",
        "DecisionTreeClassifier.training_score",
    }
    files = nbtrack.artifacts.list_artifacts(run_id=run.info.run_id)
    assert "LogisticRegression-2" in [it.path for it in files if it.is_dir]


def test_the_same_fit_again_adds_no_names():
    nbtrack.autolog()
    with nbtrack.start_run() as run:
        for _ in range(2):
            LinearRegression().fit(ONE, TWO)
    assert not [key for key in (*run.data.params, *run.data.metrics) if "." in key]


def test_metrics_after_a_fit_go_to_its_run():
    nbtrack.autolog()
    model = LogisticRegression().fit(ONE, TWO)
    accuracy_score(TWO, model.predict(ONE))
    accuracy_score(TWO, TWO[::-1])
    model.score(ONE, TWO)
    (run,) = all_runs()
    found = {key: it for key, it in run.data.metrics.items() if not key.startswith("training_")}
    assert found == {
        "accuracy_score": 1.0,
        "accuracy_score-2": 0.0,
        "LogisticRegression_score": 1.0,
    }
    with nbtrack.start_run() as other:
        accuracy_score(TWO, TWO)
    assert other.data.metrics == {"accuracy_score": 1.0}


def test_metrics_after_a_fit_are_left_out_if_so_asked():
    nbtrack.sklearn.autolog(log_post_training_metrics=False)
    LogisticRegression().fit(ONE, TWO)
    accuracy_score(TWO, TWO)
    (run,) = all_runs()
    assert "accuracy_score" not in run.data.metrics


def test_a_metric_in_another_store_goes_nowhere(tmp_path):
    nbtrack.autolog()
    LogisticRegression().fit(ONE, TWO)
    nbtrack.set_tracking_uri(tmp_path / "other")
    accuracy_score(TWO, TWO)
    assert all_runs() == []
    nbtrack.set_tracking_uri("")


def test_a_fit_that_fails_ends_its_run_as_failed():
    nbtrack.autolog()
    with pytest.raises(ValueError, match="inconsistent"):
        LogisticRegression().fit(ONE, TWO[:-1])
    (run,) = all_runs()
    assert run.info.status == "FAILED"
    assert run.data.tags["nbtrack.error.type"] == "ValueError"


def test_a_search_has_the_best_settings_as_runs_inside():
    nbtrack.sklearn.autolog(max_tuning_runs=2)
    settings = {"C": [0.01, 1.0, 10.0]}
    model = GridSearchCV(LogisticRegression(), settings, cv=2, n_jobs=2).fit(ONE, TWO)
    runs = all_runs()
    (parent,) = [run for run in runs if "mlflow.autologging" in run.data.tags]
    children = [run for run in runs if run.data.tags.get("mlflow.parentRunId")]
    assert parent.data.params["best_C"] == str(model.best_params_["C"])
    assert parent.data.metrics["best_cv_score"] == model.best_score_
    assert {run.data.tags["mlflow.parentRunId"] for run in children} == {parent.info.run_id}
    assert len(children) == 2
    assert {run.info.status for run in runs} == {"FINISHED"}
    assert str(model.best_params_["C"]) in {run.data.params["C"] for run in children}
    files = nbtrack.artifacts.list_artifacts(run_id=parent.info.run_id)
    assert "cv_results.csv" in [it.path for it in files]


def test_a_cross_validation_is_one_run():
    nbtrack.autolog()
    scores = cross_val_score(LogisticRegression(), ONE, TWO, cv=2)
    (run,) = all_runs()
    assert run.data.metrics == {
        "cross_val_score_mean": scores.mean(),
        "cross_val_score_std": scores.std(),
    }


def test_runs_that_were_begun_by_hand_are_left_alone_if_so_asked():
    nbtrack.autolog(exclusive=True)
    with nbtrack.start_run() as run:
        LogisticRegression().fit(ONE, TWO)
        accuracy_score(TWO, TWO)
    assert (run.data.params, run.data.metrics) == ({}, {})
    LogisticRegression().fit(ONE, TWO)
    assert len(all_runs()) == 2


def test_fits_at_the_same_time_have_a_run_each():
    nbtrack.autolog()
    both = threading.Barrier(2)

    def fit(strength):
        model = LogisticRegression(C=strength)
        hear(Fitting("sklearn", "LogisticRegression", model.get_params()))
        both.wait(10)
        hear(Fitted("sklearn", "LogisticRegression", model))

    threads = [threading.Thread(target=fit, args=(strength,)) for strength in (0.5, 2.0)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(run.data.params["C"] for run in all_runs()) == ["0.5", "2.0"]


def test_disabled_it_logs_nothing():
    nbtrack.autolog()
    assert autologging.is_autologging("sklearn")
    nbtrack.sklearn.autolog(disable=True)
    assert autologging.is_autologging()
    assert not autologging.is_autologging("sklearn")
    LogisticRegression().fit(ONE, TWO)
    assert all_runs() == []


def test_a_library_can_be_left_out():
    nbtrack.autolog(exclude_flavors=["sklearn"])
    LogisticRegression().fit(ONE, TWO)
    assert all_runs() == []
    with pytest.raises(InvalidValue, match="did you mean 'sklearn'"):
        nbtrack.autolog(exclude_flavors=["sklaern"])


@pytest.mark.parametrize("flavor", autologging.FLAVORS)
def test_each_library_has_its_own(flavor):
    face = importlib.import_module(f"nbtrack.{flavor}")
    face.autolog(log_models=False, silent=True, disable_for_unsupported_versions=True)
    assert autologging.is_autologging(flavor)
    face.autolog(disable=True)
    assert not autologging.is_autologging()
    if flavor != "sklearn":
        with pytest.raises(InvalidValue, match="did you mean 'log_models'"):
            face.autolog(log_model=True)


def test_a_host_chooses_the_run_of_what_is_told():
    client = nbtrack.MlflowClient()
    host = nbtrack.api.runs.start.begin_for_client(nbtrack.api.session.session(), "0")
    leave = autologging.listen(lambda event: host)
    nbtrack.autolog()
    LogisticRegression(C=0.5).fit(ONE, TWO)
    accuracy_score(TWO, TWO)
    leave()
    leave()
    (run,) = all_runs()
    assert run.info.run_id == host.run_id
    assert run.data.params["C"] == "0.5"
    assert run.data.metrics["accuracy_score"] == 1.0
    client.set_terminated(host.run_id)
    LogisticRegression().fit(ONE, TWO)
    assert len(all_runs()) == 2


def test_a_host_hears_without_autolog_and_what_it_leaves_goes_nowhere():
    leave = autologging.listen(lambda event: None)
    LogisticRegression().fit(ONE, TWO)
    leave()
    assert all_runs() == []
    assert observing.wanted["sklearn"] == set()


def test_numbers_of_epochs_go_to_the_run_of_their_fit():
    nbtrack.keras.autolog()
    hear(Fitting("keras", "Sequential", {"epochs": 2}))
    for step in range(2):
        hear(Measured("loss", 0.5 / (step + 1), step, "keras"))
    hear(Fitted("keras", "Sequential", None, {"final_loss": 0.25}))
    (run,) = all_runs()
    assert run.data.params == {"epochs": "2"}
    assert run.data.metrics == {"loss": 0.25, "final_loss": 0.25}
    assert run.info.status == "FINISHED"


def test_a_loop_of_the_users_own_begins_no_run():
    nbtrack.pytorch.autolog()
    hear(Fitting("torch", "Adam", {"lr": 0.1}))
    assert all_runs() == []
    with nbtrack.start_run() as run:
        hear(Fitting("torch", "Adam", {"lr": 0.1}))
        hear(Measured("lr", 0.05, 10, "torch"))
    assert run.data.params == {"lr": "0.1"}
    assert run.data.metrics == {"lr": 0.05}


def test_a_fit_without_an_end_is_ended_by_the_next_one():
    nbtrack.keras.autolog()
    hear(Fitting("keras", "Sequential", {}))
    hear(Fitting("keras", "Sequential", {}))
    hear(Fitted("keras", "Sequential", None))
    assert sorted(run.info.status for run in all_runs()) == ["FAILED", "FINISHED"]


def test_a_library_that_is_loaded_later_is_logged_and_stays_as_it_was(tmp_path):
    script = """
import sys, nbtrack
nbtrack.autolog()
assert not {"sklearn", "torch", "keras", "pandas"} & set(sys.modules)
import sklearn, sklearn.linear_model, inspect
assert "exec_module" not in vars(sklearn.__loader__)
assert inspect.getsource(sklearn)
sklearn.linear_model.LinearRegression().fit([[1.0], [2.0]], [1, 2])
assert nbtrack.last_active_run().data.params["positive"] == "False"
nbtrack.autolog(disable=True)
assert not [it for it in sys.meta_path if getattr(it, "__name__", "") == "Arrivals"]
"""
    subprocess.run([sys.executable, "-c", script], check=True, cwd=tmp_path)
