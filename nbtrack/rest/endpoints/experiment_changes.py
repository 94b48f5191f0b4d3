"""What may be done to experiments: made, named anew, deleted and restored."""

from __future__ import annotations

from nbtrack.api.runs import experiments
from nbtrack.rest.routing import Request, Route
from nbtrack.rest.shapes import ExperimentsWish, ExperimentWish, MadeReply

__all__ = ["ROUTES", "delete", "make", "rename", "restore"]


def make(request: Request) -> MadeReply:
    """Make an experiment.

    Raises:
        AlreadyExists: There is one of that name, maybe a deleted one.
    """
    name = request.sent(ExperimentWish).name
    return MadeReply(experiment_id=experiments.create(request.here, name))


def rename(request: Request) -> None:
    """Give an experiment another name.

    Raises:
        NotFound: There is no such experiment.
        AlreadyExists: Another one has the name.
    """
    name = request.sent(ExperimentWish).name
    experiments.rename(request.here, request.path["experiment_id"], name)


def delete(request: Request) -> None:
    """Delete experiments with their runs, so that they can be restored."""
    for experiment_id in request.sent(ExperimentsWish).experiment_ids:
        experiments.change_stage(request.here, "experiment", experiment_id, "deleted")


def restore(request: Request) -> None:
    """Bring deleted experiments back, with the runs that were deleted with them."""
    for experiment_id in request.sent(ExperimentsWish).experiment_ids:
        experiments.change_stage(request.here, "experiment", experiment_id, "active")


ROUTES = (
    Route("POST", "experiments", make, ExperimentWish),
    Route("PATCH", "experiments/{experiment_id}", rename, ExperimentWish),
    Route("POST", "experiments/delete", delete, ExperimentsWish),
    Route("POST", "experiments/restore", restore, ExperimentsWish),
)
