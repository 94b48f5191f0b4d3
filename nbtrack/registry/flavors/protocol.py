"""What a flavor offers: the models of one library written to a folder, read back, and asked.

A flavor is one file and its row in `flavors/table.py`, or an entry point of another package
(group `nbtrack.flavors`). It knows a folder and nothing of runs, stores or the registry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol, runtime_checkable

__all__ = ["Flavor", "LoadsWithOptions", "Option", "Predict", "Reading", "Written"]

Predict = Callable[[Any, Mapping[str, Any] | None], Any]
"""What `PyFuncModel.predict` asks: checked data, and params if there are any."""


class Option(NamedTuple):
    """An argument of `save_model` and `log_model` that only this flavor has, as MLflow names it."""

    name: str
    default: Any
    doc: str


class Written(NamedTuple):
    """What a flavor tells of the files it wrote."""

    conf: Mapping[str, Any]
    """What stands below `flavors: <name>:` in the MLmodel file."""
    pyfunc: Mapping[str, Any] | None = None
    """What stands below `python_function:` besides the environment: `loader_module`,
    `model_path`, `predict_fn` …; None for a model that has nothing to predict with."""
    packages: Sequence[str] = ()
    """Distributions that reading it needs for certain, as pip names them, without versions."""
    modules: Sequence[str] = ()
    """Modules seen in what was written (a pipeline's own steps), to find requirements by."""


class Reading(Protocol):
    """What a flavor asks before it reads files that can run code."""

    def allow_code(self, path: Path, kind: str) -> None:
        """Go on only if this file may be unpickled (or otherwise run).

        Raises:
            UnsafeModel: Nobody vouched for the file's digest, and pickle was not allowed.
        """
        ...

    def trusts_type(self, name: str) -> bool:
        """Whether the user vouched for a type by its full name, beyond the flavor's own list."""
        ...


class Flavor(Protocol):
    """The models of one library."""

    name: str
    """MLflow's: `sklearn`, `pytorch`."""
    library: str
    """The module whose models these are: `sklearn`, `torch`."""
    extra: str
    """nbtrack's extra that installs the library."""
    argument: str
    """The first argument of `log_model`, as MLflow names it: `sk_model`."""
    options: Sequence[Option]

    def recognises(self, model: Any) -> bool:
        """Whether a model is of this library; must not import it."""
        ...

    def save(self, model: Any, folder: Path, options: Mapping[str, Any]) -> Written:
        """Write a model into an existing empty folder.

        Besides the flavor's own options, `input_example` and `signature` stand in `options` if
        the caller gave them: some formats trace the model with an example.

        Raises:
            InvalidValue: It is none of this library, or an option cannot be taken.
            MissingPackage: The library is not installed.
        """
        ...

    def load(self, folder: Path, conf: Mapping[str, Any], reading: Reading) -> Any:
        """The native model: what `nbtrack.sklearn.load_model` gives.

        `conf` is the flavor's entry, joined by the `load_options` that the caller gave.
        """
        ...

    def predictor(self, model: Any, conf: Mapping[str, Any]) -> Predict:
        """How a loaded model is asked by `pyfunc`.

        `conf` is the flavor's entry, joined by the entries of `python_function`.
        """
        ...


@runtime_checkable
class LoadsWithOptions(Protocol):
    """A flavor whose `load_model` takes more than an address, such as a device."""

    load_options: Sequence[Option]
