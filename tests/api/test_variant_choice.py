"""The variant of a key told offline, and how large a trial has to be."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

import nbtrack as mlflow
from nbtrack.errors import InvalidValue


class ABTestManager:
    """Traffic between two models as a well-known tutorial shares it by hand."""

    def __init__(self, model_a_uri, model_b_uri, traffic_split=0.5):
        self.model_a = mlflow.pyfunc.load_model(model_a_uri)
        self.model_b = mlflow.pyfunc.load_model(model_b_uri)
        self.traffic_split = traffic_split
        self.results = {"a": [], "b": []}

    def predict(self, data, user_id):
        hash_value = int(hashlib.md5(str(user_id).encode()).hexdigest(), 16)
        use_model_a = (hash_value % 100) < (self.traffic_split * 100)
        name, model = ("a", self.model_a) if use_model_a else ("b", self.model_b)
        prediction = model.predict(data)
        self.results[name].append(prediction[0])
        return prediction, f"model_{name}"


def test_it_is_the_variant_of_a_split_that_is_written_by_hand():
    for add in (1, 2):
        with mlflow.start_run():
            mlflow.pyfunc.log_model(
                name="m",
                python_model=lambda it, more=add: [n + more for n in it],
                registered_model_name="adder",
            )
    ab_tester = ABTestManager("models:/adder/1", "models:/adder/2", traffic_split=0.2)
    for n in range(500):
        prediction, model_used = ab_tester.predict([n % 3], user_id=f"user{n}")
        assert model_used == mlflow.variant_of(f"user{n}", {"model_a": 0.2, "model_b": 0.8})
        assert prediction == [n % 3 + (1 if model_used == "model_a" else 2)]
    assert mlflow.compare_variants(ab_tester.results, "prediction").winner == "b"


def test_a_number_is_the_same_key_whatever_its_type():
    shares = {"a": 1, "b": 1}
    for n in range(100):
        (one,) = {mlflow.variant_of(it, shares) for it in (n, float(n), str(n), np.int32(n))}
        assert one in shares


@pytest.mark.parametrize("key", [None, "", float("nan")])
def test_no_key_has_no_variant(key):
    with pytest.raises(InvalidValue, match="is no key: a request without one goes to any variant"):
        mlflow.variant_of(key, {"a": 1})


def test_a_trial_is_larger_for_less():
    assert mlflow.sample_size(0.01, rate=0.1) > 3.5 * mlflow.sample_size(0.02, rate=0.1)
    assert mlflow.sample_size(1, deviation=10) == mlflow.sample_size(-1, deviation=10)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "give rate= for zeros and ones, or deviation="),
        ({"rate": 0.1, "deviation": 1}, "give rate= for zeros and ones, or deviation="),
        ({"rate": 1.5}, "rate= is between 0 and 1, not 1.5"),
        ({"rate": 0.1, "share": 1}, "share, alpha and power are between 0 and 1"),
        ({"deviation": 0}, "deviation= is above 0, not 0"),
    ],
)
def test_a_trial_that_cannot_be_planned_is_told(options, message):
    with pytest.raises(InvalidValue, match=message):
        mlflow.sample_size(0.01, **options)
