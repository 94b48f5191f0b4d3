"""`nbtrack.doctor()`: how the store is, told in a notebook; the command of this name says more."""

from __future__ import annotations

import os
import platform
import sys

from nbtrack.api.session import session
from nbtrack.version import __version__

__all__ = ["doctor"]

PREFIXES = ("NBTRACK_", "MLFLOW_")


def doctor(mask_envs: bool = False) -> None:  # noqa: FBT001, FBT002 - MLflow's signature
    """Print versions, settings of the environment, and what is found about the store.

    Args:
        mask_envs: Show which settings are set, without their values.
    """
    from nbtrack.store.health import examine

    here = session()
    lines = [
        f"nbtrack {__version__}, Python {platform.python_version()}, {platform.platform()}",
        f"store: {here.folder.path}",
    ]
    for name, value in sorted(os.environ.items()):
        if name.startswith(PREFIXES):
            lines.append(f"{name}: {'***' if mask_envs else value}")
    here.drain()
    for verdict in examine(here.folder).verdicts:
        advice = f"; {verdict.advice}" if verdict.advice else ""
        lines.append(f"{verdict.level}: {verdict.finding}{advice}")
    sys.stdout.write("\n".join(lines) + "\n")
