"""What a notebook's shell does with the cells to come: magics, and code around each cell.

`magic:NAME` is a magic that a cell defined, `setting:shell` what it has the shell call or rewrite.
"""

from __future__ import annotations

import sys
from operator import is_not
from types import FunctionType, MethodType
from typing import Any

from nbtrack.capture.hidden import CellFacts, Touch
from nbtrack.capture.identity import identity_of

__all__ = ["ShellState", "hooks_now"]

MAGIC = "magic:"
AROUND = "setting:shell"
CALLING = frozenset({"run_line_magic", "run_cell_magic"})


class ShellState:
    """Notices which magics a cell defined and used, and what is called or rewritten with it."""

    def __init__(self) -> None:
        self.magics: dict[str, Any] = {}
        self.around: list[Any] = []

    def before(self) -> None:
        shell = shell_now()
        if shell is not None:
            self.magics, self.around = magics_of(shell), around_cells(shell)

    def after(self, cell: CellFacts) -> list[Touch]:
        shell = shell_now()
        if shell is None:
            return []
        touches = []
        magics = magics_of(shell)
        if magics.keys() != self.magics.keys() or any(
            map(is_not, magics.values(), map(self.magics.get, magics))
        ):
            touches = [
                Touch(f"{MAGIC}{name}", "write")
                for name in sorted(magics.keys() | self.magics.keys())
                if magics.get(name) is not self.magics.get(name)
            ]
        touches += self.readings(cell, {it.symbol for it in touches})
        now = around_cells(shell)
        if list(map(identity_of, now)) != list(map(identity_of, self.around)):
            touches.append(Touch(AROUND, "change"))
        elif AROUND in cell.written:
            touches.append(Touch(AROUND, "read"))
        return touches

    def readings(self, cell: CellFacts, written: set[str]) -> list[Touch]:
        """The magics of the notebook that a cell called."""
        if CALLING.isdisjoint(cell.usage.attributes):
            return []
        called = {f"{MAGIC}{name}" for name in cell.usage.texts} & cell.written
        return [Touch(symbol, "read") for symbol in sorted(called - written)]

    def digest(self, symbol: str) -> str | None:  # noqa: ARG002 - it has no value to tell
        return None

    def close(self) -> None:
        """Nothing is held."""


def shell_now() -> Any:
    """The shell of this process, if it has one."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None


def magics_of(shell: Any) -> dict[str, Any]:
    """All magics: those of lines by their name, those of cells too where no line has it."""
    tables = shell.magics_manager.magics
    return {**tables["cell"], **tables["line"]}


def hooks_of(shell: Any) -> list[FunctionType]:
    """The notebook's functions that its shell calls around each cell."""
    found = [it for listed in shell.events.callbacks.values() for it in listed]
    functions = [it.__func__ if type(it) is MethodType else it for it in found]
    return [it for it in functions if type(it) is FunctionType and it.__globals__ is shell.user_ns]


def hooks_now() -> list[FunctionType]:
    """The same of the shell of this process."""
    shell = shell_now()
    return [] if shell is None else hooks_of(shell)


def around_cells(shell: Any) -> list[Any]:
    """What rewrites the code of a cell before it runs, and the notebook's functions around it."""
    manager = shell.input_transformer_manager
    return [
        *manager.cleanup_transforms,
        *manager.line_transforms,
        *manager.token_transformers,
        *shell.input_transformers_post,
        *shell.ast_transformers,
        *hooks_of(shell),
    ]
