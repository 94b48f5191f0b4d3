"""Names that say of a value that it is secret, and those that only look alike."""

from __future__ import annotations

import functools
import itertools
import re

__all__ = ["is_secret_key", "says_secret", "words_of"]

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

PLACES = """
    file path name field column label prompt hint type length policy count size expiry expires ttl
    age scope scopes provider arn env var variable attempts regex pattern version
"""
"""At the end of a name: what is told is where or how the secret is, not the secret."""

secret_words = frozenset(WORDS.split())
secret_pairs = frozenset(" ".join(pair.split()) for pair in PAIRS.split("|"))
token_kinds = frozenset(KINDS.split())
places = frozenset(PLACES.split())

word_ends = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z0-9]+")


def words_of(name: str) -> list[str]:
    """The words of a name, in lower case: of `dbPassword` they are `db`, `password`."""
    return [word.lower() for word in word_ends.split(name) if word]


def says_secret(lowered: str) -> bool:
    """Whether a text in lower case holds a name of several words, as a mapping's key may be."""
    if any(pair in lowered for pair in secret_pairs):
        return True
    return " token" in lowered and any(f"{kind} token" in lowered for kind in token_kinds)


@functools.lru_cache(maxsize=4096)
def is_secret_key(key: str) -> bool:
    """Whether a name says that its value is secret: `hf_token` does, `max_tokens` does not."""
    words = words_of(key)
    if len(words) > 1 and words[-1] in places:
        return False
    if not secret_words.isdisjoint(words):
        return True
    pairs = {f"{first} {second}" for first, second in itertools.pairwise(words)}
    return not secret_pairs.isdisjoint(pairs) or is_token(words)


def is_token(words: list[str]) -> bool:
    """Whether words end in a token that opens something."""
    return bool(words) and words[-1] == "token" and (len(words) == 1 or words[-2] in token_kinds)
