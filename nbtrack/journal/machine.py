"""What names this machine and its current boot, so that a process can be told from a later one."""

from __future__ import annotations

import functools
import os
from pathlib import Path

__all__ = ["boot_id", "host_name"]


@functools.cache
def boot_id() -> str:
    """An id of the running boot: the kernel's, else the time of boot."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        import psutil

        return str(int(psutil.boot_time()))


def host_name() -> str:
    """The machine's name."""
    return os.uname().nodename
