"""The magics as a shell has them: each reads its line, acts, and answers with what to display."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from IPython.core.error import UsageError
from IPython.core.magic import needs_local_scope, no_var_expand

from nbtrack.errors import NbtrackError
from nbtrack.hosts.notebook import again, looking, registry, serving, usage
from nbtrack.hosts.notebook.arguments import help_of, name_of, parse
from nbtrack.hosts.notebook.aside import aside
from nbtrack.hosts.notebook.cells import CellHooks
from nbtrack.hosts.notebook.desk import Desk

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["Magics"]

Line = TypeVar("Line", bound=usage.MagicLine)

Act = Callable[[Desk, Any], Any]


def track(desk: Desk, line: usage.TrackSession) -> None:
    """`%track on|off|status`."""
    if line.state == "on":
        desk.hooks.options.track = "all"
    elif line.state == "off":
        desk.hooks.options.track = "cells"
    print(desk.hooks.status())  # noqa: T201 - what a person asked for


ACTS: tuple[tuple[type[usage.MagicLine], Act], ...] = (
    (usage.TrackSession, track),
    (usage.Lineage, looking.lineage),
    (usage.Reproduce, again.reproduce),
    (usage.Diff, looking.diff),
    (usage.Restore, again.restore),
    (usage.Stale, looking.stale),
    (usage.Runs, looking.runs),
    (usage.Compare, looking.compare),
    (usage.RunInfo, looking.run_info),
    (usage.Models, registry.models),
    (usage.Registry, registry.panel),
    (usage.Promote, registry.promote),
    (usage.Rollback, registry.rollback),
    (usage.Serve, serving.serve),
    (usage.Endpoints, serving.endpoints),
)
"""Each line magic by what its line holds, and what it does."""


class Magics:
    """The magics of one shell."""

    def __init__(self, shell: InteractiveShell, hooks: CellHooks) -> None:
        self.shell = shell
        self.desk = Desk(shell, hooks)
        self.names: list[tuple[str, str]] = []

    def load(self) -> None:
        """Register them."""
        for line_type, act in ACTS:
            self.register(line_type, act)
        self.register_cell()

    def unload(self) -> None:
        """Take them away."""
        for kind, name in self.names:
            self.shell.magics_manager.magics[kind].pop(name, None)
        self.names.clear()

    def register(self, line_type: type[Line], act: Act) -> None:
        """Register a line magic: its help comes from `usage`, errors show as a line."""

        @no_var_expand
        @needs_local_scope
        def magic(line: str, local_ns: dict[str, Any] | None = None) -> Any:
            told = parse(line_type, line, {**self.shell.user_ns, **(local_ns or {})})
            try:
                with aside():
                    return act(self.desk, told)
            except NbtrackError as error:
                raise UsageError(str(error)) from None

        magic.__doc__ = help_of(line_type)
        self.add("line", name_of(line_type).lstrip("%"), magic)

    def register_cell(self) -> None:
        """Register `%%track`; it is called only where its line is wrong or the cell is empty."""

        @no_var_expand
        def track(line: str, cell: str) -> None:
            parse(usage.TrackCell, line, self.shell.user_ns)
            if not cell.strip():
                raise UsageError("%%track: there is nothing to track below it")
            shell: Any = self.shell
            shell.run_cell(cell)

        track.__doc__ = help_of(usage.TrackCell)
        self.add("cell", "track", track)

    def add(self, kind: str, name: str, magic: Callable[..., Any]) -> None:
        shell: Any = self.shell
        shell.register_magic_function(magic, kind, name)
        self.names.append((kind, name))
