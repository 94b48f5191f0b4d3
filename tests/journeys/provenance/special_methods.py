"""Methods that the language calls: operators, items, attributes, blocks."""

from __future__ import annotations

from case import case

__all__ = ["CASES"]

CASES = [
    case(
        "__call__",
        "t",
        "0 1 2",
        "class Adder:\n    def __init__(self, n):\n        self.n = n\n    def __call__(self, x):\n"
        "        return x + self.n",
        "add = Adder(4)",
        "t = add(1)",
    ),
    case(
        "__getitem__ and __setitem__",
        "t",
        "0 1 2 3",
        "class Grid:\n    def __init__(self):\n        self.cells = {}\n"
        "    def __getitem__(self, at):\n        return self.cells.get(at, 0)\n"
        "    def __setitem__(self, at, value):\n        self.cells[at] = value",
        "grid = Grid()",
        "grid[1, 2] = 8",
        "t = grid[1, 2]",
    ),
    case(
        "__add__ reads a global",
        "t",
        "0 1 2 3",
        "unit = 10",
        "class Money:\n    def __init__(self, n):\n        self.n = n\n"
        "    def __add__(self, other):\n        return (self.n + other.n) * unit",
        "a, b = Money(1), Money(2)",
        "t = a + b",
        fresh="t",
    ),
    case(
        "__iadd__",
        "t",
        "0 1 2 3 4",
        "class Bag:\n    def __init__(self):\n        self.n = 0\n    def __iadd__(self, n):\n"
        "        self.n += n\n        return self",
        "bag = Bag()",
        "same = bag",
        "bag += 5",
        "t = same.n",
    ),
    case(
        "__len__ and __bool__",
        "t",
        "0 1 2",
        "size = 0",
        "class Empty:\n    def __len__(self):\n        return size",
        "t = 'full' if Empty() else 'empty'",
        "size = 1",
        stale="t",
    ),
    case(
        "__iter__",
        "t",
        "0 1 2",
        "step = 2",
        "class Steps:\n    def __iter__(self):\n        return iter(range(0, 6, step))",
        "t = list(Steps())",
        fresh="t",
    ),
    case(
        "__getattr__",
        "t",
        "0 1 2",
        "known = {'a': 5}",
        "class Names:\n    def __getattr__(self, name):\n        return known[name]",
        "t = Names().a",
        fresh="t",
    ),
    case(
        "__eq__ and __hash__",
        "t",
        "0 1 2",
        "class Key:\n    def __init__(self, n):\n        self.n = n\n    def __eq__(self, other):\n"
        "        return self.n == other.n\n    def __hash__(self):\n        return self.n",
        "table = {Key(1): 'one'}",
        "t = table[Key(1)]",
    ),
    case(
        "__enter__ and __exit__",
        "t",
        "0 1 2 3",
        "class Noted:\n    def __init__(self, log):\n        self.log = log\n"
        "    def __enter__(self):\n        self.log.append('in')\n"
        "    def __exit__(self, *why):\n        self.log.append('out')",
        "log = []",
        "with Noted(log):\n    pass",
        "t = list(log)",
    ),
    case(
        "a descriptor",
        "t",
        "0 1 2 3",
        "class Positive:\n    def __set_name__(self, owner, name):\n"
        "        self.name = '_' + name\n"
        "    def __get__(self, thing, owner):\n        return getattr(thing, self.name)\n"
        "    def __set__(self, thing, value):\n        setattr(thing, self.name, abs(value))",
        "class Account:\n    amount = Positive()",
        "account = Account()\naccount.amount = -5",
        "t = account.amount",
    ),
]
