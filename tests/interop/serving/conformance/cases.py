"""All requests, in the order in which they are sent; see `case.py` for what one is."""

from __future__ import annotations

from conformance import answers, columns, formats, further, habits, refusals, shapes

__all__ = ["CASES"]

CASES = (
    *formats.CASES,
    *columns.CASES,
    *shapes.CASES,
    *answers.CASES,
    *refusals.CASES,
    *further.CASES,
    *habits.CASES,
)
