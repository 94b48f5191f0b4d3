"""Logged models: begun, given files, finished; what `log_model` and MLflow's calls stand on.

The functions that take a session first are what `MlflowClient` shares with the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbtrack.api.current_experiment import experiment_for
from nbtrack.api.paths import Leaf, leaves
from nbtrack.api.run_files import blobs_in, in_parallel
from nbtrack.api.session import Session, chosen, current_settings
from nbtrack.capture.facts import facts
from nbtrack.capture.names import random_name
from nbtrack.capture.open_model import ModelFile, OpenModel
from nbtrack.capture.open_run import OpenRun
from nbtrack.capture.redaction import redact_text
from nbtrack.errors import InvalidValue
from nbtrack.records.ids import uuid7

__all__ = ["begin_model", "keep_folder"]

FORBIDDEN = "/:.%\"'"
"""MLflow's: a name stands in URIs and filters."""


def begin_model(
    here: Session,
    name: str | None = None,
    *,
    run: OpenRun | None = None,
    experiment_id: str | None = None,
    model_type: str | None = None,
    params: Mapping[str, Any] | None = None,
    tags: Mapping[str, Any] | None = None,
    step: int | None = None,
    owned: bool = True,
) -> OpenModel:
    """Begin a logged model, which is PENDING until its `finish`.

    Args:
        here: The store.
        name: Its name; one is made up else.
        run: The run that makes it.
        experiment_id: Where it belongs, if no run makes it and not to the active experiment.
        model_type: What kind it is, in the user's words.
        params: Its first params.
        tags: Its first tags.
        step: Where the run shows it among its outputs; None shows it among none.
        owned: Whether it has failed if this process ends before it is finished.

    Raises:
        InvalidValue: The name cannot be taken.
    """
    called = checked_name(name)
    where = experiment_id if run is None else run.experiment_id
    if experiment_id not in {None, where}:
        raise InvalidValue(
            f"run {run.run_id if run else None} belongs to experiment {where}, and so does a model "
            f"that it makes: leave out experiment_id={experiment_id!r}, or the run"
        )
    model = OpenModel(
        here.writer,
        f"m-{uuid7()}",
        experiment_id=experiment_for(here, where),
        name=called,
        source_run_id=None if run is None else run.run_id,
    )
    user = current_settings().user
    automatic = facts.at_start(user)
    model.begin(
        model_type=model_type,
        user_id=facts.who(user),
        params=params,
        tags=automatic | dict(tags or {}),
        owned=owned,
    )
    if run is not None and step is not None:
        model.link(run.run_id, step)
    here.upkeep.wake()
    chosen.last_model = (here, model.model_id)
    return model


def checked_name(name: str | None) -> str:
    """A name that a logged model may have.

    Raises:
        InvalidValue: It is empty, or has a character that URIs and filters need.
    """
    if name is None:
        return random_name()
    if not isinstance(name, str) or not name or any(it in name for it in FORBIDDEN):
        raise InvalidValue(
            f"Invalid model name ({name!r}): a logged model's name is a text without any of "
            f"{' '.join(FORBIDDEN)}"
        )
    return redact_text(name)


def keep_folder(
    here: Session, model: OpenModel, folder: Path, *, vouched: bool = True
) -> dict[str, ModelFile]:
    """Keep the files of a folder; they are the model's once it is finished.

    Args:
        here: The store.
        model: The model that is PENDING.
        folder: Where the files are.
        vouched: Whether this user stands for them: they may be unpickled without being asked.

    Returns:
        The files by their paths in the folder.
    """
    return keep_leaves(here, model, leaves(folder), vouched=vouched)


def keep_leaves(
    here: Session, model: OpenModel, found: list[Leaf], *, vouched: bool = True
) -> dict[str, ModelFile]:
    """Keep local files as those of a model."""
    blobs = blobs_in(here, model.experiment_id)

    def keep(leaf: Leaf) -> ModelFile:
        blob = blobs.put(leaf.source)
        file = ModelFile(leaf.path, blob.digest, blob.size)
        return file.sealed() if vouched else file

    kept = list(in_parallel(keep, found, "logging a model"))
    model.add_files(kept)
    return {file.path: file for file in kept}
