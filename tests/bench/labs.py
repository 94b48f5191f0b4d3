"""A real JupyterLab for a figure: with nbtrack's sidebar or surely without, browser or none."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import psutil
from trackers import uri_of

sys.path.append(str(Path(__file__).parents[1] / "journeys"))

from lab import BUILT, Lab

__all__ = ["BUILT", "Lab", "cpu_seconds", "lab_at", "process_of"]


def lab_at(folder: Path, *, extended: bool = True, browses: bool = False) -> Lab:
    """JupyterLab whose notebooks and sidebar use the store of a figure's folder."""
    os.environ["NBTRACK_TRACKING_URI"] = uri_of("nbtrack", folder)
    root = folder / "notebooks"
    root.mkdir(exist_ok=True)
    return Lab(root, extended=extended, browses=browses)


def process_of(lab: Lab) -> psutil.Process:
    """The server's process."""
    assert lab.server is not None
    return psutil.Process(lab.server.pid)


def cpu_seconds(lab: Lab) -> float:
    """What the server's process has used so far, its kernels left out."""
    times = process_of(lab).cpu_times()
    return times.user + times.system
