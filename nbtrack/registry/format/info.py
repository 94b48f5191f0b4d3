"""What `log_model` gives back, and `get_model_info` finds: a model's facts in one value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from nbtrack.registry.format.mlmodel import Model
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
    logged_model: Any = field(default=None, repr=False)
    model_id: str | None = None
    name: str | None = None

    @classmethod
    def of(cls, model: Model, model_uri: str, logged_model: Any = None) -> ModelInfo:
        """What an MLmodel file says, with the address it was read from."""
        return cls(
            artifact_path=model.artifact_path,
            flavors=model.flavors,
            model_uri=model_uri,
            model_uuid=model.model_uuid,
            run_id=model.run_id,
            saved_input_example_info=model.saved_input_example_info,
            signature=model.signature,
            utc_time_created=model.utc_time_created,
            mlflow_version=model.mlflow_version,
            metadata=model.metadata,
            env_vars=model.env_vars,
            prompts=model.prompts,
            logged_model=logged_model,
            model_id=model.model_id,
            name=getattr(logged_model, "name", None) or model.artifact_path,
        )

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
