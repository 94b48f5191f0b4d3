"""Functions of a module of the test are watched, with real observers around them."""

from __future__ import annotations

import inspect
import pickle
import traceback

import pytest

from nbtrack.capture.calls import failure_told, harmless, watch
from nbtrack.capture.guard import TrackingWarning
from nbtrack.capture.training import Failed, enclosed, subscribe


def fit(data, rounds=2, *, rate=0.5):
    """Fit."""
    if rounds < 0:
        raise ValueError(rounds)
    return data, rounds, rate


class Model:
    def fit(self, data):
        return __class__, data


@pytest.fixture
def watching():
    """Watch for the time of the test."""
    left = []

    def watching(function, watcher):
        left.append(watch(function, watcher))
        return left[-1]

    yield watching
    for leave in left:
        leave()


def test_a_watcher_sees_arguments_and_result_and_may_change_arguments(watching):
    seen = []

    def tripled(given):
        seen.append(dict(given.arguments))
        given.arguments["rounds"] *= 3
        seen.append((yield))

    watching(fit, tripled)
    assert fit("x") == ("x", 6, 0.5)
    assert seen == [{"data": "x", "rounds": 2, "rate": 0.5}, ("x", 6, 0.5)]


def test_the_function_stays_itself(watching):
    held, signature, source = fit, inspect.signature(fit), inspect.getsource(fit)
    seen = []

    def noted(given):
        seen.append(given.arguments["data"])
        yield

    leave = watching(fit, noted)
    assert pickle.loads(pickle.dumps(fit)) is held is fit
    assert (inspect.signature(fit), inspect.getsource(fit)) == (signature, source)
    assert (fit.__name__, fit.__qualname__, fit.__doc__) == ("fit", "fit", "Fit.")
    held("by another name")
    assert seen == ["by another name"]
    leave()
    leave()
    assert fit.__code__.co_name == "fit"
    assert not hasattr(fit, "__wrapped__")
    fit("unseen")
    assert seen == ["by another name"]


def test_a_method_with_a_closure_is_watched_and_watched_again(watching):
    seen = []

    def noted(given):
        seen.append((yield))

    for _ in range(2):
        leave = watching(Model.fit, noted)
        assert Model().fit(1) == (Model, 1)
        leave()
    assert seen == [(Model, 1)] * 2


def test_an_error_goes_to_the_caller_and_is_told(watching):
    told = []
    leave = subscribe(told.append)

    def watcher(given):
        with failure_told("library", "name"):
            yield

    watching(fit, watcher)
    with pytest.raises(ValueError, match="-1") as raised:
        fit("x", -1)
    leave()
    assert told == [Failed("library", "name", raised.value)]
    assert [frame.name for frame in traceback.extract_tb(raised.value.__traceback__)][-1] == "fit"


def test_wrong_arguments_are_told_by_the_function_itself(watching):
    watching(fit, lambda given: iter(()))
    with pytest.raises(TypeError, match=r"fit\(\) got an unexpected keyword argument 'depth'"):
        fit("x", depth=3)


def test_a_watcher_that_fails_stops_nothing(watching):
    def broken_before(given):
        raise LookupError("before")
        yield

    watching(fit, broken_before)
    with pytest.warns(TrackingWarning, match="autologging failed"):
        assert fit("x") == ("x", 2, 0.5)

    def broken_after(given):
        yield
        raise LookupError("after")

    watching(fit, broken_after)
    with pytest.warns(TrackingWarning, match="after"):
        assert fit("x") == ("x", 2, 0.5)


def test_a_call_inside_of_a_fit_is_not_watched(watching):
    seen = []

    def noted(given):
        seen.append(given)
        yield

    watching(fit, noted)
    with enclosed():
        assert fit("x") == ("x", 2, 0.5)
    assert seen == []


def test_harmless_lets_an_interrupt_through():
    @harmless
    def interrupted():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
