"""The experiments of a store."""

from __future__ import annotations

from nbtrack.query.grammar import parse_filter
from nbtrack.query.tree import Experiments, RunCounts, Together
from nbtrack.rest.endpoints.run import NOTE_TAG
from nbtrack.rest.routing import Request, Route
from nbtrack.rest.shapes import ExperimentItem, ExperimentsReply
from nbtrack.store.protocol import Answer

__all__ = ["ROUTES", "experiments"]


def experiments(request: Request) -> ExperimentsReply:
    """The active experiments with the number of their runs, the last changed first.

    Raises:
        InvalidValue: The filter, such as `tags.team = 'a'`, cannot be read.
    """
    asked = Experiments(parse_filter(request.query.get("filter"), "experiment"))
    answers: list[Answer] = request.here.store.fetch(Together((asked, RunCounts()))).columns[
        "answer"
    ]
    told, counts = (it.columns for it in answers)
    counted = zip(*counts.values(), strict=True)
    by_id = {experiment_id: (count, last) for experiment_id, count, last in counted}
    items = []
    for place, experiment_id in enumerate(told["experiment_id"]):
        count, last = by_id.get(experiment_id, (0, None))
        changed, tags = told["last_update_time"][place], dict(told["tags"][place])
        items.append(
            ExperimentItem(
                experiment_id=experiment_id,
                name=told["name"][place],
                run_count=count,
                last_update_time=max((it for it in (changed, last) if it), default=None),
                lifecycle_stage=told["lifecycle_stage"][place],
                description=tags.pop(NOTE_TAG, ""),
                tags=tags,
            )
        )
    return ExperimentsReply(
        experiments=sorted(items, key=lambda it: (-(it.last_update_time or 0), it.name))
    )


ROUTES = (Route("GET", "experiments", experiments),)
