from __future__ import annotations

import os
import random
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from nbtrack.capture.sources.seed import seed_generators


@pytest.fixture(autouse=True)
def as_before(monkeypatch):
    monkeypatch.setenv("PYTHONHASHSEED", "0")
    state, numpy_state = random.getstate(), np.random.get_state()  # noqa: NPY002 - what is seeded
    yield
    random.setstate(state)
    np.random.set_state(numpy_state)  # noqa: NPY002 - what is seeded


class Recorder:
    """A library that notes what it was seeded with, by the paths of its functions."""

    def __init__(self, path="", seeds=None):
        self.path, self.seeds = path, {} if seeds is None else seeds

    def __getattr__(self, name):
        return Recorder(f"{self.path}.{name}", self.seeds)

    def __call__(self, *seed):
        self.seeds[self.path] = seed
        return True


def test_python_and_numpy_repeat_themselves():
    assert set(seed_generators(7)) >= {"random", "numpy"}
    first = random.random(), np.random.random()  # noqa: NPY002 - what is seeded
    seed_generators(7)
    assert (random.random(), np.random.random()) == first  # noqa: NPY002 - what is seeded
    assert os.environ["PYTHONHASHSEED"] == "7"


def test_libraries_that_are_loaded_are_seeded_with_their_cards(monkeypatch):
    torch, tensorflow = Recorder(), Recorder()
    monkeypatch.setitem(sys.modules, "torch", torch)
    monkeypatch.setitem(sys.modules, "tensorflow", tensorflow)
    assert set(seed_generators(7)) == {"random", "numpy", "torch", "tensorflow"}
    assert torch.seeds == {
        ".manual_seed": (7,),
        ".cuda.is_available": (),
        ".cuda.manual_seed_all": (7,),
    }
    assert tensorflow.seeds == {".random.set_seed": (7,)}


def test_without_a_card_none_is_seeded(monkeypatch):
    seeds = []
    torch = SimpleNamespace(
        manual_seed=seeds.append, cuda=SimpleNamespace(is_available=lambda: False)
    )
    monkeypatch.setitem(sys.modules, "torch", torch)
    seed_generators(3)
    assert seeds == [3]


def test_what_is_not_loaded_stays_so(monkeypatch):
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    assert "torch" not in seed_generators(1)
    assert "torch" not in sys.modules
