"""Dates and times as nanoseconds since 1970, as arrays of a model hold them; none is changed by it.

NumPy wraps around what nanoseconds cannot hold: the year 2500 would become 1915.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nbtrack.errors import SchemaMismatch

__all__ = ["in_nanoseconds", "moments_in_nanoseconds"]

NANOSECONDS = np.dtype("datetime64[ns]")
NO_TIME = np.datetime64("NaT", "ns")


def in_nanoseconds(values: Any) -> Any:
    """An array of dates or times of any precision as one of nanoseconds.

    Example:
        >>> in_nanoseconds(np.array(["2026-01-31"], "datetime64[D]"))
        array(['2026-01-31T00:00:00.000000000'], dtype='datetime64[ns]')

    Raises:
        SchemaMismatch: One of them is outside of what nanoseconds hold.
    """
    try:
        found = values.astype(NANOSECONDS)
    except OverflowError:  # NumPy before 2.5 wraps around
        raise outside(
            f"row {next(it for it in range(values.size) if not fits(values, it))}: "
        ) from None
    same = (found.astype(values.dtype) == values) | np.isnat(values)
    if not same.all():
        raise outside(f"row {int(np.argmin(same.ravel()))}: ")
    return found


def fits(values: Any, at: int) -> bool:
    """Whether nanoseconds hold one of the dates or times, where NumPy tells."""
    try:
        values.ravel()[at : at + 1].astype(NANOSECONDS)
    except OverflowError:
        return False
    return True


def moments_in_nanoseconds(values: list[Any]) -> Any:
    """Dates and times of Python, of pandas and of NumPy, with gaps, as such an array."""
    found = np.empty(len(values), NANOSECONDS)
    for at, value in enumerate(values):
        if value is None:
            found[at] = NO_TIME
            continue
        plain = value.to_datetime64() if hasattr(value, "to_datetime64") else np.datetime64(value)
        try:
            found[at] = plain
        except OverflowError:
            raise outside(f"row {at}: ") from None
        if not np.isnat(plain) and found[at].astype(plain.dtype) != plain:
            raise outside(f"row {at}: ")
    return found


def outside(place: str) -> SchemaMismatch:
    """A time that nanoseconds cannot hold."""
    return SchemaMismatch(
        f"{place}datetime is wanted, which holds the years 1678 to 2261, and another one came"
    )
