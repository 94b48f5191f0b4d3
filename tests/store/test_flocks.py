"""Locks of files: taken by a deadline, and refused where there are none."""

from __future__ import annotations

import errno
import fcntl
import os
import time

import pytest

from nbtrack.errors import UnsupportedPlatform
from nbtrack.store.flocks import (
    check_locks,
    close,
    flock_until,
    open_descriptors,
    opened,
    same_file,
    try_flock,
)


def test_a_lock_is_taken_by_one_descriptor_only(folder):
    first, second = opened(folder.gate_lock), opened(folder.gate_lock)
    assert try_flock(first, fcntl.LOCK_EX)
    assert not try_flock(second, fcntl.LOCK_SH)
    assert not flock_until(second, fcntl.LOCK_SH, time.monotonic() + 0.05)
    close(first)
    third = opened(folder.gate_lock)
    assert flock_until(third, fcntl.LOCK_SH, time.monotonic() + 30)
    close(second)
    close(third)
    assert not {first, second, third} & open_descriptors


def test_to_read_makes_no_file(folder):
    assert opened(folder.path / "nosuch.lock", to_read=True) == -1
    assert not (folder.path / "nosuch.lock").exists()
    close(-1)


def test_a_file_that_was_replaced_is_another(folder):
    descriptor = opened(folder.gate_lock)
    assert same_file(descriptor, folder.gate_lock)
    folder.gate_lock.unlink()
    assert not same_file(descriptor, folder.gate_lock)
    folder.gate_lock.touch()
    assert not same_file(descriptor, folder.gate_lock)
    close(descriptor)


def test_a_file_system_without_locks_is_refused(folder, monkeypatch):
    def refuse(*_):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(UnsupportedPlatform, match="no working file locks"):
        check_locks(folder)
    monkeypatch.setattr(fcntl, "flock", lambda *_: None)
    with pytest.raises(UnsupportedPlatform):
        check_locks(folder)
    assert not list(folder.path.glob("lock-test*"))
