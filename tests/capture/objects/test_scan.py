from __future__ import annotations

import datetime as dt
import decimal
import fractions
import io
import os
import subprocess
import sys
import threading
import uuid
from collections import Counter, OrderedDict, defaultdict, deque
from pathlib import PurePosixPath
from queue import SimpleQueue
from typing import NamedTuple

import pytest

from nbtrack.capture.identity import identity_of
from nbtrack.capture.objects import flat
from nbtrack.capture.objects.scan import Budget, Scan, scan

SOURCE = """
import datetime, decimal, collections, fractions
values = [
    None, True, 1, 1.0, "a", b"a", -0.0, float("nan"), 1 << 80, 2j, ...,
    [1, "b"], {"a": [1]}, {"x", "y", "z", "w"}, frozenset([1, 2.5]), (1, [2]), range(3),
    {("p", 1), ("q", 2)}, collections.deque([1], 3), collections.OrderedDict(a=1),
    datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc), decimal.Decimal("1.50"),
    fractions.Fraction(1, 3), slice(1, 2), len, [].append, int, collections.Counter("aab"),
]
def f(x, y=[1], *, z={"k": 1}):
    "a docstring"
    def inner(): return x in {"red", "green", "blue"}
    return inner
class C:
    limit = 3
    def method(self): return f(1)
c = C(); c.f = f
values += [f, C, c, c.method, (it for it in [1, 2])]
"""


class Point(NamedTuple):
    x: int
    y: int


def test_equal_values_have_equal_digests_in_another_process(notebook):
    names = notebook(SOURCE)
    here = [scan(it).digest for it in names["values"]]
    told = f"{SOURCE}\nfrom nbtrack.capture.objects.scan import scan\n"
    told += "for it in values: print(scan(it).digest)"
    there = [
        subprocess.run(
            [sys.executable, "-c", told],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
        for seed in ("1", "2")
    ]
    assert there == [here, here]
    assert all(len(it) == 16 for it in here)


def test_values_of_different_kinds_have_different_digests():
    values = [
        None, True, 1, 1.0, "1", b"1", 0, 0.0, -0.0, float("nan"), 1j, "", b"", [], (), {}, set(),
        frozenset(), [1], (1,), {1}, {1: 1}, [[1]], ["1"], [True], [1.0], deque([1]), range(1),
        slice(1), bytearray(b"1"), decimal.Decimal(1), decimal.Decimal("1.0"),
        dt.date(2020, 1, 1), dt.datetime(2020, 1, 1, tzinfo=dt.UTC), dt.time(1),
        dt.timedelta(1), dt.UTC,
        PurePosixPath("1"), uuid.UUID(int=1), int, str, len, print, OrderedDict({1: 1}),
        defaultdict(int, {1: 1}), defaultdict(str, {1: 1}), Point(1, 2), (1, 2), NotImplemented,
        ..., fractions.Fraction(1), Counter([1]),
        [1, [2]], [[1], 2], [[1, 2]], [1, 2], {"a": 1, "b": 2}, {"b": 2, "a": 1},
        {1: {}}, {1: []},
    ]  # fmt: skip
    digests = [scan(it).digest for it in values]
    assert len(set(digests)) == len(digests)


def test_a_scalar_has_no_parts_and_is_exact():
    found = scan(5)
    assert found == Scan(
        found.digest, {}, is_exact=True, doubts="", opaque=frozenset(), functions=()
    )


def test_sets_are_equal_whatever_the_order_they_were_filled_in():
    assert scan({8, 0, 16}).digest == scan({16, 8, 0}).digest
    assert scan({"a", 1, None}).digest == scan({None, "a", 1}).digest


def test_shared_and_copied_items_are_equal():
    shared = [1]
    assert scan([shared, shared]).digest == scan([[1], [1]]).digest


@pytest.mark.parametrize(
    ("source", "act", "owner"),
    [
        ("v = [1, 2]", "v.append(3)", "v"),
        ("v = [[1], 2]", "v[0].append(3)", "v[0]"),
        ("v = ([1],)", "v[0].append(3)", "v[0]"),
        ("v = {'a': 1}", "v['a'] = 2", "v"),
        ("v = {'a': 1, 'b': 2}", "v['a'] = v.pop('a')", "v"),
        ("v = {'a': {'b': [1]}}", "v['a']['b'][0] = 2", "v['a']['b']"),
        ("v = {1, 2}", "v.add(3)", "v"),
        ("from collections import deque; v = deque([1])", "v.append(3)", "v"),
        ("import collections; v = collections.OrderedDict(a=1, b=2)", "v.move_to_end('a')", "v"),
        ("from collections import defaultdict; v = defaultdict(list)", "v['a']", "v"),
        ("from collections import Counter; v = Counter()", "v['a'] += 1", "v"),
        ("v = bytearray(b'a')", "v += b'b'", "v"),
        ("from array import array; v = array('i', [1])", "v[0] = 2", "v"),
        ("b = bytearray(b'abc'); v = memoryview(b)[1:]", "b[0] = 0", "b"),
        ("class L(list): pass\nv = L([1])", "v.append(2)", "v"),
        ("class L(list): pass\nv = L([1])", "v.name = 1", "v"),
        ("from types import SimpleNamespace; v = SimpleNamespace(a=1)", "v.a = 2", "v"),
        ("v = ValueError('a')", "v.args = ('b',)", "v"),
        ("from random import Random; v = Random(1)", "v.random()", "v"),
        ("from random import Random; v = Random(1)", "v.gauss()", "v"),
        ("import io; v = io.StringIO('ab')", "v.read(1)", "v"),
        ("import io; v = io.BytesIO()", "v.write(b'1')", "v"),
    ],
)  # fmt: skip
def test_a_change_is_seen_at_the_object_that_changed(notebook, changed, source, act, owner):
    names = notebook(source)
    parts, _ = changed(names["v"], lambda: exec(act, names))
    assert parts == {identity_of(eval(owner, names))}


def test_nothing_changes_by_looking(notebook):
    for value in notebook(SOURCE)["values"]:
        assert scan(value) == scan(value)


def test_an_equal_item_in_the_place_of_another_is_no_change(changed):
    box = [1000.5, "text"]
    assert changed(box, lambda: box.__setitem__(0, float("1000.5"))) == (set(), False)


def test_cycles_end():
    loop = [1]
    loop.append(loop)
    other = [1]
    other.append(other)
    assert scan(loop).digest == scan(other).digest
    assert set(scan(loop).parts) == {identity_of(loop)}


def test_depth_does_not_matter():
    deep = []
    for _ in range(100_000):
        deep = [deep]
    found = scan(deep)
    assert (found.is_exact, len(found.parts)) == (False, 3000)
    while deep:  # a nest this deep is taken apart by hand
        deep = deep.pop()


def test_many_plain_items_are_exact_and_marshalled_in_chunks():
    numbers = list(range(1_000_000))
    assert scan(numbers).is_exact
    assert scan(numbers).digest != scan([*numbers[:-1], 0]).digest
    assert scan(numbers).digest == scan(list(range(1_000_000))).digest


def test_many_small_dicts_are_exact():
    assert scan([{"a": it} for it in range(5000)]).is_exact


def test_what_is_beyond_the_budget_is_sampled_and_says_so():
    found = scan(list(range(100_000)), Budget(nodes=10, bytes=1000))
    assert (found.is_exact, found.doubts) == (False, "a list of 100,000 items was sampled")
    assert len(found.parts) == 1


def test_a_sampled_list_still_notices_each_object_it_holds(changed):
    items = [[it, [it]] for it in range(60_000)]
    assert scan(items).doubts == "a list of 60,000 items was sampled"
    parts, _ = changed(items, lambda: items.__setitem__(31_234, []))
    assert parts == {identity_of(items)}


def test_a_long_text_counts_by_its_length():
    found = scan(["a" * 1000, "b" * 1000], Budget(bytes=1500))
    assert scan(["a" * 1000, "b" * 1000]).digest == scan(["a" * 1000, "b" * 1000]).digest
    assert found.digest != scan(["a" * 1000, "c" * 1000], Budget(bytes=1500)).digest


def test_plain_items_cost_no_step_each(monkeypatch):
    steps = []
    dumps = flat.marshal.dumps

    class Marshal:
        @staticmethod
        def dumps(value, version):
            steps.append(1)
            return dumps(value, version)

    monkeypatch.setattr(flat, "marshal", Marshal)
    scan(list(range(100_000)))
    assert len(steps) < 30


def test_a_dict_that_another_thread_changes_does_not_break_the_scan():
    box = {number: [number] for number in range(2000)}
    stop = threading.Event()

    def churn():
        number = 10_000
        while not stop.is_set():
            box[number] = [number]
            number += 1
            del box[number - 1]

    thread = threading.Thread(target=churn)
    thread.start()
    try:
        found = [scan(box) for _ in range(20)]
    finally:
        stop.set()
        thread.join()
    assert all(identity_of(box) in it.parts for it in found)


def test_what_cannot_be_looked_into_is_opaque():
    queue = SimpleQueue()
    found = scan({"queue": queue})
    assert (found.opaque, found.is_exact) == ({identity_of(queue)}, False)
    assert found.doubts == "a _queue.SimpleQueue cannot be looked into"


def test_a_lock_holds_no_data():
    found = scan({"lock": threading.Lock(), "again": threading.RLock()})
    assert (found.opaque, found.is_exact) == (frozenset(), True)


def test_a_stream_over_memory_has_neither_name_nor_mode():
    found = scan(io.TextIOWrapper(io.BytesIO(b"abc")))
    assert "cannot be looked into" in found.doubts
