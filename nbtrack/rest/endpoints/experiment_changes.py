"""What may be done to experiments: made, named anew, tagged, deleted and restored."""

from __future__ import annotations

from nbtrack.api.runs import experiments
from nbtrack.errors import InvalidValue
from nbtrack.rest.routing import Request, Route
from nbtrack.rest.shapes import ExperimentsWish, ExperimentWish, MadeReply, TagWish

__all__ = ["ROUTES", "delete", "make", "rename", "restore", "tag"]


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


def tag(request: Request) -> None:
    """Set a tag of an experiment, or take it away; its description is `mlflow.note.content`.

    Raises:
        NotFound: There is no such experiment, or no such tag to be taken away.
        InvalidValue: The key is empty.
    """
    wish, experiment_id = request.sent(TagWish), request.path["experiment_id"]
    if not wish.key.strip():
        raise InvalidValue("the key of a tag is empty; write what the value is of, such as team")
    if wish.value is None:
        experiments.delete_tag(request.here, experiment_id, wish.key)
    else:
        experiments.set_tags(request.here, experiment_id, {wish.key: wish.value})


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
    Route("POST", "experiments/{experiment_id}/tags", tag, TagWish),
    Route("POST", "experiments/delete", delete, ExperimentsWish),
    Route("POST", "experiments/restore", restore, ExperimentsWish),
)
