"""A page of results, and the token that leads to the next one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

__all__ = ["PagedList"]

Item = TypeVar("Item")


class PagedList(list[Item]):
    """A list that knows whether there is more; no token means that this was all."""

    def __init__(self, items: Iterable[Item] = (), token: str | None = None) -> None:
        super().__init__(items)
        self.token = token

    def to_list(self) -> list[Item]:
        """The items as a plain list."""
        return list(self)
