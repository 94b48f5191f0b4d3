"""What an input example looks like as JSON, beside a model and in a request."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from nbtrack.errors import InvalidValue
from nbtrack.registry.signatures.inference import is_of
from nbtrack.registry.signatures.json_values import jsonable
from nbtrack.registry.signatures.values import is_missing

__all__ = ["Written", "written"]

CHAT_KEYS = {"messages", "prompt", "input"}
"""A dict with one of them is a request to a language model, and is sent as it is."""


class Written(NamedTuple):
    """Data as JSON holds it."""

    plain: Any
    info: dict[str, Any]
    request: Any = None
    """The body of a request, where it is not `{"inputs": plain}`."""


def written(data: Any) -> Written:
    """Data as JSON holds it, and how it is told apart when it is read."""
    if is_of(data, "pandas", "DataFrame"):
        return written_frame(data)
    if type(data).__module__.startswith("scipy.sparse"):
        return written_sparse(data)
    if is_of(data, "numpy", "ndarray") or is_dict_of_arrays(data):
        return Written(jsonable(data), {"type": "ndarray"})
    if isinstance(data, dict | list | str | bytes | int | float | dt.date) or is_of(
        data, "numpy", "generic"
    ):
        plain = jsonable(data)
        is_chat = isinstance(data, dict) and bool(CHAT_KEYS & data.keys())
        return Written(plain, {"type": "json_object"}, plain if is_chat else None)
    raise InvalidValue(
        f"an input example is a frame, an array, a sparse matrix, a dict, a list or a scalar, "
        f"or a tuple of one of them and a dict of params; a {type(data).__name__} came"
    )


def is_dict_of_arrays(data: Any) -> bool:
    """Whether a dict holds arrays alone; one that mixes them with others is an error."""
    if not isinstance(data, dict) or not data:
        return False
    arrays = [name for name, it in data.items() if is_of(it, "numpy", "ndarray")]
    if arrays and len(arrays) < len(data):
        raise InvalidValue(f"a dict holds only arrays or none; arrays are {arrays[:8]}")
    return bool(arrays)


def written_frame(frame: Any) -> Written:
    """A frame in split orientation, without its index."""
    split_frame = {
        "columns": [str(it) if isinstance(it, tuple) else jsonable(it) for it in frame.columns],
        "data": [list(row) for row in zip(*(cells_of(it) for _, it in frame.items()), strict=True)],
    }
    if list(frame.columns) == list(range(len(frame.columns))):
        del split_frame["columns"]
    orient = "split" if "columns" in split_frame else "values"
    info = {"type": "dataframe", "pandas_orient": orient}
    return Written(split_frame, info, {"dataframe_split": split_frame})


def cells_of(series: Any) -> list[Any]:
    """The values of a column as JSON holds them."""
    if series.dtype.kind == "M":
        return [None if is_missing(it) else it.isoformat() for it in series]
    return [jsonable(it) for it in series.tolist()]


def written_sparse(matrix: Any) -> Written:
    """A sparse matrix by its parts; a request holds it whole."""
    matrix = matrix if matrix.format in {"csr", "csc"} else matrix.tocsr()
    parts = {name: jsonable(getattr(matrix, name)) for name in ("data", "indices", "indptr")}
    info = {"type": f"sparse_matrix_{matrix.format}"}
    whole = {"inputs": jsonable(matrix.toarray())}
    return Written({**parts, "shape": list(matrix.shape)}, info, whole)
