"""A variable's data as a file of a run, where `%%track --keep` asks for it."""

from __future__ import annotations

import io
import json
from typing import Any

from nbtrack.capture.frame_redaction import redact_frame
from nbtrack.capture.redaction import redact_text, redact_tree
from nbtrack.errors import InvalidValue

__all__ = ["file_of"]

PLAIN = (str, int, float, bool, type(None), list, tuple, dict)


def file_of(name: str, value: Any) -> tuple[str, bytes]:
    """The path and the bytes of a variable's data.

    Raises:
        InvalidValue: Its class is none that data is kept of.
    """
    kind = type(value)
    home = kind.__module__.partition(".")[0]
    if home == "pandas" and hasattr(value, "to_csv"):
        return f"data/{name}.csv", redact_frame(value).to_csv().encode()
    if home == "polars" and hasattr(value, "write_csv"):
        return f"data/{name}.csv", redact_frame(value).write_csv().encode()
    if home == "numpy" and hasattr(value, "dtype"):
        return f"data/{name}.npy", as_npy(value)
    if kind is str:
        return f"data/{name}.txt", redact_text(value).encode(errors="replace")
    if kind is bytes:
        return f"data/{name}.bin", value
    if kind in PLAIN:
        try:
            return f"data/{name}.json", json.dumps(redact_tree(value, name), default=str).encode()
        except (TypeError, ValueError) as error:
            raise InvalidValue(f"--keep {name}: it cannot be written as JSON ({error})") from error
    raise InvalidValue(
        f"--keep {name}: of a {kind.__qualname__} no data is kept; frames, arrays, texts, numbers, "
        f"lists and dictionaries are"
    )


def as_npy(value: Any) -> bytes:
    """An array as NumPy writes it; one of objects is refused, as it would be pickled."""
    import numpy as np

    stream = io.BytesIO()
    try:
        np.save(stream, value, allow_pickle=False)
    except ValueError as error:
        raise InvalidValue(f"an array of objects is not kept: {error}") from error
    return stream.getvalue()
