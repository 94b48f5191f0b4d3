"""What JupyterLab asks a kernel without running a cell: how tracking stands, which cells are stale.

The labextension evaluates `kernel_facts()` as a user expression of a silent request.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from nbtrack.capture.slices import step_reasons
from nbtrack.hosts.notebook.aside import aside

if TYPE_CHECKING:
    from nbtrack.capture.provenance import Provenance
    from nbtrack.capture.step import Step

__all__ = ["MEDIA_TYPE", "KernelFacts", "kernel_facts", "set_tracking"]

MEDIA_TYPE = "application/vnd.nbtrack.session+json"

PATIENCE_SECONDS = 0.2
"""The next cell waits for an answer: what is not found out by then is left out."""

Tracking = Literal["all", "cells", "off"]


@dataclass(frozen=True, kw_only=True)
class KernelFacts:
    """How tracking stands in a kernel; `track` is None where the extension is not loaded."""

    track: Tracking | None = None
    recorded: int = 0
    """The executions of this session that were written down."""
    stale: dict[str, str] = field(default_factory=dict)
    """Why the result of a tracked cell does not follow any more, by the id of the cell."""
    is_complete: bool = True

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        facts = {
            "track": self.track,
            "recorded": self.recorded,
            "stale": self.stale,
            "is_complete": self.is_complete,
        }
        return {MEDIA_TYPE: facts, "text/plain": f"tracking: {self.track or 'not loaded'}"}


def kernel_facts(*, stale: bool = True) -> KernelFacts:
    """How tracking stands in the shell of this process.

    Args:
        stale: Whether to find out which tracked cells are stale.
    """
    here = hooks_here()
    if here is None:
        return KernelFacts()
    session = here.session
    with aside():
        found, is_complete = stale_cells(session) if stale else ({}, True)
    return KernelFacts(
        track=here.options.track,
        recorded=sum(1 for step in session.steps if step.is_recorded),
        stale=found,
        is_complete=is_complete,
    )


def set_tracking(state: Literal["on", "off"]) -> KernelFacts:
    """Do what `%track on` and `%track off` do; where the extension is missing, it is loaded."""
    from IPython.core.getipython import get_ipython

    from nbtrack.hosts.notebook import extension

    shell: Any = get_ipython()
    if shell is not None and state == "on":
        shell.extension_manager.load_extension("nbtrack")
        extension.load(shell)
    here = hooks_here()
    if here is not None:
        here.options.track = "all" if state == "on" else "cells"
    return kernel_facts(stale=False)


def hooks_here() -> Any:
    """The hooks of the shell of this process, where the extension is loaded."""
    from IPython.core.getipython import get_ipython

    from nbtrack.hosts.notebook import extension

    found = extension.extensions.get(id(get_ipython()))
    return found.hooks if found is not None else None


def stale_cells(session: Provenance) -> tuple[dict[str, str], bool]:
    """The cells whose latest run does not follow any more, the newest looked at first."""
    latest: dict[str, Step] = {}
    for step in session.steps:
        if step.cell_id is not None and step is not session.current:
            latest[step.cell_id] = step
    found: dict[str, str] = {}
    end = time.monotonic() + PATIENCE_SECONDS
    for cell_id, step in reversed(latest.items()):
        if time.monotonic() > end:
            return found, False
        if step.cell_run is None:
            continue
        reasons = step_reasons(session, [step])
        if reasons:
            found[cell_id] = str(reasons[0])
    return found, True
