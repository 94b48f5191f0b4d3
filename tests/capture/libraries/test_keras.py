"""Keras itself, on PyTorch, trains a few weights, and what it tells is compared whole."""

from __future__ import annotations

import os
import pickle

import numpy as np
import pytest

from nbtrack.capture import training
from nbtrack.capture.guard import TrackingWarning
from nbtrack.capture.libraries import keras as observer
from nbtrack.capture.training import Failed, Fitted, Fitting, Measured

pytest.importorskip("torch")
os.environ.setdefault("KERAS_BACKEND", "torch")
keras = pytest.importorskip("keras")

pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning",  # Keras asks NumPy for arrays in an older way
)

X = np.linspace(0, 1, 32, dtype="float32").reshape(16, 2)
y = X.sum(axis=1)


@pytest.fixture
def told():
    told = []
    leave = training.subscribe(told.append)
    observer.observe()
    observer.observe()
    yield told
    leave()
    observer.ignore()


@pytest.fixture
def model():
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(1, name="out")])
    model.compile(keras.optimizers.SGD(0.1), "mse", metrics=["mae"])
    return model


def test_fit_tells_params_epochs_and_the_table_of_layers(told, model):
    history = model.fit(X, y, epochs=2, batch_size=8, validation_data=(X, y), verbose=0).history
    fitted = told.pop()
    begun = told.pop(0)
    expected = {"epochs": 2, "batch_size": 8, "opt_name": "SGD", "opt_learning_rate": 0.1}
    assert begun == Fitting("keras", "Sequential", begun.params)
    assert {key: begun.params[key] for key in expected} == expected
    assert told == [
        Measured(key, history[key][epoch], epoch, "keras")
        for epoch in range(2)
        for key in ("loss", "mae", "val_loss", "val_mae")
    ]
    summary = fitted.pieces["model_summary.txt"]
    assert "out (Dense)" in summary
    assert fitted == Fitted(
        "keras",
        "Sequential",
        model,
        data={"n_samples": 16},
        seconds=fitted.seconds,
        pieces={"model_summary.txt": summary},
        inputs=fitted.inputs,
    )
    assert [it is mine for it, mine in zip(fitted.inputs, (X, y), strict=True)] == [True, True]


def test_early_stopping_tells_where_it_stopped_and_what_it_restored(told, model):
    stopping = keras.callbacks.EarlyStopping(
        "loss", min_delta=100, patience=2, restore_best_weights=True
    )
    model.fit(X, y, epochs=9, verbose=0, callbacks=stopping)
    asked = {"monitor": "loss", "min_delta": 100, "patience": 2, "restore_best_weights": True}
    assert {key: told[0].params.get(key) for key in asked} == asked
    assert told[0].params["batch_size"] == 32
    assert told[-1].metrics == {"stopped_epoch": 2.0, "restored_epoch": 0.0}


def test_a_schedule_is_named(told, model):
    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.9)
    model.compile(keras.optimizers.Adam(schedule), "mse")
    model.fit(X, y, verbose=0)
    assert told[0].params["opt_learning_rate"] == "ExponentialDecay"


def test_a_container_of_callbacks_is_left_as_it_was(told, model):
    container = keras.callbacks.CallbackList(
        [keras.callbacks.TerminateOnNaN()], add_history=True, model=model
    )
    before = list(container.callbacks)
    model.fit(X, y, verbose=0, callbacks=container)
    assert container.callbacks == before
    assert [type(event) for event in told] == [Fitting, Measured, Measured, Fitted]


def test_a_generator_is_trained_on_and_not_kept(told, model):
    batches = ((X[at : at + 4], y[at : at + 4]) for at in (0, 4))
    model.fit(batches, steps_per_epoch=2, shuffle=False, verbose=0)
    assert (told[-1].data, told[-1].inputs) == ({}, ())
    assert "batch_size" not in told[0].params


def test_a_callback_pickles_without_its_listeners(told, model):
    class Looking(keras.callbacks.Callback):
        def on_train_end(self, logs=None):
            seen.append(pickle.loads(pickle.dumps(container.callbacks[-1])))

    seen = []
    container = keras.callbacks.CallbackList([Looking()], add_history=True, model=model)
    model.fit(X, y, verbose=0, callbacks=container)
    assert [type(it) for it in seen] == [keras.callbacks.Callback]


def test_a_failing_fit_is_told_and_raised(told, model):
    with pytest.raises(ValueError, match="cardinality") as raised:
        model.fit(X, y[:3], verbose=0)
    assert told[1:] == [Failed("keras", "Sequential", raised.value)]


def test_a_raising_listener_does_not_stop_the_training(told, model):
    def raising(event):
        raise RuntimeError("no room for keras")

    leave = training.subscribe(raising)
    with pytest.warns(TrackingWarning, match="no room for keras"):
        history = model.fit(X, y, epochs=2, verbose=0)
    leave()
    assert len(history.history["loss"]) == 2
    assert isinstance(told[-1], Fitted)


def test_nothing_is_told_once_it_is_ignored(told, model):
    held = keras.Model.fit
    observer.ignore()
    observer.ignore()
    model.fit(X, y, verbose=0)
    assert told == []
    assert keras.Model.fit is held
