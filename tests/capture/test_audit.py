"""Tests of hearing what Python reports of a process."""

from __future__ import annotations

import os
import sys

import pytest

from nbtrack.capture import audit
from nbtrack.capture.guard import TrackingWarning


@pytest.fixture
def heard():
    """What was heard of `nbtrack.test`, by a listener that is taken away again."""
    found = []
    audit.hear("nbtrack.test", found.append)
    yield found
    audit.unhear("nbtrack.test", found.append)


def test_a_listener_is_given_the_arguments_of_its_event(heard):
    sys.audit("nbtrack.test", 1, "two")
    sys.audit("nbtrack.other", 3)
    assert heard == [(1, "two")]


def test_a_listener_that_left_hears_nothing_more(heard):
    audit.unhear("nbtrack.test", heard.append)
    sys.audit("nbtrack.test", 1)
    assert heard == []


def test_one_listener_leaving_leaves_the_others(heard):
    other = []
    audit.hear("nbtrack.test", other.append)
    audit.unhear("nbtrack.test", heard.append)
    sys.audit("nbtrack.test", 1)
    audit.unhear("nbtrack.test", other.append)
    assert (heard, other) == ([], [(1,)])


def test_leaving_twice_is_no_error(heard):
    audit.unhear("nbtrack.test", heard.append)
    audit.unhear("nbtrack.test", heard.append)
    assert "nbtrack.test" not in audit.listeners


def test_a_listener_that_fails_is_told_and_stops_nothing(heard):
    def fail(_):
        raise ValueError("a listener's own fault")

    audit.hear("nbtrack.test", fail)
    with pytest.warns(TrackingWarning, match="a listener's own fault"):
        sys.audit("nbtrack.test", 1)
    audit.unhear("nbtrack.test", fail)
    assert heard == [(1,)]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_forked_child_hears_nothing(heard):
    child = os.fork()
    if child == 0:
        sys.audit("nbtrack.test", 1)
        os._exit(len(heard))
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
