"""An object written as a skops file: what skops itself writes, without importing it.

The sklearn and lightgbm flavors write with it. skops builds lists of all estimators when imported
and indents its schema in Python: this takes a fifth of the time, and real skops reads it.
"""

from __future__ import annotations

import io
import json
import pickle
import uuid
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import BuiltinFunctionType, FunctionType
from typing import Any

from nbtrack.registry.flavors.skops_trust import ufunc

__all__ = ["Unwritable", "write"]

PROTOCOL = 2
"""Of skops 0.13 and newer."""

SKOPS_VERSION = "0.16.0"
"""Whose format this is."""

SMALL, SAMPLE, WORTH = 1024, 65_536, 0.7
"""Parts below so many bytes are not compressed, others if so many of them shrink to this part."""

KEYS = (str, int, float)
"""What JSON gives back as it was; true, false and nothing as keys would become texts."""

PLAIN = "biufcSUmMV"
"""The kinds of arrays that NumPy writes without pickling them."""

State = dict[str, Any]
Write = Callable[["Writer", Any], State]


class Unwritable(Exception):
    """An object that this format cannot hold; the message says which."""


def write(model: Any, path: Path) -> None:
    """Write a model as a skops file.

    Raises:
        Unwritable: Something in it has no form in this format.
    """
    with zipfile.ZipFile(path, "w", compresslevel=1) as out:
        writer = Writer(out)
        try:
            state = writer.state(model)
            root = {**state, "protocol": PROTOCOL, "_skops_version": SKOPS_VERSION}
            writer.part("schema.json", json.dumps(root).encode())
        except RecursionError as error:
            raise Unwritable("something nested too deeply") from error
        except (AttributeError, NotImplementedError, TypeError, pickle.PicklingError) as error:
            raise Unwritable(f"something that does not tell its state: {error}") from error


def packing(content: bytes | memoryview) -> int:
    """Compressed where a sample says that it pays: trees do, measured data does not."""
    if len(content) < SMALL:
        return zipfile.ZIP_STORED
    sample = bytes(content[:SAMPLE])
    pays = len(zlib.compress(sample, 1)) < WORTH * len(sample)
    return zipfile.ZIP_DEFLATED if pays else zipfile.ZIP_STORED


class Writer:
    """One file being written."""

    def __init__(self, out: zipfile.ZipFile) -> None:
        self.out = out
        self.states: dict[int, State] = {}
        self.kept: list[Any] = []
        """What was met stays alive, so that no other object takes its id."""
        self.open: set[int] = set()
        self.files: set[str] = set()

    def state(self, value: Any) -> State:
        """The node of an object; the same one each time it is met."""
        identity = id(value)
        known = self.states.get(identity)
        if known is not None:
            return known
        if identity in self.open:
            raise Unwritable(f"a {type(value).__name__} that is inside of itself")
        self.open.add(identity)
        self.kept.append(value)
        state = writer_of(type(value))(self, value)
        state["__id__"] = identity
        self.open.discard(identity)
        self.states[identity] = state
        return state

    def part(self, name: str, content: bytes | memoryview) -> str:
        """Keep bytes as a part of the file, once under each name."""
        if name not in self.files:
            self.files.add(name)
            self.out.writestr(name, content, packing(content))
        return name


def node(kind: type, loader: str, **more: Any) -> State:
    """The node of an instance."""
    return {
        "__class__": kind.__name__,
        "__module__": kind.__module__,
        "__loader__": loader,
        **more,
    }


def writer_of(kind: type) -> Write:
    """How objects of a class are written."""
    if kind not in CHOSEN:
        if not CHOSEN:
            CHOSEN.update(WRITERS)
            CHOSEN.update(array_writers())
        by_numpy = [it for it in kind.__mro__ if it.__name__ == "generic"]
        CHOSEN[kind] = next(CHOSEN[it] for it in (*by_numpy, *kind.__mro__) if it in CHOSEN)
    return CHOSEN[kind]


def write_json(writer: Writer, value: Any) -> State:
    if type(value) not in {str, int, float, bool, type(None)}:
        return write_object(writer, value)
    text = json.dumps(value)
    return {
        **node(str, "JsonNode"),
        "content": text,
        "is_json": True,
    }


def write_dict(writer: Writer, value: Any) -> State:
    import numpy as np

    content, kinds = {}, []
    for key, it in value.items():
        kinds.append(type(key))
        plain = key.item() if isinstance(key, np.generic) else key
        if type(plain) not in KEYS:
            raise Unwritable(f"a dict with the key {key!r}")
        content[plain] = writer.state(it)
    if len({str(it) for it in content}) != len(value):
        raise Unwritable("a dict with two keys that are one as text")
    found = node(type(value), "DictNode", content=content)
    return {**found, "key_types": writer.state(kinds)}


def write_defaultdict(writer: Writer, value: Any) -> State:
    content = {
        "main": writer.state(dict(value)),
        "default_factory": writer.state(value.default_factory),
    }
    return node(type(value), "DefaultDictNode", content=content)


def write_items(loader: str) -> Write:
    """A writer of what holds items in order."""

    def write_them(writer: Writer, value: Any) -> State:
        return node(type(value), loader, content=[writer.state(it) for it in value])

    return write_them


def write_bytes(writer: Writer, value: Any) -> State:
    loader = "BytesNode" if isinstance(value, bytes) else "BytearrayNode"
    return node(type(value), loader, file=writer.part(f"{uuid.uuid4()}.bin", bytes(value)))


def write_slice(_writer: Writer, value: Any) -> State:
    parts = {it: getattr(value, it) for it in ("start", "stop", "step")}
    if not all(it is None or type(it) is int for it in parts.values()):
        raise Unwritable(f"{value!r}")
    return node(slice, "SliceNode", content=parts)


def write_function(_writer: Writer, value: Any) -> State:
    name = value.__name__
    if getattr(value, "__module__", None):
        module = value.__module__
    else:
        module = next((it for it in ("numpy", "scipy.special") if ufunc(it, name) is value), "")
    return named(value, module, name, "FunctionNode")


def write_type(_writer: Writer, value: Any) -> State:
    return named(value, value.__module__, value.__name__, "TypeNode")


def named(value: Any, module: str, name: str, loader: str) -> State:
    """The node of what is found again by its name."""
    import sys

    if getattr(sys.modules.get(module), name, None) is not value:
        raise Unwritable(f"{value!r}, which is not found by its name")
    return {"__class__": name, "__module__": module, "__loader__": loader}


def write_partial(writer: Writer, value: Any) -> State:
    content = {
        "func": writer.state(value.func),
        "args": writer.state(value.args),
        "kwds": writer.state(value.keywords),
        "namespace": writer.state(vars(value) or None),
    }
    return {**node(partial, "PartialNode", content=content), "__class__": "partial"}


def write_object(writer: Writer, value: Any) -> State:
    """An instance by its attributes, or by the call that makes it."""
    kind = type(value)
    if "<locals>" in kind.__qualname__ or kind.__name__ != kind.__qualname__:
        raise Unwritable(f"a {kind.__qualname__}, which is not found by its name")
    reduced = value.__reduce__()
    if not isinstance(reduced, tuple):
        raise Unwritable(f"a {kind.__name__}, which is only a name")
    if reduced[0] is kind and all(it is None for it in reduced[2:]):
        return node(kind, "ConstructorFromReduceNode", content=writer.state(reduced[1]))
    return node(kind, "ObjectNode", content=writer.state(value.__getstate__()))


def write_loss(writer: Writer, value: Any) -> State:
    """A compiled loss by the numbers it is made from."""
    maker, args, *rest = value.__reduce__()
    content = rest[0] if rest and rest[0] else {}
    if maker is not type(value):
        content, args = (rest[0], ()) if rest else ({}, args[2])
    found = node(type(value), "LossNode", content=writer.state(content))
    return {**found, "__reduce__": {"args": writer.state(args or ())}}


def write_compiled_tree(writer: Writer, value: Any) -> State:
    _, args, state = value.__reduce__()
    found = node(type(value), "TreeNode", content=writer.state(state))
    return {**found, "__reduce__": {"args": writer.state(args)}}


def write_refused(_writer: Writer, value: Any) -> State:
    raise Unwritable(f"a {type(value).__name__}, which points back to itself")


def write_array(writer: Writer, value: Any) -> State:
    """An array, or one of NumPy's numbers, in NumPy's own format."""
    import numpy as np

    if value.dtype == object:
        return write_objects(writer, value)
    if value.dtype.kind not in PLAIN or value.dtype.hasobject:
        raise Unwritable(f"an array of {value.dtype}")
    buffer = io.BytesIO()
    np.save(buffer, value, allow_pickle=False)
    kind = np.ndarray if isinstance(value, np.memmap) else type(value)
    name = writer.part(f"{id(value)}.npy", buffer.getbuffer())
    return node(kind, "NdArrayNode", type="numpy", file=name)


def write_objects(writer: Writer, value: Any) -> State:
    import numpy as np

    if type(value) is not np.ndarray or not value.ndim:
        raise Unwritable(f"a {type(value).__name__} of objects")
    items = writer.state(value.tolist())["content"]
    shape = writer.state(value.shape)
    return node(np.ndarray, "NdArrayNode", content=items, type="json", shape=shape)


def write_masked(writer: Writer, value: Any) -> State:
    content = {"data": writer.state(value.data), "mask": writer.state(value.mask)}
    return node(type(value), "MaskedArrayNode", content=content)


def write_dtype(writer: Writer, value: Any) -> State:
    import numpy as np

    found = node(np.dtype, "DTypeNode", content=writer.state(np.empty(0, dtype=value)))
    return {**found, "__class__": "dtype"}


def write_sparse(writer: Writer, value: Any) -> State:
    import scipy.sparse  # type: ignore[import-untyped]

    buffer = io.BytesIO()
    try:
        scipy.sparse.save_npz(buffer, value)
    except (NotImplementedError, ValueError) as error:
        raise Unwritable(f"a sparse matrix of format {value.format}") from error
    name = writer.part(f"{id(value)}.npz", buffer.getbuffer())
    return node(type(value), "SparseMatrixNode", type="scipy", file=name)


def write_random_state(writer: Writer, value: Any) -> State:
    content = writer.state(value.get_state(legacy=False))
    return node(type(value), "RandomStateNode", content=content)


def write_generator(writer: Writer, value: Any) -> State:
    bits = value.bit_generator
    content = {
        "bit_generator": writer.state(bits.state),
        "seed_seq": writer.state(bits.seed_seq.state),
    }
    return node(type(value), "RandomGeneratorNode", content=content)


def array_writers() -> dict[type, Write]:
    """How NumPy's, SciPy's and scikit-learn's own things are written, once these are loaded."""
    import numpy as np
    import scipy.sparse
    from sklearn._loss import _loss
    from sklearn.cluster import Birch
    from sklearn.linear_model import _sgd_fast
    from sklearn.tree._tree import Tree

    losses = [_loss.CyLossFunction, _loss.CyHalfMultinomialLoss, _sgd_fast.Hinge]
    losses += [getattr(_sgd_fast, it) for it in vars(_sgd_fast) if is_loss(_sgd_fast, it)]
    return {
        **dict.fromkeys(losses, write_loss),
        Birch: write_refused,
        Tree: write_compiled_tree,
        np.dtype: write_dtype,
        np.generic: write_array,
        np.ma.MaskedArray: write_masked,
        np.ndarray: write_array,
        np.random.Generator: write_generator,
        np.random.RandomState: write_random_state,
        np.ufunc: write_function,
        scipy.sparse.sparray: write_sparse,
        scipy.sparse.spmatrix: write_sparse,
        type(np.mean): write_function,
    }


def is_loss(module: Any, name: str) -> bool:
    """Whether a name is that of a compiled loss."""
    from nbtrack.registry.flavors.skops_trust import LOSSES

    return name.startswith(LOSSES[module.__name__]) and isinstance(getattr(module, name), type)


WRITERS: dict[type, Write] = {
    BuiltinFunctionType: write_type,
    FunctionType: write_function,
    bool: write_json,
    bytearray: write_bytes,
    bytes: write_bytes,
    defaultdict: write_defaultdict,
    dict: write_dict,
    float: write_json,
    int: write_json,
    list: write_items("ListNode"),
    object: write_object,
    partial: write_partial,
    set: write_items("SetNode"),
    slice: write_slice,
    str: write_json,
    tuple: write_items("TupleNode"),
    type: write_type,
    type(None): write_json,
}
"""How objects of a class, and of those below it, are written."""

CHOSEN: dict[type, Write] = {}
"""The same for each class that was met."""
