"""A few of `peeking_trials.py`: looking at every number does not make a comparison lie."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("peeking_trials.py")
TRIALS, NUMBERS = 60, 1_000


@pytest.fixture(scope="module")
def script():
    """The script that a person runs."""
    spec = importlib.util.spec_from_file_location("peeking_trials", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["alike: normal", "alike: revenue, a tenth of the traffic"])
def test_variants_that_are_alike_are_rarely_told_apart_though_a_test_would_be_often(script, name):
    found = script.tried(script.CASES[name], TRIALS, numbers=NUMBERS)
    assert found.sequence <= 0.05
    assert found.peeked_test > 0.25


def test_variants_that_differ_are_told_apart(script):
    found = script.tried(script.CASES["apart: rates of 90% and 80%"], 10, numbers=NUMBERS)
    assert found.sequence > 0.9


def test_canaries_that_fail_are_stopped_and_others_are_not(script):
    assert script.stopped(8, (0.01, 0.2))[0] == 1.0
    assert script.stopped(8, (0.02, 0.02))[0] <= 0.05
