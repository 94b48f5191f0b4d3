"""Secrets of webhooks: with the user alone."""

from __future__ import annotations

import os
import stat

import pytest

from nbtrack.errors import StoreError
from nbtrack.journal.folder import state_folder
from nbtrack.registry.webhooks.secrets import Secrets, forget, has_secrets, keep, secrets_of


def test_secrets_are_kept_for_the_user_alone_and_forgotten():
    told = Secrets("s3cret", "Bearer x")
    keep("w1", told)
    path = state_folder() / "webhooks" / "w1.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert (secrets_of("w1"), has_secrets("w1")) == (told, True)
    keep("w1", Secrets("another"))
    assert secrets_of("w1") == Secrets("another")
    forget("w1")
    assert (secrets_of("w1"), has_secrets("w1")) == (None, False)


def test_what_is_damaged_is_no_secret():
    keep("w1", Secrets("s"))
    (state_folder() / "webhooks" / "w1.json").write_text("{")
    assert secrets_of("w1") is None


def test_secrets_are_never_shown():
    assert repr(Secrets("s3cret", "Bearer x")) == "Secrets(…)"
    assert not Secrets()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_told():
    state_folder().mkdir(parents=True)
    state_folder().chmod(0o500)
    with pytest.raises(StoreError, match="XDG_STATE_HOME"):
        keep("w1", Secrets("s"))


def test_a_file_in_the_way_is_told():
    state_folder().parent.mkdir(parents=True, exist_ok=True)
    state_folder().write_text("")
    with pytest.raises(StoreError, match="make the folder writable"):
        keep("w1", Secrets("s"))
