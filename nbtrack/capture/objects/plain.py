"""Values that cannot change: each is told by its bytes."""

from __future__ import annotations

import _thread
import datetime as dt
import decimal
import enum
import fractions
import operator
import pathlib
import re
import struct
import types
import uuid
import weakref
import zoneinfo
from typing import Any

from nbtrack.capture.objects.flat import dumped
from nbtrack.capture.objects.look import Copied, Handler, Look, Node
from nbtrack.capture.objects.names import attributes_of, is_users, leaf, name_of

__all__ = ["HANDLERS", "LIBRARY"]


def written(value: object) -> bytes:
    """A number or text of the language, or of a library that is trusted, as text."""
    return str(value).encode(errors="surrogatepass")


def by_type(value: object, look: Look) -> bytes:  # noqa: ARG001
    """One of a kind, or all alike to a reader."""
    return leaf(type(value))


def integer(value: Any, look: Look) -> bytes:  # noqa: ARG001
    return dumped(int.__pos__(value))


def real(value: Any, look: Look) -> bytes:  # noqa: ARG001
    return dumped(float.__pos__(value))


def imaginary(value: Any, look: Look) -> bytes:  # noqa: ARG001
    return dumped(complex.__pos__(value))


def text(value: Any, look: Look) -> bytes:  # noqa: ARG001
    return dumped(str.__getitem__(value, slice(None)))


def octets(value: Any, look: Look) -> bytes:  # noqa: ARG001
    return dumped(bytes.__getitem__(value, slice(None)))


def span(value: Any, look: Look) -> bytes:  # noqa: ARG001
    return leaf(range, written((value.start, value.stop, value.step)))


def piece(value: Any, look: Look) -> Node:  # noqa: ARG001
    children = (value.start, value.stop, value.step)
    return Node(leaf(slice), children, is_mutable=False)


def day(value: Any, look: Look) -> bytes:  # noqa: ARG001
    return leaf(dt.date, written(dt.date.toordinal(value)))


def moment(value: Any, look: Look) -> Node:  # noqa: ARG001
    """Fields and the zone, which may be a class of the user's."""
    fields = dt.datetime.__reduce_ex__(value, 2)[1]
    return Node(leaf(dt.datetime), fields, is_mutable=False)


def clock(value: Any, look: Look) -> Node:  # noqa: ARG001
    fields = dt.time.__reduce_ex__(value, 2)[1]
    return Node(leaf(dt.time), fields, is_mutable=False)


def duration(value: Any, look: Look) -> bytes:  # noqa: ARG001
    kind = dt.timedelta.__dict__
    fields = [kind[it].__get__(value) for it in ("days", "seconds", "microseconds")]
    return leaf(dt.timedelta, written(fields))


def offset(value: Any, look: Look) -> bytes:  # noqa: ARG001
    return leaf(dt.timezone, written(dt.timezone.__str__(value)))


def zone(value: Any, look: Look) -> bytes:  # noqa: ARG001
    return leaf(zoneinfo.ZoneInfo, written(zoneinfo.ZoneInfo.__str__(value)))


def exact_decimal(value: Any, look: Look) -> bytes:  # noqa: ARG001
    return leaf(decimal.Decimal, written(tuple(decimal.Decimal.as_tuple(value))))


def ratio(value: Any, look: Look) -> Node:  # noqa: ARG001
    fields = fractions.Fraction.__dict__
    children = [fields[it].__get__(value) for it in ("_numerator", "_denominator")]
    return Node(leaf(fractions.Fraction), children, is_mutable=False)


def path(value: Any, look: Look) -> bytes:  # noqa: ARG001
    return leaf(pathlib.PurePath, written(pathlib.PurePath.__str__(value)))


def unique(value: Any, look: Look) -> bytes:  # noqa: ARG001
    return leaf(uuid.UUID, written(uuid.UUID.__dict__["int"].__get__(value)))


def pattern(value: Any, look: Look) -> bytes:  # noqa: ARG001
    return leaf(re.Pattern, dumped(value.pattern) + dumped(value.flags))


def match(value: Any, look: Look) -> Node:  # noqa: ARG001
    return Node(leaf(re.Match), (value.re, value.string, value.regs), is_mutable=False)


def member(value: Any, look: Look) -> Node:  # noqa: ARG001
    """A member of an enumeration: its class, its name and its value."""
    state = attributes_of(value)
    children = [state.get("_name_"), state.get("_value_")]
    if is_users(type(value)):
        children.append(type(value))
    return Node(leaf(type(value)), children, is_mutable=False)


def module(value: Any, look: Look) -> bytes:  # noqa: ARG001
    name = attributes_of(value).get("__name__")
    return leaf(types.ModuleType, dumped(name) if type(name) is str else b"")


def named(value: Any, look: Look) -> bytes:  # noqa: ARG001
    """A method or a field of a class in C."""
    owner = value.__objclass__
    return leaf(type(value), f"{name_of(owner)}.{value.__name__}".encode())


def either(value: Any, look: Look) -> Node:  # noqa: ARG001
    """`int | None`."""
    return Node(leaf(type(value)), value.__args__, is_mutable=False)


def generic(value: Any, look: Look) -> Node:  # noqa: ARG001
    """`list[int]`."""
    children = (value.__origin__, *value.__args__)
    return Node(leaf(type(value)), children, is_mutable=False)


def made(value: Any, look: Look) -> Node:  # noqa: ARG001
    """What of the standard library tells how it would be made again."""
    return Node(leaf(type(value)), value.__reduce__()[1:], is_mutable=False)


def remade(value: Any, look: Look) -> Node:  # noqa: ARG001
    """The same for what can change."""
    return Node(leaf(type(value)), (Copied(value.__reduce__()[1:]),))


def binary_form(value: Any, look: Look) -> bytes:  # noqa: ARG001
    return leaf(type(value), value.format.encode())


def hasher(value: Any, look: Look) -> Node:  # noqa: ARG001
    return Node(leaf(type(value)), (value.name, value.digest()))


def parent(value: Any, look: Look) -> Node:  # noqa: ARG001
    """`super()`, kept."""
    fields = super.__dict__
    children = [fields[it].__get__(value) for it in ("__self__", "__thisclass__")]
    return Node(leaf(super), children, is_mutable=False)


HANDLERS: dict[type, Handler] = {
    int: integer,
    float: real,
    complex: imaginary,
    str: text,
    bytes: octets,
    object: by_type,
    type(NotImplemented): by_type,
    range: span,
    slice: piece,
    dt.date: day,
    dt.datetime: moment,
    dt.time: clock,
    dt.timedelta: duration,
    dt.timezone: offset,
    zoneinfo.ZoneInfo: zone,
    decimal.Decimal: exact_decimal,
    fractions.Fraction: ratio,
    pathlib.PurePath: path,
    uuid.UUID: unique,
    re.Pattern: pattern,
    re.Match: match,
    enum.Enum: member,
    types.ModuleType: module,
    types.WrapperDescriptorType: named,
    types.MethodDescriptorType: named,
    types.ClassMethodDescriptorType: named,
    types.GetSetDescriptorType: named,
    types.MemberDescriptorType: named,
    types.UnionType: either,
    types.GenericAlias: generic,
    type(decimal.DecimalTuple.sign): made,
    operator.itemgetter: made,
    operator.attrgetter: made,
    operator.methodcaller: made,
    decimal.Context: remade,
    struct.Struct: binary_form,
    super: parent,
    _thread.LockType: by_type,
    _thread.RLock: by_type,
    types.TracebackType: by_type,
    types.FrameType: by_type,
    weakref.ReferenceType: by_type,
    weakref.ProxyType: by_type,
    weakref.CallableProxyType: by_type,
}

LIBRARY: dict[str, Handler] = {
    "_hashlib.HASH": hasher,
    "typing.TypeVar": by_type,
    "typing.ParamSpec": by_type,
    "typing.TypeVarTuple": by_type,
}
