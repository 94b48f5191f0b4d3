"""Shorter ways of asking are taken only where a model answers the same by them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from nbtrack.models import infer_signature
from nbtrack.serving.scoring import trial
from nbtrack.serving.scoring.models import load
from nbtrack.serving.scoring.trial import try_out


@pytest.fixture
def tried(variant):
    """A model of a folder, loaded and tried."""

    def tried(folder):
        model = load(variant(folder))
        try_out(model)
        return model

    return tried


def pyfunc(save, name, function, data):
    signature = infer_signature(data, function(data))
    return save("pyfunc", name, python_model=function, signature=signature, input_example=data)


def test_an_estimator_is_asked_with_arrays_and_many_requests_at_once(tried, classifier, people):
    model = tried(classifier)
    frame = people[0]
    assert model.joins
    assert model.arrays(frame.to_numpy()).tolist() == model.loaded.predict(frame).tolist()
    assert 0 < model.cost.call_seconds < 0.1


def test_an_estimator_without_an_example_is_tried_with_rows_made_for_it(tried, save, people):
    from sklearn.tree import DecisionTreeRegressor

    data, target = people
    fitted = DecisionTreeRegressor().fit(data, target)
    signature = infer_signature(data, fitted.predict(data))
    model = tried(save("sklearn", "tree", sk_model=fitted, signature=signature))
    assert model.joins
    assert model.arrays is not None


def test_rows_that_depend_on_each_other_are_never_asked_together(tried, save, people):
    def centred(data):
        return (data["age"] - data["age"].mean()).to_numpy()

    model = tried(pyfunc(save, "centred", centred, people[0].head(1)))
    assert not model.joins
    assert model.arrays is None


def test_a_model_that_picks_columns_by_name_gets_frames(tried, save, people):
    def older(data):
        return np.where(data["age"] > 0, data["income"], -data["income"])

    model = tried(pyfunc(save, "older", older, people[0].head(2)))
    assert model.joins
    assert model.arrays is None


def test_a_model_that_fails_at_its_example_is_served_all_the_same(tried, save, people):
    data = people[0].head(2)
    signature = infer_signature(data, [0])

    def fails(_):
        raise RuntimeError("no")

    folder = save("pyfunc", "fails", python_model=fails, signature=signature)
    assert not tried(folder).joins


def test_a_model_that_refuses_arrays_in_its_own_way_is_still_asked_together(
    tried, save, people, monkeypatch
):
    class OwnError(Exception):
        pass

    def picky(data):
        if not isinstance(data, pd.DataFrame):
            raise OwnError("categories are whole numbers")
        return data["age"].to_numpy() * 2

    data = people[0].head(2).assign(visits=[1, 2])
    monkeypatch.setattr(trial, "TAKE_ARRAYS", {"python_function"})
    model = tried(pyfunc(save, "picky", picky, data))
    assert model.arrays is None
    assert model.joins
