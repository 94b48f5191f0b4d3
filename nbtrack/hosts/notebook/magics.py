"""The magics: `%%track`, `%track`, and those that look at what was tracked."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from IPython.core.error import UsageError
from IPython.core.magic import needs_local_scope, no_var_expand

from nbtrack.errors import NbtrackError
from nbtrack.hosts.notebook import usage
from nbtrack.hosts.notebook.arguments import help_of, parse
from nbtrack.hosts.notebook.cells import CellHooks

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["Magics"]

Line = TypeVar("Line", bound=usage.MagicLine)


class Magics:
    """The magics of one shell; each reads its line and answers with something to display."""

    def __init__(self, shell: InteractiveShell, hooks: CellHooks) -> None:
        self.shell, self.hooks = shell, hooks
        self.names: list[tuple[str, str]] = []

    def load(self) -> None:
        """Register them."""
        for act, line in ((self.track, usage.TrackSession),):
            self.register(act, line)
        self.register_cell()

    def unload(self) -> None:
        """Take them away."""
        for kind, name in self.names:
            self.shell.magics_manager.magics[kind].pop(name, None)
        self.names.clear()

    def register(self, act: Callable[[Any], Any], line_type: type[Line]) -> None:
        """Register a line magic: its help comes from `usage`, errors show as a line."""

        @no_var_expand
        @needs_local_scope
        def magic(line: str, local_ns: dict[str, Any] | None = None) -> Any:
            told = parse(line_type, line, {**self.shell.user_ns, **(local_ns or {})})
            try:
                return act(told)
            except NbtrackError as error:
                raise UsageError(str(error)) from None

        magic.__doc__ = help_of(line_type)
        self.add("line", act.__name__, magic)

    def register_cell(self) -> None:
        """Register `%%track`; it is called only where its line is wrong or the cell is empty."""

        @no_var_expand
        def track(line: str, cell: str) -> None:
            parse(usage.TrackCell, line, self.shell.user_ns)
            if not cell.strip():
                raise UsageError("%%track: there is nothing to track below it")
            self.shell.run_cell(cell)

        track.__doc__ = help_of(usage.TrackCell)
        self.add("cell", "track", track)

    def add(self, kind: str, name: str, magic: Callable[..., Any]) -> None:
        self.shell.register_magic_function(magic, kind, name)
        self.names.append((kind, name))

    # What they do

    def track(self, line: usage.TrackSession) -> None:
        """`%track on|off|status`."""
        if line.state == "on":
            self.hooks.options.track = "all"
        elif line.state == "off":
            self.hooks.options.track = "cells"
        print(self.hooks.status())  # noqa: T201 - what a person asked for
