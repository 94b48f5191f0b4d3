"""Models from code: a file that makes a model and names it by `set_model`, and its configuration.

The flavor `python_function` runs such files; users call `nbtrack.models.set_model` in them.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from nbtrack.errors import InvalidValue, ModelError, NotFound, listing
from nbtrack.registry.format.documents import read_yaml

__all__ = ["ModelConfig", "configured", "load_code", "read_config", "set_model"]

named: ContextVar[Any] = ContextVar("named", default=None)
"""The model that the file which runs has named."""

configuration: ContextVar[Mapping[str, Any] | None] = ContextVar("configuration", default=None)
"""What a model was logged with; None where its file runs by itself."""

THEIRS, OURS = "mlflow", "nbtrack"


def set_model(model: Any) -> None:
    """Name the model of this file, where a model is logged as code.

    Raises:
        InvalidValue: It is no model: neither a PythonModel, nor a function, nor a chain.

    Example:
        >>> from nbtrack.models import set_model
        >>> set_model(lambda numbers: sum(numbers))
    """
    if not (hasattr(model, "predict") or hasattr(model, "invoke") or callable(model)):
        raise InvalidValue(
            f"set_model takes a PythonModel, a function or a chain, not {type(model).__name__}"
        )
    named.set(model)


class ModelConfig:
    """The configuration of a model that is logged as code.

    Args:
        development_config: What holds while the file runs by itself: a dict, or a YAML file.

    Example:
        >>> from nbtrack.models import ModelConfig
        >>> ModelConfig(development_config={"depth": 3}).get("depth")
        3
    """

    def __init__(self, *, development_config: str | Mapping[str, Any] | None = None) -> None:
        found = configuration.get()
        self.config = development_config if found is None else found
        if not self.config:
            raise NotFound(
                "there is no configuration: log the model with model_config=…, or give "
                "development_config"
            )
        self.values = read_config(self.config)

    def to_dict(self) -> dict[str, Any]:
        """All of it."""
        return self.values

    def get(self, key: str) -> Any:
        """The value of a name at the top.

        Raises:
            KeyError: There is none.
        """
        if key not in self.values:
            raise KeyError(f"{key!r} is not configured; {listing(sorted(self.values), key)}")
        return self.values[key]


def read_config(given: Any) -> dict[str, Any]:
    """A configuration that was given as a mapping, or as the path of a YAML or JSON file.

    Raises:
        InvalidValue: It is neither.
    """
    if isinstance(given, Mapping):
        return dict(given)
    if isinstance(given, str | Path):
        if not Path(given).is_file():
            raise InvalidValue(f"model_config names the file {str(given)!r}, which is not there")
        return read_yaml(Path(given))  # JSON is YAML
    raise InvalidValue(f"model_config is a dict or the path of a YAML file, not {given!r}")


@contextmanager
def configured(config: Mapping[str, Any] | None) -> Iterator[None]:
    """What `ModelConfig` gives for a while."""
    token = configuration.set(config)
    try:
        yield
    finally:
        configuration.reset(token)


@contextmanager
def known_as_theirs() -> Iterator[None]:
    """Let `import mlflow` give nbtrack for a while, where MLflow is not loaded."""
    if THEIRS in sys.modules:
        yield
        return
    sys.modules[THEIRS] = importlib.import_module(OURS)
    try:
        yield
    finally:
        for name in [it for it in sys.modules if it.startswith(f"{THEIRS}.")]:
            give_back(name)
        del sys.modules[THEIRS]


def give_back(name: str) -> None:
    """Forget a module by their name; a package of ours has got it as its attribute meanwhile."""
    module = sys.modules.pop(name)
    ours = OURS + name.removeprefix(THEIRS)
    package, _, attribute = ours.rpartition(".")
    owner = sys.modules.get(package)
    if owner is not None and vars(owner).get(attribute) is module:
        setattr(owner, attribute, importlib.import_module(ours))


def load_code(path: Path, config: Mapping[str, Any] | None) -> Any:
    """Run a file, and take the model that it names.

    Raises:
        ModelError: It fails, or names none.
    """
    spec = importlib.util.spec_from_file_location(f"code_model_{uuid.uuid4().hex}", path)
    if spec is None or spec.loader is None:
        raise ModelError(f"{path} is no Python file; a model from code is one that ends in .py")
    module = importlib.util.module_from_spec(spec)
    token = named.set(None)
    sys.modules[spec.name] = module
    try:
        with configured(config), known_as_theirs():
            # a compiled file that lies beside it is not read, and none is left there
            code = compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
            exec(code, vars(module))  # noqa: S102 - somebody vouched for it
            model = named.get() or named_to_theirs()
    except Exception as error:
        del sys.modules[spec.name]
        raise ModelError(
            f"{path.name} failed as it ran: {type(error).__name__}: {error}"
        ) from error
    finally:
        named.reset(token)
    if model is None:
        raise ModelError(
            f"{path.name} names no model; call nbtrack.models.set_model(model) at its end"
        )
    return model


def named_to_theirs() -> Any:
    """The model that a file named by MLflow's own `set_model`, where MLflow is loaded."""
    place = sys.modules.get(f"{THEIRS}.models.model")
    return getattr(place, "__mlflow_model__", None)
