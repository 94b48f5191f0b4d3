"""Why a model did not answer: told to the client without a word of what the client sent."""

from __future__ import annotations

from typing import Any

import numpy as np

from nbtrack.errors import NbtrackError, SchemaMismatch
from nbtrack.registry.signatures.table import Table
from nbtrack.serving.scoring.asked import Asked
from nbtrack.serving.scoring.models import ServedModel
from nbtrack.serving.scoring.refusals import Refused, bad_request

__all__ = ["failure_of"]

REFUSALS = (ValueError, TypeError, LookupError)
"""What a library raises at data that it does not take."""


def failure_of(
    error: BaseException, model: ServedModel, asked: Asked, prediction_id: str
) -> Refused:
    """The answer to a request at which a model failed."""
    name = type(error).__name__
    if asked.rows == 0:
        return bad_request(f"the request has no rows, and the model fails without any ({name})")
    if isinstance(error, SchemaMismatch):
        return Refused(400, str(error), error.error_code)
    if isinstance(error, RecursionError):
        return bad_request(f"the data is nested too deeply for the model ({name})")
    is_refused = isinstance(error, REFUSALS) and not isinstance(error, NbtrackError)
    if is_refused and not model.is_own_code:
        missing = columns_with_gaps(asked.data)
        if missing:
            return bad_request(
                f"the model takes no missing values ({name}); values are missing in {missing}"
            )
        return bad_request(
            f"the model does not take this data: {name}; what the server logged of prediction "
            f"{prediction_id} says more"
        )
    return Refused(
        500,
        f"the model failed with {name}; the server's log has the traceback of prediction "
        f"{prediction_id}",
        "INTERNAL_ERROR",
    )


def columns_with_gaps(data: Any, most: int = 5) -> str:
    """The columns of the model in which values are missing, in words."""
    if isinstance(data, Table):
        found = [name for name, it in data.to_dict().items() if has_gaps(it)]
    elif hasattr(data, "columns") and hasattr(data, "iloc"):
        found = [name for name, it in data.items() if it.isna().any()]
    else:
        return "the array" if has_gaps(data) else ""
    more = f" and {len(found) - most} more" if len(found) > most else ""
    return ", ".join(map(repr, found[:most])) + more


def has_gaps(values: Any) -> bool:
    """Whether an array has missing values."""
    if not isinstance(values, np.ndarray):
        return False
    if values.dtype.kind in "fc":
        return bool(np.isnan(values).any())
    return values.dtype.kind == "O" and any(it is None or it != it for it in values.ravel())  # noqa: PLR0124 - NaN alone is
