"""A loaded model of any flavor, asked in one way: data checked, then predicted on.

`nbtrack.pyfunc.load_model` gives it; serving, gates and comparisons ask models by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from nbtrack.errors import ModelError
from nbtrack.registry.flavors.protocol import Predict
from nbtrack.registry.flavors.python_model import LoadedPython
from nbtrack.registry.flavors.table import PYTHON_FUNCTION
from nbtrack.registry.format.documents import yaml_text
from nbtrack.registry.format.mlmodel import Model
from nbtrack.registry.signatures.enforcement import Enforcer
from nbtrack.registry.signatures.params import enforce_params

__all__ = ["PyFuncModel"]

NOTHING: Mapping[str, Any] = {}


class PyFuncModel:
    """A model that can be asked, whatever made it.

    Args:
        model_meta: What its folder says of it.
        model_impl: The loaded model.
        predict: How it is asked.
        folder: Where its files are.
    """

    def __init__(
        self, model_meta: Model, model_impl: Any, predict: Predict, folder: Path | None = None
    ) -> None:
        self.metadata = model_meta
        self.model_impl = model_impl
        self.asks = predict
        self.folder = folder
        self.example: list[Any] = []
        self.signature_in_use: Any = None
        self.enforcer: Enforcer | None = None
        self.compile()

    def compile(self) -> None:
        """Make a plan of what the signature asks for; again only if it is another one."""
        signature = self.signature_in_use = self.metadata.signature
        if signature is None:
            self.enforcer = None
            return
        # A model that names types has its data made into them by its own flavor.
        inputs = None if self.metadata.is_signature_from_type_hint else signature.inputs
        self.enforcer = Enforcer(inputs, signature.params)

    def predict(self, data: Any, params: Mapping[str, Any] | None = None) -> Any:
        """What the model says of some data.

        Args:
            data: A frame, an array, a list, a dict: what the signature takes.
            params: What else the model is told, as its signature names it.

        Raises:
            SchemaMismatch: The data or the params are not what the signature takes.
        """
        if self.metadata.signature is not self.signature_in_use:
            self.compile()
        enforcer = self.enforcer
        if enforcer is None:
            return self.asks(data, enforce_params(params, None) if params else None)
        known = enforcer.params(params) if params or enforcer.param_schema is not None else None
        return self.asks(enforcer(data), known)

    def predict_stream(self, data: Any, params: Mapping[str, Any] | None = None) -> Iterator[Any]:
        """The same, piece by piece, for models that give pieces.

        Raises:
            ModelError: This one gives none.
        """
        if not isinstance(self.model_impl, LoadedPython):
            raise ModelError(
                f"a model of the flavor {self.flavor!r} cannot be asked piece by piece; ask it "
                f"with predict"
            )
        known = dict(params or {})
        if self.enforcer is not None:
            data, known = self.enforcer(data), self.enforcer.params(params)
        pieces: Iterator[Any] = self.model_impl.predict_stream(data, known or None)
        return pieces

    def unwrap_python_model(self) -> Any:
        """The user's own object behind the model.

        Raises:
            ModelError: It is of a library, not of plain Python.
        """
        if not isinstance(self.model_impl, LoadedPython):
            raise ModelError(
                f"this model is of the flavor {self.flavor!r}, and no PythonModel; "
                f"get_raw_model() gives what is behind it"
            )
        return self.model_impl.python_model

    def get_raw_model(self) -> Any:
        """The model as its library has it."""
        inner = getattr(self.model_impl, "get_raw_model", None)
        return inner() if inner is not None else self.model_impl

    @property
    def model_id(self) -> str | None:
        """The logged model's id, if it is one."""
        return self.metadata.model_id

    @property
    def conf(self) -> Mapping[str, Any]:
        """What the folder says of asking it."""
        found: Mapping[str, Any] = self.metadata.flavors.get(PYTHON_FUNCTION, NOTHING)
        return found

    @property
    def model_config(self) -> Mapping[str, Any]:
        """The configuration that the model was logged with."""
        return self.conf.get("config") or {}

    @property
    def loader_module(self) -> str | None:
        """MLflow's name for what reads the model."""
        return self.conf.get("loader_module")

    @property
    def flavor(self) -> str:
        """The library's flavor, in a word."""
        others = [name for name in self.metadata.flavors if name != PYTHON_FUNCTION]
        return (others or [PYTHON_FUNCTION])[0]

    @property
    def input_schema(self) -> Any:
        """What the model takes."""
        return self.metadata.get_input_schema()

    @property
    def input_example(self) -> Any:
        """The example that was logged with the model; None without one."""
        if not self.example:
            folder = self.folder
            read = None if folder is None else self.metadata.load_input_example(folder)
            self.example.append(read)
        return self.example[0]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PyFuncModel) and self.metadata == other.metadata

    __hash__ = None  # type: ignore[assignment]  # what its folder says can be changed

    def __repr__(self) -> str:
        told = {
            name: value
            for name in ("artifact_path", "run_id", "model_id")
            if (value := getattr(self.metadata, name)) is not None
        }
        return yaml_text({"nbtrack.pyfunc.loaded_model": told | {"flavor": self.flavor}})
