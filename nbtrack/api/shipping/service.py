"""A FastAPI service around a model, written as code to start from."""

from __future__ import annotations

import keyword
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nbtrack.api.models.loading import find_model
from nbtrack.api.shipping.image import prepared, put_model, write_needs
from nbtrack.errors import InvalidValue
from nbtrack.registry.format.mlmodel import Model

__all__ = ["generate_fastapi"]

TYPES = {
    "boolean": "bool",
    "binary": "bytes",
    "datetime": "datetime",
    "double": "float",
    "float": "float",
    "integer": "int",
    "long": "int",
    "string": "str",
}

SOURCE = '''\
"""{uri} behind FastAPI: uvicorn app:app --port 8080"""

from datetime import datetime
from pathlib import Path
from typing import Any

import nbtrack
import pandas as pd
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel, ConfigDict, Field

VERSION = {version!r}

app = FastAPI(title={title!r}, version=VERSION)
model = nbtrack.pyfunc.load_model(Path(__file__).parent / "model", allow_pickle={vouched})


class PredictionRequest(BaseModel):
    """One row, as the model's signature names it."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

{fields}


class PredictionResponse(BaseModel):
    """What the model says of a row."""

    model_config = ConfigDict(protected_namespaces=())

    prediction: Any
    probability: float | None
    model_version: str


def probability_of(frame: pd.DataFrame) -> float | None:
    """How sure a classifier is; None for other models."""
    raw = model.get_raw_model()
    if not hasattr(raw, "predict_proba"):
        return None
    return float(raw.predict_proba(frame)[0].max())


@app.post("/predict")
def predict(request: PredictionRequest) -> PredictionResponse:
    frame = pd.DataFrame([request.model_dump(by_alias=True)])
    try:
        answer = model.predict(frame)
        probability = probability_of(frame)
    except nbtrack.MlflowException as error:
        raise HTTPException(status_code=400, detail=str(error)) from error
    value = answer.iloc[0] if hasattr(answer, "iloc") else answer[0]
    plain = value.to_dict() if hasattr(value, "to_dict") else value
    return PredictionResponse(
        prediction=plain.item() if hasattr(plain, "item") else plain,
        probability=probability,
        model_version=VERSION,
    )


@app.get("/health")
def health() -> dict[str, Any]:
    return {{"status": "healthy", "model_loaded": model is not None, "version": VERSION}}
'''


def generate_fastapi(
    model_uri: str | os.PathLike[str], folder: str | os.PathLike[str] = "nbtrack-service"
) -> Path:
    """Write a FastAPI service around a model, to change and to run; say where it is.

    The folder has `app.py` with a request typed by the model's signature, the model, and what is
    to be installed.

    Args:
        model_uri: The model, as `load_model` takes it.
        folder: Where to; an empty folder, or one that was written here.

    Raises:
        NotFound: There is no such model.
        InvalidValue: Its signature names no columns.
        AlreadyExists: The folder has other files in it.
    """
    found = find_model(model_uri)
    fields = list(fields_of(found.description))
    target = prepared(folder, "app.py")
    put_model(found, target / "model")
    write_needs(found, target)
    version = found.place.version
    text = SOURCE.format(
        uri=found.place.uri,
        title=found.place.name or found.description.artifact_path or "model",
        version=f"v{version}" if version else (found.place.model_id or "unregistered"),
        vouched=found.own,
        fields="\n".join(fields),
    )
    (target / "app.py").write_text(text, encoding="utf-8")
    with (target / "requirements.txt").open("a", encoding="utf-8") as needs:
        needs.write("fastapi>=0.115\nuvicorn>=0.34\nnbtrack\n")
    return target


def fields_of(model: Model) -> Iterator[str]:
    """The columns of a signature as fields of a class.

    Raises:
        InvalidValue: It names none.
    """
    inputs = model.get_input_schema()
    if inputs is None or inputs.is_tensor_spec() or not inputs.has_input_names():
        raise InvalidValue(
            "the model's signature names no columns, so a request has no fields; log the model "
            "with input_example=a frame"
        )
    for number, column in enumerate(inputs):
        kind = TYPES.get(str(getattr(column.type, "name", "")), "Any")
        name = str(column.name)
        yield f"    {field(name, kind, number, is_required=bool(column.required))}"


def field(name: str, kind: str, number: int, *, is_required: bool) -> str:
    """One field; a name that Python cannot have is the alias of one that it can."""
    told = kind if is_required else f"{kind} | None"
    default = [] if is_required else ["default=None"]
    is_plain = name.isidentifier() and not keyword.iskeyword(name) and name[0] != "_"
    if is_plain and not name.startswith("model_"):
        return f"{name}: {told}" + ("" if is_required else " = None")
    options: list[Any] = [*default, f"alias={name!r}"]
    return f"field_{number}: {told} = Field({', '.join(options)})"
