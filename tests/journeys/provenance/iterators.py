"""Generators and iterators, which a read uses up."""

from __future__ import annotations

from case import case

__all__ = ["CASES"]

CASES = [
    case(
        "a generator",
        "t",
        "0 1 2 3",
        "def count():\n    n = 0\n    while True:\n        n += 1\n        yield n",
        "numbers = count()",
        "a = next(numbers)",
        "t = next(numbers)",
        fresh="t a",
    ),
    case(
        "a generator expression is late",
        "t",
        "0 1 2 3",
        "things = [1, 2]",
        "doubled = (it * 2 for it in things)",
        "things.append(3)",
        "t = sum(doubled)",
    ),
    case(
        "a generator that reads a global",
        "t",
        "1 2 3",
        "k = 1",
        "doubled = (it * k for it in [1, 2])",
        "k = 10",
        "t = sum(doubled)",
    ),
    case(
        "an iterator",
        "t",
        "0 1 2",
        "it = iter([1, 2, 3])",
        "a = next(it)",
        "t = next(it)",
        fresh="t a",
    ),
    case(
        "an iterator made anew",
        "t",
        "2 3",
        "it = iter([1, 2, 3])",
        "a = next(it)",
        "it = iter([4])",
        "t = next(it)",
        fresh="t",
    ),
    case(
        "zip is used up",
        "t",
        "0 1 2",
        "pairs = zip([1, 2], 'ab')",
        "a = list(pairs)",
        "t = len(list(pairs))",
    ),
    case(
        "itertools.count",
        "t",
        "0 1 2 3",
        "import itertools",
        "ids = itertools.count(5)",
        "a = next(ids)",
        "t = next(ids)",
    ),
    case(
        "a generator that is sent values",
        "t",
        "0 1 2 3 4",
        "def mean():\n    total = n = 0\n    value = None\n    while True:\n"
        "        value = yield value\n        total += value\n        n += 1\n"
        "        value = total / n",
        "running = mean()",
        "next(running)",
        "running.send(10)",
        "t = running.send(20)",
    ),
    case(
        "yield from",
        "t",
        "0 1 2",
        "def inner():\n    yield from (1, 2)",
        "def outer():\n    yield from inner()\n    yield 3",
        "t = list(outer())",
    ),
]
