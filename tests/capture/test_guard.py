from __future__ import annotations

import inspect
import logging
import warnings

import pytest

from nbtrack.capture.guard import TrackingWarning, guarded
from nbtrack.errors import InvalidValue, StoreBusy


@guarded
def act(problem: BaseException | None = None, *, result: int = 1) -> int:
    """Do something."""
    if problem is not None:
        raise problem
    return result


def test_what_works_is_handed_on():
    assert act(result=3) == 3


@pytest.mark.parametrize("problem", [OSError("disk full"), StoreBusy("held"), ZeroDivisionError()])
def test_what_fails_in_tracking_is_a_warning_and_a_traceback_in_the_log(problem, caplog):
    with pytest.warns(TrackingWarning, match="nbtrack: act failed") as caught:
        assert act(problem) is None
    assert len(caught) == 1
    assert "\n" not in str(caught[0].message)
    (record,) = [it for it in caplog.records if it.exc_info]
    assert record.name == "nbtrack.guard"
    assert record.exc_info[1] is problem


def test_the_warning_points_at_the_caller():
    with pytest.warns(TrackingWarning) as caught:
        act(OSError("disk full"))
    assert caught[0].filename == __file__


def test_a_problem_is_told_once_and_another_one_again():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for problem in ["disk full", "disk full", "disk full", "something else"]:
            act(OSError(problem))
    assert len(caught) == 2


def test_an_error_of_the_caller_is_raised():
    with pytest.raises(InvalidValue, match="no number"):
        act(InvalidValue("no number"))


def test_a_call_with_wrong_arguments_is_the_callers_error():
    with pytest.raises(TypeError, match="unexpected keyword argument 'reslut'"):
        act(reslut=3)


@pytest.mark.parametrize("leaving", [KeyboardInterrupt(), SystemExit(1)])
def test_leaving_is_no_failure(leaving):
    with pytest.raises(type(leaving)):
        act(leaving)


def test_a_filter_that_makes_errors_of_warnings_does_not_stop_the_code(caplog):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert act(OSError("disk full")) is None
    assert "disk full" in caplog.text


def test_a_guarded_function_shows_its_own_signature():
    assert inspect.signature(act).parameters.keys() == {"problem", "result"}
    assert act.__doc__ == "Do something."


def test_the_log_is_silent_where_nobody_listens(capsys):
    logging.getLogger("nbtrack").error("a problem with a long traceback")
    assert capsys.readouterr().err == ""
