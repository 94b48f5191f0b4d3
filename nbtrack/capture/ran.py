"""What ran in a cell: code objects of the notebook, and which of their instructions."""

from __future__ import annotations

from types import CodeType

from nbtrack.capture.instructions import is_function, shape_of

__all__ = ["Ran", "is_statement", "ran_for"]


class Ran:
    """A code object that ran in a statement of the cell."""

    __slots__ = ("code", "executed", "is_top", "is_whole")

    def __init__(self, code: CodeType, *, is_top: bool) -> None:
        self.code = code
        self.is_top = is_top
        self.executed: set[int] | None = None
        """Offsets of the instructions that were; None where nothing can be left out."""
        self.is_whole = True
        """Whether `executed` is all there was."""


def ran_for(code: CodeType, *, is_top: bool) -> Ran:
    """A code object that runs; its instructions are followed where some may be left out.

    An exception leaves out the rest: that of a cell's statement tells where, in its traceback;
    that of anything else may be caught.
    """
    ran = Ran(code, is_top=is_top)
    shape = shape_of(code)
    if not shape.is_linear or (shape.binds and not is_statement(code)):
        ran.executed = set()
    return ran


def is_statement(code: CodeType) -> bool:
    """Whether code is a statement of a cell, rather than what a statement executes."""
    name = code.co_filename
    is_of_cell = "/ipykernel_" in name or name.startswith("<ipython-input")
    return is_of_cell and not is_function(code)
