"""What callers hand over, as records hold it: keys, numbers, curves, texts, steps and times."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Protocol

from nbtrack.capture.classes import home_of
from nbtrack.errors import InvalidValue
from nbtrack.records.ids import now_ms

__all__ = [
    "DatasetLike",
    "curve_of",
    "is_number",
    "is_single",
    "key_of",
    "number_of",
    "step_of",
    "steps_of",
    "text_of",
    "time_of",
    "times_of",
]

LONGEST_KEY = 250
"""MLflow's limit, so that what is logged here can go there."""

LONGEST_TEXT = 1_000_000
"""A record travels in one line of at most a megabyte."""

INT64 = 1 << 63


class DatasetLike(Protocol):
    """What a metric needs to know of the dataset it was measured on."""

    @property
    def name(self) -> str: ...
    @property
    def digest(self) -> str: ...


def key_of(key: object, kind: str) -> str:
    """The key of a metric, param or tag; any characters will do."""
    if not isinstance(key, str) or not key:
        raise InvalidValue(f"the key of a {kind} is a text of 1 to 250 characters, not {key!r}")
    if len(key) > LONGEST_KEY:
        raise InvalidValue(
            f"the key of a {kind} has at most 250 characters; {key[:40]!r}… has {len(key)}"
        )
    return writable(str(key))


def text_of(value: object, key: str, kind: str) -> str:
    """A param's or a tag's value as text; None is 'None'."""
    text = str(value)
    if len(text) > LONGEST_TEXT // 4 and len(text.encode(errors="replace")) > LONGEST_TEXT:
        raise InvalidValue(
            f"the value of {kind} {key!r} has {len(text)} characters, more than a megabyte; "
            f"keep it as an artifact with log_text"
        )
    return writable(text)


def writable(text: str) -> str:
    """Half surrogates, as in file names of another encoding, are spelled out: JSON has none."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode(errors="backslashreplace").decode()
    return text


def number_of(value: Any, key: str) -> float:
    """A metric's value: numbers, NumPy's and a tensor's scalars, and texts that are numbers."""
    try:
        return float(value.item() if size_of(value) == 1 else value)
    except (TypeError, ValueError, OverflowError, RuntimeError):
        raise InvalidValue(
            f"the value of metric {key!r} is a number, not {described(value)}"
        ) from None


def is_number(value: object) -> bool:
    """Whether a value is a single number; nothing of an unknown class is called to find out."""
    kind = type(value)
    if kind is int or kind is float:
        return True
    if home_of(kind) != "numpy":
        return False
    is_scalar = not kind.__name__.startswith(("bool", "ndarray"))
    return is_scalar and hasattr(kind, "__float__") and getattr(value, "ndim", 1) == 0


def described(value: object) -> str:
    """A value in a message: short, and with its type if that is what is wrong."""
    if isinstance(value, str):
        return repr(value if len(value) <= 80 else value[:80] + "…")
    shape = getattr(value, "shape", None)
    if shape is not None:
        return f"a {type(value).__name__} of shape {tuple(shape)}"
    if isinstance(value, int | float | complex) or value is None:
        return repr(value) if len(repr(value)) <= 80 else f"an int of {len(repr(value))} digits"
    return f"a {type(value).__name__}"


def size_of(value: Any) -> int | None:
    """How many elements an array or tensor of any library has; None for what is neither."""
    shape = getattr(value, "shape", None)
    if shape is None:
        return None
    size = 1
    for length in shape:
        size *= int(length)
    return size


def curve_of(value: Any, key: str) -> list[float] | None:
    """Several values at once (list, array, Series, tensor) as floats; None for a single number."""
    if isinstance(value, str | bytes | int | float):
        return None
    shape = getattr(value, "shape", None)
    if shape is not None:
        return array_as_floats(value, tuple(shape), key)
    if isinstance(value, Mapping | AbstractSet) or not isinstance(value, Sequence):
        return None
    return [number_of(item, key) for item in value]


def array_as_floats(value: Any, shape: tuple[int, ...], key: str) -> list[float] | None:
    """The floats of a one-dimensional array; None for an array of no dimension."""
    if len(shape) == 0:
        return None
    if len(shape) > 1:
        if size_of(value) == 1:
            return None
        raise InvalidValue(
            f"metric {key!r} takes a number or a curve, not an array of shape {shape}; "
            f"log its columns one by one, or the array as an artifact"
        )
    if not hasattr(value, "tolist"):
        value = value.numpy()
    return [item if type(item) is float else number_of(item, key) for item in value.tolist()]


def step_of(step: Any) -> int:
    """A step as a whole number; None is 0."""
    if step is None:
        return 0
    if type(step) is not int:
        try:
            step = int(step) if float(step).is_integer() else operator.index(step)
        except (TypeError, ValueError, OverflowError):
            raise InvalidValue(f"a step is a whole number, not {step!r}") from None
    if not -INT64 <= step < INT64:
        raise InvalidValue(f"a step has at most 64 bits; {step} has more")
    return int(step)


def steps_of(step: Any, count: int) -> list[int]:
    """The steps of a curve: given one by one, or counted from one step, or from 0."""
    if getattr(step, "shape", ()):
        step = step.tolist()
    if isinstance(step, Sequence) and not isinstance(step, str):
        if len(step) != count:
            raise InvalidValue(f"{count} values have {len(step)} steps; give one step for each")
        return [step_of(item) for item in step]
    first = step_of(step)
    return list(range(first, first + count))


def time_of(timestamp: Any) -> int:
    """Milliseconds since the epoch; None is now."""
    if timestamp is None:
        return now_ms()
    if type(timestamp) is not int:
        try:
            timestamp = int(timestamp)
        except (TypeError, ValueError, OverflowError):
            raise InvalidValue(
                f"a timestamp is milliseconds since 1970 as a number, not {timestamp!r}"
            ) from None
    if not 0 <= timestamp < INT64:
        raise InvalidValue(f"a timestamp is milliseconds since 1970, not {timestamp}")
    return int(timestamp)


def is_single(timestamp: Any) -> bool:
    """Whether a time is one for all."""
    return not isinstance(timestamp, list | tuple) and not getattr(timestamp, "shape", ())


def times_of(timestamp: Any, count: int) -> list[int]:
    """The times of a curve: given one by one, or one for all."""
    if is_single(timestamp):
        return [time_of(timestamp)] * count
    if len(timestamp) != count:
        raise InvalidValue(
            f"{count} values have {len(timestamp)} timestamps; give one for each, or one for all"
        )
    return [time_of(item) for item in timestamp]
