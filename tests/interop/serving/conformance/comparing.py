"""When two answers are one: the same status, the same form, numbers to the last digits."""

from __future__ import annotations

import math

__all__ = ["are_same", "is_same"]

TOLERANCE = 1e-12


def is_same(answer, kept):
    """Whether an answer is as one that was kept."""
    return answer.status == kept["status"] and are_same(answer.told, kept.get("told"))


def are_same(one, other):
    """Whether two values of JSON are the same."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(are_same(one[it], other[it]) for it in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(are_same, one, other))
    if type(one) is type(other) is float:
        return math.isclose(one, other, rel_tol=TOLERANCE) or (one != one and other != other)  # noqa: PLR0124 - NaN alone is
    return type(one) is type(other) and one == other
