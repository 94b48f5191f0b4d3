"""A run's code back into a cell: a new one below, so that nothing is replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["put_below"]


def put_below(shell: InteractiveShell, code: str) -> None:
    """Put code into a new cell below the one that runs; in a terminal, into the next prompt.

    Nothing is run, and no cell is changed: deleting the new one undoes it. Of several calls in
    one execution the last counts, for frontends keep one text for the next cell.
    """
    shell.set_next_input(code.rstrip("\n"), replace=False)
