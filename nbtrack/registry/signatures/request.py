"""The body of a request as the data and params that `predict` takes: MLflow's scoring protocol."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from nbtrack.errors import SchemaMismatch
from nbtrack.registry.signatures.enforcement import Enforcer
from nbtrack.registry.signatures.problems import check_records, check_table
from nbtrack.registry.signatures.signature import ModelSignature

__all__ = ["REQUEST_KEYS", "read_request", "table_from"]

REQUEST_KEYS = ("dataframe_split", "dataframe_records", "inputs", "instances")


def read_request(body: str | bytes | Mapping[str, Any], signature: ModelSignature | None) -> Any:
    """The data and the params that a request's body asks with, as `predict` takes them.

    Example:
        >>> read_request('{"inputs": [1, 2]}', None)
        ([1, 2], {})

    Raises:
        SchemaMismatch: It is no such body, or does not fit the signature.
    """
    try:
        payload = body if isinstance(body, Mapping) else json.loads(body)
    except (ValueError, RecursionError) as error:
        raise SchemaMismatch(f"a request is JSON, and this cannot be read: {error}") from error
    keys = [it for it in REQUEST_KEYS if it in payload] if isinstance(payload, Mapping) else []
    if len(keys) != 1:
        raise SchemaMismatch(
            f"a request is a JSON object with one of {', '.join(REQUEST_KEYS)}, and it may have "
            f"'params'; this has {', '.join(keys) or 'none of them'}"
        )
    inputs = None if signature is None else signature.inputs
    params = None if signature is None else signature.params
    enforcer = Enforcer(inputs, params)
    data = request_data(keys[0], payload[keys[0]], enforcer)
    return data, enforcer.params(payload.get("params"))


def request_data(key: str, value: Any, enforcer: Enforcer) -> Any:
    """The data below one key of a request, a table as a frame."""
    return framed(table_from(key, value, enforcer))


def table_from(key: str, value: Any, enforcer: Enforcer) -> Any:
    """The data below one key of a request; columns of a signature as a table, not yet a frame.

    Raises:
        SchemaMismatch: It does not fit the signature.
    """
    if key == "inputs":
        return enforcer.from_inputs(value)
    if key == "instances":
        return enforcer.from_instances(value)
    if key == "dataframe_records":
        check_records(value)
        names = list(dict.fromkeys(name for it in value for name in it))
        by_row = [[it.get(name) for name in names] for it in value]
        return table_of(names, by_row, enforcer, lambda: enforcer.from_records(value))
    if not isinstance(value, Mapping) or "data" not in value:
        raise SchemaMismatch("dataframe_split is an object with 'columns' and 'data'")
    columns, rows = value.get("columns"), in_rows(value.get("columns"), value["data"])
    check_table(columns, rows)
    return table_of(columns, rows, enforcer, lambda: enforcer.from_split(columns, rows))


def in_rows(columns: Any, data: Any) -> Any:
    """Rows as lists, also where the values of the only column stand by themselves."""
    is_flat = isinstance(columns, list) and len(columns) == 1 and isinstance(data, list)
    if not is_flat or any(isinstance(it, list | dict) for it in data):
        return data
    return [[it] for it in data]


def table_of(columns: Any, rows: Any, enforcer: Enforcer, checked: Callable[[], Any]) -> Any:
    """A table as the signature wants it; without columns in a signature, as it comes."""
    import pandas as pd

    if enforcer.columns is not None:
        return checked()
    return enforcer.enforce(pd.DataFrame(rows, columns=columns))


def framed(data: Any) -> Any:
    """What is a table as a frame."""
    return data.to_frame() if hasattr(data, "to_frame") else data
