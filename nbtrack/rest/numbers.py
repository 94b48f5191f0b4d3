"""Numbers as JSON has them: NaN and infinities, which it lacks, are texts."""

from __future__ import annotations

import math
from typing import overload

__all__ = ["sendable"]


@overload
def sendable(value: float) -> float | str: ...
@overload
def sendable(value: float | None) -> float | str | None: ...
def sendable(value: float | None) -> float | str | None:
    """A number, or the text for what is no finite one.

    Example:
        >>> from nbtrack.rest.numbers import sendable
        >>> sendable(0.5), sendable(float("nan")), sendable(float("-inf"))
        (0.5, 'NaN', '-Infinity')
    """
    if value is None or math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")
