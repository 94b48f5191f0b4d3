"""Answers of the API as panels: a difference of two runs, a lineage; for the hosts to show."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Sequence

from nbtrack.api.differences.diff import Difference
from nbtrack.api.differences.finding import Finding as Found
from nbtrack.api.lineage import Lineage
from nbtrack.panels.difference_view import CODE, DifferenceView, Effect, Finding
from nbtrack.panels.lineage_graph import GraphEdge, GraphNode, Kind, LineageGraph
from nbtrack.records.entities import Run
from nbtrack.records.execution import Execution

__all__ = ["difference_panel", "lineage_panel"]

ROLES = {"ambient": "perhaps", "aside": "aside", "effect": "follows"}
"""How a finding that is no cause says so."""

DIGEST = re.compile(r"[0-9a-f]{8,}")
READING = re.compile(r"\b(?:read_\w+|load_\w+|fetch_\w+|loadtxt|genfromtxt|open)\(")
HIDDEN = re.compile(r"^\w+:")
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def difference_panel(difference: Difference) -> DifferenceView:
    """Two runs compared."""
    cause = difference.cause
    return DifferenceView(
        left=name_of(difference.before),
        right=name_of(difference.after),
        findings=[
            finding_of(it, len(difference.findings) - place)
            for place, it in enumerate(difference.findings)
        ],
        effects=[Effect(it.key, it.before, it.after) for it in difference.effects],
        same=difference.same,
        cause=cause.title if cause else "",
    )


def name_of(run: Run) -> str:
    """What a run is called."""
    return run.info.run_name or run.info.run_id


def finding_of(found: Found, weight: float) -> Finding:
    """A finding in its rank; its title tells the values, except for code."""
    before, after = found.before, found.after
    if found.kind != CODE or DIGEST.fullmatch(before or after):
        before = after = ""
    where = "" if found.where in found.title else found.where
    told = [ROLES.get(found.role, ""), where]
    return Finding(found.kind, found.title, before, after, weight, ", ".join(filter(None, told)))


def lineage_panel(lineage: Lineage) -> LineageGraph:
    """The executions that something came from, and what flowed between them."""
    records = list(lineage.records)
    edges = edges_of(records)
    given: dict[str, set[str]] = defaultdict(set)
    for edge in edges:
        given[edge.source].update(edge.symbols)
    last = records[-1].execution_id if records else ""
    doubts = list(lineage.doubts)
    if lineage.missing:
        doubts.append(f"{len(lineage.missing)} of the executions before are not in the store")
    return LineageGraph(
        nodes=[node_of(it, given[it.execution_id], lineage.target, last) for it in records],
        edges=edges,
        target=lineage.target,
        stale=lineage.stale,
        doubts=doubts,
    )


def edges_of(records: Sequence[Execution]) -> list[GraphEdge]:
    """What each execution took from those it used: a name from the last of them that wrote it."""
    known = {it.execution_id: it for it in records}
    edges = []
    for record in records:
        sources = [known[it] for it in record.uses or () if it in known]
        sources.sort(key=records.index)
        giver = {}
        for source in sources:
            for symbol in record.reads or {}:
                if symbol in (source.writes or {}):
                    giver[symbol] = source.execution_id
        for source in sources:
            names = [it for it, from_id in giver.items() if from_id == source.execution_id]
            edges.append(GraphEdge(source.execution_id, record.execution_id, names))
    return edges


def node_of(record: Execution, given: set[str], target: str, last: str) -> GraphNode:
    """An execution with the line that says most, and the names that others took from it."""
    writes = list(record.writes or {})
    names = [it for it in writes if it in given or it == target]
    is_target = record.execution_id == last
    if is_target and not names:
        names = [it for it in writes if not HIDDEN.match(it)]
    source = record.source or ""
    body = statements_of(source)
    return GraphNode(
        record.execution_id,
        record.number,
        title_of(source, body, names),
        source,
        names,
        is_target,
        is_exact=record.is_exact is not False,
        kind=kind_of(source, body, record),
    )


def statements_of(source: str) -> list[ast.stmt]:
    """The statements of a cell; none where it is more than Python."""
    try:
        return ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError):
        return []


def title_of(source: str, body: Sequence[ast.stmt], names: Sequence[str]) -> str:
    """The line that binds what the cell gave, or else its first line of code."""
    lines = source.splitlines()
    for statement in reversed(body):
        bound = {
            it.id
            for it in ast.walk(statement)
            if isinstance(it, ast.Name) and isinstance(it.ctx, ast.Store)
        }
        bound.add(getattr(statement, "name", ""))
        if bound & set(names):
            return lines[statement.lineno - 1].strip()
    told = [it.strip() for it in lines if it.strip()]
    code = [it for it in told if not it.startswith(("#", "%"))]
    return next(iter(code or told), "")


def kind_of(source: str, body: Sequence[ast.stmt], record: Execution) -> Kind:
    """What a cell is for."""
    if body and all(isinstance(it, ast.Import | ast.ImportFrom) for it in body):
        return "import"
    plain = (*DEFINITIONS, ast.Import, ast.ImportFrom)
    if body and all(isinstance(it, plain) for it in body):
        return "definition"
    if READING.search(source) or any(it.startswith("file:") for it in record.reads or {}):
        return "data"
    return "compute"
