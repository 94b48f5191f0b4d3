from __future__ import annotations

import socket
from pathlib import Path

import psutil

from nbtrack.journal.machine import boot_id, host_name


def test_the_boot_id_is_the_kernels():
    assert boot_id() == Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def test_without_the_kernels_it_is_the_time_of_boot(monkeypatch):
    def refuse(*arguments, **options):
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr(Path, "read_text", refuse)
    assert boot_id.__wrapped__() == str(int(psutil.boot_time()))


def test_the_host_is_named():
    assert host_name() == socket.gethostname()
