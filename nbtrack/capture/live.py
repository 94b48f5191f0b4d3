"""The kernel session that is followed in this process, if one is."""

from __future__ import annotations

from dataclasses import dataclass

from nbtrack.capture.provenance import Provenance
from nbtrack.capture.recorder import Recorder

__all__ = ["Followed", "followed"]


@dataclass
class Followed:
    """A session, and what writes its executions down."""

    session: Provenance
    recorder: Recorder


class Now:
    """What is followed now; the notebook's host sets it."""

    def __init__(self) -> None:
        self.session: Followed | None = None


followed = Now()
