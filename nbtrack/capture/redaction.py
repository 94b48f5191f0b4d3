"""Secrets are taken out before anything is written: by the name of a key, by the look of a value.

What is left, `[redacted:1f0c93ab]`, is a hash under a key of the user's: equal secrets stay equal,
so that a changed one shows, and the store alone tells nobody what they were.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import logging
import os
import re
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from nbtrack import settings
from nbtrack.capture.secret_looks import (
    Span,
    assigned_spans,
    has_hint,
    is_blank,
    is_numeral,
    look_spans,
)
from nbtrack.capture.secret_names import is_secret_key

__all__ = [
    "VARIABLE",
    "hash_key",
    "is_secret_key",
    "is_wanted",
    "keyed_digest",
    "known_secrets",
    "mark",
    "redact",
    "redact_error",
    "redact_text",
    "redact_tree",
    "replaced",
    "same_digest",
    "secret_spans",
    "secret_variable",
]

logger = logging.getLogger("nbtrack")

SHORTEST = 8
"""Characters of the shortest text that can look like a secret: `a://b:c@`."""

SHORTEST_KNOWN = 8
"""Characters of a secret of the source that is looked for in outputs too."""

SHORTEST_IN_ERROR = 4
"""Characters of one that is looked for in errors, where it stands as a word of its own."""

MOST_KNOWN = 256

KEYED = "keyed:"
"""Before a digest under the user's key."""

VARIABLE = "NBTRACK_SECRET_"

known_secrets: dict[str, str] = {}
"""By the name of its variable, what was taken out of source in this process; never written."""


@functools.cache
def is_wanted() -> bool:
    """Whether the settings want secrets taken out; asked once per process."""
    return settings.read().redact


def redact(key: str, text: str) -> str:
    """The text to write for a key: whole if nothing about it is secret."""
    if not is_wanted():
        return text
    if is_secret_key(key) and not is_blank(text):
        is_count = key.lower().endswith("token") and is_numeral(text)
        if not is_count:
            return mark(text)
    return redact_text(text)


def redact_text(text: str) -> str:
    """A text (a value, an output, an error's message) with the secrets taken out of it."""
    if len(text) < SHORTEST or not (known_secrets or has_hint(text)) or not is_wanted():
        return text
    spans = secret_spans(text) if has_hint(text) else []
    shown = replaced(text, [(start, end, mark(text[start:end])) for start, end in spans])
    return without_known(shown)


def secret_spans(text: str) -> list[Span]:
    """Where secrets stand in a text, in order and apart from each other."""
    spans: list[Span] = []
    for start, end in sorted({*look_spans(text), *assigned_spans(text)}):
        if spans and start < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans


def replaced(text: str, changes: Iterable[tuple[int, int, str]]) -> str:
    """A text with parts of it replaced; the parts are apart from each other."""
    pieces, position = [], 0
    for start, end, new in sorted(changes):
        pieces += [text[position:start], new]
        position = end
    return "".join([*pieces, text[position:]])


def without_known(text: str) -> str:
    """A text without what was taken out of source before: an error repeats what it was given."""
    for secret in list(known_secrets.values()):
        if len(secret) >= SHORTEST_KNOWN and secret in text:
            text = text.replace(secret, mark(secret))
    return text


def redact_error(text: str) -> str:
    """An error's message or traceback: short secrets of the source are taken out of it too."""
    if not is_wanted():
        return text
    text = redact_text(text)
    for secret in list(known_secrets.values()):
        if SHORTEST_IN_ERROR <= len(secret) < SHORTEST_KNOWN and secret in text:
            text = re.sub(rf"(?<![\w:]){re.escape(secret)}(?!\w)", mark(secret), text)
    return text


def secret_variable(secret: str) -> str:
    """The environment variable that source reads in place of a secret."""
    name = VARIABLE + digest_of(secret)
    if name not in known_secrets:
        known_secrets[name] = secret
        while len(known_secrets) > MOST_KNOWN:
            known_secrets.pop(next(iter(known_secrets)), None)
    return name


def redact_tree(value: Any, key: str = "") -> Any:
    """Mappings, lists and texts of any depth, with the secrets taken out."""
    if isinstance(value, str):
        return redact(key, value)
    if isinstance(value, Mapping):
        return {name: redact_tree(item, str(name)) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [redact_tree(item, key) for item in value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        shown = redact(key, text := str(value))
        return value if shown == text else shown
    return value


def mark(text: str) -> str:
    """What is written in place of a secret."""
    return f"[redacted:{digest_of(text)}]"


def digest_of(text: str) -> str:
    """Eight digits that tell secrets apart, to the user alone."""
    return hashlib.blake2s(text.encode(errors="replace"), key=hash_key(), digest_size=4).hexdigest()


def keyed_digest(digest: str) -> str:
    """A digest under the user's key: a short secret could be guessed from a plain one."""
    told = hashlib.blake2s(digest.encode(), key=hash_key(), digest_size=8).hexdigest()
    return f"{KEYED}{told}"


def same_digest(one: str, other: str) -> bool:
    """Whether digests are of equal values, where one of them may be under the user's key."""
    if one.startswith(KEYED) != other.startswith(KEYED):
        one, other = (it if it.startswith(KEYED) else keyed_digest(it) for it in (one, other))
    return one == other


@functools.cache
def hash_key() -> bytes:
    """The user's key, made at first need; where it cannot be kept it lasts for this process."""
    path = key_path()
    try:
        return path.read_bytes()[:32] or make_key(path)
    except FileNotFoundError:
        return make_key(path)
    except OSError as error:
        logger.warning("the redaction key %s cannot be read (%s); using another", path, error)
        return secrets.token_bytes(32)


def key_path() -> Path:
    """Where the key is kept: with the user's settings, never in a store."""
    folder = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")  # noqa: PTH111 - Path.expanduser raises where there is no home
    return Path(folder) / "nbtrack" / "redaction.key"


def make_key(path: Path) -> bytes:
    """Make the key for the user alone; of two processes the first one's stays."""
    key = secrets.token_bytes(32)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(descriptor, key)
        finally:
            os.close(descriptor)
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
        return path.read_bytes()
    except OSError as error:
        logger.warning("the redaction key cannot be kept at %s (%s)", path, error)
        return key
