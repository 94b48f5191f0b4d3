"""Models of ONNX: a graph of known operators, safe to read, asked through onnxruntime."""

from __future__ import annotations

import copy
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nbtrack.errors import InvalidValue, ModelError, listing
from nbtrack.registry.flavors.library import imported, is_one_of, refuse_model
from nbtrack.registry.flavors.protocol import Option, Predict, Reading, Written

__all__ = ["FLAVOR", "Onnx"]

DATA = "model.onnx"
PROVIDERS = ("CUDAExecutionProvider", "CPUExecutionProvider")
MODES = {"sequential": "ORT_SEQUENTIAL", "parallel": "ORT_PARALLEL"}
SESSION_OPTIONS = (
    "execution_mode",
    "extra_session_config",
    "graph_optimization_level",
    "inter_op_num_threads",
    "intra_op_num_threads",
)
MOST_BYTES = 2**31 - 2**20
"""A file of protobuf ends at 2 GiB; larger tensors go into files beside it."""


class Onnx:
    """`nbtrack.onnx`."""

    name = "onnx"
    library = "onnx"
    extra = "onnx"
    argument = "onnx_model"
    options = (
        Option("onnx_execution_providers", None, "What runs it, the first that is there"),
        Option("onnx_session_options", None, "Threads and optimisation of the session"),
        Option("save_as_external_data", None, "Large tensors into a file of their own"),
    )

    def recognises(self, model: Any) -> bool:
        return is_one_of(model, "onnx.onnx_ml_pb2.ModelProto", "onnx.onnx_pb.ModelProto")

    def save(self, model: Any, folder: Path, options: Mapping[str, Any]) -> Written:
        onnx = imported("onnx", "to save an ONNX model", self.extra)
        if not isinstance(model, onnx.ModelProto):
            raise refuse_model(model, self.name, "an onnx.ModelProto")
        session = checked_options(options.get("onnx_session_options"))
        external = options.get("save_as_external_data")
        if external is None:
            external = model.ByteSize() > MOST_BYTES
        # writing with external data turns the tensors of the model that is given into references
        subject = copy.deepcopy(model) if external else model
        onnx.save_model(subject, str(folder / DATA), save_as_external_data=bool(external))
        return Written(
            conf={
                "onnx_version": onnx.__version__,
                "data": DATA,
                "providers": plain(options.get("onnx_execution_providers") or PROVIDERS),
                "onnx_session_options": session,
            },
            pyfunc={"loader_module": "mlflow.onnx", "data": DATA},
            packages=["onnx", "onnxruntime"],
        )

    def load(self, folder: Path, conf: Mapping[str, Any], reading: Reading) -> Any:
        onnx = imported("onnx", "to load this model", self.extra)
        path = folder / conf.get("data", DATA)
        if any(not isinstance(it, str) for it in provider_entries(conf.get("providers"))):
            # an option of some providers is the path of a library that they load
            reading.allow_code(path, "ONNX model with options of an execution provider")
        try:
            onnx.checker.check_model(str(path))
        except onnx.checker.ValidationError as error:
            reason = " ".join(str(error).split())
            raise ModelError(f"{path.name} is no graph that ONNX knows: {reason}") from error
        return onnx.load(str(path))

    def predictor(self, model: Any, conf: Mapping[str, Any]) -> Predict:
        session = open_session(model, conf)
        inputs = {it.name: it.type for it in session.get_inputs()}
        outputs = [it.name for it in session.get_outputs()]

        def predict(data: Any, params: Mapping[str, Any] | None) -> Any:
            import pandas as pd

            found = session.run(outputs, feeds(data, inputs), **(params or {}))
            named = dict(zip(outputs, found, strict=True))
            if not isinstance(data, pd.DataFrame):
                return named
            return pd.DataFrame({name: np.asarray(it).reshape(-1) for name, it in named.items()})

        return predict


def checked_options(options: Any) -> dict[str, Any] | None:
    """Session options whose names are known.

    Raises:
        InvalidValue: One is not.
    """
    if options is None:
        return None
    unknown = [name for name in options if name not in SESSION_OPTIONS]
    if unknown:
        raise InvalidValue(
            f"onnx_session_options has no {unknown[0]!r}; {listing(SESSION_OPTIONS, unknown[0])}"
        )
    mode = options.get("execution_mode")
    if mode is not None and str(mode).lower() not in MODES:
        raise InvalidValue(f"execution_mode is {mode!r}; it can be sequential or parallel")
    return dict(options)


def plain(value: Any) -> Any:
    """Tuples as the lists that YAML gives back."""
    return [plain(it) for it in value] if isinstance(value, list | tuple) else value


def provider_entries(providers: Any) -> list[Any]:
    """Providers as a list: a name, or a name with options, each."""
    if not providers:
        return list(PROVIDERS)
    entries = [providers] if isinstance(providers, str) else providers
    return [tuple(it) if isinstance(it, list) else it for it in entries]


def open_session(model: Any, conf: Mapping[str, Any]) -> Any:
    """A session on the providers that this machine has, on its processor at least."""
    runtime = imported("onnxruntime", "to ask an ONNX model", "onnx")
    available = set(runtime.get_available_providers())
    wanted = provider_entries(conf.get("providers"))
    usable = [it for it in wanted if (it if isinstance(it, str) else it[0]) in available]
    options = session_options(runtime, conf.get("onnx_session_options") or {})
    providers = usable or ["CPUExecutionProvider"]
    if model.ByteSize() <= MOST_BYTES:
        return runtime.InferenceSession(model.SerializeToString(), options, providers)
    onnx = imported("onnx", "to ask an ONNX model", "onnx")
    with tempfile.TemporaryDirectory() as place:
        path = str(Path(place) / DATA)
        onnx.save_model(copy.deepcopy(model), path, save_as_external_data=True)
        return runtime.InferenceSession(path, options, providers)


def session_options(runtime: Any, wanted: Mapping[str, Any]) -> Any:
    """The options of onnxruntime from those of the MLmodel file."""
    options = runtime.SessionOptions()
    for name in ("inter_op_num_threads", "intra_op_num_threads"):
        if wanted.get(name):
            setattr(options, name, wanted[name])
    if mode := wanted.get("execution_mode"):
        options.execution_mode = getattr(runtime.ExecutionMode, MODES[str(mode).lower()])
    if level := wanted.get("graph_optimization_level"):
        options.graph_optimization_level = runtime.GraphOptimizationLevel(level)
    for key, value in (wanted.get("extra_session_config") or {}).items():
        options.add_session_config_entry(key, value)
    return options


def feeds(data: Any, inputs: Mapping[str, str]) -> dict[str, Any]:
    """What each input of a graph is given; float64 becomes float32 where the graph wants that.

    Raises:
        ModelError: The data cannot be told apart by the names of the inputs.
    """
    columns: Sequence[Any] = getattr(data, "columns", ())
    if isinstance(data, Mapping):
        given = {str(name): np.asarray(it) for name, it in data.items()}
    elif len(inputs) == 1 and not isinstance(data, list | str):
        given = {next(iter(inputs)): data.to_numpy() if len(columns) else np.asarray(data)}
    elif len(columns):
        missing = [name for name in inputs if name not in columns]
        if missing:
            raise ModelError(f"the model's input {missing[0]!r} is missing; it has {list(inputs)}")
        given = {name: data[name].to_numpy() for name in inputs}
    else:
        raise ModelError(
            f"an ONNX model with the inputs {list(inputs)} is asked with a DataFrame or a dict of "
            f"arrays that names them, or an array if there is one; not with {type(data).__name__}"
        )
    return {name: in_precision(it, inputs.get(name, "")) for name, it in given.items()}


def in_precision(array: Any, kind: str) -> Any:
    """An array in the precision of an input."""
    wide = kind == "tensor(float)" and array.dtype == np.float64
    return array.astype(np.float32) if wide else array


FLAVOR = Onnx()
