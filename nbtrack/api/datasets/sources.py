"""Where a dataset came from: a file, an address, or the code that made it."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import urlopen

from nbtrack.api.files.remote import fetch_remote
from nbtrack.errors import InvalidValue, NotFound

__all__ = ["DatasetSource", "source_from", "source_of"]

SECONDS = 60
"""How long a server may be silent."""


class DatasetSource:
    """Where a dataset came from; `source_type` is code, local, http, or the scheme of its URI."""

    def __init__(self, source_type: str, fields: Mapping[str, Any]) -> None:
        self.source_type, self.fields = source_type, dict(fields)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DatasetSource) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((self.source_type, self.to_json()))

    def __repr__(self) -> str:
        return f"<DatasetSource: {self.source_type}, {self.uri or 'code'}>"

    @property
    def uri(self) -> str | None:
        """Its path or address; None where code made the data."""
        found = self.fields.get("uri") or self.fields.get("url")
        return None if found is None else str(found)

    url = uri

    def to_dict(self) -> dict[str, Any]:
        """Its fields."""
        return dict(self.fields)

    def to_json(self) -> str:
        """Its fields as a run keeps them."""
        return json.dumps(self.fields, ensure_ascii=False)

    def load(self, dst_path: str | None = None) -> str:
        """The local path of the data; what is elsewhere is downloaded.

        Raises:
            InvalidValue: The data was made by code and has no place.
            NotFound: There is nothing there any more.
        """
        if self.uri is None:
            raise InvalidValue(
                "this dataset was made by code and has no file to load; "
                "give its place as source=… when you make it"
            )
        if self.source_type == "local":
            return found_locally(self.uri)
        target = Path(dst_path or tempfile.mkdtemp(prefix="nbtrack-"))
        target.mkdir(parents=True, exist_ok=True)
        if self.source_type == "http":
            return str(downloaded(self.uri, target))
        return str(fetch_remote(self.uri, target))


def found_locally(uri: str) -> str:
    """The path of a local source, if it is still there."""
    path = Path(unquote(urlsplit(uri).path) if uri.startswith("file:") else uri).expanduser()
    if not path.exists():
        raise NotFound(f"the dataset's source {str(path)!r} is not there any more")
    return str(path)


def downloaded(url: str, folder: Path) -> Path:
    """A file from a web server, under the last name of its address."""
    target = folder / (PurePosixPath(unquote(urlsplit(url).path)).name or "data")
    with urlopen(url, timeout=SECONDS) as answer, target.open("wb") as file:  # noqa: S310 - the scheme was seen to be http(s)
        shutil.copyfileobj(answer, file)
    return target


def source_of(given: object, code: Mapping[str, str]) -> DatasetSource:
    """The source that a caller names; none means the code that runs.

    Raises:
        InvalidValue: It is neither a path, nor an address, nor a source.
    """
    if given is None:
        return DatasetSource("code", {"tags": dict(code)})
    if isinstance(given, DatasetSource):
        return given
    if not isinstance(given, str | os.PathLike):
        raise InvalidValue(
            f"a dataset's source is a path, an address or a DatasetSource, "
            f"not a {type(given).__name__}"
        )
    uri = os.fspath(given)
    scheme = urlsplit(uri).scheme.lower() if "://" in uri else ""
    if scheme in ("http", "https"):
        return DatasetSource("http", {"url": uri})
    return DatasetSource("local" if scheme in ("", "file") else scheme, {"uri": uri})


def source_from(source_json: str, source_type: str) -> DatasetSource:
    """The source that a run kept."""
    return DatasetSource(source_type, json.loads(source_json or "{}"))
