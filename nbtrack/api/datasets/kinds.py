"""What a dataset is: a frame or arrays with a name, a digest, a schema and a profile."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack.api.datasets.fingerprint import Fingerprint, of_arrays, of_frame
from nbtrack.api.datasets.sources import DatasetSource
from nbtrack.errors import InvalidValue

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

__all__ = ["Dataset", "NumpyDataset", "PandasDataset", "PyFuncData"]

LONGEST_DIGEST = 36


class PyFuncData(NamedTuple):
    """The inputs of a model, and what it should answer."""

    inputs: Any
    outputs: Any = None


class Dataset:
    """A named dataset with the digest of its content."""

    def __init__(
        self, source: DatasetSource, name: str | None = None, digest: str | None = None
    ) -> None:
        self.name = checked(name or "dataset", "name", 500)
        self.source = source
        self.given_digest = None if digest is None else checked(digest, "digest", LONGEST_DIGEST)

    @cached_property
    def fingerprint(self) -> Fingerprint:
        """The digest of the content; of a dataset without any, that of its source."""
        return of_arrays({"source": self.source.to_json()})

    @property
    def digest(self) -> str:
        """The digest: as it was given, else of the content."""
        return self.given_digest or self.fingerprint.digest

    @property
    def schema(self) -> Any:
        """The names and types of what is in it; None if unknown."""
        return None

    @property
    def profile(self) -> Any:
        """Its size in numbers; None if unknown."""
        return None

    def to_dict(self) -> dict[str, str | None]:
        """Name, digest, source, source_type, schema and profile, as a run keeps them."""
        return {
            "name": self.name,
            "digest": self.digest,
            "source": self.source.to_json(),
            "source_type": self.source.source_type,
            "schema": as_json(self.schema),
            "profile": as_json(self.profile),
        }

    def to_json(self) -> str:
        """The same as JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False)


def checked(text: object, what: str, longest: int) -> str:
    """A name or a digest of a dataset."""
    if not isinstance(text, str) or not 0 < len(text) <= longest:
        raise InvalidValue(
            f"a dataset's {what} is a text of 1 to {longest} characters, not {text!r}"
        )
    return text


def as_json(value: Any) -> str | None:
    """A part as JSON; nothing stays nothing."""
    return None if value is None else json.dumps(value, ensure_ascii=False)


class PandasDataset(Dataset):
    """A DataFrame, perhaps with a column to predict and one of predictions."""

    def __init__(  # noqa: PLR0917 - MLflow's signature
        self,
        df: pd.DataFrame,
        source: DatasetSource,
        targets: str | None = None,
        name: str | None = None,
        digest: str | None = None,
        predictions: str | None = None,
    ) -> None:
        for role, column in (("targets", targets), ("predictions", predictions)):
            if column is not None and column not in df.columns:
                raise InvalidValue(
                    f"{role}={column!r} names no column; there are {list(map(str, df.columns))}"
                )
        super().__init__(source, name, digest)
        self.df, self.targets, self.predictions = df, targets, predictions

    @cached_property
    def fingerprint(self) -> Fingerprint:
        """The digest of its values."""
        return of_frame(self.df)

    @cached_property
    def schema(self) -> dict[str, Any]:
        """Name, type and dtype of each column."""
        return {"mlflow_colspec": [column_of(self.df, place) for place in range(self.df.shape[1])]}

    @property
    def profile(self) -> dict[str, Any]:
        """Rows, columns, elements, and bytes in memory."""
        rows, columns = self.df.shape
        size = {"num_rows": rows, "num_columns": columns, "num_elements": int(self.df.size)}
        size["num_bytes"] = int(self.df.memory_usage(index=False).sum())
        return size | exactness(self)

    def to_pyfunc(self) -> PyFuncData:
        """Inputs and targets apart."""
        if self.targets is None:
            return PyFuncData(self.df)
        return PyFuncData(self.df.drop(columns=[self.targets]), self.df[self.targets])


def exactness(dataset: Dataset) -> dict[str, bool]:
    """What a profile says of a digest that covers a sample only."""
    is_sample = dataset.given_digest is None and not dataset.fingerprint.is_exact
    return {"digest_of_sample": True} if is_sample else {}


KINDS = {"i": "long", "u": "long", "f": "double", "b": "boolean", "M": "datetime", "S": "binary"}
SHORT_KINDS = {"int8", "int16", "int32", "uint8", "uint16", "Int8", "Int16", "Int32"}
INFERRED = {"string": "string", "boolean": "boolean", "integer": "long", "floating": "double"}
INFERRED |= {"bytes": "binary", "datetime": "datetime", "date": "datetime", "categorical": "string"}


def column_of(frame: pd.DataFrame, place: int) -> dict[str, Any]:
    """A column under MLflow's type names, with pandas' own beside."""
    from pandas.api.types import infer_dtype

    column = frame.iloc[:, place]
    dtype = str(column.dtype)
    kind = KINDS.get(column.dtype.kind)
    if dtype in SHORT_KINDS:
        kind = "integer"
    elif dtype.lower() == "float32":
        kind = "float"
    kind = kind or INFERRED.get(infer_dtype(column, skipna=True), "any")
    required = not bool(column.hasnans)
    return {"type": kind, "name": str(frame.columns[place]), "required": required, "dtype": dtype}


class NumpyDataset(Dataset):
    """Arrays, or named arrays, perhaps with targets."""

    def __init__(
        self,
        features: np.ndarray[Any, Any] | dict[str, np.ndarray[Any, Any]],
        source: DatasetSource,
        targets: np.ndarray[Any, Any] | dict[str, np.ndarray[Any, Any]] | None = None,
        name: str | None = None,
        digest: str | None = None,
    ) -> None:
        super().__init__(source, name, digest)
        self.features, self.targets = features, targets

    @cached_property
    def fingerprint(self) -> Fingerprint:
        """The digest of the values of all arrays."""
        return of_arrays(
            {
                f"{role}.{name}": array
                for role, given in self.parts().items()
                for name, array in named(given).items()
            }
        )

    def parts(self) -> dict[str, Any]:
        """Features, and targets if there are any."""
        found = {"features": self.features, "targets": self.targets}
        return {role: given for role, given in found.items() if given is not None}

    @property
    def schema(self) -> dict[str, Any]:
        """Type and shape of each array; the number of rows may differ."""
        specs = {role: json.dumps(tensors_of(given)) for role, given in self.parts().items()}
        return {"mlflow_tensorspec": {"targets": None, **specs}}

    @property
    def profile(self) -> dict[str, Any]:
        """Shape, size and bytes of each array."""
        sizes: dict[str, Any] = {}
        for role, given in self.parts().items():
            for word, read in PROFILE.items():
                sizes[f"{role}_{word}"] = each(given, read)
        return sizes | exactness(self)

    def to_pyfunc(self) -> PyFuncData:
        """Inputs and targets apart."""
        return PyFuncData(self.features, self.targets)


PROFILE = {
    "shape": lambda array: list(array.shape),
    "size": lambda array: int(array.size),
    "nbytes": lambda array: int(array.nbytes),
}


def named(given: Any) -> dict[str, Any]:
    """Arrays by name, in the order of the names; one alone has none."""
    return dict(sorted(given.items())) if isinstance(given, Mapping) else {"": given}


def each(given: Any, read: Any) -> Any:
    """What is read of an array, or of each named one."""
    import numpy as np

    found = {name: read(np.asarray(array)) for name, array in named(given).items()}
    return found if isinstance(given, Mapping) else found[""]


def tensors_of(given: Any) -> list[dict[str, Any]]:
    """Arrays as MLflow describes tensors."""
    import numpy as np

    found = []
    for name, value in named(given).items():
        array = np.asarray(value)
        spec = {"dtype": str(array.dtype), "shape": [-1, *array.shape[1:]] if array.ndim else []}
        label = {"name": name} if name else {}
        found.append({**label, "type": "tensor", "tensor-spec": spec})
    return found
