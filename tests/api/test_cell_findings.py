"""Tests of what a cell's code says of its params and metrics."""

from __future__ import annotations

import pytest

from nbtrack.api.cells.findings import begins_one_run, findings_of


def params(source, **namespace):
    return findings_of(source, namespace).params


def metrics(source, bound=None, **namespace):
    return findings_of(source, namespace, bound).metrics


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("rate = 0.1", {"rate": 0.1}),
        ("a, b = 1, 'x'", {"a": 1, "b": "x"}),
        ("rate: float = -0.1", {"rate": -0.1}),
        ("sizes = [3, 2]", {"sizes": [3, 2]}),
        ("cfg = {'a': 1, 'b': {'c': 2}}", {"cfg.a": 1}),
        ("with torch():\n    rate = 1", {"rate": 1}),
        ("n = 0\nn += 1", {}),
        ("n = 0\nfor n in x: pass", {}),
        ("_hidden = 1", {}),
        ("text = '" + "x" * 300 + "'", {}),
        ("data = [" + "1," * 100 + "]", {}),
        ("total = a + b", {}),
        ("if x:\n    rate = 1", {}),
        ("def f():\n    Model(depth=3)", {}),
        ("m = Model(depth=3, name='a')", {"depth": 3, "name": "a"}),
        ("m.fit(x, epochs=3)", {"epochs": 3}),
        ("print(end='x')", {}),
        ("Tree(n=1)\nWood(n=2)", {"n": 1, "Wood.n": 2}),
        ("x = = 1", {}),
    ],
)
def test_literals_at_the_top_and_in_calls_that_make_something_are_params(source, found):
    assert params(source) == found


def test_an_argument_may_be_a_name_of_a_plain_value():
    assert params("Model(depth=n, data=d)", n=3, d=[1]) == {"depth": 3}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("a = accuracy_score(y, p)", {"a": 0.5}),
        ("a = 1 - mean_squared_error(y, p) / 2", {"a": 0.5}),
        ("a = model.score(x)", {"a": 0.5}),
        ("a = len(x)", {}),
        ("a = make_score()", {}),
        ("for _ in x:\n    a = f1_score(y, p)", {"a": 0.5}),
        ("if x:\n    a = f1_score(y, p)\nelse:\n    pass", {"a": 0.5}),
    ],
)
def test_numbers_that_functions_measured_are_metrics(source, found):
    assert metrics(source, a=0.5) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("test_acc = (p == y).mean()", {"test_acc": 0.5}),
        ("test_acc = hits / total", {"test_acc": 0.5}),
        ("test_acc = 0.5", {}),
        ("test_acc = other", {}),
    ],
)
def test_a_computed_number_that_is_called_as_a_metric_is_one(source, found):
    assert metrics(source, test_acc=0.5) == found


def test_a_name_that_the_cell_did_not_bind_is_none_of_its_metrics():
    source = "a = accuracy_score(y, p)\nb = accuracy_score(y, p)"
    assert metrics(source, {"a": ""}, a=0.5, b=0.5) == {"a": 0.5}


def test_what_is_no_number_is_no_metric():
    assert metrics("a = accuracy_score(y, p)", a="many") == {}


@pytest.mark.parametrize(
    ("source", "is_one"),
    [
        ("with nbtrack.start_run():\n    pass", True),
        ("start_run()\nend_run()", True),
        ("start_run()\nstart_run()", False),
        ("for n in x:\n    start_run()", False),
        ("while x:\n    start_run()", False),
        ("def f():\n    start_run()", False),
        ("async def f():\n    start_run()", False),
        ("[start_run() for n in x]", False),
        ("{n: start_run() for n in x}", False),
        ("# start_run", False),
        ("start_run( =", False),
    ],
)
def test_a_cell_begins_one_run_where_it_does_so_once_outside_of_loops(source, is_one):
    assert begins_one_run(source) is is_one
