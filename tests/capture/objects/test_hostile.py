from __future__ import annotations

import collections
import contextlib
import datetime as dt
import decimal
import functools

import numpy as np
import pandas as pd
import pytest

from nbtrack.capture.identity import identity_of
from nbtrack.capture.objects.scan import scan

with contextlib.suppress(ImportError):
    import distributed  # noqa: F401 - its import hashes each class of errors, so before ours

METHODS = (
    "__array__", "__bool__", "__buffer__", "__call__", "__contains__", "__copy__", "__deepcopy__",
    "__dir__", "__eq__", "__float__", "__format__", "__getattr__", "__getattribute__",
    "__getitem__", "__getstate__", "__hash__", "__index__", "__int__", "__iter__", "__len__",
    "__reduce__", "__reduce_ex__", "__repr__", "__sizeof__", "__str__", "items", "keys", "values",
)  # fmt: skip

META_METHODS = (
    "__call__", "__dir__", "__eq__", "__getattr__", "__getattribute__", "__hash__",
    "__instancecheck__", "__iter__", "__len__", "__repr__", "__subclasscheck__",
)  # fmt: skip

BASES = {
    object: (),
    list: (),
    tuple: (),
    dict: (),
    set: (),
    frozenset: (),
    int: (3,),
    float: (3.0,),
    complex: (3j,),
    str: ("a",),
    bytes: (b"a",),
    bytearray: (),
    collections.OrderedDict: (),
    collections.deque: (),
    collections.defaultdict: (),
    decimal.Decimal: ("1.5",),
    dt.datetime: (2020, 1, 1),
    dt.date: (2020, 1, 1),
    dt.timedelta: (1,),
    Exception: ("a",),
    functools.partial: (len,),
    np.ndarray: ((2,),),
    np.float64: (1.5,),
}


@pytest.fixture
def traps():
    """What of a hostile object was called, and how traps are made."""
    called = []

    def trap(name):
        def act(*args, **kwargs):
            called.append(name)
            raise RuntimeError(name)

        return act

    return called, trap


def hostile_class(base, trap, *, with_metaclass):
    names = {it: trap(it) for it in METHODS}
    names |= {it: property(trap(it)) for it in ("__class__", "__dict__")}
    if not with_metaclass:
        return type("Hostile", (base,), names)
    traps = {it: trap(f"meta {it}") for it in META_METHODS}
    traps |= {it: property(trap(f"meta {it}")) for it in ("__mro__", "__name__", "__dict__")}
    return type.__new__(type("Meta", (type,), traps), "Hostile", (base,), names)


@pytest.mark.parametrize("base", BASES, ids=lambda it: it.__name__)
@pytest.mark.parametrize("with_metaclass", [False, True])
def test_no_method_of_a_hostile_object_is_called(base, with_metaclass, traps):
    if with_metaclass and base.__module__ == "numpy":
        pytest.skip("NumPy asks the metaclass when the object is made")
    called, trap = traps
    kind = hostile_class(base, trap, with_metaclass=with_metaclass)
    value = base.__new__(kind, *BASES[base])
    called.clear()
    found = [scan(it) for it in (value, [value], {"a": value, "b": (value,)}, kind)]
    assert called == []
    assert [(it.is_exact, it.opaque) for it in found] == [(True, frozenset())] * 4


@pytest.mark.parametrize("kind", [pd.DataFrame, pd.Series])
def test_a_hostile_frame_is_only_read(kind, traps):
    called, trap = traps
    names = {it: trap(it) for it in ("__len__", "__iter__", "__eq__", "__repr__", "__str__")}
    value = type("Hostile", (kind,), names)({"a": [1, 2]})
    called.clear()
    assert scan(value).is_exact
    assert called == []


def test_keys_with_hostile_equality_are_not_compared(traps):
    called, trap = traps

    class Key:
        def __hash__(self):
            return 1

    key = Key()
    held = {key: 1}, {key}, {(key, 1): [2]}
    Key.__hash__, Key.__eq__ = trap("hash"), trap("eq")
    assert all(it.is_exact for it in map(scan, held))
    assert called == []


def test_an_object_that_claims_to_be_large_is_not_believed():
    class Claims(list):
        def __len__(self):
            return 5 * 10**9

    assert scan(Claims([1])).is_exact


def test_a_broadcast_array_of_gigabytes_is_sampled():
    wide = np.broadcast_to(np.zeros(1), (10**9,))
    found = scan(wide)
    assert found.doubts == "an array of 8.0 GB was sampled"


def test_an_unexpected_error_is_told_and_the_value_is_opaque(monkeypatch):
    from nbtrack.capture import guard
    from nbtrack.capture.objects import kinds

    def fails(value, look):
        raise LookupError("no such luck")

    monkeypatch.setattr(guard, "told", set())
    monkeypatch.setitem(kinds.BUILTIN, identity_of(range), fails)
    value = range(3)
    with pytest.warns(guard.TrackingWarning, match="looking at a range failed"):
        found = scan([value])
    assert (found.opaque, found.doubts) == ({identity_of(value)}, "a range cannot be looked into")
