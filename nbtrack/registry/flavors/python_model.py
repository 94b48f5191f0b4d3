"""Models of plain Python: the class that users derive from, and functions as models.

Users import them from `nbtrack.pyfunc`; the flavor `python_function` keeps and asks them.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from nbtrack.errors import ModelError
from nbtrack.registry.flavors.protocol import Predict
from nbtrack.registry.signatures.hints import hints_of

__all__ = [
    "FunctionModel",
    "LoadedPython",
    "PythonModel",
    "PythonModelContext",
    "TypeHints",
    "takes_context",
]


class TypeHints:
    """The types that a `predict` names for what it takes and gives."""

    def __init__(self, input_: Any = None, output: Any = None) -> None:
        self.input = input_
        self.output = output

    def __repr__(self) -> str:
        return f"<input: {self.input}, output: {self.output}>"


class PythonModelContext:
    """What a model finds around it: its files by name, and its configuration."""

    def __init__(
        self, artifacts: Mapping[str, str] | None, model_config: Mapping[str, Any] | None = None
    ) -> None:
        self.artifacts = dict(artifacts or {})
        self.model_config = model_config


class PythonModel:
    """A model in your own words: derive from it, and write `predict`.

    `predict` takes `context, model_input` or only `model_input`, and `params` if it wants them.

    Example:
        >>> import nbtrack
        >>> class Doubler(nbtrack.pyfunc.PythonModel):
        ...     def predict(self, model_input):
        ...         return [2 * number for number in model_input]
        >>> Doubler().predict([1, 2])
        [2, 4]
    """

    def load_context(self, context: PythonModelContext) -> None:
        """Load what `predict` needs; called once, when the model is loaded."""

    @property
    def predict_type_hints(self) -> TypeHints:
        """The types that `predict` names."""
        return type_hints(self.predict)

    def predict(
        self, context: Any, model_input: Any = None, params: dict[str, Any] | None = None
    ) -> Any:
        """What the model says of some data; a model writes its own."""
        raise NotImplementedError(f"{type(self).__name__} has no predict(self, model_input)")

    def predict_stream(
        self, context: Any, model_input: Any = None, params: dict[str, Any] | None = None
    ) -> Iterator[Any]:
        """The same, piece by piece."""
        raise NotImplementedError(f"{type(self).__name__} has no predict_stream(self, model_input)")


class FunctionModel(PythonModel):
    """A function as a model."""

    def __init__(self, func: Callable[..., Any], signature: Any = None) -> None:
        self.func = func
        self.signature = signature

    @property
    def predict_type_hints(self) -> TypeHints:
        """The types that the function names."""
        return type_hints(self.func)

    def predict(  # type: ignore[override]
        self,
        model_input: Any,
        params: dict[str, Any] | None = None,
    ) -> Any:
        """Call the function."""
        return self.func(model_input)


def takes_context(function: Callable[..., Any]) -> bool:
    """Whether a `predict` takes the context before the data."""
    names = [name for name in parameters(function) if name not in {"self", "params"}]
    return "context" in names or len(names) == 2


def parameters(function: Callable[..., Any]) -> list[str]:
    """The names of a function's parameters; none where they cannot be read."""
    try:
        return list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return []


def type_hints(function: Callable[..., Any]) -> TypeHints:
    """The types that a `predict` names; none where its parameters cannot be read."""
    return TypeHints(*hints_of(function)) if parameters(function) else TypeHints()


class LoadedPython:
    """A model of plain Python with what is around it, ready to be asked."""

    def __init__(self, python_model: Any, context: PythonModelContext) -> None:
        self.python_model = python_model
        self.context = context
        self.asks = bound(python_model.predict, context)

    def get_raw_model(self) -> Any:
        """The user's own object; the function for a function."""
        model = self.python_model
        return model.func if isinstance(model, FunctionModel) else model

    def predict(self, model_input: Any, params: Mapping[str, Any] | None = None) -> Any:
        """What the model says."""
        return self.asks(model_input, params)

    def predict_stream(self, model_input: Any, params: Mapping[str, Any] | None = None) -> Any:
        """The same, piece by piece.

        Raises:
            ModelError: The model gives no pieces.
        """
        model = self.python_model
        if getattr(type(model), "predict_stream", None) is PythonModel.predict_stream:
            raise ModelError(
                f"{type(model).__name__} has no predict_stream, so it cannot be asked piece by "
                f"piece; ask it with predict"
            )
        return bound(model.predict_stream, self.context)(model_input, params)


def bound(function: Callable[..., Any], context: PythonModelContext) -> Predict:
    """A `predict` as data and params call it; how it wants them is found once."""
    first = (context,) if takes_context(function) else ()
    takes_params = "params" in parameters(function)

    def with_params(data: Any, params: Mapping[str, Any] | None = None) -> Any:
        return function(*first, data, params=params)

    def without_params(data: Any, _: Mapping[str, Any] | None = None) -> Any:
        return function(*first, data)

    return with_params if takes_params else without_params
