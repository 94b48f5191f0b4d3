"""Bodies of requests read by their content type: JSON in each of MLflow's forms, CSV, Parquet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec
import orjson

from nbtrack.registry.signatures.enforcement import Enforcer
from nbtrack.registry.signatures.request import REQUEST_KEYS, table_from
from nbtrack.serving.scoring.arrays import arrays_of
from nbtrack.serving.scoring.asked import Asked, asked_with
from nbtrack.serving.scoring.quick import BARE
from nbtrack.serving.scoring.refusals import bad_request, unsupported
from nbtrack.serving.scoring.tables import read_csv, read_parquet

__all__ = ["CONTENT_TYPES", "Reader", "content_kind", "plain_json"]

JSON = "application/json"
CONTENT_TYPES = (JSON, "text/csv", "application/vnd.apache.parquet")

SPLIT_KEYS = {"columns", "data", "index"}


class Reader(NamedTuple):
    """What is known of a model when a body is read for it."""

    enforcer: Enforcer
    is_hinted: bool = False
    """Whether the model makes its own types of what comes."""

    def read(self, body: bytes, kind: str) -> Asked:
        """The data and params of a body.

        Raises:
            Refused: It cannot be read.
            SchemaMismatch: It does not fit the signature.
        """
        if kind == JSON:
            return self.read_json(body)
        read = read_csv if kind == "text/csv" else read_parquet
        frame = self.enforcer.enforce(read(body, self.enforcer.inputs))
        return asked_with(frame, self.params(None))

    def read_json(self, body: bytes) -> Asked:
        """The data and params of a JSON body."""
        payload = plain_json(body)
        if not isinstance(payload, dict):
            raise bad_request(
                f"a request is a JSON object with one of {', '.join(REQUEST_KEYS)}, and this is a "
                f"{type(payload).__name__}"
            )
        if any(name in payload for name in BARE):
            return self.bare(payload)
        keys = [name for name in REQUEST_KEYS if name in payload]
        if len(keys) != 1:
            came = f"it has {' and '.join(keys)}" if keys else "it has none of them"
            raise bad_request(
                f"a request is a JSON object with one of {', '.join(REQUEST_KEYS)}, and it may "
                f"have params; {came}"
            )
        params = self.params(payload.get("params"))
        return asked_with(self.data(keys[0], payload[keys[0]]), params)

    def data(self, key: str, value: Any) -> Any:
        """What stands below the one key."""
        if self.is_hinted:
            if key != "inputs":
                raise bad_request(f"this model names its types, and takes 'inputs', not {key!r}")
            return value
        if key == "dataframe_split":
            check_split(value)
        if key in {"inputs", "instances"} and self.enforcer.inputs is None:
            return arrays_of(key, value)
        return table_from(key, value, self.enforcer)

    def bare(self, payload: Mapping[str, Any]) -> Asked:
        """A request to a language model, which stands by itself."""
        schema = self.enforcer.param_schema
        known = {it.name for it in schema} if schema is not None else set()
        data = {name: it for name, it in payload.items() if name not in known}
        params = {name: it for name, it in payload.items() if name in known}
        return asked_with(self.enforcer.enforce(data), self.params(params or None), is_bare=True)

    def params(self, given: Any) -> dict[str, Any] | None:
        """The params, checked; what the model does not know is left out, as MLflow does."""
        if given is not None and not isinstance(given, dict):
            raise bad_request(f"params are an object of names, not a {type(given).__name__}")
        schema = self.enforcer.param_schema
        if schema is None:
            return None
        known = {it.name for it in schema}
        return self.enforcer.params(
            {name: it for name, it in (given or {}).items() if name in known}
        )


def check_split(value: Any) -> None:
    """A table in split form has data, and nothing besides columns and an index."""
    if not isinstance(value, dict) or "data" not in value:
        raise bad_request("dataframe_split is an object with 'columns' and 'data'")
    if not SPLIT_KEYS.issuperset(value):
        raise bad_request("dataframe_split has 'columns', 'data' and 'index', and nothing else")
    index, rows = value.get("index"), value["data"]
    if isinstance(index, list) and isinstance(rows, list) and len(index) != len(rows):
        raise bad_request(f"the index has {len(index)} values, and there are {len(rows)} rows")


def plain_json(body: bytes) -> Any:
    """What a body holds; NaN and Infinity are taken, as MLflow does.

    Raises:
        Refused: It is no JSON, or nested too deeply.
    """
    try:
        return exact(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass  # it may be JSON of Python's, or what is wrong is told below
    try:
        found = json.loads(body)
    except UnicodeDecodeError as error:
        raise bad_request(f"the body is no UTF-8: byte {error.start} cannot be read") from None
    except RecursionError:
        raise bad_request("the body is JSON that is nested too deeply") from None
    except ValueError:
        what = f"it ends or breaks{place_in(body)}" if body.strip() else "it is empty"
        raise bad_request(f"the body is no JSON: {what}") from None
    try:
        json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise bad_request(
            "the body holds text that is none: half of a pair of surrogates"
        ) from None
    return found


exact = msgspec.json.Decoder().decode
"""Reads JSON; orjson makes a float of a whole number beyond 64 bits."""


def place_in(body: bytes) -> str:
    """Where JSON breaks, in words."""
    try:
        orjson.loads(body)
    except orjson.JSONDecodeError as error:
        return f" at line {error.lineno}, column {error.colno}"
    return ""


def content_kind(header: str | None) -> str:
    """The media type of a body.

    Raises:
        Refused: None was told, or none of those that are read.
    """
    if header is None:
        raise unsupported(f"say what the body is: Content-Type: {JSON} (or {', '.join(OTHERS)})")
    kind, *options = (it.strip() for it in header.split(";"))
    kind = kind.lower()
    if kind not in CONTENT_TYPES:
        raise unsupported(f"a body is {', '.join(CONTENT_TYPES)}; another Content-Type came")
    for option in filter(None, options):
        name, _, value = option.partition("=")
        if name.strip().lower() != "charset":
            raise unsupported("a Content-Type has no other parameter than charset=utf-8")
        if value.strip().strip('"').lower() not in {"utf-8", "utf8"}:
            raise unsupported("a body is read as UTF-8, and another charset was told")
    return kind


OTHERS = CONTENT_TYPES[1:]
