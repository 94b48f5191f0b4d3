"""Tests of reading a code object's global names from its bytecode."""

from __future__ import annotations

import sys

import pytest

from nbtrack.capture.instructions import inner_codes, is_function, shape_of

MANY = 400
"""Names whose numbers need a prefix."""


def code_of(source):
    return compile(source, "<test>", "exec")


def function_in(source):
    return inner_codes(code_of(source))[1]


def acts(code):
    return [(act, name) for _, act, name in shape_of(code).names]


def test_names_are_told_in_the_order_of_their_instructions():
    assert acts(code_of("y = x\ndel x\n")) == [("load", "x"), ("store", "y"), ("delete", "x")]


def test_a_functions_globals_are_told_and_its_locals_are_not():
    code = function_in("def f(a):\n    global n\n    b = a + x\n    n = b")
    assert acts(code) == [("load", "x"), ("store", "n")]


def test_a_name_behind_a_prefix_is_told_where_the_prefix_stands():
    code = code_of("\n".join(f"n{number} = 0" for number in range(MANY)))
    names = shape_of(code).names
    assert [name for _, _, name in names] == [f"n{number}" for number in range(MANY)]
    offset = names[-1][0]
    assert code.co_code[offset] != code.co_code[names[0][0]]
    assert code.co_code[offset + 2] == code.co_code[names[0][0]]


@pytest.mark.parametrize(
    "source",
    [
        "if x:\n    y = 1",
        "for x in y:\n    z = x",
        "while x:\n    pass",
        "y = x and z",
        "try:\n    x = y()\nexcept:\n    pass",
        "with x:\n    y = 1",
    ],
)
def test_code_of_which_some_may_be_left_out_is_not_linear(source):
    assert not shape_of(code_of(source)).is_linear


def test_plain_statements_are_linear():
    assert shape_of(code_of("import os\nx = f(1, *y)\nx.a[2] = {3: x}")).is_linear


@pytest.mark.parametrize("source", ["def f():\n    yield x", "async def f():\n    return x"])
def test_what_can_be_suspended_is_not_linear(source):
    assert not shape_of(function_in(source)).is_linear


def test_only_code_that_stores_or_deletes_a_name_binds():
    found = [shape_of(code_of(source)).binds for source in ("f(x)", "x = 1", "del x")]
    assert found == [False, True, True]


def test_attributes_are_told_also_those_of_methods_and_of_super():
    source = "class A(B):\n    def f(self):\n        return super().f(self.g(), self.h)"
    methods = inner_codes(code_of(source))
    assert {"f", "g", "h"} <= {name for code in methods for name in shape_of(code).attributes}


def test_imports_are_told_with_their_modules():
    shape = shape_of(code_of("import numpy as np\nfrom math import *\nfrom os import path"))
    assert (shape.imports, shape.star_imports) == (("numpy", "math", "os"), ("math",))


def test_attributes_set_at_the_top_are_told_with_their_object():
    assert shape_of(code_of("settings.depth = 3")).attribute_stores == (("settings", "depth"),)
    assert shape_of(code_of("os.path.sep = v")).attribute_stores == (("os", "sep"),)
    assert shape_of(code_of("made().depth = 3")).attribute_stores == ()


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("m.a; m.b(); x = m; m.c = 1", {}),
        ("m", {}),
        ("f(m)", {"m"}),
        ("f(1, m, 2)", {"f", "m"}),
        ("vars(m)['a'] = 1", {"m"}),
        ("x = [m]", {"m"}),
    ],
)
def test_names_that_are_handed_on_are_told(source, names):
    assert shape_of(code_of(source)).handed - {"vars"} >= set(names)
    assert ("m" in shape_of(code_of(source)).handed) is ("m" in names)


def test_texts_and_numbers_are_told_also_those_in_tuples():
    shape = shape_of(code_of("f('a.csv', 7, ('b', (8,)))"))
    assert {"a.csv", "b"} <= set(shape.texts)
    assert {7, 8} <= shape.numbers


def test_a_shape_is_read_once():
    code = code_of("x = 1")
    assert shape_of(code) is shape_of(code)


def test_code_inside_code_is_found_however_deep():
    code = code_of("class A:\n    def f(self):\n        return [lambda: i for i in self]")
    names = {it.co_name for it in inner_codes(code)}
    inlined = set() if sys.version_info >= (3, 12) else {"<listcomp>"}
    assert names == {"<module>", "A", "f", "<lambda>"} | inlined


def test_modules_and_class_bodies_are_no_functions():
    codes = inner_codes(code_of("class A:\n    def f(self): pass"))
    assert [is_function(code) for code in codes] == [False, False, True]
