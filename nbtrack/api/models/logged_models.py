"""Logged models: begun, given files, finished; what `log_model` and MLflow's calls stand on.

The functions that take a session first are what `MlflowClient` shares with the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from nbtrack.api.files.paths import Leaf, artifact_path, leaves, problem_of
from nbtrack.api.files.run_files import blobs_in, in_parallel
from nbtrack.api.runs.current_experiment import experiment_for
from nbtrack.api.session import Session, chosen, current_settings
from nbtrack.capture.facts import facts
from nbtrack.capture.names import random_name
from nbtrack.capture.open_model import ModelFile, OpenModel
from nbtrack.capture.open_run import OpenRun
from nbtrack.capture.redaction import redact_text
from nbtrack.capture.values import step_of
from nbtrack.errors import InvalidValue, NotFound, listing
from nbtrack.questions import logged_models
from nbtrack.records.ids import next_time, uuid7
from nbtrack.records.logged_model import LoggedModel, LoggedModelStatus, ModelLink

__all__ = [
    "add_files",
    "add_params",
    "begin_model",
    "change_tags",
    "delete",
    "drop_tag",
    "finalize",
    "ids_of_inputs",
    "keep_folder",
    "link_inputs",
    "link_outputs",
    "model_to_write",
    "restore",
]

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
        run.models[step] = model.model_id
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
    here: Session, model: OpenModel, found: Sequence[Leaf], *, vouched: bool = True
) -> dict[str, ModelFile]:
    """Keep local files as those of a model."""
    for leaf in found:
        if problem := problem_of(leaf.path):
            raise InvalidValue(f"the path {leaf.path!r} of a model's file {problem}")
    blobs = blobs_in(here, model.experiment_id)

    def keep(leaf: Leaf) -> ModelFile:
        blob = blobs.put(leaf.source)
        file = ModelFile(leaf.path, blob.digest, blob.size)
        return file.sealed() if vouched else file

    kept = list(in_parallel(keep, found, "logging a model"))
    model.add_files(kept)
    return {file.path: file for file in kept}


def model_to_write(here: Session, model_id: str) -> OpenModel:
    """A logged model by its id.

    Raises:
        NotFound: There is no such model, or it was deleted.
    """
    if not isinstance(model_id, str) or not model_id:
        raise InvalidValue(f"a logged model's id is a text such as m-0123…, not {model_id!r}")
    found = logged_models.get(here.store, model_id)
    model = OpenModel(
        here.writer,
        found.model_id,
        experiment_id=found.experiment_id,
        name=found.name,
        source_run_id=found.source_run_id,
    )
    model.status = found.status.value
    model.params = dict(found.params)
    model.creation_time = found.creation_timestamp
    here.upkeep.wake()
    return model


def finalize(here: Session, model_id: str, status: str | LoggedModelStatus) -> LoggedModel:
    """Make a logged model READY or FAILED."""
    model_to_write(here, model_id).finish(str(status))
    return logged_models.get(here.store, model_id)


def change_tags(here: Session, model_id: str, tags: Mapping[str, Any]) -> None:
    """Set tags of a logged model, all or none."""
    if not isinstance(tags, Mapping):
        raise InvalidValue(f"tags are a dictionary, not a {type(tags).__name__}")
    model_to_write(here, model_id).set_tags(tags)


def drop_tag(here: Session, model_id: str, key: str) -> None:
    """Take a tag of a logged model away.

    Raises:
        NotFound: It has no such tag.
    """
    known = logged_models.get(here.store, model_id).tags
    if key not in known:
        raise NotFound(
            f"No tag with key {key!r} found for model with ID {model_id!r}; "
            f"{listing(sorted(known), str(key))}"
        )
    model_to_write(here, model_id).delete_tag(key)


def add_params(here: Session, model_id: str, params: Mapping[str, Any]) -> None:
    """Log params of a logged model, all or none."""
    if not isinstance(params, Mapping):
        raise InvalidValue(f"params are a dictionary, not a {type(params).__name__}")
    model_to_write(here, model_id).log_params(params)


def add_files(here: Session, model_id: str, found: Sequence[Leaf], folder: str | None) -> None:
    """Add local files to a logged model; a version that was registered stays what it was."""
    model = model_to_write(here, model_id)
    root = f"{artifact_path(folder)}/" if folder else ""
    keep_leaves(here, model, [leaf._replace(path=f"{root}{leaf.path}") for leaf in found])
    model.keep_files()


def delete(here: Session, model_id: str) -> None:
    """Delete a logged model; its files stay while a version was made of it."""
    model_to_write(here, model_id).change_stage("deleted")


def restore(here: Session, model_id: str) -> None:
    """Bring a deleted logged model back.

    Raises:
        NotFound: There is no such model.
    """
    found = logged_models.get(here.store, model_id, view="ALL")
    OpenModel(here.writer, found.model_id).change_stage("active")


def link_outputs(run: OpenRun, models: Iterable[Any]) -> None:
    """Note models that a run made (`LoggedModelOutput`), all or none."""
    links = [ModelLink(run.run_id, *output_of(one), next_time()) for one in models]
    run.writer.write_all(links)
    run.models |= {link.step: link.model_id for link in links}


def output_of(one: Any) -> tuple[str, str, int]:
    """An output as its record has it."""
    try:
        return str(one.model_id), "output", step_of(one.step)
    except AttributeError as problem:
        raise InvalidValue(
            f"outputs of a run are a list of nbtrack.entities.LoggedModelOutput, "
            f"not of {type(one).__name__}"
        ) from problem


def ids_of_inputs(models: Iterable[Any]) -> list[str]:
    """The ids of models that a run read (`LoggedModelInput`).

    Raises:
        InvalidValue: One of them is something else.
    """
    ids = []
    for one in models:
        model_id = getattr(one, "model_id", None)
        if not isinstance(model_id, str):
            raise InvalidValue(
                f"models that a run reads are a list of nbtrack.entities.LoggedModelInput, "
                f"not of {type(one).__name__}"
            )
        ids.append(model_id)
    return ids


def link_inputs(run: OpenRun, model_ids: Iterable[str]) -> None:
    """Note models that a run read."""
    run.writer.write_all(ModelLink(run.run_id, it, "input", 0, next_time()) for it in model_ids)
