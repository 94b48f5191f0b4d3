"""What `log_model` gives back, and `get_model_info` finds: a model's facts in one value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from nbtrack.registry.signatures.signature import ModelSignature

__all__ = ["ModelInfo"]


@dataclass
class ModelInfo:
    """A logged or saved model, under MLflow's names.

    Example:
        >>> import nbtrack
        >>> from nbtrack.testing import temporary_store
        >>> def double(numbers):
        ...     return [2 * number for number in numbers]
        >>> with temporary_store():
        ...     info = nbtrack.pyfunc.log_model(name="double", python_model=double)
        ...     nbtrack.pyfunc.load_model(info.model_uri).predict([1, 2])
        [2, 4]
    """

    artifact_path: str | None
    flavors: dict[str, Any]
    model_uri: str
    model_uuid: str | None
    run_id: str | None
    saved_input_example_info: dict[str, Any] | None
    signature: ModelSignature | None
    utc_time_created: str
    mlflow_version: str | None
    metadata: dict[str, Any] | None = None
    registered_model_version: Any = None
    env_vars: list[str] | None = None
    prompts: list[str] | None = None
    find: Callable[[], Any] | None = field(default=None, repr=False, compare=False)
    """Finds the logged model, whose metrics, params and tags may have changed since."""
    model_id: str | None = None
    name: str | None = None

    @property
    def logged_model(self) -> Any:
        """The logged model as the store has it now; None for one that is only a folder."""
        return None if self.find is None else self.find()

    @property
    def metrics(self) -> Any:
        """The logged model's metrics; None for one that is only a folder."""
        return getattr(self.logged_model, "metrics", None)

    @property
    def params(self) -> Any:
        """The logged model's params."""
        return getattr(self.logged_model, "params", None)

    @property
    def tags(self) -> Any:
        """The logged model's tags."""
        return getattr(self.logged_model, "tags", None)

    @property
    def creation_timestamp(self) -> Any:
        """When the model was logged, in ms since the epoch."""
        return getattr(self.logged_model, "creation_timestamp", None)
