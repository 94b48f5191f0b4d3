"""Secrets are taken out before anything is written: by the name of a key, by the look of a value.

What is left, `[redacted:1f0c93ab]`, is a hash under a key of the user's: equal secrets stay equal,
so that a changed one shows, and the store alone tells nobody what they were.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import itertools
import logging
import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbtrack import settings

__all__ = ["is_secret_key", "redact", "redact_text", "redact_tree"]

logger = logging.getLogger("nbtrack")

WORDS = """
    password passwords passwd pwd passphrase secret secrets credential credentials creds apikey
    apikeys authorization bearer ssn cvv passcode
"""

PAIRS = """
    api key | access key | account key | private key | secret key | encryption key | signing key
    | ssh key | master key | auth key | client key | shared key | storage key | subscription key
    | service key | credit card | card number | social security | session cookie | auth header |
    connection string | db pass | database pass | user pass | smtp pass | sas url
"""

KINDS = """
    access api app auth authentication aws azure bearer bot client csrf databricks deploy gh
    github gitlab gcp google hf huggingface hub id jwt login my oauth openai personal pat pypi
    refresh secret security server service session slack telegram user wandb x xsrf write read
    admin account
"""
"""Before `token`; other words make it a token of a text (`pad_token`, `eos_token`, `max_token`)."""

secret_words = frozenset(WORDS.split())
secret_pairs = frozenset(" ".join(pair.split()) for pair in PAIRS.split("|"))
token_kinds = frozenset(KINDS.split())

secret_looks = re.compile(
    r"""
      \b(?:AKIA|ASIA)[0-9A-Z]{16}\b                                   # AWS
    | \b(?:gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_[A-Za-z0-9_]{40,255})
    | \bglpat-[\w-]{20,}                                              # GitLab
    | (?<![\w-])sk-(?=[\w-]*\d)[\w-]{20,}                             # OpenAI, Anthropic
    | \bsk_(?:live|test)_[A-Za-z0-9]{16,}                             # Stripe
    | \bhf_[A-Za-z0-9]{30,}                                           # Hugging Face
    | \bxox[abeoprs]-[A-Za-z0-9-]{10,}                                # Slack
    | \bAIza[\w-]{35}                                                 # Google
    | \bdapi[0-9a-f]{32}\b                                            # Databricks
    | \bnpm_[A-Za-z0-9]{36}\b
    | \bpypi-AgE[\w-]{16,}
    | \bSG\.[\w-]{16,}\.[\w-]{16,}                                    # SendGrid
    | \beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*                               # JWT
    | (?i:\bbearer\s+)[\w.~+/-]{16,}=*
    | -----BEGIN\ [A-Z\ ]*PRIVATE\ KEY-----[\s\S]*?(?:-----END\ [A-Z\ ]*PRIVATE\ KEY-----|\Z)
    | (?<=://)[^\s/@:"']*:[^\s/@"']+(?=@)                             # credentials of a URL
    """,
    re.VERBOSE,
)

word_ends = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z0-9]+")

SHORTEST = 8
"""Characters of the shortest text that can look like a secret: `a://b:c@`."""

blanks = re.compile(r"\[redacted[^\]]*\]|\*+|x{3,}|<[^>]*>|none|null|true|false", re.IGNORECASE)
"""What stands in place of a secret already, or says only whether there is one."""

numeral = re.compile(r"[+-]?[\d.,_e+-]*", re.IGNORECASE)


@functools.lru_cache(maxsize=4096)
def is_secret_key(key: str) -> bool:
    """Whether a name says that its value is secret: `hf_token` does, `max_tokens` does not."""
    words = [word.lower() for word in word_ends.split(key) if word]
    if not secret_words.isdisjoint(words):
        return True
    pairs = {f"{first} {second}" for first, second in itertools.pairwise(words)}
    return not secret_pairs.isdisjoint(pairs) or is_token(words)


def is_token(words: list[str]) -> bool:
    """Whether words end in a token that opens something."""
    return bool(words) and words[-1] == "token" and (len(words) == 1 or words[-2] in token_kinds)


@functools.cache
def is_wanted() -> bool:
    """Whether the settings want secrets taken out; asked once per process."""
    return settings.read().redact


def redact(key: str, text: str) -> str:
    """The text to write for a key: whole if nothing about it is secret."""
    if not is_wanted():
        return text
    if is_secret_key(key) and text and not blanks.fullmatch(text):
        is_count = key.lower().endswith("token") and numeral.fullmatch(text)
        if not is_count:
            return mark(text)
    return redact_text(text)


def redact_text(text: str) -> str:
    """A text with what looks like a secret taken out of it."""
    if len(text) < SHORTEST or secret_looks.search(text) is None or not is_wanted():
        return text
    return secret_looks.sub(lambda found: mark(found.group()), text)


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
    digest = hashlib.blake2s(text.encode(errors="replace"), key=hash_key(), digest_size=4)
    return f"[redacted:{digest.hexdigest()}]"


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
