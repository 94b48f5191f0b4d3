"""A model that does what its first row says: answers, waits, raises, or never comes back."""

from __future__ import annotations

import os
import time

from mlflow.models import set_model
from mlflow.pyfunc import PythonModel


class Faulty(PythonModel):
    def predict(self, context, model_input, params=None):
        what = model_input["what"].iloc[0]
        if what == "raise":
            raise ZeroDivisionError(f"a secret: {model_input['who'].iloc[0]}")
        if what == "exit":
            os._exit(3)
        if what == "object":
            return object()
        if what == "count":
            return [len(model_input)] * len(model_input)
        time.sleep(float(what) if what.replace(".", "").isdigit() else 0)
        return [os.getpid()] * len(model_input)


set_model(Faulty())
