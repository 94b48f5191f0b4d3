"""Rows put to a model: what it says as columns, and the rows that fail told apart.

It runs where the model is: in this process, in processes of a pool, on a cluster.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from nbtrack.capture.guard import first_line
from nbtrack.errors import InvalidValue, ModelError, NbtrackError

__all__ = ["Answers", "Asking", "FailedRow", "answers_of", "columns_of", "plain_frame"]

Predict = Callable[..., Any]


class FailedRow(NamedTuple):
    """A row that the model could not answer: its place in the batch, and why."""

    place: int
    error: str
    message: str


class Answers(NamedTuple):
    """What a model says of a batch: a row for each of its rows, nulls where one failed."""

    frame: Any
    failed: Sequence[FailedRow] = ()


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """How rows are put to a model.

    Attributes:
        names: What the columns of predictions are called.
        params: What else the model is told.
        is_patient: Whether rows that fail get nulls; else the first one ends it.
        most_failed: So many rows of a batch may fail; more are a fault of the whole.
        is_plain: Whether whole numbers with gaps become floats, as pandas reads them.
    """

    names: tuple[str, ...] = ("prediction",)
    params: Mapping[str, Any] | None = None
    is_patient: bool = False
    most_failed: int = 1000
    is_plain: bool = False


def answers_of(
    predict: Predict, frame: Any, asking: Asking, wrong: Mapping[int, str] | None = None
) -> Answers:
    """Put a batch to a model.

    Args:
        predict: The model's `predict`.
        frame: The rows.
        asking: How.
        wrong: Rows that cannot be read, by their places, with what is wrong with them.

    Raises:
        ModelError: It failed, and the rows that fail are not to be left out.
    """
    if not asking.is_patient:
        try:
            return Answers(asked(predict, frame, asking))
        except Exception as error:
            raise failure(error) from error
    known = wrong or {}
    search = Search(predict, frame, asking)
    search.take([at for at in range(len(frame)) if at not in known])
    failed = [FailedRow(at, "InvalidValue", text) for at, text in known.items()] + search.failed
    if not failed and len(search.found) == 1:
        return Answers(search.found[0][1])
    return Answers(placed(search.found, len(frame)), sorted(failed))


class Search:
    """Halves of a batch put to a model until each row that fails stands alone."""

    def __init__(self, predict: Predict, frame: Any, asking: Asking) -> None:
        self.predict, self.frame, self.asking = predict, frame, asking
        self.found: list[tuple[list[int], Any]] = []
        self.failed: list[FailedRow] = []

    def take(self, places: list[int]) -> None:
        """Ask with the rows at these places, or with each half of them."""
        if not places:
            return
        whole = len(places) == len(self.frame)
        rows = self.frame if whole else self.frame.iloc[places].reset_index(drop=True)
        try:
            self.found.append((places, asked(self.predict, rows, self.asking)))
        except Exception as error:
            if len(places) > 1:
                middle = len(places) // 2
                self.take(places[:middle])
                self.take(places[middle:])
                return
            self.failed.append(FailedRow(places[0], type(error).__name__, first_line(error)))
            if len(self.failed) > self.asking.most_failed:
                raise TooManyFailed(self.asking.most_failed, self.failed[-1]) from error


class TooManyFailed(ModelError):
    """So many rows of one batch fail that the fault is not in the rows."""

    def __init__(self, most: int, last: FailedRow) -> None:
        self.most, self.last = most, last
        super().__init__(
            f"more than {most:,} rows of one batch fail, the last with {last.error}: "
            f"{last.message}; most_failed=… lets more of them fail"
        )

    def __reduce__(self) -> Any:
        return TooManyFailed, (self.most, self.last)


def failure(error: Exception) -> Exception:
    """What a model raised, as an error of ours; ours stay."""
    if isinstance(error, NbtrackError):
        return error
    return ModelError(f"the model failed with {type(error).__name__}: {first_line(error)}")


def asked(predict: Predict, frame: Any, asking: Asking) -> Any:
    """What a model says of rows, as columns."""
    given = plain_frame(frame) if asking.is_plain else frame
    answer = predict(given, asking.params) if asking.params else predict(given)
    return columns_of(answer, asking.names, len(frame))


def placed(found: Sequence[tuple[list[int], Any]], count: int) -> Any:
    """Answers of some rows, in the places of all: nulls for the others."""
    import pandas as pd

    if not found:
        return pd.DataFrame(index=range(count))
    frame = pd.concat([it.set_axis(places) for places, it in found])
    if len(frame) == count:
        return frame.sort_index()
    # whole numbers and booleans stay what they are beside nulls
    masked = {name: it.dtype for name, it in frame.items() if it.dtype.kind in "iub"}
    wide = {
        name: str(it).capitalize().replace("Bool", "boolean").replace("Uint", "UInt")
        for name, it in masked.items()
        if "[" not in str(it) and str(it).islower()
    }
    return frame.astype(wide).reindex(range(count))


def plain_frame(frame: Any) -> Any:
    """A frame as pandas reads one from a file: whole numbers with gaps are floats."""
    wide = {
        name: object if it.dtype.name == "boolean" else "float64"
        for name, it in frame.items()
        if it.dtype.name == "boolean" or it.dtype.name.startswith(("Int", "UInt", "Float"))
    }
    return frame.astype(wide) if wide else frame


def columns_of(answer: Any, names: Sequence[str], count: int) -> Any:
    """What a model says as a frame of columns.

    A frame keeps its own names if it has several columns; others are called as they are told, and
    numbered where there are more than names.

    Raises:
        ModelError: It is no table, or has another number of rows.
        InvalidValue: It has another number of columns than there are names.
    """
    import pandas as pd

    if hasattr(answer, "toarray"):
        answer = answer.toarray()
    if getattr(answer, "ndim", 0) == 2 and not isinstance(answer, pd.DataFrame):
        answer = pd.DataFrame(answer)
        answer.columns = named(names, answer.shape[1])
    elif isinstance(answer, Mapping):
        answer = pd.DataFrame({str(key): cells(it) for key, it in answer.items()})
    elif not isinstance(answer, pd.DataFrame):
        answer = pd.DataFrame({names[0]: cells(answer)})
    elif len(names) > 1 or answer.shape[1] == 1:
        answer = answer.set_axis(named(names, answer.shape[1]), axis=1)
    if len(answer) != count:
        raise ModelError(
            f"the model gave {len(answer):,} answers for {count:,} rows; one for each row is needed"
        )
    return answer.set_axis(range(count)).set_axis(list(map(str, answer.columns)), axis=1)


def named(names: Sequence[str], count: int) -> list[str]:
    """Names for so many columns: as told, or numbered after the only one."""
    if len(names) == count:
        return list(names)
    if len(names) == 1:
        return [f"{names[0]}_{number}" for number in range(count)]
    raise InvalidValue(f"the model gives {count} columns, and {len(names)} names were told")


def cells(values: Any) -> Any:
    """The values of a column: an array's, or a list's with each thing in a cell."""
    import numpy as np
    import pandas as pd

    if isinstance(values, pd.Series):
        return values.array
    if getattr(values, "ndim", 0) == 1:
        return values
    if getattr(values, "ndim", 0) > 1:
        values = list(values)
    if isinstance(values, str | bytes) or not hasattr(values, "__len__"):
        raise ModelError(
            f"the model gave a {type(values).__name__}, not one answer for each row; "
            f"batch scoring needs a model that answers row by row"
        )
    column = np.empty(len(values), dtype=object)
    for place, value in enumerate(values):
        column[place] = value  # a list of lists would become a matrix
    return pd.Series(column).infer_objects().array
