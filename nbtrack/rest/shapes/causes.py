"""Where a result came from, and why two results differ."""

from __future__ import annotations

from typing import Literal

from nbtrack.rest.shapes.shape import Shape

__all__ = [
    "CodeLine",
    "CodePart",
    "DiffReply",
    "EffectItem",
    "FindingItem",
    "LineageEdge",
    "LineageNode",
    "LineageReply",
]


class LineageNode(Shape, frozen=True):
    """An execution behind a result."""

    execution_id: str
    source: str
    number: int | None = None
    cell_id: str | None = None
    is_target: bool = False


class LineageEdge(Shape, frozen=True):
    """What one execution took from another."""

    before: str
    after: str


class LineageReply(Shape, frozen=True):
    """The minimal executions behind a run, and the script that they make."""

    target: str
    nodes: list[LineageNode]
    edges: list[LineageEdge]
    code: str
    exact: bool
    doubts: list[str] = []
    stale: list[str] = []
    missing: list[str] = []


class FindingItem(Shape, frozen=True):
    """One difference between two runs; the first of role `cause` explains the rest best."""

    kind: str
    title: str
    role: str
    before: str = ""
    after: str = ""
    where: str = ""


class EffectItem(Shape, frozen=True):
    """A metric that is another one now."""

    key: str
    before: float | str | None = None
    after: float | str | None = None


class CodeLine(Shape, frozen=True):
    """A line of code: of both, taken away or added."""

    sign: Literal[" ", "-", "+"]
    text: str


class CodePart(Shape, frozen=True):
    """The code of a cell in two runs; `title` says which cell."""

    title: str
    lines: list[CodeLine]
    differs: bool


class DiffReply(Shape, frozen=True):
    """Two runs compared, the cause first."""

    before: str
    after: str
    headline: str
    findings: list[FindingItem]
    effects: list[EffectItem]
    same: list[str]
    code: list[CodePart]
