"""The executions behind a run, as the store knows them: a server has no kernel's session."""

from __future__ import annotations

from nbtrack.api.lineage import of_stored, own_executions, title_of
from nbtrack.api.session import Session
from nbtrack.query.tree import Executions
from nbtrack.questions import runs
from nbtrack.rest.routing import Request, Route
from nbtrack.rest.shapes import LineageEdge, LineageNode, LineageReply

__all__ = ["ROUTES", "graph", "lineage"]


def lineage(request: Request) -> LineageReply:
    """What a run came from; with `metric` in the query, what that metric came from.

    Raises:
        NotFound: There is no such run or metric.
    """
    return graph(request.here, request.path["run_id"], request.query.get("metric") or None)


def graph(here: Session, run_id: str, metric: str | None = None) -> LineageReply:
    """What a run, or a metric of it, came from."""
    with here.store.one_look(runs.by_id(run_id), Executions(run_id=run_id)):
        title = title_of(run := runs.get(here.store, run_id), metric)
        own = own_executions(here, run, metric)
    found = of_stored(here, title, own)
    targets = {it.execution_id for it in own}
    there = {it.execution_id for it in found.records}
    return LineageReply(
        target=title,
        nodes=[
            LineageNode(
                execution_id=it.execution_id,
                source=it.source or "",
                number=it.number,
                cell_id=it.cell_id,
                is_target=it.execution_id in targets,
            )
            for it in found.records
        ],
        edges=[
            LineageEdge(before=used, after=it.execution_id)
            for it in found.records
            for used in it.uses or ()
            if used in there
        ],
        code=found.code if found.records else "",
        exact=found.exact,
        doubts=found.doubts,
        stale=found.stale,
        missing=found.missing,
    )


ROUTES = (Route("GET", "runs/{run_id}/lineage", lineage),)
