"""Tests of what ran as reads and writes."""

from __future__ import annotations

import sys
import types
from functools import cached_property

import pytest

from nbtrack.capture.instructions import inner_codes
from nbtrack.capture.ran import Ran
from nbtrack.capture.usage import codes_within, last_offsets, reached, usage_of


def top(source, executed=None, *, is_whole=True):
    ran = Ran(compile(source, "<test>", "exec"), is_top=True)
    ran.executed, ran.is_whole = executed, is_whole
    return ran


def function(source, executed=None):
    ran = Ran(inner_codes(compile(source, "<test>", "exec"))[1], is_top=False)
    ran.executed = executed
    return ran


def told(ran, known="abcxyz", limits=None):
    usage = usage_of(ran, limits or {}, lambda name: name in known)
    return {
        kind: set(found)
        for kind in ("reads", "writes", "maybe", "deletes", "builtins")
        if (found := getattr(usage, kind))
    }


def test_what_a_cell_bound_itself_it_does_not_read():
    assert told([top("a = x"), top("b = a")]) == {"reads": {"x"}, "writes": {"a", "b"}}


def test_what_is_read_before_it_is_bound_is_read():
    assert told([top("a = a + 1")]) == {"reads": {"a"}, "writes": {"a"}}


def test_names_without_a_value_before_are_builtins():
    assert told([top("a = len(x)")]) == {"reads": {"x"}, "writes": {"a"}, "builtins": {"len"}}


def test_a_function_reads_what_its_statement_has_not_bound_yet():
    ran = [top("a = f()"), function("def f(): return a")]
    assert told(ran) == {"reads": {"a"}, "writes": {"a"}, "builtins": {"f"}}


def test_what_a_function_bound_the_next_statement_does_not_read():
    ran = [top("f()"), function("def f():\n    global a\n    a = 1"), top("b = a")]
    assert told(ran) == {"writes": {"a", "b"}, "builtins": {"f"}}


def test_instructions_that_were_not_executed_count_for_nothing():
    assert told([top("if x:\n    a = y", set())]) == {}


def test_instructions_that_may_have_been_executed_are_reads_and_possible_writes():
    found = told([top("if x:\n    a = y", set(), is_whole=False)])
    assert found == {"reads": {"x", "y"}, "maybe": {"a"}}


def test_what_stands_behind_an_exception_was_not_executed():
    ran = top("a = x; b = y / 0; c = z")
    try:
        exec(ran.code, {"x": 1, "y": 1, "z": 1})
    except ZeroDivisionError as error:
        limits = last_offsets(error.__traceback__)
    assert told([ran], limits=limits) == {"reads": {"x", "y"}, "writes": {"a"}}


def test_the_attributes_of_a_class_are_no_names_of_the_notebook():
    body = function("class A:\n    a = x\n    b = a")
    assert told([body]) == {"reads": {"x"}, "builtins": {"__name__"}}


def test_a_name_that_was_deleted_is_bound_no_more():
    assert told([top("a = 1"), top("del a")]) == {"deletes": {"a"}}


def test_a_name_that_was_deleted_and_bound_again_is_bound():
    assert told([top("del a"), top("a = 1")]) == {"writes": {"a"}}


@pytest.fixture
def module():
    """A module that is loaded for a test."""
    made = types.ModuleType("nbtrack_test_module")
    sys.modules[made.__name__] = made
    yield made
    del sys.modules[made.__name__]


def test_a_star_import_binds_the_public_names(module):
    module.one = module._two = 1
    assert told([top("from nbtrack_test_module import *")])["writes"] == {"one"}


def test_a_star_import_binds_the_names_that_the_module_lists(module):
    module.__all__ = ["one", 2]
    module.one = module.three = 1
    assert told([top("from nbtrack_test_module import *")])["writes"] == {"one"}


def test_a_star_import_asks_nothing_of_what_stands_in_a_modules_place(monkeypatch):
    class Trap:
        def __getattribute__(self, name):
            raise AssertionError(name)

    monkeypatch.setitem(sys.modules, "nbtrack_test_trap", Trap())
    assert told([top("from nbtrack_test_trap import *")]) == {}


def names_reached(names, variables, codes=()):
    def functions(value):
        return value if isinstance(value, list) else ()

    return set(reached(names, codes, variables.get, functions).reads)


def defined(source):
    names = {}
    exec(source, names)
    return names


def test_functions_are_followed_through_the_names_they_load():
    found = defined("def f(): return g\ndef g(): return x")
    variables = {"f": [found["f"]], "g": [found["g"]]}
    assert names_reached(["f"], variables) == {"g", "x"}


def test_functions_that_call_each_other_are_followed_once():
    found = defined("def f(): return g\ndef g(): return f")
    variables = {"f": [found["f"]], "g": [found["g"]]}
    assert names_reached(["f"], variables) == {"f", "g"}


def test_all_kinds_of_methods_are_followed():
    source = """
class A:
    def a(self): return one
    @staticmethod
    def b(): return two
    @classmethod
    def c(cls): return three
    @property
    def d(self): return four
    @d.setter
    def d(self, value): five
    @cached_property
    def e(self): return six
"""
    names = {"cached_property": cached_property}
    exec(source, names)
    found = names_reached(["A"], {"A": [names["A"]]})
    assert found == {"one", "two", "three", "four", "five", "six"}


def test_following_a_class_asks_neither_it_nor_its_attributes_anything():
    class Asking(type):
        def __getattribute__(cls, name):
            raise AssertionError(name)

    class Trap:
        def __getattr__(self, name):
            raise AssertionError(name)

    names = {"Asking": Asking, "Trap": Trap}
    exec("class A(metaclass=Asking):\n    trap = Trap()\n    def f(self): return x", names)
    assert names_reached(["A"], {"A": [names["A"]]}) == {"x"}


def test_code_that_may_run_is_followed_by_itself():
    code = inner_codes(compile("f = lambda: x", "<test>", "exec"))[1]
    assert names_reached([], {}, [code]) == {"x"}


def test_a_lambda_in_a_statement_may_run_and_a_definition_does_not():
    ran = [
        top("t = f(lambda: x)"),
        top("def g(): return y"),
        function("def h():\n    def k(): pass"),
    ]
    assert [code.co_name for code in codes_within(ran)] == ["<lambda>", "k"]
