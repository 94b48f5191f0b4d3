"""`autolog` and its kin of each library: what is trained from then on is logged by itself.

The arguments are MLflow's. What a library is asked for beyond those that are told here changes
nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from nbtrack.api.models.asked import ModelsAsked
from nbtrack.api.tracking.listening import Asked, listen, listening
from nbtrack.capture.libraries import observing
from nbtrack.capture.open_run import OpenRun
from nbtrack.errors import InvalidValue, listing

__all__ = [
    "autolog",
    "is_autologging",
    "keras_autolog",
    "lightgbm_autolog",
    "listen",
    "pytorch_autolog",
    "sklearn_autolog",
    "tensorflow_autolog",
    "xgboost_autolog",
]

FLAVORS = {
    "keras": ("keras",),
    "lightgbm": ("lightgbm",),
    "pytorch": ("torch", "lightning"),
    "sklearn": ("sklearn",),
    "tensorflow": ("keras",),
    "xgboost": ("xgboost",),
}
"""MLflow's names, and the libraries that are observed for them."""

HOLDER = "autolog"


def autolog(  # noqa: PLR0917 - MLflow's signature
    log_input_examples: bool = False,  # noqa: FBT001, FBT002 - MLflow's signature
    log_model_signatures: bool = True,  # noqa: FBT001, FBT002 - MLflow's signature
    log_models: bool = True,  # noqa: FBT001, FBT002 - MLflow's signature
    log_datasets: bool = True,  # noqa: FBT001, FBT002 - MLflow's signature
    log_traces: bool = True,  # noqa: ARG001, FBT001, FBT002 - MLflow's signature
    disable: bool = False,  # noqa: FBT001, FBT002 - MLflow's signature
    exclusive: bool = False,  # noqa: FBT001, FBT002 - MLflow's signature
    disable_for_unsupported_versions: bool = False,  # noqa: ARG001, FBT001, FBT002 - MLflow's signature
    silent: bool = False,  # noqa: ARG001, FBT001, FBT002 - MLflow's signature
    extra_tags: Mapping[str, Any] | None = None,
    exclude_flavors: Iterable[str] | None = None,
) -> None:
    """Log what is trained from now on: params, metrics, data and what was found important.

    It goes to the active run; outside of one, each fit has a run that begins and ends with it.
    Libraries that are loaded later are logged too. Nothing of them is changed: estimators and
    metrics pickle, and go to other processes, as before.

    Args:
        log_input_examples: Whether five rows of the data are kept with each model.
        log_model_signatures: Whether the types of what a model takes and gives are.
        log_models: Whether the model of each fit is logged, as `model`; the fits inside of a
            search or a pipeline are parts of it, and of a search the `best_estimator` is logged
            too. `runs:/<run>/model` is the one that was fitted last.
        log_datasets: Whether to keep the digest of the data that a model was fitted on.
        log_traces: For language models; they come with a later version.
        disable: Log nothing any more.
        exclusive: Leave runs alone that were begun by hand.
        disable_for_unsupported_versions: Taken; there is no list of versions.
        silent: Taken; problems are told once, in one line.
        extra_tags: Tags of the runs that are begun for a fit.
        exclude_flavors: Libraries to leave out, by MLflow's names for them.

    Raises:
        InvalidValue: A library that is to be left out is not known.

    Example:
        >>> import nbtrack
        >>> from sklearn.linear_model import LinearRegression
        >>> nbtrack.autolog()
        >>> with nbtrack.start_run() as run:
        ...     model = LinearRegression().fit([[1.0], [2.0], [3.0]], [2.0, 4.0, 6.0])
        >>> run.data.params["fit_intercept"]
        'True'
        >>> nbtrack.autolog(disable=True)
    """
    left_out = set(exclude_flavors or ())
    for name in left_out - set(FLAVORS):
        raise InvalidValue(f"no library is called {name!r} here; {listing(sorted(FLAVORS), name)}")
    models = ModelsAsked(log_model_signatures, log_input_examples) if log_models else None
    asked = Asked(log_datasets, exclusive, tags_of(extra_tags), models=models)
    for flavor in FLAVORS:
        if flavor not in left_out:
            switch(flavor, asked, disable=disable)


def sklearn_autolog(  # noqa: PLR0917 - MLflow's signature
    log_input_examples: bool = False,  # noqa: FBT001, FBT002 - MLflow's signature
    log_model_signatures: bool = True,  # noqa: FBT001, FBT002 - MLflow's signature
    log_models: bool = True,  # noqa: FBT001, FBT002 - MLflow's signature
    log_datasets: bool = True,  # noqa: FBT001, FBT002 - MLflow's signature
    disable: bool = False,  # noqa: FBT001, FBT002 - MLflow's signature
    exclusive: bool = False,  # noqa: FBT001, FBT002 - MLflow's signature
    disable_for_unsupported_versions: bool = False,  # noqa: ARG001, FBT001, FBT002 - MLflow's signature
    silent: bool = False,  # noqa: ARG001, FBT001, FBT002 - MLflow's signature
    max_tuning_runs: int | None = 5,
    log_post_training_metrics: bool = True,  # noqa: FBT001, FBT002 - MLflow's signature
    serialization_format: str | None = None,
    registered_model_name: str | None = None,
    pos_label: Any = None,  # noqa: ARG001 - MLflow's signature
    extra_tags: Mapping[str, Any] | None = None,
) -> None:
    """Log what scikit-learn fits and measures from now on.

    Args:
        log_input_examples: Whether five rows of the data are kept with each model.
        log_model_signatures: Whether the types of what a model takes and gives are.
        log_models: Whether the model of each fit is logged, as `model`; the fits inside of a
            search or a pipeline are parts of it, and of a search the `best_estimator` is logged
            too. `runs:/<run>/model` is the one that was fitted last.
        log_datasets: Whether to keep the digest of the data that a model was fitted on.
        disable: Log nothing any more.
        exclusive: Leave runs alone that were begun by hand.
        disable_for_unsupported_versions: Taken; there is no list of versions.
        silent: Taken; problems are told once, in one line.
        max_tuning_runs: How many of the settings that a search tried have runs of their own, the
            best first; None for all.
        log_post_training_metrics: Whether metrics that are computed after a fit outside of a run
            go to the run of that fit.
        serialization_format: How models are written: `skops`, which is safe to load, `cloudpickle`,
            `pickle` or `joblib`; by default skops where it can hold the model.
        registered_model_name: The registered model that each model becomes a version of.
        pos_label: Taken; metrics are weighted means over the classes.
        extra_tags: Tags of the runs that are begun for a fit.

    Raises:
        InvalidValue: The number of runs is below 0.
    """
    if max_tuning_runs is not None and max_tuning_runs < 0:
        raise InvalidValue(f"max_tuning_runs is a number from 0, or None, not {max_tuning_runs}")
    models = ModelsAsked(
        log_model_signatures,
        log_input_examples,
        registered_model_name,
        {} if serialization_format is None else {"serialization_format": serialization_format},
    )
    asked = Asked(
        log_datasets,
        exclusive,
        tags_of(extra_tags),
        max_tuning_runs,
        log_post_training_metrics,
        models if log_models else None,
    )
    switch("sklearn", asked, disable=disable)


def xgboost_autolog(**asked: Any) -> None:
    """Log what XGBoost trains from now on.

    Args:
        **asked: As in `autolog`; `registered_model_name` and `model_format` besides.
    """
    switch_by("xgboost", asked)


def lightgbm_autolog(**asked: Any) -> None:
    """Log what LightGBM trains from now on.

    Args:
        **asked: As in `autolog`; `registered_model_name` besides.
    """
    switch_by("lightgbm", asked)


def keras_autolog(**asked: Any) -> None:
    """Log what Keras fits from now on.

    Args:
        **asked: As in `autolog`; `registered_model_name` and `save_model_kwargs` besides.
    """
    switch_by("keras", asked)


def tensorflow_autolog(**asked: Any) -> None:
    """Log what Keras fits on TensorFlow from now on.

    Args:
        **asked: As in `autolog`; `registered_model_name` and `saved_model_kwargs` besides.
    """
    switch_by("tensorflow", asked)


def pytorch_autolog(**asked: Any) -> None:
    """Log what Lightning fits and PyTorch's optimizers do.

    Args:
        **asked: As in `autolog`; `registered_model_name` besides.
    """
    switch_by("pytorch", asked)


WITHOUT_EFFECT = """
    checkpoint checkpoint_mode checkpoint_monitor checkpoint_save_best_only checkpoint_save_freq
    checkpoint_save_weights_only disable_for_unsupported_versions importance_types
    log_every_epoch log_every_n_epoch log_every_n_step log_every_n_steps silent
"""
"""Arguments of MLflow that change nothing here."""

OF_SAVING = (
    *("keras_model_kwargs", "model_format", "save_exported_model", "save_model_kwargs"),
    *("saved_model_kwargs", "serialization_format"),
)
"""Arguments that go to `log_model` of the flavor, as they are."""

ABOUT_MODELS = ("log_models", "log_model_signatures", "log_input_examples", "registered_model_name")

known = frozenset([*WITHOUT_EFFECT.split(), *OF_SAVING, *ABOUT_MODELS])


def switch_by(flavor: str, asked: dict[str, Any]) -> None:
    """Switch a library by the keywords of a call.

    Raises:
        InvalidValue: MLflow has no such argument.
    """
    disable = bool(asked.pop("disable", False))
    own = {key: asked.pop(key) for key in ("log_datasets", "exclusive") if key in asked}
    tags = tags_of(asked.pop("extra_tags", None))
    for key in set(asked) - known:
        raise InvalidValue(f"autolog has no argument {key!r}; {listing(sorted(known), key)}")
    models = models_by(asked)
    switch(flavor, Asked(**own, extra_tags=tags, models=models), disable=disable)


def models_by(asked: Mapping[str, Any]) -> ModelsAsked | None:
    """How models are to be logged, by the keywords of a call."""
    if not asked.get("log_models", True):
        return None
    return ModelsAsked(
        bool(asked.get("log_model_signatures", True)),
        bool(asked.get("log_input_examples", False)),
        asked.get("registered_model_name"),
        {key: asked[key] for key in OF_SAVING if asked.get(key) is not None},
    )


def switch(flavor: str, asked: Asked, *, disable: bool) -> None:
    """Begin to log the libraries of a flavor, or end it."""
    for library in FLAVORS[flavor]:
        if disable:
            listening.asked.pop(library, None)
            observing.ignore(HOLDER, [library])
        else:
            listening.asked[library] = asked
            observing.observe(HOLDER, [library])
    listening.update()


def tags_of(tags: Mapping[str, Any] | None) -> dict[str, str]:
    """Tags as they are written; what cannot be taken is told when it is asked for."""
    return OpenRun.tag_texts(tags or {})


def is_autologging(flavor: str | None = None) -> bool:
    """Whether a library, or any, is logged by itself."""
    if flavor is None:
        return bool(listening.asked)
    return any(library in listening.asked for library in FLAVORS.get(flavor, ()))
