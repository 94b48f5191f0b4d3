"""MLflow's calls about logged models: on the store in use, in the active run and experiment."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

from nbtrack.api.models import logged_models as acts
from nbtrack.api.models.current_model import get_active_model_id
from nbtrack.api.runs.current_experiment import experiment_for
from nbtrack.api.runs.known_runs import run_to_write
from nbtrack.api.runs.start import run_to_log
from nbtrack.api.session import Session, chosen, session, session_at
from nbtrack.capture import stack
from nbtrack.capture.open_model import OpenModel
from nbtrack.capture.open_run import OpenRun
from nbtrack.errors import InvalidValue
from nbtrack.questions import logged_models
from nbtrack.records.logged_model import LoggedModel, LoggedModelOutput, LoggedModelStatus

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "create_external_model",
    "delete_logged_model_tag",
    "finalize_logged_model",
    "get_logged_model",
    "initialize_logged_model",
    "last_logged_model",
    "log_model_params",
    "log_outputs",
    "search_logged_models",
    "set_logged_model_tags",
]

EXTERNAL_TAG = "mlflow.model.isExternal"


def initialize_logged_model(  # noqa: PLR0917 - MLflow's signature
    name: str | None = None,
    source_run_id: str | None = None,
    tags: Mapping[str, Any] | None = None,
    params: Mapping[str, Any] | None = None,
    model_type: str | None = None,
    experiment_id: str | None = None,
) -> LoggedModel:
    """Begin a logged model without files; it is PENDING until it is logged or finalized.

    Args:
        name: Its name; one is made up else.
        source_run_id: The run that makes it; the active one, if there is one.
        tags: Its first tags.
        params: Its first params.
        model_type: What kind it is, in the user's words.
        experiment_id: Where it belongs, if no run makes it.

    Example:
        >>> import nbtrack
        >>> model = nbtrack.initialize_logged_model("ranker", params={"depth": 3})
        >>> model = nbtrack.finalize_logged_model(model.model_id, "READY")
        >>> model.status, model.params
        (<LoggedModelStatus.READY: 'READY'>, {'depth': '3'})
    """
    here, model = begun(name, source_run_id, tags, params, model_type, experiment_id)
    return logged_models.get(here.store, model.model_id)


def begun(  # noqa: PLR0917 - as its callers are called
    name: str | None,
    source_run_id: str | None,
    tags: Mapping[str, Any] | None,
    params: Mapping[str, Any] | None,
    model_type: str | None,
    experiment_id: str | None,
) -> tuple[Session, OpenModel]:
    """Begin a model for the run that was named, else for the active one if there is one."""
    run: OpenRun | None = run_to_write(source_run_id) if source_run_id else stack.current()
    here = session() if run is None else session_at(run.writer.folder)
    model = acts.begin_model(
        here,
        name,
        run=run,
        experiment_id=experiment_id,
        model_type=model_type,
        params=params,
        tags=tags,
    )
    return here, model


def create_external_model(  # noqa: PLR0917 - MLflow's signature
    name: str | None = None,
    source_run_id: str | None = None,
    tags: Mapping[str, Any] | None = None,
    params: Mapping[str, Any] | None = None,
    model_type: str | None = None,
    experiment_id: str | None = None,
) -> LoggedModel:
    """Make a READY logged model whose files are elsewhere: for its params, metrics and tags.

    The arguments are those of `initialize_logged_model`.
    """
    from nbtrack.registry.format.mlmodel import MLMODEL, Model

    told = {**(tags or {}), EXTERNAL_TAG: "true"}
    here, model = begun(name, source_run_id, told, params, model_type, experiment_id)
    description = Model(
        artifact_path=model.name,
        run_id=model.source_run_id,
        model_id=model.model_id,
        model_uuid=model.model_id,
        metadata={EXTERNAL_TAG: "true"},
    )
    with tempfile.TemporaryDirectory(prefix="nbtrack-model-") as place:
        description.save(Path(place, MLMODEL))
        acts.keep_folder(here, model, Path(place))
    model.finish()
    return logged_models.get(here.store, model.model_id)


def finalize_logged_model(
    model_id: str, status: Literal["READY", "FAILED"] | LoggedModelStatus
) -> LoggedModel:
    """Make a logged model READY or FAILED; the result is how it reads then.

    Raises:
        NotFound: There is no such model.
        InvalidValue: It is another status.
    """
    return acts.finalize(session(), model_id, status)


def get_logged_model(model_id: str) -> LoggedModel:
    """A logged model with its params, tags and metrics.

    Raises:
        NotFound: There is none of that id, or it was deleted.
    """
    return logged_models.get(session().store, model_id)


def last_logged_model() -> LoggedModel | None:
    """The logged model that this process began last; None if it began none."""
    if chosen.last_model is None:
        return None
    here, model_id = chosen.last_model
    return logged_models.get(here.store, model_id)


@overload
def search_logged_models(
    experiment_ids: Sequence[str] | None = ...,
    filter_string: str | None = ...,
    datasets: Sequence[Mapping[str, str]] | None = ...,
    max_results: int | None = ...,
    order_by: Sequence[Mapping[str, Any] | str] | None = ...,
    output_format: Literal["pandas"] = ...,
) -> pd.DataFrame: ...
@overload
def search_logged_models(
    experiment_ids: Sequence[str] | None = ...,
    filter_string: str | None = ...,
    datasets: Sequence[Mapping[str, str]] | None = ...,
    max_results: int | None = ...,
    order_by: Sequence[Mapping[str, Any] | str] | None = ...,
    *,
    output_format: Literal["list"],
) -> list[LoggedModel]: ...
def search_logged_models(  # noqa: PLR0917 - MLflow's signature
    experiment_ids: Sequence[str] | None = None,
    filter_string: str | None = None,
    datasets: Sequence[Mapping[str, str]] | None = None,
    max_results: int | None = None,
    order_by: Sequence[Mapping[str, Any] | str] | None = None,
    output_format: str = "pandas",
) -> pd.DataFrame | list[LoggedModel]:
    """Logged models that a filter finds, as a DataFrame or as objects.

    Args:
        experiment_ids: Where to look; in the active experiment, if nothing is said.
        filter_string: Such as "name = 'clf' and metrics.acc > 0.9"; it knows `params.`, `tags.`,
            `status`, `model_type`, `source_run_id`, `creation_time` and more.
        datasets: On which of these the metrics were measured, as dicts with `dataset_name` and
            if wanted `dataset_digest`.
        max_results: How many at most; all there are, if not given.
        order_by: Such as [{"field_name": "metrics.acc", "ascending": False}], where
            `dataset_name` may be said too, or ["metrics.acc DESC"]; the newest first else.
        output_format: "pandas" or "list".

    Raises:
        FilterSyntax: The filter cannot be read; a caret shows where.

    Example:
        >>> import nbtrack
        >>> for depth in (2, 5):
        ...     model = nbtrack.create_external_model("tree", params={"depth": depth})
        >>> found = nbtrack.search_logged_models(filter_string="params.depth > 3")
        >>> found["params"].tolist()
        [{'depth': '5'}]
    """
    here = session()
    where = [experiment_for(here, None)] if experiment_ids is None else experiment_ids
    found = list(
        logged_models.search(
            here.store,
            where,
            filter_string,
            datasets=datasets,
            order_by=order_by,
            max_results=max_results,
        )
    )
    if output_format == "list":
        return found
    if output_format != "pandas":
        raise InvalidValue(f"output_format is 'pandas' or 'list', not {output_format!r}")
    import pandas as pd

    return pd.DataFrame([{**it.to_dictionary(), "status": it.status} for it in found])


def set_logged_model_tags(model_id: str, tags: Mapping[str, Any]) -> None:
    """Set tags of a logged model, all or none.

    Raises:
        NotFound: There is no such model.
    """
    acts.change_tags(session(), model_id, tags)


def delete_logged_model_tag(model_id: str, key: str) -> None:
    """Take a tag of a logged model away.

    Raises:
        NotFound: There is no such model, or it has no such tag.
    """
    acts.drop_tag(session(), model_id, key)


def log_model_params(params: Mapping[str, Any], model_id: str | None = None) -> None:
    """Log params of a logged model; each is written once.

    Args:
        params: Their names and values.
        model_id: The model, if not the active one.

    Raises:
        NotFound: There is no such model.
        InvalidValue: No model is active, or a param was logged with another value.
    """
    wanted = model_id or get_active_model_id()
    if wanted is None:
        raise InvalidValue(
            "log_model_params needs model_id=…, or an active model: set_active_model(name=…)"
        )
    acts.add_params(session(), wanted, params)


def log_outputs(models: Sequence[LoggedModelOutput] | None = None) -> None:
    """Note with the run that it made logged models; a run begins if none is open."""
    acts.link_outputs(run_to_log(), models or ())
