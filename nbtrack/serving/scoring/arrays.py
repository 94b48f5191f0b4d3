"""Arrays of JSON for models without a signature, as MLflow makes them."""

from __future__ import annotations

from typing import Any

import numpy as np

from nbtrack.serving.scoring.refusals import bad_request

__all__ = ["arrays_of"]


def arrays_of(key: str, value: Any) -> Any:
    """What stands below `inputs` or `instances`: an array of lists, named arrays of an object.

    Example:
        >>> arrays_of("instances", [{"a": 1}, {"a": 2}])
        {'a': array([1, 2])}
    """
    if isinstance(value, dict):
        return {name: array_of(it) for name, it in value.items()}
    if value == []:
        return value
    if not isinstance(value, list) or not isinstance(value[0], dict):
        return array_of(value)
    if not all(isinstance(it, dict) for it in value):
        raise bad_request(f"{key} is a list of objects or of values, not of both")
    if key == "inputs":
        return value
    names = dict.fromkeys(name for it in value for name in it)
    if any(it.keys() != names.keys() for it in value):
        raise bad_request("each of the instances has all names that one of them has")
    return {name: array_of([it[name] for it in value]) for name in names}


def array_of(value: Any) -> Any:
    """One array of nested lists."""
    try:
        return np.array(value)
    except (ValueError, OverflowError):
        raise bad_request("lists have one length at each level, and here they differ") from None
