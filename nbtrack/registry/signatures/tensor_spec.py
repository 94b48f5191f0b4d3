"""Tensors of a schema: a NumPy dtype and a shape, as the MLmodel file holds them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nbtrack.errors import InvalidValue

__all__ = ["TensorInfo", "TensorSpec", "numpy_dtype"]


class TensorInfo:
    """The dtype and the shape of a tensor; -1 where any length will do."""

    def __init__(self, dtype: Any, shape: Sequence[int]) -> None:
        import numpy as np

        if not isinstance(dtype, np.dtype):
            raise InvalidValue(
                f"a tensor's type is a NumPy dtype such as np.dtype('float32'), "
                f"not a {type(dtype).__name__}"
            )
        if dtype.kind in "US" and dtype.itemsize:
            name = "str" if dtype.kind == "U" else "bytes"
            raise InvalidValue(
                f"text in a tensor has no fixed length: np.dtype({name!r}) instead of {dtype.str!r}"
            )
        if not isinstance(shape, tuple | list):
            raise InvalidValue(f"a shape is a tuple or list, not a {type(shape).__name__}")
        self.dtype, self.shape = dtype, tuple(shape)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TensorInfo) and (self.dtype, self.shape) == (
            other.dtype,
            other.shape,
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Tensor({self.dtype.name!r}, {self.shape!r})"

    def to_dict(self) -> dict[str, Any]:
        """As the MLmodel file holds it."""
        return {"dtype": self.dtype.name, "shape": self.shape}

    @classmethod
    def from_json_dict(cls, **written: Any) -> TensorInfo:
        """Read what `to_dict` wrote."""
        import numpy as np

        if missing := {"dtype", "shape"} - written.keys():
            raise InvalidValue(f"the signature is damaged: a tensor lacks {sorted(missing)}")
        try:
            dtype = np.dtype(written["dtype"])
        except TypeError as error:
            raise InvalidValue(f"NumPy has no dtype {written['dtype']!r}") from error
        return cls(dtype, tuple(written["shape"]))


class TensorSpec:
    """A tensor: its NumPy dtype, its shape, and its name where there are several.

    Example:
        >>> import numpy as np
        >>> TensorSpec(np.dtype("float32"), (-1, 28, 28))
        Tensor('float32', (-1, 28, 28))
    """

    required = True

    def __init__(
        self,
        type: Any,  # noqa: A002 - MLflow's signature
        shape: Sequence[int],
        name: str | None = None,
    ) -> None:
        self.info, self.name = TensorInfo(type, shape), name

    @property
    def type(self) -> Any:
        """The NumPy dtype."""
        return self.info.dtype

    @property
    def shape(self) -> tuple[int, ...]:
        """The length of each dimension; -1 where any will do."""
        return self.info.shape

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TensorSpec) and (self.info, self.name) == (other.info, other.name)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(self.info) if self.name is None else f"{self.name!r}: {self.info!r}"

    def to_dict(self) -> dict[str, Any]:
        """As the MLmodel file holds it."""
        name = {} if self.name is None else {"name": self.name}
        return {**name, "type": "tensor", "tensor-spec": self.info.to_dict()}

    @classmethod
    def from_json_dict(cls, **written: Any) -> TensorSpec:
        """Read what `to_dict` wrote."""
        if written.get("type") != "tensor" or "tensor-spec" not in written:
            raise InvalidValue("the signature is damaged: this is no tensor with its spec")
        info = TensorInfo.from_json_dict(**written["tensor-spec"])
        return cls(info.dtype, info.shape, written.get("name"))


def own_dtype(name: str) -> Any:
    """A dtype of NumPy by its name; None for one that only another library, once loaded, adds."""
    import numpy as np

    try:
        dtype = np.dtype(name)
    except TypeError:
        return None
    return dtype if dtype.isbuiltin == 1 else None


def numpy_dtype(data: Any) -> Any:
    """The NumPy dtype of an array or tensor, without the length of text."""
    import numpy as np

    dtype = data.dtype
    if not isinstance(dtype, np.dtype):
        name = str(dtype).rpartition(".")[2].partition("'")[0]
        dtype = own_dtype(name)
        if dtype is None:
            raise InvalidValue(f"NumPy has no dtype for {data.dtype}; convert to float32")
    return np.dtype({"U": "str", "S": "bytes"}.get(dtype.kind, dtype))
