"""Frames without secrets: columns that are named so, and in small frames what looks like one."""

from __future__ import annotations

from typing import Any

from nbtrack.capture.redaction import is_secret_key, is_wanted, mark, redact_text

__all__ = ["redact_frame"]

MOST_CELLS = 100_000
"""Looking at a text takes some microseconds; of larger frames only the names are asked."""


def redact_frame(frame: Any) -> Any:
    """A frame of pandas or polars to be written: the same one where nothing in it is secret."""
    if not is_wanted():
        return frame
    is_small = frame.shape[0] * frame.shape[1] <= MOST_CELLS
    changed = {}
    for place, name in enumerate(frame.columns):
        if is_secret_key(str(name)) or (is_small and str(column_of(frame, place).dtype) in TEXTS):
            cells = [*column_of(frame, place)]
            shown = [redact_cell(str(name), it) for it in cells]
            if any(new is not old for new, old in zip(shown, cells, strict=True)):
                changed[place] = shown
    return with_columns(frame, changed) if changed else frame


TEXTS = frozenset({"object", "str", "string", "String"})
"""Kinds of columns that may hold texts, as pandas and polars call them."""

MISSING = frozenset({"", "None", "nan", "NaN", "NaT", "<NA>"})


def column_of(frame: Any, place: int) -> Any:
    return frame.iloc[:, place] if hasattr(frame, "iloc") else frame.to_series(place)


def redact_cell(column: str, cell: Any) -> Any:
    """One value; what is no text stays unless its column is secret, and so does what is missing."""
    if is_secret_key(column):
        shown = str(cell)
        return cell if shown in MISSING else mark(shown)
    return redact_text(cell) if type(cell) is str else cell


def with_columns(frame: Any, columns: dict[int, list[Any]]) -> Any:
    """A copy of a frame with other values in some columns."""
    if not hasattr(frame, "iloc"):
        kind = type(frame.to_series(0))
        return frame.with_columns([kind(frame.columns[it], new) for it, new in columns.items()])
    copy = frame.copy()
    for place, values in columns.items():
        copy.isetitem(place, values)
    return copy
