"""A model with type hints, which say what it takes in place of a signature."""

from __future__ import annotations

from mlflow.models import set_model
from mlflow.pyfunc import PythonModel


class Shout(PythonModel):
    """Capitals."""

    def predict(self, model_input: list[str]) -> list[str]:
        return [it.upper() for it in model_input]


set_model(Shout())
