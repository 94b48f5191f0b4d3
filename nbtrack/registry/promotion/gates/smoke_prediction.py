"""Gate: the model loads, and predicts on the example that was logged with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nbtrack.registry.promotion.case import Case
from nbtrack.registry.promotion.protocol import Verdict, failed, passed

__all__ = ["SmokePrediction"]


@dataclass(frozen=True)
class SmokePrediction:
    """The model predicts on its own input example: as many as its signature says, finite numbers.

    Args:
        data: What to ask in place of the example.
    """

    data: Any = None

    @property
    def label(self) -> str:
        """The gate in a few words."""
        return "smoke prediction"

    def check(self, case: Case) -> Verdict:
        """Load, predict, and look at what came."""
        model = case.candidate.model
        data, params = (self.data, None) if self.data is not None else example_of(model)
        if data is None:
            return failed(
                "no input example was logged with it: log_model(…, input_example=X[:5]), "
                "or give data to the gate"
            )
        said = model.predict(data, params)
        signature = case.candidate.signature
        wrong = unlike(said, None if signature is None else signature.outputs) or unfinished(said)
        count = size_of(said)
        if wrong:
            return failed(wrong)
        return passed(f"{count} prediction{'s' * (count != 1)} on the input example")


def example_of(model: Any) -> tuple[Any, Any]:
    """The example that was logged, and the params with it."""
    example = model.input_example
    if isinstance(example, tuple) and len(example) == 2 and isinstance(example[1], dict):
        return example
    return example, None


def size_of(said: Any) -> int:
    """How many predictions there are."""
    shape = getattr(said, "shape", None)
    if shape:
        return int(shape[0])
    return len(said) if isinstance(said, list | tuple) else 1


def unlike(said: Any, schema: Any) -> str:
    """How predictions differ from what the signature says of them; empty if they do not."""
    if size_of(said) == 0:
        return "it predicted nothing on the example"
    if schema is None or (schema.is_tensor_spec() and schema.has_input_names()):
        return ""
    if schema.is_tensor_spec():
        return unlike_tensor(said, schema.inputs[0].shape)
    columns = getattr(said, "columns", None)
    if columns is not None and schema.has_input_names():
        names = set(map(str, columns))
        missing = [it for it in schema.required_input_names() if str(it) not in names]
        if missing:
            return f"it gave no column {', '.join(map(str, missing))}, which its signature has"
    return ""


def unlike_tensor(said: Any, wanted: tuple[int, ...]) -> str:
    """How predictions differ from a tensor's shape; empty if they do not."""
    shape = getattr(said, "shape", None)
    if shape is None:
        return f"it gave a {type(said).__name__}, where its signature says an array"
    fits = len(shape) == len(wanted) and all(
        want in (-1, got) for got, want in zip(shape, wanted, strict=True)
    )
    return "" if fits else f"it gave the shape {shape}, where its signature says {wanted}"


def unfinished(said: Any) -> str:
    """Whether numbers among the predictions are none; empty if all are finite."""
    import numpy as np

    parts = [said[it] for it in said.columns] if hasattr(said, "columns") else [said]
    for part in parts:
        values = np.asarray(part)
        if values.dtype.kind in "fc" and not np.isfinite(values).all():
            count = int((~np.isfinite(values)).sum())
            return f"{count} of {values.size} predictions on the example are NaN or infinite"
    return ""
