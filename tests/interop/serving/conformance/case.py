"""A request that two servers of a model are sent, as data, and how it is written down."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

__all__ = [
    "CSV",
    "EACH",
    "FLOWER",
    "HEADER",
    "IRIS",
    "JSON",
    "OTHER",
    "PRIVATE",
    "WINE",
    "Case",
    "flower",
    "other",
    "records",
    "split",
]

JSON, CSV = "application/json", "text/csv"
PRIVATE = "Zoë-4711"
"""What a person told in confidence: it stands in requests that are refused, never in an answer."""


class Case(NamedTuple):
    """One request."""

    name: str
    model: str
    body: Any
    """Bytes as they are, text in UTF-8, all else as JSON."""
    content_type: str | None = JSON
    method: str = "POST"
    path: str = "/invocations"

    @property
    def sent(self) -> bytes | None:
        if self.body is None or isinstance(self.body, bytes):
            return self.body
        text = self.body if isinstance(self.body, str) else json.dumps(self.body)
        return text.encode()


def split(columns, *rows, **more):
    return {"dataframe_split": {"columns": list(columns), "data": list(rows), **more}}


def records(*rows, **more):
    return {"dataframe_records": list(rows), **more}


FLOWER = (5.1, 3.5, 1.4, 0.2)
OTHER = (-1.5, 0.25, -2.0, 0.1)
IRIS = ("sepal_length", "sepal_width", "petal_length", "petal_width")
flower = dict(zip(IRIS, FLOWER, strict=True))
other = dict(zip(IRIS, OTHER, strict=True))
HEADER = ",".join(IRIS)
WINE = [13.2, 2.5, 2.6, 20.0, 100, 2.8, 3.1, 0.3, 2.1, 5.5, 1.0, 3.2, 1100]
EACH = {
    "boolean": True,
    "integer": 7,
    "long": 2**40,
    "float": 0.1,
    "double": 0.1,
    "string": "ü – 😀",
    "binary": "YWJj",
    "datetime": "2026-01-31T08:00:00",
}
