"""What an answer is kept under: equal for requests that a model answers alike, else another."""

from __future__ import annotations

import functools
import hashlib

import msgspec

from nbtrack.records.endpoint import Variant

__all__ = ["cache_key"]


def cache_key(variant: Variant, content_type: str, body: bytes) -> bytes:
    """The digest of a model's files, of how a body is read, and of the body, params included.

    Two variants of one model share their answers; another version of it has its own.
    """
    digest = hashlib.blake2b(model_digest(variant), digest_size=32)
    digest.update(content_type.strip().lower().encode(errors="replace") + b"\0")
    digest.update(body)
    return digest.digest()


def model_digest(variant: Variant) -> bytes:
    """A digest of a model's files; where no digests are known, of where it is."""
    return digest_of(variant.folder, tuple(sorted(variant.files.items())))


@functools.lru_cache(maxsize=64)
def digest_of(folder: str, files: tuple[tuple[str, str], ...]) -> bytes:
    told = msgspec.json.encode(files or folder)
    return hashlib.blake2b(told, digest_size=32).digest()
