"""Arrays, sparse matrices and random states of a skops file, checked while they are made.

The reader of skops files has them in its table of nodes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nbtrack.errors import TamperedModel
from nbtrack.registry.flavors.skops_archive import Archive, array_of

__all__ = ["ARRAYS"]

BIT_GENERATORS = ("MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64")
TWISTER_WORDS = 624
"""How many words the Mersenne twister has; it reads on at whatever place it is told."""

SPARSE = {
    "bsr": ("data", "indices", "indptr"),
    "csc": ("data", "indices", "indptr"),
    "csr": ("data", "indices", "indptr"),
    "dia": ("data", "offsets"),
    "coo": ("data", "row", "col"),
}
"""The arrays of each kind of sparse matrix."""


def make_array(reader: Any, node: dict[str, Any]) -> Any:
    """An array, or one of NumPy's numbers."""
    if node["type"] != "numpy":
        return make_objects(reader, node)
    found = reader.array(node)
    kind = node["__module__"], node["__class__"]
    if kind in {("numpy", "ndarray"), ("numpy", "memmap")}:
        return found
    value = found[()]
    if not isinstance(value, reader.trust.to_hold(*kind)) or found.shape != ():
        raise TamperedModel(f"{reader.archive.name} has a {'.'.join(kind)} that is another thing")
    return value


def make_objects(reader: Any, node: dict[str, Any]) -> Any:
    """An array of objects, which lies in the file as lists in lists."""
    import numpy as np

    shape = tuple(reader.made(node["shape"]))
    if not all(type(it) is int and it >= 0 for it in shape) or not shape:
        raise TamperedModel(f"{reader.archive.name} has an array of shape {shape}")
    level, count = node["content"], 1
    for size in shape[:-1]:
        count *= size
        if len(level) != count:
            raise TamperedModel(f"{reader.archive.name} has an array that is not of shape {shape}")
        level = [it for row in level for it in row["content"]]
    count *= shape[-1]
    if len(level) != count:
        raise TamperedModel(f"{reader.archive.name} has an array that is not of shape {shape}")
    flat = np.empty(count, dtype=object)
    for place, it in enumerate(level):
        flat[place] = reader.made(it)
    return flat.reshape(shape)


def make_masked(reader: Any, node: dict[str, Any]) -> Any:
    import numpy as np

    data, mask = (reader.made(node["content"][it]) for it in ("data", "mask"))
    return np.ma.MaskedArray(data, mask)


def make_dtype(reader: Any, node: dict[str, Any]) -> Any:
    """A dtype lies in the file as an empty array of it."""
    reader.names.add("numpy.dtype")
    return reader.made(node["content"]).dtype


def make_sparse(reader: Any, node: dict[str, Any]) -> Any:
    """A sparse matrix whose indices are all inside: SciPy multiplies without looking."""
    import scipy.sparse  # type: ignore[import-untyped]

    name = f"{node['file']} in {reader.archive.name}"
    inner = Archive(bytes(reader.archive.part(str(node["file"]))), name)
    parts = {
        it.removesuffix(".npy"): array_of(inner.part(it), f"{it} of {name}") for it in inner.parts
    }
    kind = parts["format"].item()
    kind = kind.decode() if isinstance(kind, bytes) else kind
    if kind not in SPARSE:
        raise TamperedModel(f"{name} is of no kind of sparse matrix: {kind!r}")
    family = "array" if "_is_array" in parts and parts["_is_array"].item() else "matrix"
    reader.names.add(f"scipy.sparse._{kind}.{kind}_{family}")
    make = getattr(scipy.sparse, f"{kind}_{family}")
    data, *places = (parts[it] for it in SPARSE[kind])
    shape = tuple(int(it) for it in parts["shape"])
    if any(it.dtype.kind not in "iu" for it in places):
        raise TamperedModel(f"{name} has indices that are no integers")
    if kind == "coo":
        return make((data, tuple(places)), shape=shape)
    made = make((data, *places), shape=shape)
    if kind != "dia":
        made.check_format(full_check=True)
    return made


def make_random_state(reader: Any, node: dict[str, Any]) -> Any:
    import numpy as np

    state = reader.made(node["content"])
    check_twister(reader, state)
    made = np.random.RandomState()
    made.set_state(state)
    return made


def make_generator(reader: Any, node: dict[str, Any]) -> Any:
    import numpy as np

    state = reader.made(node["content"]["bit_generator"])
    name = state["bit_generator"]
    if name not in BIT_GENERATORS:
        raise TamperedModel(f"{reader.archive.name} has a random generator called {name!r}")
    check_twister(reader, state)
    seeds = node["content"].get("seed_seq")
    seed = np.random.SeedSequence(**reader.made(seeds)) if seeds else None
    bits = getattr(np.random, name)(seed)
    bits.state = state
    return np.random.Generator(bits)


def check_twister(reader: Any, state: dict[str, Any]) -> None:
    """Refuse a Mersenne twister that would read beyond its own words."""
    inner = state.get("state")
    if isinstance(inner, dict) and "pos" in inner and not 0 <= inner["pos"] <= TWISTER_WORDS:
        raise TamperedModel(
            f"{reader.archive.name} has a random state at place {inner['pos']}; there are "
            f"{TWISTER_WORDS}"
        )


ARRAYS: dict[str, Callable[[Any, dict[str, Any]], Any]] = {
    "DTypeNode": make_dtype,
    "MaskedArrayNode": make_masked,
    "NdArrayNode": make_array,
    "RandomGeneratorNode": make_generator,
    "RandomStateNode": make_random_state,
    "SparseMatrixNode": make_sparse,
}
"""How each kind of array node is made."""
