"""Tests of noticing which random generators a cell used."""

# ruff: noqa: NPY002 - the global generator is what is followed

from __future__ import annotations

import random
import sys

import numpy as np
import pytest

from nbtrack.capture.sources.random_state import NumpyState, digest_of, state_of

GENERATORS = [
    ("rng:random", "import random", "random.random()", "random.seed(1)"),
    ("rng:numpy", "import numpy as np", "np.random.rand()", "np.random.seed(1)"),
]


@pytest.fixture(autouse=True)
def generators_as_they_were():
    states = random.getstate(), np.random.get_state()
    yield
    random.setstate(states[0])
    np.random.set_state(states[1])


@pytest.mark.parametrize(("symbol", "load", "draw", "seed"), GENERATORS)
def test_a_draw_depends_on_the_seed_and_the_draws_since(notebook, symbol, load, draw, seed):
    notebook.run_all(load, f"old = {draw}", seed, f"a = {draw}", "x = 1", f"b = {draw}")
    assert notebook.slice("b") == [1, 3, 4, 6]
    assert notebook.session.hidden.written[symbol].writers == (2, 3, 5)


@pytest.mark.parametrize(("symbol", "load", "draw", "seed"), GENERATORS)
def test_a_cell_that_does_not_draw_touches_no_generator(notebook, symbol, load, draw, seed):
    notebook.run_all(load, seed)
    step = notebook.run("x = 1")
    assert (step.reads, list(step.writes)) == ({}, ["x"])


@pytest.mark.parametrize(("symbol", "load", "draw", "seed"), GENERATORS)
def test_seeding_again_with_the_state_unchanged_begins_anew(notebook, symbol, load, draw, seed):
    notebook.run_all(load, seed)
    notebook.run(seed)
    assert notebook.session.hidden.written[symbol].writers == (2,)


def test_looking_at_a_state_reads_it(notebook):
    notebook.run_all("import random", "random.seed(1)", "state = random.getstate()")
    assert notebook.slice("state") == [1, 2, 3]


def test_the_second_normal_number_is_noticed_though_nothing_is_drawn(notebook):
    notebook.run_all("import numpy as np", "np.random.seed(1)", "a = np.random.randn()")
    step = notebook.run("b = np.random.randn()")
    assert "rng:numpy" in step.writes
    assert notebook.slice("b") == [1, 2, 3, 4]


def test_another_kind_of_global_generator_is_followed():
    before = np.random.get_bit_generator()
    read = NumpyState()
    try:
        np.random.set_bit_generator(np.random.PCG64(1))
        states = [read(np.random), read(np.random)]
        np.random.random()
        states.append(read(np.random))
    finally:
        np.random.set_bit_generator(before)
    assert states[0] == states[1] != states[2]


def test_the_state_of_numpy_is_the_same_when_it_is_read_anew():
    np.random.seed(1)
    read = NumpyState()
    first = read(np.random)
    np.random.random()
    np.random.seed(1)
    assert read(np.random) == NumpyState()(np.random) == first


def test_a_module_that_is_not_loaded_has_no_state(monkeypatch):
    monkeypatch.delitem(sys.modules, "random")
    assert (state_of("rng:random"), digest_of(None)) == (None, "")


def test_equal_states_have_equal_digests():
    random.seed(3)
    first = digest_of(state_of("rng:random"))
    random.seed(3)
    assert digest_of(state_of("rng:random")) == first
    random.random()
    assert digest_of(state_of("rng:random")) != first


def test_the_digest_of_another_symbol_is_not_known(notebook):
    [kind] = [it for it in notebook.session.hidden.kinds if type(it).__name__ == "RandomState"]
    assert (kind.digest("file:/x"), len(kind.digest("rng:random"))) == (None, 16)
