"""`nbtrack.models.Model`: the MLmodel file of a model at any address, and logging by a module.

What is written and read of a model's folder is the registry's; this adds where it is.
"""

from __future__ import annotations

import inspect
import os
from pathlib import Path
from typing import Any, Self

from nbtrack.api.models.loading import find_model
from nbtrack.api.models.logging import log_folder
from nbtrack.errors import InvalidValue
from nbtrack.registry.format import mlmodel
from nbtrack.registry.format.info import ModelInfo

__all__ = ["Model"]

LOGGED = {
    *("registered_model_name", "await_registration_for", "run_id", "params", "tags"),
    *("model_type", "step", "model_id", "name"),
}
"""What `log` takes for itself; the rest goes to the module's `save_model`."""


class Model(mlmodel.Model):
    """What a model says of itself.

    Example:
        >>> from nbtrack.models import Model
        >>> Model("churn").get_model_info().name
        'churn'
    """

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read the description of the model at a path or an address.

        Raises:
            NotFound: There is none.
        """
        text = os.fspath(path)
        if Path(text).exists() or ":/" not in text:
            return super().load(text)
        return super().load(find_model(text.removesuffix(f"/{mlmodel.MLMODEL}")).folder)

    @classmethod
    def log(cls, artifact_path: str | None, flavor: Any, **told: Any) -> ModelInfo:
        """Log a model by a module that has `save_model(path=…, mlflow_model=…, …)`.

        Args:
            artifact_path: The model's name.
            flavor: The module.
            **told: What `log_model` of every flavor takes; the rest is the module's.

        Raises:
            InvalidValue: The module has no `save_model`, or it takes no description.
        """
        save_model = getattr(flavor, "save_model", None)
        if save_model is None or "mlflow_model" not in inspect.signature(save_model).parameters:
            raise InvalidValue(
                f"{flavor!r} is no flavor: it needs save_model(path, mlflow_model, …), which "
                f"writes a folder with its MLmodel file"
            )
        own = {name: value for name, value in told.items() if name in LOGGED}
        rest = {name: value for name, value in told.items() if name not in LOGGED}
        metadata = rest.pop("metadata", None)

        def write(folder: Path, description: mlmodel.Model) -> None:
            description.metadata = metadata
            folder.rmdir()  # such modules make it themselves
            save_model(path=os.fspath(folder), mlflow_model=description, **rest)
            description.save(folder / mlmodel.MLMODEL)

        return log_folder(write, own.pop("name", None) or artifact_path, own)
