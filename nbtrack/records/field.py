"""What a field of a record knows about itself; tables, filters and documentation read it."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple, get_args, get_origin, get_type_hints

import msgspec

__all__ = ["Column", "Merge", "column", "columns_of"]

type_names = {str: "VARCHAR", int: "BIGINT", float: "DOUBLE", bool: "BOOLEAN"}

Merge = Literal["first", "last"]


class Column(NamedTuple):
    """One stored field: its name, SQL type, sentence, and how two writes of it become one."""

    name: str
    type: str
    doc: str
    merge: Merge
    filter: bool


def column(doc: str, *, merge: Merge = "first", filter: bool = False) -> msgspec.Meta:  # noqa: A002 - reads as a word at each declaration
    """Declare a stored field, inside `Annotated`.

    Args:
        doc: One sentence, shown by the documentation of the views.
        merge: Which of two writes stays: the `first`, or the `last` by time.
        filter: Whether the filter language knows it as an attribute.
    """
    return msgspec.Meta(description=doc, extra={"merge": merge, "filter": filter})


def columns_of(record: type[msgspec.Struct]) -> tuple[Column, ...]:
    """The stored fields of a record, in the order they are declared."""
    found = []
    for name, hint in get_type_hints(record, include_extras=True).items():
        metas = [
            item for item in getattr(hint, "__metadata__", ()) if isinstance(item, msgspec.Meta)
        ]
        for meta in metas:
            extra = meta.extra or {}
            if "merge" in extra:
                sql_type = type_names[plain_type(get_args(hint)[0])]
                doc = meta.description or ""
                found.append(Column(name, sql_type, doc, extra["merge"], extra["filter"]))
    return tuple(found)


def plain_type(hint: Any) -> type:
    """The type below `X | None`."""
    if get_origin(hint) is None:
        return hint  # type: ignore[no-any-return]
    return next(arg for arg in get_args(hint) if arg is not type(None))  # type: ignore[no-any-return]
