"""Seals of files: who logged a content, in a way that only the user's own key can make or check.

Written with a logged model's files; asked before a file that can run code is read. A store that
came from elsewhere holds no seal of this user, whatever it says.
"""

from __future__ import annotations

import hashlib
import hmac

from nbtrack.capture.redaction import hash_key

__all__ = ["is_sealed", "seal_of"]

PURPOSE = b"nbseal"
"""Sets seals apart from what else is hashed under the same key."""


def seal_of(digest: str) -> str:
    """The seal of a content, by its SHA-256.

    Example:
        >>> from nbtrack.capture.seal import is_sealed, seal_of
        >>> digest = "ab" * 32
        >>> is_sealed(digest, seal_of(digest)), is_sealed(digest, "")
        (True, False)
    """
    made = hashlib.blake2s(digest.encode(), key=hash_key(), person=PURPOSE, digest_size=16)
    return made.hexdigest()


def is_sealed(digest: str, seal: str | None) -> bool:
    """Whether this user logged a content."""
    return bool(seal) and hmac.compare_digest(seal_of(digest).encode(), str(seal).encode())
