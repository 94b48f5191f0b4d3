"""What a notebook's shell does with the cells to come: magics, and code around each cell.

`magic:NAME` is a magic that a cell defined, `setting:shell` what it has the shell call or rewrite.
"""

from __future__ import annotations

import sys
from operator import is_not
from types import FunctionType, MethodType
from typing import Any

from nbtrack.capture.hidden import CellFacts, Touch

__all__ = ["ShellState", "hooks_now"]

MAGIC = "magic:"
AROUND = "setting:shell"
CALLING = frozenset({"run_line_magic", "run_cell_magic"})


class ShellState:
    """Notices which magics a cell defined and used, and what is called or rewritten with it."""

    def __init__(self) -> None:
        self.magics: list[dict[str, Any]] = []
        self.around: list[Any] = []

    def before(self) -> None:
        shell = shell_now()
        if shell is not None:
            self.magics = [it.copy() for it in shell.magics_manager.magics.values()]
            self.around = around_cells(shell)

    def after(self, cell: CellFacts) -> list[Touch]:
        shell = shell_now()
        if shell is None:
            return []
        names = set()
        for then, now in zip(self.magics, shell.magics_manager.magics.values(), strict=True):
            if len(then) != len(now) or any(map(is_not, now.values(), then.values())):
                names |= {it for it in {**then, **now} if then.get(it) is not now.get(it)}
        touches = [Touch(f"{MAGIC}{name}", "write") for name in sorted(names)]
        touches += self.readings(cell, {it.symbol for it in touches})
        around = around_cells(shell)
        if len(around) != len(self.around) or any(map(is_not, around, self.around)):
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


def hooks_of(shell: Any) -> list[FunctionType]:
    """The notebook's functions that its shell calls around each cell."""
    found = []
    for listed in shell.events.callbacks.values():
        for hook in listed:
            function = hook.__func__ if type(hook) is MethodType else hook
            if type(function) is FunctionType and function.__globals__ is shell.user_ns:
                found.append(function)
    return found


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
