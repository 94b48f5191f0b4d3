"""`%load_ext nbtrack`: what is put into a shell, and taken out again."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from nbtrack.api.session import session
from nbtrack.api.tracking.listening import listen
from nbtrack.capture.live import Followed, followed
from nbtrack.capture.objects.scan import Budget, scan
from nbtrack.capture.provenance import Provenance
from nbtrack.capture.recorder import Recorder
from nbtrack.capture.sources.environment import notebook_path
from nbtrack.capture.sources.packages import package_reader
from nbtrack.hosts.notebook import choices, completion, displays, hand, options, transformer
from nbtrack.hosts.notebook.cells import CellHooks, is_ours
from nbtrack.hosts.notebook.live import followers
from nbtrack.hosts.notebook.magics import Magics

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["Extension", "load", "unload"]


class Extension:
    """nbtrack in one shell."""

    def __init__(self, shell: InteractiveShell) -> None:
        self.shell = shell
        self.options = options.load(shell)
        self.session = Provenance(shell.user_ns, lambda name: is_ours(shell, name))
        self.recorder = Recorder(self.session, lambda: session().writer, notebook_path)
        self.hooks = CellHooks(shell, self.session, self.recorder, self.options)
        self.magics = Magics(shell, self.hooks)
        followed.session = Followed(self.session, self.recorder)
        transformer.load(shell)
        completion.load(shell, choices.StoreChoices())
        displays.load(shell)
        self.magics.load()
        self.hooks.load()
        self.leave = listen(self.hooks.route)
        self.options.observe(self.set_budget, names=["max_bytes", "max_nodes"])
        self.set_budget()
        package_reader.start()

    def set_budget(self, _: object = None) -> None:
        """Look at values as far as the options say."""
        budget = Budget(nodes=self.options.max_nodes, bytes=self.options.max_bytes)
        self.session.symbols.look = partial(scan, budget=budget)

    def close(self) -> None:
        """Take all of it out again; what was recorded stays."""
        self.leave()
        followers.close()
        hand.let_go()
        self.hooks.unload()
        self.magics.unload()
        displays.unload(self.shell)
        completion.unload(self.shell)
        transformer.unload(self.shell)
        options.unload(self.shell)
        self.session.close()
        followed.session = None


extensions: dict[int, Extension] = {}
"""By the identity of the shell."""


def load(shell: InteractiveShell) -> None:
    """Put nbtrack into a shell; a second time changes nothing."""
    if id(shell) not in extensions:
        extensions[id(shell)] = Extension(shell)


def unload(shell: InteractiveShell) -> None:
    """Take it out."""
    found = extensions.pop(id(shell), None)
    if found is not None:
        found.close()
