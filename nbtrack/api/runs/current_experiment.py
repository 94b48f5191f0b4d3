"""Which experiment new runs go to."""

from __future__ import annotations

from nbtrack.api.runs.new_experiment import checked_name, new_experiment
from nbtrack.api.session import Session, current_settings, session
from nbtrack.capture.guard import report, warn
from nbtrack.errors import AlreadyExists, InvalidValue, StoreError
from nbtrack.records.experiment import Experiment
from nbtrack.records.ids import now_ms, provisional_experiment_id
from nbtrack.settings import Settings

__all__ = ["experiment_for", "known_experiment", "named_experiment", "note", "set_experiment"]

DEFAULT_ID = "0"


def set_experiment(
    experiment_name: str | None = None, experiment_id: str | None = None
) -> Experiment:
    """Let runs go to an experiment from now on; one of a new name is made.

    Where `NBTRACK_RUN_ID` names the run to go on with, that run stays in its experiment.

    Args:
        experiment_name: Its name; `/` makes hierarchies.
        experiment_id: Or its id.

    Raises:
        NotFound: No experiment has that id.
        InvalidValue: Both or neither were given, or the experiment is deleted.
    """
    if (experiment_name is None) == (experiment_id is None):
        raise InvalidValue("Must specify exactly one of: `experiment_id` or `experiment_name`.")
    here = session()
    found = (
        named_experiment(here, experiment_name)
        if experiment_name is not None
        else known_experiment(here, str(experiment_id))
    )
    refuse_deleted(found, "Cannot set a deleted experiment {name!r} as the active experiment")
    if here.pinned_run or current_settings().run_id:
        pinned = here.pinned_run or current_settings().run_id
        warn(
            f"nbtrack: the environment chose run {pinned}, which stays in its experiment; "
            f"set_experiment({found.name!r}) does not move it"
        )
        return found
    note(here, found)
    here.select_experiment(found.experiment_id)
    return found


def experiment_for(here: Session, asked: str | int | None, told: Settings | None = None) -> str:
    """The id of the experiment that a new run goes to: as asked, as set, as the environment says.

    Raises:
        NotFound: There is no such experiment.
        InvalidValue: It is deleted.
    """
    told = told or current_settings()
    choices = (asked, here.experiment_id, told.experiment_id, id_of_name(here, told, asked))
    wanted = str(next((choice for choice in choices if choice is not None), DEFAULT_ID))
    if wanted in here.known_experiments:
        return wanted
    found = known_experiment(here, wanted)
    refuse_deleted(found, "the experiment {name!r} is deleted and takes no new runs")
    note(here, found)
    here.known_experiments.add(wanted)
    return found.experiment_id


def id_of_name(here: Session, told: Settings, asked: object) -> str | None:
    """The experiment that the environment names, where nothing else was said; asked for once."""
    name = told.experiment_name
    if not name or not (asked is here.experiment_id is told.experiment_id is None):
        return None
    if name not in here.named:
        found = named_experiment(here, name)
        note(here, found)
        here.named[name] = found.experiment_id
    return here.named[name]


def note(here: Session, experiment: Experiment) -> None:
    """Know an experiment, so that later runs need not ask for it."""
    here.known_experiments.add(experiment.experiment_id)
    here.locations[experiment.experiment_id] = experiment.artifact_location


def known_experiment(here: Session, experiment_id: str) -> Experiment:
    """An experiment by its id; while the store cannot be asked it is taken as it is told."""
    from nbtrack.questions import experiments

    try:
        return experiments.get(here.hasty_store, experiment_id)
    except StoreError as error:
        report(error, "looking up an experiment")
        return Experiment(experiment_id, experiment_id)


def named_experiment(here: Session, name: str) -> Experiment:
    """An experiment by its name, made if there is none; provisional if the store is away."""
    name = checked_name(name)
    if name in here.provisional:
        return Experiment(here.provisional[name], name)
    from nbtrack.questions import experiments

    try:
        found = experiments.by_name(here.hasty_store, name)
        return found if found is not None and is_active(found) else create(here, name)
    except StoreError as error:
        report(error, "set_experiment")
        return provisional(here, name)


def create(here: Session, name: str) -> Experiment:
    """Make an experiment; another process may be quicker."""
    from nbtrack.questions import experiments

    try:
        (experiment_id,) = here.hasty_store.append([new_experiment(here, name)])
    except AlreadyExists:
        found = experiments.by_name(here.hasty_store, name)
        if found is None:
            raise
        return found
    return experiments.get(here.hasty_store, str(experiment_id))


def provisional(here: Session, name: str) -> Experiment:
    """An experiment that the drain makes, or merges with the one of that name."""
    time = now_ms()
    made = Experiment(
        provisional_experiment_id(),
        name,
        new_experiment(here, name).artifact_location,
        creation_time=time,
        last_update_time=time,
    )
    here.writer.write(made)
    here.provisional[name] = made.experiment_id
    return made


def is_active(experiment: Experiment) -> bool:
    """Whether it is not deleted."""
    return experiment.lifecycle_stage == "active"


def refuse_deleted(experiment: Experiment, message: str) -> None:
    """Runs go to experiments that are there."""
    if not is_active(experiment):
        raise InvalidValue(
            f"{message.format(name=experiment.name)}; restore it with "
            f"restore_experiment({experiment.experiment_id!r}), or choose another"
        )
