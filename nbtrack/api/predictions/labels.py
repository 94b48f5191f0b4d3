"""What turned out to be true of predictions, told when it becomes known: `nbtrack.log_labels`."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from nbtrack.api.predictions.log import Moment, moment_of, name_of
from nbtrack.api.session import session
from nbtrack.errors import InvalidValue, listing
from nbtrack.questions import predictions as questions
from nbtrack.records.ids import now_ms
from nbtrack.serving.predictions.batches import Labelled, label_batches
from nbtrack.serving.predictions.discretion import discreet_key
from nbtrack.serving.predictions.rows import values_of
from nbtrack.serving.traffic.keys import key_of

__all__ = ["LoggedLabels", "log_labels"]

On = Literal["prediction_id", "key"]

MISSING = frozenset({"NAType", "NaTType", "NoneType"})


class LoggedLabels(NamedTuple):
    """What became of labels.

    Attributes:
        labels: How many were kept.
        missing: How many had no value, such as NaN, and were left out.
        unknown: Of how many ids or keys there is no prediction yet; their labels are kept.
    """

    labels: int
    missing: int
    unknown: int


def log_labels(
    labels: Any,
    on: On = "prediction_id",
    *,
    label: str | None = None,
    name: str | None = None,
    endpoint: object = None,
    moment: Moment | None = None,
) -> LoggedLabels:
    """Tell what turned out to be true; `nbtrack.predictions` joins it to what was predicted.

    Labels may come before their predictions or after. Of several of one name the last one is true.
    A request of several rows is labelled row by row as `id/0`, `id/1` …, or all at once by its id.

    Args:
        labels: A frame with a column of ids or keys and one of labels, a mapping from id to label,
            or pairs of both.
        on: What they are told by: `prediction_id`, or `key` for all predictions of a key.
        label: The frame's column of labels; the one called as `name` says or `label`, or the
            only one beside that of ids, if it is not said.
        name: What the labels are called; as the column, or `label`, if it is not said.
        endpoint: The only endpoint that labels of keys are for.
        moment: When they became known; now, if it is not said.

    Raises:
        InvalidValue: An id is missing, a value is none that can be kept, a column is not there;
            nothing is logged then.

    Example:
        >>> import nbtrack
        >>> asked = {"age": [31, 55]}
        >>> ids = nbtrack.log_predictions(asked, [0, 1], endpoint="churn", key=["a", "b"])
        >>> nbtrack.log_labels([("a", True), ("c", False)], on="key", name="churned")
        LoggedLabels(labels=2, missing=0, unknown=1)
        >>> nbtrack.predictions("churn")["churned"].tolist()
        [True, None]
    """
    if on not in {"prediction_id", "key"}:
        raise InvalidValue(f"labels are told by 'prediction_id' or by 'key', not by {on!r}")
    of_endpoint = name_of(endpoint)
    if of_endpoint is not None and on == "prediction_id":
        raise InvalidValue("endpoint= is for labels by key: an id says itself which it is of")
    told = now_ms() if moment is None else moment_of(moment)
    title, pairs = pairs_of(labels, on, label, name)
    kept: list[Labelled] = []
    missing = 0
    for place, (whose, value) in enumerate(pairs):
        identity = identity_of(whose, place, on)
        plain = plain_of(value, place)
        if plain is None:
            missing += 1
        elif on == "key":
            kept.append(Labelled(title, plain, told, key=identity, endpoint=of_endpoint))
        else:
            kept.append(Labelled(title, plain, told, prediction_id=identity))
    here = session()
    here.writer.write_all(label_batches(kept))
    ids = dict.fromkeys(str(it.prediction_id) for it in kept if it.prediction_id is not None)
    keys = dict.fromkeys(str(discreet_key(it.key)) for it in kept if it.key is not None)
    unknown = questions.unknown(here.store, ids=[*ids], keys=[*keys])
    return LoggedLabels(len(kept), missing, len(unknown))


def pairs_of(
    labels: Any, on: str, label: str | None, name: str | None
) -> tuple[str, Iterator[tuple[Any, Any]]]:
    """What labels are called, and pairs of an id or key and its label.

    Raises:
        InvalidValue: A column is not there, or it is nothing that has labels.
    """
    if hasattr(labels, "columns"):
        columns = [str(it) for it in labels.columns]
        wanted = label or column_of_labels(columns, on, name)
        for column in (on, wanted):
            if column not in columns:
                raise InvalidValue(
                    f"the frame has no column {column!r}; {listing(columns, column)}"
                )
        pairs = zip(values_of(labels[on]), values_of(labels[wanted]), strict=True)
        return name or wanted, pairs
    title = name or label or "label"
    if hasattr(labels, "iloc"):
        return title, zip(values_of(labels.index), labels.tolist(), strict=True)
    if isinstance(labels, Mapping):
        return title, iter(labels.items())
    return title, iter(checked_pairs(labels))


def column_of_labels(columns: Sequence[str], on: str, name: str | None) -> str:
    """Which column has the labels where nobody says it."""
    if name is not None and name in columns:
        return name
    others = [it for it in columns if it != on]
    return others[0] if len(others) == 1 else "label"


def checked_pairs(labels: Any) -> list[tuple[Any, Any]]:
    """Pairs that were given one by one."""
    try:
        pairs = [tuple(it) for it in labels]
    except TypeError:
        pairs = [()]
    if any(len(it) != 2 for it in pairs):
        raise InvalidValue(
            "labels are a frame, a mapping from id to label, or pairs of an id and a label, "
            f"not of type {type(labels).__name__}"
        )
    return [(whose, value) for whose, value in pairs]


def identity_of(whose: Any, place: int, on: str) -> str:
    """An id or a key as text, as it was logged."""
    found = key_of(whose) if type(whose).__name__ not in MISSING else None
    if found is None:
        raise InvalidValue(f"label {place} has no {on}: {whose!r}; nothing was logged")
    return found


def plain_of(value: Any, place: int) -> Any:
    """A label as it is kept; None for one that is missing."""
    if hasattr(value, "item") and not getattr(value, "shape", ()):
        value = value.item()
    if type(value).__name__ in MISSING or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, float) and math.isinf(value):
        raise InvalidValue(f"label {place} is {value}, which is no number; nothing was logged")
    if isinstance(value, bool | int | float | str):
        return value
    if hasattr(value, "isoformat"):
        return value.isoformat()
    raise InvalidValue(
        f"label {place} is of type {type(value).__name__}; a number, a text or a truth value can "
        f"be kept, and nothing was logged"
    )
