"""Points of metrics, thinned for a screen."""

from __future__ import annotations

from nbtrack.errors import InvalidValue
from nbtrack.query.tree import Curves
from nbtrack.rest.numbers import sendable
from nbtrack.rest.routing import Request, Route
from nbtrack.rest.shapes import Curve, CurvesQuestion, CurvesReply

__all__ = ["ROUTES", "curves"]

FEWEST, MOST = 4, 100_000
MOST_RUNS = 1000


def curves(request: Request) -> CurvesReply:
    """The curves of some metrics of some runs, run by run.

    Raises:
        InvalidValue: Too many runs are asked for.
    """
    asked = request.sent(CurvesQuestion)
    if len(asked.run_ids) > MOST_RUNS:
        raise InvalidValue(f"{len(asked.run_ids)} runs are too many; {MOST_RUNS} may be asked for")
    run_ids = tuple(dict.fromkeys(asked.run_ids))
    points = min(max(asked.points, FEWEST), MOST)
    question = Curves(run_ids, tuple(dict.fromkeys(asked.keys)), points)
    columns = request.here.store.fetch(question).columns
    found: dict[tuple[int, str], Curve] = {}
    names = ("run", "key", "step", "timestamp", "value")
    told = (columns[it] if it == "key" else columns[it].tolist() for it in names)
    for run, key, step, timestamp, value in zip(*told, strict=True):
        one = found.get((run, key))
        if one is None:
            one = found[run, key] = Curve(
                run_id=run_ids[run], key=key, steps=[], timestamps=[], values=[]
            )
        one.steps.append(step)
        one.timestamps.append(timestamp)
        one.values.append(sendable(value))
    return CurvesReply(curves=[*found.values()])


ROUTES = (Route("POST", "runs/curves", curves, CurvesQuestion, is_reading=True),)
