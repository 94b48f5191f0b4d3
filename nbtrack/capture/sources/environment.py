"""Who runs what where: user, script or notebook, Python, system."""

from __future__ import annotations

import getpass
import os
import platform
import sys
from pathlib import Path

from nbtrack.version import __version__

VS_CODE = "__vsc_ipynb_file__"

__all__ = ["environment_tags", "folder_of_source", "in_notebook", "source_tags", "user_name"]


def user_name() -> str:
    """The user's login name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "unknown"


def in_notebook() -> bool:
    """Whether this is the kernel of a notebook; a plain IPython shell is none."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell is not None and hasattr(shell, "kernel")


def notebook_path() -> str:
    """The notebook's path as its editor tells it; empty where none does."""
    told = os.environ.get(VS_CODE) or os.environ.get("JPY_SESSION_NAME")
    if told:
        return told
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return "" if shell is None else str(shell.user_ns.get(VS_CODE, ""))


def source_tags() -> dict[str, str]:
    """MLflow's tags of the source: a notebook by its name, a script by its path."""
    if in_notebook():
        name = Path(notebook_path()).name
        named = {"mlflow.source.name": name} if name else {}
        return {**named, "mlflow.source.type": "NOTEBOOK"}
    name = sys.argv[0] if getattr(sys, "argv", None) and sys.argv[0] else "<console>"
    return {"mlflow.source.name": name, "mlflow.source.type": "LOCAL"}


def folder_of_source() -> Path:
    """Where the code stands: its script's folder, else the working directory."""
    script = Path(sys.argv[0]) if getattr(sys, "argv", None) and sys.argv[0] else None
    if script is not None and not in_notebook() and script.suffix == ".py" and script.exists():
        return script.resolve().parent
    try:
        return Path.cwd()
    except FileNotFoundError:
        return Path(os.sep)  # the working directory was deleted: no commit stands for it


def environment_tags() -> dict[str, str]:
    """What the code runs on."""
    return {
        "nbtrack.env.python": platform.python_version(),
        "nbtrack.env.platform": f"{platform.system()}-{platform.release()}-{platform.machine()}",
        "nbtrack.env.nbtrack": __version__,
    }
