"""Tensors of PyTorch: what they show, and the storage that others may show too."""

from __future__ import annotations

import sys
from typing import Any

from nbtrack.capture.identity import identity_of
from nbtrack.capture.objects.flat import dumped
from nbtrack.capture.objects.look import Copied, Handler, Look, Node
from nbtrack.capture.objects.memory import buffer_digest
from nbtrack.capture.objects.names import leaf

__all__ = ["LIBRARY"]

FETCHED = 64 << 20
"""Bytes that are brought here from another device to be looked at."""


def tensor(value: Any, look: Look) -> Node:
    """A tensor by its items; gradients are looked at, but are no part of its value."""
    torch = sys.modules["torch"]
    with torch._C.DisableTorchFunctionSubclass():  # noqa: SLF001 - a subclass may be the user's
        plain = torch.Tensor.detach(value)
        grad = torch.Tensor.grad.__get__(value) if torch.Tensor.is_leaf.__get__(value) else None
        version = torch.Tensor._version.__get__(value)  # noqa: SLF001
        form = (str(plain.dtype), tuple(plain.shape), str(plain.layout), plain.device.type)
        own = dumped(identity_of(grad))
        if plain.layout != torch.strided or plain.is_quantized or plain.device.type == "meta":
            look.doubt(f"a {plain.layout} tensor was not looked into")
            return Node(b"tensor" + dumped(form), asides=(grad,), own=own + dumped(version))
        content, seen = storage_and_items(plain, version, look)
        return Node(b"tensor" + dumped(form), asides=(grad,), content=content, own=own + seen)


def storage_and_items(plain: Any, version: int, look: Look) -> tuple[bytes, bytes]:
    """The hash of a tensor's items, and where they lie; its storage is a part."""
    torch = sys.modules["torch"]
    storage = plain.untyped_storage()
    address, size = storage.data_ptr(), storage.nbytes()
    place = dumped((address, plain.stride(), plain.storage_offset()))
    if plain.device.type != "cpu" and size > FETCHED:
        look.doubt(f"a tensor of {size / 1e6:,.0f} MB on {plain.device.type} was not looked into")
        look.part(address, version)
        return dumped(version), place
    whole = torch.empty(0, dtype=torch.uint8, device=plain.device).set_(storage).cpu()
    digest = buffer_digest(whole.numpy(), look)
    if size:
        look.part(address, int.from_bytes(digest, "little"))
    if plain.is_contiguous() and plain.numel() * plain.element_size() == size:
        return digest, place
    octets = plain.cpu().contiguous().reshape(-1).view(torch.uint8)
    return buffer_digest(octets.numpy(), look), place


def source(value: Any, look: Look) -> Node:  # noqa: ARG001
    """A source of random numbers."""
    return Node(leaf(type(value)), (Copied(value.get_state().numpy().tobytes()),))


def described(value: Any, look: Look) -> bytes:  # noqa: ARG001
    return leaf(type(value), str(value).encode())


LIBRARY: dict[str, Handler] = {
    "torch.Tensor": tensor,
    "torch.Generator": source,
    "torch.device": described,
    "torch.dtype": described,
    "torch.layout": described,
    "torch.memory_format": described,
}
