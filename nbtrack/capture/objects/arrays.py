"""Arrays and buffers: their content, their own form, and the memory that others may show too."""

from __future__ import annotations

import mmap
import sys
from array import array
from typing import Any

from nbtrack.capture.identity import identity_of
from nbtrack.capture.objects.containers import items_of
from nbtrack.capture.objects.flat import dumped
from nbtrack.capture.objects.instances import AWAITED, LEAVES, SCALARS
from nbtrack.capture.objects.look import Handler, Look, Node
from nbtrack.capture.objects.memory import (
    address_of,
    array_digest,
    buffer_digest,
    is_array,
    note_owner,
)
from nbtrack.capture.objects.names import (
    attributes_of,
    leaf,
    leaf_called,
    mro_of,
    namespace_of,
)

__all__ = ["HANDLERS", "LIBRARY", "dtype_name", "has_objects", "numpy_array", "plain_view"]

NUMBERS = "biufc"
GENERIC = b"numpy.generic"

MANY = 1000
names: dict[Any, bytes] = {}
"""What types of items are called: writing out the fields of one takes longer than hashing."""


def octets(value: Any, look: Look) -> Node:
    """A bytearray, an array of the standard library, mapped memory: a part by its bytes."""
    exact = value if identity_of(type(value)) in EXACT else plain_octets(value)
    digest = buffer_digest(exact, look)
    look.part(identity_of(value), int.from_bytes(digest, "little"))
    code = dumped(value.typecode) if type(value) is array else b""
    return Node(leaf(type(value)) + code, content=digest, is_mutable=False)


def plain_octets(value: Any) -> Any:
    """A copy without what a subclass makes of it, which may offer other memory than it has."""
    kind = next(it for it in mro_of(type(value)) if identity_of(it) in EXACT)
    return kind.__getitem__(value, slice(None))  # type: ignore[index]


def view(value: Any, look: Look) -> Node:
    """A memoryview; what it shows is a part by itself."""
    shape = dumped((value.format, value.shape))
    content = buffer_digest(value if value.contiguous else value.tobytes(), look)
    return Node(leaf(memoryview) + shape, asides=(value.obj,), content=content, is_mutable=False)


def plain_view(value: Any) -> Any:
    """An array without what a subclass makes of it."""
    ndarray = sys.modules["numpy"].ndarray
    return value if type(value) is ndarray else ndarray.view(value, ndarray)


def dtype_name(dtype: Any) -> bytes:
    """A type of items by its name, the names of its fields included."""
    name = names.get(dtype)
    if name is None:
        if len(names) > MANY:
            names.clear()
        name = names[dtype] = str(dtype if dtype.names else dtype.str).encode()
    return name


def has_objects(dtype: Any) -> bool:
    """Whether items are kept elsewhere than in the array's memory."""
    return bool(dtype.hasobject or dtype.kind == "T")


def numpy_array(value: Any, look: Look) -> Node:
    """An array of NumPy: dtype, shape and items; its form and its memory are two parts."""
    plain = plain_view(value)
    state = b"ndarray" + dtype_name(plain.dtype) + dumped(plain.shape)
    if has_objects(plain.dtype):
        return array_of_objects(value, plain, state, look)
    address = address_of(plain)
    digest = array_digest(plain, look, address)
    if look.is_sealed:
        return Node(state, content=digest)
    if plain.base is None and plain.flags.c_contiguous and plain.size:
        look.part(address, int.from_bytes(digest, "little"))
    else:
        note_owner(value, look)
    form = dumped((plain.strides, plain.flags.writeable, address))
    return Node(state, content=digest, own=form)


def array_of_objects(value: Any, plain: Any, state: bytes, look: Look) -> Node:
    """Items as in a list; the owner of a view's memory is looked at for its state."""
    node = items_of(state, plain.ravel().tolist(), look, "array")
    owner = value
    while is_array(base := sys.modules["numpy"].ndarray.base.__get__(owner)):
        owner = base
    if owner is not value:
        node.asides = (owner,)
    return node


def masked(value: Any, look: Look) -> Node:
    node = numpy_array(value, look)
    state = attributes_of(value)
    more = (state.get("_mask"), state.get("_fill_value"), state.get("_hardmask"))
    node.children = [*node.children, *more]
    return node


def scalar(value: Any, look: Look) -> Node | bytes:  # noqa: ARG001
    """A scalar of NumPy: it cannot change."""
    generic = sys.modules["numpy"].generic
    dtype = generic.dtype.__get__(value)
    if has_objects(dtype):
        return Node(leaf(type(value)), (generic.item(value),), is_mutable=False)
    return told_scalar(value)


def told_scalar(value: Any) -> bytes:
    """A scalar of numbers, text or dates."""
    generic = sys.modules["numpy"].generic
    dtype = generic.dtype.__get__(value)
    return leaf_called(GENERIC, dtype_name(dtype) + b"\x00" + generic.tobytes(value))


def dtype(value: Any, look: Look) -> bytes:  # noqa: ARG001
    return leaf(sys.modules["numpy"].dtype, str(value).encode())


def ufunc(value: Any, look: Look) -> bytes:  # noqa: ARG001
    ufuncs = namespace_of(sys.modules["numpy"].ufunc)
    return leaf(type(value), str(ufuncs["__name__"].__get__(value)).encode())


def numpy_is_loaded() -> bool:
    """Have arrays and numbers told with the object that has them as attributes."""
    numpy: Any = sys.modules.get("numpy")
    kinds = getattr(numpy, "sctypeDict", None)
    if kinds is None:
        return False
    LEAVES[identity_of(numpy.ndarray)] = numpy_array
    numbers = {it for it in kinds.values() if numpy.dtype(it).kind in NUMBERS}
    SCALARS.update((identity_of(it), told_scalar) for it in numbers)
    return True


AWAITED.append(numpy_is_loaded)

HANDLERS: dict[type, Handler] = {
    bytearray: octets,
    array: octets,
    mmap.mmap: octets,
    memoryview: view,
}

EXACT = frozenset(map(identity_of, HANDLERS))

LIBRARY: dict[str, Handler] = {
    "numpy.ndarray": numpy_array,
    "numpy.ma.MaskedArray": masked,
    "numpy.generic": scalar,
    "numpy.dtype": dtype,
    "numpy.ufunc": ufunc,
}
