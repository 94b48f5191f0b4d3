"""Displayed results, which later cells reach as `_`, `__`, `_3` and `Out[3]`."""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["LAST", "Outputs", "is_output", "number_of"]

NAMED = re.compile(r"_(\d+)|Out\[(\d+)\]")
LAST = {"_": 1, "__": 2, "___": 3}
"""Names of the last results, with how far back they are."""

EVERY = frozenset({"Out", "_oh"})


def number_of(name: str) -> int | None:
    """The number of the result that a name such as `_3` or `Out[3]` stands for."""
    match = NAMED.fullmatch(name)
    return None if match is None else int(match[1] or match[2])


def is_output(name: str) -> bool:
    """Whether a name stands for one or all of the displayed results."""
    return name in LAST or name in EVERY or NAMED.fullmatch(name) is not None


class Outputs:
    """The results that a session displayed, in order."""

    def __init__(self) -> None:
        self.shown: list[tuple[int, int]] = []
        """The number of each, and its execution's place."""

    def read_by(self, names: Iterable[str], numbers: set[int]) -> list[str]:
        """The symbols `Out[n]` that a cell read which loaded some names and numbers."""
        found: list[int] = []
        for name in names:
            number = number_of(name)
            if name in LAST and len(self.shown) >= LAST[name]:
                found.append(self.shown[-LAST[name]][0])
            elif name in EVERY:
                every = [it for it, _ in self.shown]
                found += [it for it in every if it in numbers] or every
            elif number is not None:
                found.append(number)
        return [f"Out[{number}]" for number in dict.fromkeys(found)]

    def since(self, name: str) -> set[int]:
        """The executions of the results after the one that `__` or `___` stands for.

        Without them it would stand for another.
        """
        back = LAST.get(name, 1)
        return {place for _, place in self.shown[-back + 1 :]} if back > 1 else set()
