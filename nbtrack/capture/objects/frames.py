"""Frames, series and indexes of pandas: what they hold, not how blocks and caches hold it."""

from __future__ import annotations

from typing import Any

from nbtrack.capture.objects.arrays import dtype_name, has_objects
from nbtrack.capture.objects.flat import dumped, flat
from nbtrack.capture.objects.look import Copied, Handler, Look, Node
from nbtrack.capture.objects.memory import array_digest, is_array, note_owner, row_digests
from nbtrack.capture.objects.names import attributes_of, leaf

__all__ = ["LIBRARY"]


def frame(value: Any, look: Look) -> Node:
    """A frame or a series: its labels and the content of each column.

    Blocks are joined and split as pandas likes: neither their number nor their place counts.
    """
    state = attributes_of(value)
    manager = state["_mgr"]
    columns: dict[int, bytes] = {}
    objects: dict[int, object] = {}
    owners: list[object] = []
    for block in manager.blocks:
        is_series = len(manager.axes) == 1
        places = [0] if is_series else block.mgr_locs.as_array.tolist()
        block_columns(block.values, places, (columns, objects, owners), look)
    labels = [state.get("_name"), flags_of(state), state.get("_attrs"), *manager.axes]
    told = b"".join(columns[place] for place in sorted(columns))
    rest = [objects[place] for place in sorted(objects)]
    return Node(leaf(type(value)) + told, [*labels, *rest], asides=owners, is_deep=True)


def flags_of(state: dict[str, Any]) -> object:
    flags = state.get("_flags")
    return None if flags is None else bool(flags.allows_duplicate_labels)


Found = tuple[dict[int, bytes], dict[int, object], list[object]]
"""By place: what tells a column, and what of it is to be visited; memory others may show."""


def block_columns(values: Any, places: list[int], found: Found, look: Look) -> None:
    """The columns of a block: memory is hashed by rows, objects are looked at one by one."""
    columns, objects, owners = found
    inner: Any = values if is_array(values) else dates_of(values)
    if inner is None:
        columns[places[0]] = dumped(places[0])
        objects[places[0]] = values
        return
    name = dtype_name(inner.dtype) if inner is values else str(values.dtype).encode()
    rows = inner if inner.ndim == 2 else inner.reshape(1, -1)
    if not has_objects(inner.dtype):
        for place, digest in zip(places, row_digests(rows, look), strict=True):
            columns[place] = dumped(place) + name + digest
        note_owner(inner, look)
        return
    owners.append(inner)
    for place, row in zip(places, rows, strict=True):
        items = row.tolist()
        told = flat(items, look)
        columns[place] = dumped(place) + name + (told or b"")
        if told is None:
            objects[place] = tuple(items)


def dates_of(values: Any) -> Any:
    """The array within an extension array of dates, which may hold several columns."""
    inner: Any = getattr(values, "_ndarray", None)
    return inner if is_array(inner) and inner.dtype.kind in "mM" else None


def index(value: Any, look: Look) -> Node:  # noqa: ARG001
    """Labels, their name, and a frequency where dates have one."""
    state = attributes_of(value)
    data = state["_data"]
    frequency = getattr(data, "_freq", None)
    name = None if frequency is None else str(frequency.freqstr)
    return Node(leaf(type(value)), (state.get("_name"), name, data))


def range_index(value: Any, look: Look) -> Node:  # noqa: ARG001
    state = attributes_of(value)
    return Node(leaf(type(value)), (state.get("_name"), state["_range"]))


def multi_index(value: Any, look: Look) -> Node:  # noqa: ARG001
    state = attributes_of(value)
    return Node(leaf(type(value)), (state["_names"], state["_levels"], state["_codes"]))


def extension(value: Any, look: Look) -> Node:
    """An array of pandas' own kinds, by the arrays it is made of."""
    state = attributes_of(value)
    name = leaf(type(value)) + str(value.dtype).encode()
    for fields in (("_pa_array",), ("_left", "_right")):
        if fields[0] in state:
            return Node(name, [state[field] for field in fields])
    if "_mask" in state:
        return masked(name, state["_data"], state["_mask"], look)
    if "_sparse_values" in state:
        places = state["_sparse_index"].to_int_index().indices
        return Node(name, (state["_sparse_values"], len(value), Copied(places)))
    inner = getattr(value, "_ndarray", None)
    kinds = (value.categories, value.ordered) if hasattr(value, "categories") else ()
    return Node(name, (*kinds, inner))


def masked(name: bytes, data: Any, mask: Any, look: Look) -> Node:
    """Values with a mask; what lies under the mask is nobody's value."""
    if not mask.any():
        return Node(name + dumped(data.shape), (data,), asides=(mask,))
    seen = data.copy()
    seen[mask] = 0
    digest = array_digest(seen, look)
    look.memory.clear()  # the copy's memory is free again, and may be another's soon
    return Node(name + dumped(data.shape) + digest, (mask,), asides=(data,))


def missing(value: Any, look: Look) -> bytes:  # noqa: ARG001
    return leaf(type(value))


def moment(value: Any, look: Look) -> bytes:  # noqa: ARG001
    """A timestamp, a timedelta or a period of pandas."""
    parts = [str(getattr(value, it, "")) for it in ("value", "unit", "ordinal", "freqstr", "tz")]
    return leaf(type(value), "|".join(parts).encode())


def interval(value: Any, look: Look) -> Node:  # noqa: ARG001
    return Node(leaf(type(value)), (value.left, value.right, value.closed), is_mutable=False)


def dtype(value: Any, look: Look) -> Node:  # noqa: ARG001
    """A type of pandas; categories are part of theirs."""
    state = (str(value), getattr(value, "categories", None), getattr(value, "ordered", None))
    return Node(leaf(type(value)), state, is_mutable=False)


LIBRARY: dict[str, Handler] = {
    "pandas.DataFrame": frame,
    "pandas.Series": frame,
    "pandas.Index": index,
    "pandas.RangeIndex": range_index,
    "pandas.MultiIndex": multi_index,
    "pandas.api.extensions.ExtensionArray": extension,
    "pandas.api.extensions.ExtensionDtype": dtype,
    "pandas.Timestamp": moment,
    "pandas.Timedelta": moment,
    "pandas.Period": moment,
    "pandas.Interval": interval,
    "pandas._libs.missing.NAType": missing,
    "pandas._libs.tslibs.nattype.NaTType": missing,
}
