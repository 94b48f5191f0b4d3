"""Experiments: made, found, renamed, tagged, deleted and restored.

The functions that take a session first are what `MlflowClient` shares with the others.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from nbtrack.api.runs.current_experiment import experiment_for
from nbtrack.api.runs.new_experiment import new_experiment, stamp, texts_of
from nbtrack.api.runs.start import attached
from nbtrack.api.session import Session, session
from nbtrack.capture.redaction import redact_text
from nbtrack.questions import experiments
from nbtrack.records.event import Op
from nbtrack.records.experiment import Experiment
from nbtrack.records.operation import (
    Purge,
    RenameExperiment,
    SetExperimentTag,
    SetLifecycle,
)
from nbtrack.records.paged_list import PagedList

__all__ = [
    "create_experiment",
    "delete_experiment",
    "delete_experiment_tag",
    "get_experiment",
    "get_experiment_by_name",
    "purge_experiment",
    "rename_experiment",
    "restore_experiment",
    "search_experiments",
    "set_experiment_tag",
    "set_experiment_tags",
]

Noun = Literal["run", "experiment"]
Stage = Literal["active", "deleted"]


def act(here: Session, *operations: Op) -> list[Any]:
    """Have the store evaluate operations, all or none."""
    return here.store.append(operations)


def change_stage(here: Session, noun: Noun, which: str, stage: Stage) -> None:
    """Delete, so that it can be restored, or restore."""
    change_stages(here, noun, [which], stage)


def change_stages(here: Session, noun: Noun, each: Sequence[str], stage: Stage) -> None:
    """The same for several, all or none."""
    act(here, *(SetLifecycle(noun=noun, id=str(it), stage=stage, **stamp()) for it in each))
    for it in each:
        forget(here, noun, str(it))


def purge(here: Session, noun: Noun, which: str) -> None:
    """Delete for good."""
    act(here, Purge(noun=noun, id=str(which), **stamp()))
    forget(here, noun, str(which))


def forget(here: Session, noun: Noun, which: str) -> None:
    """Ask the store again about what was changed there."""
    if noun == "run":
        attached.forget(which)
        return
    with attached.lock:
        attached.runs.clear()
    here.known_experiments.discard(which)


def create(
    here: Session,
    name: str,
    artifact_location: str | os.PathLike[str] | None = None,
    tags: Mapping[str, Any] | None = None,
) -> str:
    """Make an experiment."""
    (experiment_id,) = act(here, new_experiment(here, name, artifact_location, tags))
    return str(experiment_id)


def set_tags(here: Session, experiment_id: str, tags: Mapping[str, Any]) -> None:
    """Set tags of an experiment, all or none."""
    act(
        here,
        *(
            SetExperimentTag(experiment_id=str(experiment_id), key=key, value=value, **stamp())
            for key, value in texts_of(tags).items()
        ),
    )


def delete_tag(here: Session, experiment_id: str, key: str) -> None:
    """Take a tag of an experiment away."""
    act(here, SetExperimentTag(experiment_id=str(experiment_id), key=key, value=None, **stamp()))


def rename(here: Session, experiment_id: str, new_name: str) -> None:
    """Give an experiment another name."""
    act(
        here,
        RenameExperiment(experiment_id=str(experiment_id), name=redact_text(new_name), **stamp()),
    )


def by_id(here: Session, experiment_id: str | int) -> Experiment:
    """An experiment by its id."""
    return experiments.get(here.store, str(experiment_id))


def by_name(here: Session, name: str) -> Experiment | None:
    """An experiment by its name."""
    return experiments.by_name(here.store, redact_text(name))


def search(  # noqa: PLR0917 - what a search says
    here: Session,
    filter_string: str | None,
    order_by: Sequence[str] | None,
    view_type: int,
    max_results: int | None,
    page_token: str | None = None,
) -> PagedList[Experiment]:
    """A page of experiments."""
    return experiments.search(
        here.store,
        filter_string,
        order_by=order_by,
        view=view_type,
        max_results=max_results,
        page_token=page_token,
    )


def create_experiment(
    name: str,
    artifact_location: str | os.PathLike[str] | None = None,
    tags: Mapping[str, Any] | None = None,
) -> str:
    """Make an experiment; the result is its id.

    Args:
        name: Its name, free to use; `/` makes hierarchies.
        artifact_location: A folder or an fsspec URL where files of its runs are kept.
        tags: Its first tags.

    Raises:
        AlreadyExists: An active experiment has that name.
    """
    return create(session(), name, artifact_location, tags)


def get_experiment(experiment_id: str | int) -> Experiment:
    """An experiment by its id, a deleted one too.

    Raises:
        NotFound: There is none.
    """
    return by_id(session(), experiment_id)


def get_experiment_by_name(name: str) -> Experiment | None:
    """An experiment by its name; None if there is none."""
    return by_name(session(), name)


def search_experiments(
    view_type: int = 1,
    max_results: int | None = None,
    filter_string: str | None = None,
    order_by: Sequence[str] | None = None,
) -> list[Experiment]:
    """Experiments that a filter finds, those made last first.

    Args:
        view_type: `ViewType.ACTIVE_ONLY` (1), `DELETED_ONLY` (2) or `ALL` (3).
        max_results: How many at most.
        filter_string: Such as "name LIKE 'iris%' and tags.team = 'a'".
        order_by: Such as ["name DESC"].
    """
    return list(search(session(), filter_string, order_by, view_type, max_results))


def delete_experiment(experiment_id: str | int) -> None:
    """Delete an experiment with its runs, so that it can be restored; its name becomes free."""
    change_stage(session(), "experiment", str(experiment_id), "deleted")


def restore_experiment(experiment_id: str | int) -> None:
    """Bring a deleted experiment back, with its runs."""
    change_stage(session(), "experiment", str(experiment_id), "active")


def purge_experiment(experiment_id: str | int) -> None:
    """Delete an experiment and all its runs for good."""
    purge(session(), "experiment", str(experiment_id))


def rename_experiment(experiment_id: str | int, new_name: str) -> None:
    """Give an experiment another name."""
    rename(session(), str(experiment_id), new_name)


def set_experiment_tag(key: str, value: Any) -> None:
    """Set a tag of the active experiment."""
    set_experiment_tags({key: value})


def set_experiment_tags(tags: Mapping[str, Any]) -> None:
    """Set tags of the active experiment, all or none."""
    here = session()
    set_tags(here, experiment_for(here, None), tags)


def delete_experiment_tag(key: str) -> None:
    """Take a tag of the active experiment away.

    Raises:
        NotFound: It has no such tag.
    """
    here = session()
    delete_tag(here, experiment_for(here, None), key)
