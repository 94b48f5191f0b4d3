"""Where runs begin: `start_run`, and which run a call is about."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from nbtrack import settings
from nbtrack.api.runs.active_run import ActiveRun
from nbtrack.api.runs.current_experiment import experiment_for
from nbtrack.api.runs.ending import finish, status_named
from nbtrack.api.runs.known_runs import attached, run_to_write, stored_run
from nbtrack.api.runs.system_metrics import start_monitor
from nbtrack.api.session import Session, chosen, current_settings, session
from nbtrack.capture import stack
from nbtrack.capture.facts import facts
from nbtrack.capture.names import random_name
from nbtrack.capture.open_run import NAME_TAG, OpenRun
from nbtrack.capture.redaction import redact_text
from nbtrack.capture.sources.seed import SEED_TAG
from nbtrack.errors import InvalidValue
from nbtrack.records.ids import uuid7
from nbtrack.settings import Settings

__all__ = [
    "active_run",
    "attached",
    "begin_for_client",
    "end_run",
    "last_active_run",
    "run_to_log",
    "run_to_write",
    "start_run",
]

PARENT_TAG = "mlflow.parentRunId"
NOTE_TAG = "mlflow.note.content"


def start_run(  # noqa: PLR0917 - MLflow's signature
    run_id: str | None = None,
    experiment_id: str | int | None = None,
    run_name: str | None = None,
    nested: bool = False,  # noqa: FBT001, FBT002 - MLflow's signature
    parent_run_id: str | None = None,
    tags: Mapping[str, Any] | None = None,
    description: str | None = None,
    log_system_metrics: bool | None = None,  # noqa: FBT001 - MLflow's signature
) -> ActiveRun:
    """Begin a run, or go on with one, and make it the one that is logged to.

    Args:
        run_id: A run to go on with; `NBTRACK_RUN_ID` says the same for the first call.
        experiment_id: Where it belongs; else what `set_experiment` or the environment chose.
        run_name: Its name; one is made up else.
        nested: Whether it may begin inside another run, whose child it then is.
        parent_run_id: The parent, where it is not the active run.
        tags: Its first tags.
        description: A text about it, in Markdown.
        log_system_metrics: Whether to log the machine's load; None leaves it to the settings.

    Raises:
        InvalidValue: A run is active and `nested` was not said, or a value cannot be taken.
        NotFound: There is no run or experiment of that id.

    Example:
        >>> import nbtrack
        >>> with nbtrack.start_run(run_name="first") as run:
        ...     nbtrack.log_param("lr", 0.1)
        >>> run.info.run_name
        'first'
    """
    outer = stack.enclosing()
    if outer is not None and outer.is_held and not nested:
        if run_id is None and is_free(outer, experiment_id, parent_run_id):
            return adopted(outer, run_name, first_tags(tags, description))
        nested = True
    if outer is not None and not nested:
        raise InvalidValue(
            f"Run with UUID {outer.run_id} is already active. To start a new run, first end the "
            f"current run with mlflow.end_run(). To start a nested run, call start_run with "
            f"nested=True"
        )
    here, told = session(), current_settings()
    pinned = None if run_id else run_of_environment(here, told)
    given = first_tags(tags, description)
    if run_id or pinned:
        run, first_step = resumed(here, run_id or str(pinned), run_name, given)
        if pinned and run.experiment_id:
            here.select_experiment(run.experiment_id)
    else:
        parent = parent_of(here, parent_run_id, outer, nested=nested)
        run, first_step = begun(here, told, experiment_id, run_name, given | parent), 0
    stack.enter(run)
    here.upkeep.wake()
    start_monitor(run, told, log_system_metrics, first_step)
    return ActiveRun(run)


def is_free(run: OpenRun, experiment_id: str | int | None, parent_run_id: str | None) -> bool:
    """Whether a cell's run can be the one that its code asks for."""
    is_there = experiment_id is None or str(experiment_id) == run.experiment_id
    return run.is_adoptable and is_there and parent_run_id is None


def adopted(run: OpenRun, run_name: str | None, tags: dict[str, str]) -> ActiveRun:
    """The run of a cell, as the one that its code begins."""
    run.is_adoptable = False
    named = {NAME_TAG: run_name} if run_name else {}
    if tags or named:
        run.set_tags(tags | named)
    return ActiveRun(run)


def begun(
    here: Session,
    told: Settings,
    experiment_id: str | int | None,
    run_name: str | None,
    tags: dict[str, str],
) -> OpenRun:
    """Begin a new run."""
    tags = told.run_tags | tags
    name = name_of(run_name or (None if chosen.has_begun_runs else told.run_name), tags)
    chosen.has_begun_runs = True
    where = experiment_for(here, experiment_id, told)
    run = OpenRun(here.writer, uuid7(), experiment_id=where, run_name=name)
    automatic = facts.at_start(told.user)
    if chosen.seed is not None:
        automatic[SEED_TAG] = str(chosen.seed)
    run.begin(automatic | {NAME_TAG: name} | tags)
    facts.follow(run)
    return run


def begin_for_client(
    here: Session,
    experiment_id: str | int,
    *,
    run_name: str | None = None,
    tags: Mapping[str, Any] | None = None,
    start_time: int | None = None,
) -> OpenRun:
    """Begin a run that is not the active one and may outlive this process, as `MlflowClient` does.

    Raises:
        NotFound: There is no such experiment.
    """
    given = OpenRun.tag_texts(tags or {})
    name = name_of(run_name, given)
    run = OpenRun(
        here.writer, uuid7(), experiment_id=experiment_for(here, experiment_id), run_name=name
    )
    run.user_id = facts.who(current_settings().user)
    run.start_time = run.start_time if start_time is None else start_time
    run.begin({NAME_TAG: name} | given, owned=False)
    here.upkeep.wake()
    return attached.keep(here, run)


def resumed(
    here: Session, run_id: str, run_name: str | None, tags: dict[str, str]
) -> tuple[OpenRun, int]:
    """Go on with a run; also the step at which its system metrics go on."""
    run = next((run for run in stack.open_runs() if run.run_id == run_id), None)
    first_step = 0
    if run is None:
        run, first_step = stored_run(here, run_id)
        run.is_open = True
    run.resume(run_name)
    if tags:
        run.set_tags(tags)
    return run, first_step


def run_of_environment(here: Session, told: Settings) -> str | None:
    """The run that the environment says the first run of this process is; taken once."""
    wanted = told.run_id
    if wanted is None:
        return None
    here.pinned_run = wanted
    for setting in settings.declared():
        if setting.name == "run_id":
            for name in setting.variables:
                os.environ.pop(name, None)
    return wanted


def first_tags(tags: Mapping[str, Any] | None, description: str | None) -> dict[str, str]:
    """The tags that were given, the description among them."""
    given = dict(tags or {})
    if description:
        if NOTE_TAG in given:
            raise InvalidValue(
                f"Description is already set via the tag {NOTE_TAG} in tags. "
                f"Remove the key {NOTE_TAG} from the tags or omit the description."
            )
        given[NOTE_TAG] = description
    return OpenRun.tag_texts(given)


def parent_of(
    here: Session, parent_run_id: str | None, outer: OpenRun | None, *, nested: bool
) -> dict[str, str]:
    """The tag that names the parent, if there is one."""
    if parent_run_id is None:
        parent = outer or (stack.current() if nested else None)
        return {} if parent is None else {PARENT_TAG: parent.run_id}
    if outer is not None and outer.run_id != parent_run_id:
        raise InvalidValue(
            f"Current run with UUID {outer.run_id} does not match the specified parent_run_id "
            f"{parent_run_id}. To start a new nested run under the parent run with UUID "
            f"{outer.run_id}, first end the current run with mlflow.end_run()."
        )
    if outer is None and parent_run_id not in here.known_runs:
        stored_run(here, parent_run_id)
        here.known_runs.add(parent_run_id)
    return {PARENT_TAG: parent_run_id}


def name_of(run_name: str | None, tags: Mapping[str, str]) -> str:
    """A run's name: given, or in its tags, or made up."""
    tagged = tags.get(NAME_TAG)
    if run_name is not None and not isinstance(run_name, str):
        raise InvalidValue(f"a run's name is a text, not {run_name!r}")
    if run_name and tagged and run_name != tagged:
        raise InvalidValue(
            f"Both 'run_name' argument and 'mlflow.runName' tag are specified, but with "
            f"different values (run_name='{run_name}', mlflow.runName='{tagged}')."
        )
    return redact_text(run_name or tagged or "") or random_name()


def end_run(status: str = "FINISHED") -> None:
    """End the active run; where none is active nothing happens.

    Args:
        status: FINISHED, FAILED or KILLED.
    """
    name = status_named(status)
    run = stack.enclosing()
    if run is not None:
        finish(run, name)


def active_run() -> ActiveRun | None:
    """The run that is logged to here, if there is one."""
    run = stack.current()
    return None if run is None else ActiveRun(run)


def last_active_run() -> Any:
    """The active run, else the one that this process ended last."""
    run = active_run()
    if run is not None or chosen.last_run is None:
        return run
    from nbtrack.questions import runs

    here, run_id = chosen.last_run
    facts.settle()
    return runs.get(here.store, run_id)


def run_to_log(run_id: str | None = None) -> OpenRun:
    """The run a call logs to: by its id, else the active one, else one that is begun for it."""
    if run_id is not None:
        return run_to_write(run_id)
    run = stack.current()
    if run is None:
        with attached.starting:
            run = stack.current() or (stack.demand.begin or begin_run)()
    return run


def begin_run() -> OpenRun:
    """Begin a run because something is logged."""
    return start_run().open_run
