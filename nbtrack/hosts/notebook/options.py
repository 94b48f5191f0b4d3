"""`%config NbtrackMagics`: what a person can change about tracking, while the session runs.

Whoever acts on an option observes it: `options.observe(act, names=["track"])`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from traitlets import Bool, Enum, Int, default
from traitlets.config import Configurable

from nbtrack import settings

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["NbtrackMagics", "load", "unload"]


class NbtrackMagics(Configurable):
    """The options of nbtrack in a session; a profile may set them as `c.NbtrackMagics.track`."""

    track = Enum(
        ("cells", "all", "off"),
        default_value="cells",
        help="""Which cells become runs: "cells", those with %%track, while the others are
        followed in memory; "all", every cell is recorded; "off", nothing is followed.""",
    ).tag(config=True)
    card = Bool(True, help="Whether a card is shown below a tracked cell.").tag(config=True)
    autolog = Bool(
        True,
        help="""Whether params, metrics and fitted models are found without code in tracked
        cells.""",
    ).tag(config=True)
    figures = Bool(
        True, help="Whether the figures that a tracked cell shows are kept with its run."
    ).tag(config=True)
    max_bytes = Int(
        64_000_000,
        min=1,
        help="""Values up to so many bytes are seen whole; of larger ones a sample is seen, and
        what depends on them is called inexact.""",
    ).tag(config=True)
    max_nodes = Int(
        3000,
        min=1,
        help="Containers of up to so many objects are seen whole, as with max_bytes.",
    ).tag(config=True)
    redact = Bool(
        read_only=True,
        help="""Whether passwords, tokens and keys are taken out before anything is written. It
        is only shown here: set NBTRACK_REDACT, or redact in [tool.nbtrack], before the session
        begins.""",
    ).tag(config=True)

    @default("redact")
    def settings_redact(self) -> bool:
        return settings.read().redact


def load(shell: InteractiveShell) -> NbtrackMagics:
    """The options of a shell; the same ones when it is loaded twice."""
    registered: list[Any] = shell.configurables
    for found in registered:
        if isinstance(found, NbtrackMagics):
            return found
    options = NbtrackMagics(parent=shell)
    registered.append(options)
    return options


def unload(shell: InteractiveShell) -> None:
    """Take the options away, and all that observes them."""
    registered: list[Any] = shell.configurables
    for found in [it for it in registered if isinstance(it, NbtrackMagics)]:
        registered.remove(found)
        found.unobserve_all()
