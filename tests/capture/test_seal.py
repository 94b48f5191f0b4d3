"""Seals tell what this user logged from what only says so."""

from __future__ import annotations

import pytest

from nbtrack.capture import redaction
from nbtrack.capture.seal import is_sealed, seal_of

DIGEST = "ab" * 32


def test_a_seal_holds_for_its_own_content_alone():
    seal = seal_of(DIGEST)
    assert is_sealed(DIGEST, seal)
    assert not is_sealed("cd" * 32, seal)


@pytest.mark.parametrize("seal", ["", None, "0" * 32, "ü"])
def test_nothing_else_is_a_seal(seal):
    assert not is_sealed(DIGEST, seal)


def test_a_seal_of_another_user_is_none_here(monkeypatch):
    foreign = seal_of(DIGEST)
    monkeypatch.setattr("nbtrack.capture.seal.hash_key", lambda: b"another key")
    assert not is_sealed(DIGEST, foreign)


def test_a_seal_is_no_digest_of_a_secret_under_the_same_key():
    assert redaction.keyed_digest(DIGEST).removeprefix("keyed:") not in seal_of(DIGEST)
