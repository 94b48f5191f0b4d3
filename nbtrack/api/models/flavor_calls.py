"""`log_model`, `save_model`, `load_model` of each flavor, made once from what the flavor says.

The faces `nbtrack.sklearn` and its kin take theirs from here; plain Python has its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from inspect import Parameter, Signature
from typing import Any

from nbtrack.api.models.loading import Trust, load_by
from nbtrack.api.models.logging import log, save
from nbtrack.errors import InvalidValue, MissingPackage, listing
from nbtrack.registry.flavors.protocol import Flavor
from nbtrack.registry.flavors.table import flavor_named
from nbtrack.registry.format.environment import conda_environment
from nbtrack.registry.format.requirements import pins_of_packages

__all__ = ["FlavorCall", "calls", "default_environment"]

COMMON: Mapping[str, tuple[Any, str]] = {
    "conda_env": (None, "The environment, as a conda file's path or content."),
    "code_paths": (None, "Files and folders of your own modules that the model needs."),
    "signature": (None, "What infer_signature gave; None infers it from the example."),
    "input_example": (None, "Data as the model takes it."),
    "pip_requirements": (None, "What to install, in place of what is found."),
    "extra_pip_requirements": (None, "What to install besides what is found."),
    "metadata": (None, "More of your own about the model; it stands in the MLmodel file."),
    "extra_files": (None, "Further files to keep with the model."),
    "resources": (None, "What serving it needs."),
    "auth_policy": (None, "On whose behalf it is served."),
}

LOGGED: Mapping[str, tuple[Any, str]] = {
    "registered_model_name": (None, "Register the model under this name as well."),
    "await_registration_for": (300, "Taken; a version is ready at once."),
    "params": (None, "Params of the logged model; those of the run are there already."),
    "tags": (None, "Tags of the logged model."),
    "model_type": (None, "What kind it is, in your words."),
    "step": (0, "Where the run shows it."),
    "model_id": (None, "A logged model that was initialized before, to be filled."),
    "run_id": (None, "The run, if not the active one."),
    "prompts": (None, "Prompts that belong to it."),
}


class FlavorCall:
    """One function of one flavor; which, its flavor tells when it is called or looked at."""

    def __init__(self, flavor: str, verb: str) -> None:
        self.flavor_name, self.verb = flavor, verb
        self.__name__ = self.__qualname__ = verb
        self.__module__ = f"nbtrack.{flavor}"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        flavor = flavor_named(self.flavor_name)
        return ACTS[self.verb](flavor, arguments(self, args, kwargs))

    @property
    def __signature__(self) -> Signature:
        return signature_of(self.flavor_name, self.verb)

    @property
    def __doc__(self) -> str:  # type: ignore[override]
        return documentation(flavor_named(self.flavor_name), self.verb)

    def __repr__(self) -> str:
        return f"<function {self.__module__}.{self.verb}>"


def calls(flavor: str) -> tuple[Callable[..., Any], ...]:
    """`log_model`, `save_model`, `load_model`, and the two that tell the default environment.

    Example:
        >>> from nbtrack.api.models.flavor_calls import calls
        >>> [call.__name__ for call in calls("sklearn")[:3]]
        ['log_model', 'save_model', 'load_model']
    """
    return tuple(FlavorCall(flavor, verb) for verb in ACTS)


@cache
def signature_of(flavor: str, verb: str) -> Signature:
    """What a call of a flavor takes."""
    return SIGNATURES[verb](flavor_named(flavor))


def arguments(call: FlavorCall, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """What a caller said, by name.

    Raises:
        InvalidValue: A name that the call does not have; the message tells the nearest.
    """
    signature = call.__signature__
    known = [name for name in signature.parameters if name != "kwargs"]
    for name in kwargs:
        if name not in known:
            near = listing(known, name, most=len(known))
            raise InvalidValue(f"{call.__module__}.{call.verb} has no argument {name!r}; {near}")
    try:
        bound = signature.bind(*args, **kwargs)
    except TypeError as error:
        raise InvalidValue(f"{call.__module__}.{call.verb}{signature}: {error}") from error
    bound.apply_defaults()
    return bound.arguments


def keyword_only(items: Iterable[tuple[str, Any]]) -> list[Parameter]:
    """Parameters that are given by name."""
    return [Parameter(name, Parameter.KEYWORD_ONLY, default=default) for name, default in items]


def positional(name: str, default: Any = Parameter.empty) -> Parameter:
    """A parameter that may be given by position."""
    return Parameter(name, Parameter.POSITIONAL_OR_KEYWORD, default=default)


def own(flavor: Flavor) -> dict[str, Any]:
    """The flavor's own options with their defaults."""
    return {option.name: option.default for option in flavor.options}


def kept(flavor: Flavor, table: Mapping[str, tuple[Any, str]]) -> dict[str, Any]:
    """The defaults of a table, without what the flavor itself has."""
    names = {flavor.argument, *own(flavor)}
    return {name: default for name, (default, _) in table.items() if name not in names}


def log_signature(flavor: Flavor) -> Signature:
    """What `log_model` takes."""
    named = {"name": None, **kept(flavor, COMMON), **own(flavor), **kept(flavor, LOGGED)}
    return Signature(
        [
            positional(flavor.argument),
            positional("artifact_path", None),
            *keyword_only(named.items()),
        ]
    )


def save_signature(flavor: Flavor) -> Signature:
    """What `save_model` takes."""
    named = {**kept(flavor, COMMON), "mlflow_model": None, **own(flavor)}
    return Signature(
        [positional(flavor.argument), positional("path"), *keyword_only(named.items())]
    )


def load_options(flavor: Flavor) -> dict[str, Any]:
    """What the flavor's `load_model` takes besides an address."""
    return {option.name: option.default for option in getattr(flavor, "load_options", ())}


def load_signature(flavor: Flavor) -> Signature:
    """What `load_model` takes."""
    named = {**load_options(flavor), "allow_pickle": None, "trusted_types": ()}
    return Signature(
        [positional("model_uri"), positional("dst_path", None), *keyword_only(named.items())]
    )


def log_it(flavor: Flavor, told: dict[str, Any]) -> Any:
    """Log a model."""
    model, path, name = (told.pop(it) for it in (flavor.argument, "artifact_path", "name"))
    if path is not None and name is not None:
        raise InvalidValue(
            f"artifact_path is {path!r} and name is {name!r}; both name the model, so give one"
        )
    return log(flavor, model, name if path is None else path, told)


def save_it(flavor: Flavor, told: dict[str, Any]) -> None:
    """Save a model to a folder."""
    save(flavor, told.pop(flavor.argument), told.pop("path"), told)


def load_it(flavor: Flavor, told: dict[str, Any]) -> Any:
    """Load a model."""
    uri, place = told.pop("model_uri"), told.pop("dst_path")
    trust = Trust(told.pop("allow_pickle"), told.pop("trusted_types"))
    given = {name: value for name, value in told.items() if value is not None}
    return load_by(flavor.name, uri, place, trust, given)


def default_requirements(flavor: Flavor, _: Mapping[str, Any]) -> list[str]:
    """What a model of a flavor needs at least."""
    return default_pins(flavor)


def default_environment(flavor: Flavor, _: Mapping[str, Any]) -> dict[str, Any]:
    """The same as a conda environment."""
    return conda_environment(["mlflow>=3", *default_pins(flavor)])


def default_pins(flavor: Flavor) -> list[str]:
    """A flavor's library with its version.

    Raises:
        MissingPackage: It is not installed.
    """
    from nbtrack.registry.format.requirements import pins_of_modules

    if flavor.library == "cloudpickle":
        return pins_of_packages(["cloudpickle"])
    found = pins_of_modules([flavor.library])
    if not found:
        raise MissingPackage(flavor.library, "to say which version a model needs", flavor.extra)
    return found


ACTS: dict[str, Callable[[Flavor, dict[str, Any]], Any]] = {
    "log_model": log_it,
    "save_model": save_it,
    "load_model": load_it,
    "get_default_pip_requirements": default_requirements,
    "get_default_conda_env": default_environment,
}

SIGNATURES: dict[str, Callable[[Flavor], Signature]] = {
    "log_model": log_signature,
    "save_model": save_signature,
    "load_model": load_signature,
    "get_default_pip_requirements": lambda _: Signature([]),
    "get_default_conda_env": lambda _: Signature([]),
}

OPENINGS = {
    "log_model": "Log a model of {library}: in the active run, else in the current experiment.",
    "save_model": "Save a model of {library} to a folder.",
    "load_model": "Load a model of {library}, as the object that it is there.",
    "get_default_pip_requirements": "What a model of {library} needs installed at least.",
    "get_default_conda_env": "The conda environment that a model of {library} needs at least.",
}

CLOSINGS = {
    "log_model": """
Returns:
    A `ModelInfo`: its `model_uri` is what `load_model` and `register_model` take.

Example:
    with nbtrack.start_run():
        info = nbtrack.{face}.log_model({argument}, name="model", registered_model_name="churn")
    nbtrack.{face}.load_model("models:/churn/1")
    nbtrack.pyfunc.load_model("models:/churn/1").predict(rows)""",
    "save_model": """
Example:
    nbtrack.{face}.save_model({argument}, "folder")
    nbtrack.{face}.load_model("folder")""",
    "load_model": """
Example:
    nbtrack.{face}.load_model("models:/churn@champion")""",
}

NOTES = {
    "artifact_path": "The model's name, in the older spelling.",
    "name": "The model's name; `runs:/<run>/<name>` leads to it. A random one, if not given.",
    "path": "The folder; it must be empty or not there.",
    "model_uri": "models:/name/1, models:/name@alias, models:/<id>, runs:/<run>/name, or a path.",
    "dst_path": "Where to put the files; a temporary place else.",
    "mlflow_model": "A description to complete.",
    "allow_pickle": "Whether a model that you did not log yourself may run code as it is read.",
    "trusted_types": "Types that may be made when it is read, by their full names.",
}


def documentation(flavor: Flavor, verb: str) -> str:
    """A docstring, from what the flavor and the tables say."""
    notes = {name: note for name, (_, note) in {**COMMON, **LOGGED}.items()} | NOTES
    notes |= {it.name: it.doc for it in (*flavor.options, *getattr(flavor, "load_options", ()))}
    notes[flavor.argument] = f"The model of {flavor.library}."
    names = SIGNATURES[verb](flavor).parameters
    lines = [f"    {name}: {notes.get(name, '')}".rstrip() for name in names]
    opening = OPENINGS[verb].format(library=flavor.library)
    if not lines:
        return opening
    closing = CLOSINGS[verb].format(face=flavor.name, argument=flavor.argument)
    return "\n".join([opening, "", "Args:", *lines, closing])
