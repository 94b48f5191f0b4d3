from __future__ import annotations

import sys

import pytest

from nbtrack.capture.identity import identity_of
from nbtrack.capture.objects.scan import scan


def digest(notebook, source, name="f"):
    return scan(notebook(source)[name]).digest


@pytest.mark.parametrize(
    "other",
    [
        "\n\n\ndef f(x):\n    return x + 1",
        "def f(x):\n    # a comment\n\n    return x + 1",
        "def f(x):\n    'a docstring'\n    return x + 1",
        "from __future__ import annotations\ndef f(x):\n    return x + 1",
    ],
)
def test_layout_comments_and_docstrings_do_not_count(notebook, other):
    assert digest(notebook, other) == digest(notebook, "def f(x): return x + 1")


@pytest.mark.parametrize(
    "other",
    [
        "def f(x): return x + 2",
        "def f(x): return x - 1",
        "def f(x, y=1): return x + 1",
        "def f(x=2): return x + 1",
        "def f(*, x): return x + 1",
        "def f(x): return y + 1",
        "def f(x): yield x + 1",
        "async def f(x): return x + 1",
        "def f(x): return 'x' + 1",
        "def f(x): return x.real + 1",
    ],
)
def test_what_a_function_does_counts(notebook, other):
    assert digest(notebook, other) != digest(notebook, "def f(x): return x + 1")


def test_a_docstring_does_not_move_constants(notebook):
    body = "return ['one', 2, (3, 'four'), x in {'five', 'six'}, None, -7.5]"
    without = digest(notebook, f"def f(x):\n    {body}")
    assert digest(notebook, f"def f(x):\n    'says'\n    {body}") == without


def test_globals_are_not_part_of_a_function(notebook, changed):
    names = notebook("rate = [1]\ndef f(): return rate")
    assert changed(names["f"], lambda: names["rate"].append(2)) == (set(), False)
    assert identity_of(names["rate"]) not in scan(names["f"]).parts


def test_a_counter_changes_its_cell(notebook, changed):
    source = "def make():\n n = 0\n def f():\n  nonlocal n\n  n += 1\n return f\nf = make()"
    f = notebook(source)["f"]
    assert changed(f, f) == ({identity_of(f.__closure__[0])}, True)


@pytest.mark.parametrize(
    ("source", "act", "owner"),
    [
        ("def f(seen=[]): seen.append(1)", "f()", "f.__defaults__[0]"),
        ("def f(*, seen={}): seen[1] = 1", "f()", "f.__kwdefaults__['seen']"),
        ("def f(): f.calls = 1", "f()", "f"),
        ("def f(): return 1", "f.__code__ = (lambda: 2).__code__", "f"),
        ("class f:\n limit = 1", "f.limit = 2", "f"),
        ("class f:\n seen = []", "f.seen.append(1)", "f.seen"),
        ("class f:\n def m(self): pass", "f.m = lambda self: 1", "f"),
        ("class A:\n x = 1\nclass f(A): pass", "A.x = 2", "A"),
        ("import functools\nf = functools.partial(int, [1])", "f.args[0].append(2)", "f.args[0]"),
        ("class A:\n def m(self): pass\na = A(); f = a.m", "a.x = 1", "a"),
        ("a = []\nf = a.append", "f(1)", "a"),
        ("a = []\nf = [lambda x=a: x]", "a.append(1)", "a"),
    ],
)  # fmt: skip
def test_a_change_is_seen_at_what_a_function_holds(notebook, changed, source, act, owner):
    names = notebook(source)
    before = identity_of(eval(owner, names))
    parts, differs = changed(names["f"], lambda: exec(act, names))
    assert (parts, differs) == ({before}, True)


def test_functions_of_the_user_are_told(notebook):
    names = notebook(
        "import json\n"
        "def f(): pass\n"
        "class C:\n"
        " def m(self): pass\n"
        "c = C(); c.g = f\n"
        "held = [c, json.dumps, len, int, map(f, [])]"
    )
    kind = names["C"]
    assert set(scan(names["held"]).functions) == {kind, kind.m, names["f"]}


def test_a_function_of_a_library_is_a_name(notebook):
    import json

    assert scan(json.dumps).parts == {}
    assert scan(json.dumps).digest != scan(json.loads).digest


def test_a_user_function_within_a_librarys_decorator_is_found(notebook):
    names = notebook(
        "import contextlib, functools\n"
        "@contextlib.contextmanager\n"
        "def f(): yield 1\n"
        "@functools.lru_cache\n"
        "def g(): return 1\n"
    )
    assert [it.__name__ for it in scan(names["f"]).functions] == ["f"]
    assert [it.__name__ for it in scan(names["g"]).functions] == ["g"]


def test_what_a_cache_remembers_is_no_change(notebook, changed):
    names = notebook(
        "import functools\n"
        "@functools.lru_cache\n"
        "def f(x): return x\n"
        "class C:\n"
        " @functools.cached_property\n"
        " def total(self): return [1]\n"
        "c = C()"
    )
    assert changed(names["f"], lambda: names["f"](1)) == (set(), False)
    c = names["c"]
    assert changed(c, lambda: c.total) == (set(), False)
    assert changed(c, lambda: c.total.append(2))[0] == {identity_of(c.total)}


@pytest.mark.parametrize("limit", [None, 128])
def test_a_result_in_a_cache_may_be_changed_itself(notebook, changed, limit):
    names = notebook(
        "import functools\n"
        f"@functools.lru_cache({limit})\n"
        "def f(x, y): return {'x': x}\n"
        "kept = f(1, [2] and 3)"
    )
    f, kept = names["f"], names["kept"]
    assert changed(f, lambda: kept.update(x=2)) == ({identity_of(kept)}, False)
    assert changed(f, lambda: f(5, 6)) == (set(), False)


def test_what_remembers_results_is_told(notebook):
    names = notebook(
        "import functools\n"
        "@functools.cache\n"
        "def f(x): return x\n"
        "class C:\n"
        " @functools.cached_property\n"
        " def total(self): return 1\n"
        "c, plain = C(), object()"
    )
    told = [scan(names[it]).remembering for it in ("f", "c", "plain")]
    assert told == [(names["f"],), (names["c"],), ()]


INSTANCES = {
    "slots": "class C:\n __slots__ = ('a',)\nv = C(); v.a = 1",
    "slots of a base": "class B:\n __slots__ = ('a',)\nclass C(B): pass\nv = C(); v.a = 1",
    "a dataclass": "from dataclasses import dataclass\n@dataclass\nclass C:\n a: int\nv = C(1)",
    "attributes": "class C: pass\nv = C(); v.a = 1",
    "an exception": "class C(Exception): pass\nv = C(); v.a = 1",
    "a dict's child": "class C(dict): pass\nv = C(); v.a = 1",
    "a number": "class C(int): pass\nv = C(3); v.a = 1",
    "an abstract class": "import abc\nclass C(abc.ABC): pass\nv = C(); v.a = 1",
    "a generic class": "import typing\nT = typing.TypeVar('T')\nclass C(typing.Generic[T]): pass\n"
    "v = C(); v.a = 1",
}  # fmt: skip


@pytest.mark.parametrize("source", INSTANCES.values(), ids=INSTANCES)
def test_an_attribute_of_an_instance_is_its_state(notebook, changed, source):
    names = notebook(source)
    value = names["v"]
    assert scan(value).is_exact
    assert scan(value).digest == scan(notebook(source)["v"]).digest
    assert changed(value, lambda: setattr(value, "a", 2)) == ({identity_of(value)}, True)


def test_members_and_named_tuples_cannot_change(notebook):
    names = notebook(
        "import enum, collections\n"
        "class Color(enum.Enum):\n RED = 1\n"
        "P = collections.namedtuple('P', 'x')\n"
        "values = [Color.RED, P(1)]"
    )
    for value in names["values"]:
        assert identity_of(value) not in scan(value).parts
        assert scan(value).is_exact


ITERATORS = {
    "a list's": "iter([1, 2])",
    "a tuple's": "iter((1, 2))",
    "a text's": "iter('ab')",
    "a range's": "iter(range(3))",
    "a dict's": "iter({1: 2, 3: 4})",
    "a set's": "iter({1, 2})",
    "enumerate": "enumerate([1, 2])",
    "zip": "zip([1, 2], (3, 4))",
    "map": "map(str, [1, 2])",
    "filter": "filter(None, [1, 2])",
    "reversed": "reversed([1, 2])",
    "count": "itertools.count()",
    "islice": "itertools.islice([1, 2], 2)",
    "chain": "itertools.chain([1, 2], [3])",
    "product": "itertools.product([1, 2], [3])",
    "repeat": "itertools.repeat(1, 3)",
    "a generator": "(it for it in [1, 2])",
    "csv": "(lambda: (yield from [1, 2]))()",
}


@pytest.mark.parametrize("source", ITERATORS.values(), ids=ITERATORS)
def test_a_step_of_an_iterator_is_a_change(notebook, changed, source):
    value = notebook(f"import itertools\nv = {source}")["v"]
    parts, differs = changed(value, lambda: next(value))
    assert differs
    assert parts
    assert scan(value).is_exact


def test_an_ended_iterator_is_looked_at_like_any(notebook):
    for source in ITERATORS.values():
        if "count" not in source:
            value = notebook(f"import itertools\nv = {source}")["v"]
            list(value)
            assert scan(value) == scan(value)


def test_an_iterator_that_hides_where_it_stands_is_opaque(notebook):
    value = notebook("import itertools\nv = itertools.cycle([1])")["v"]
    assert scan(value).opaque == {identity_of(value)}


def test_files_are_told_by_name_mode_and_position(tmp_path, changed):
    path = tmp_path / "a.txt"
    path.write_text("one\ntwo\n")
    with path.open() as file:
        assert changed(file, file.readline) == ({identity_of(file)}, True)
    assert scan(file).is_exact
    with path.open("w") as file:
        found = scan(file)
        assert (found.opaque, found.is_exact) == ({identity_of(file)}, False)
        file.write("waits")
        scan(file)
        assert path.read_text() == ""


@pytest.mark.skipif(sys.version_info < (3, 12), reason="type parameters are new in 3.12")
def test_functions_with_type_parameters_are_looked_at(notebook):
    assert scan(notebook("def f[T](x: T) -> T: return x")["f"]).is_exact
