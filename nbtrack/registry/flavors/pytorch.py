"""Models of PyTorch: pickled whole with their class, as TorchScript, or as an exported program.

A pickle that names nothing but PyTorch's own layers is read without running code; everything
else is a program and needs consent, exported programs too (`torch.export.load` says so itself).
"""

from __future__ import annotations

import pickle
import sys
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np

from nbtrack.errors import InvalidValue, ModelError
from nbtrack.registry.flavors.library import imported, is_one_of, one_word, refuse_model, type_name
from nbtrack.registry.flavors.protocol import Option, Predict, Reading, Written

__all__ = ["FLAVOR", "PyTorch", "load_state_dict", "save_state_dict"]

DATA = "data"
PICKLED, EXPORTED, STATE_DICT = "model.pth", "model.pt2", "state_dict.pth"
PICKLE_MODULE_FILE = "pickle_module_info.txt"
MLFLOWS_PICKLE_MODULE = "mlflow.pytorch.pickle_module"
"""What MLflow calls cloudpickle here; it reads a model by the module that is named."""
OTHER_LIBRARIES = ("keras.", "sentence_transformers.")
"""Their models are torch modules too, and have a flavor that knows more of them."""


class PyTorch:
    """`nbtrack.pytorch`."""

    name = "pytorch"
    library = "torch"
    extra = "pytorch"
    argument = "pytorch_model"
    options = (
        Option("pickle_module", None, "The module that pickles the model, cloudpickle if not said"),
        Option(
            "serialization_format",
            None,
            "`pickle` keeps the model with its class; `pt2` traces it with `input_example` and "
            "keeps the graph alone. `pickle` if not said",
        ),
        Option("export_model", False, "An older way to say `serialization_format='pt2'`"),
    )
    load_options = (Option("device", None, "Where the model is put, such as `cuda:0`"),)

    def recognises(self, model: Any) -> bool:
        module = is_one_of(model, "torch.nn.modules.module.Module")
        return module and not is_one_of(model, *OTHER_LIBRARIES)

    def save(self, model: Any, folder: Path, options: Mapping[str, Any]) -> Written:
        torch = imported("torch", "to save a PyTorch model", self.extra)
        if not isinstance(model, torch.nn.Module):
            raise refuse_model(model, self.name, "a torch.nn.Module")
        known = ("pickle", "pt2")
        wanted = one_word(options, "serialization_format", known)
        if options.get("export_model") and wanted == "pickle":
            raise InvalidValue("export_model=True and serialization_format='pickle' differ")
        place = folder / DATA
        place.mkdir()
        pickler = pickle_module_name(options.get("pickle_module"))
        if wanted == "pt2" or options.get("export_model"):
            export(torch, model, place / EXPORTED, options.get("input_example"))
        else:
            write_pickle(torch, model, place, options.get("pickle_module"))
        return Written(
            conf={"model_data": DATA, "pytorch_version": str(torch.__version__)},
            pyfunc={
                "loader_module": "mlflow.pytorch",
                "data": DATA,
                "pickle_module_name": pickler,
                "config": {"device": None},
            },
            packages=["torch", "cloudpickle"],
            modules=sorted({type(it).__module__ for it in model.modules()}),
        )

    def load(self, folder: Path, conf: Mapping[str, Any], reading: Reading) -> Any:
        torch = imported("torch", "to load this model", self.extra)
        place = folder / conf.get("model_data", DATA)
        device = conf.get("device")
        if (place / EXPORTED).is_file() and not (place / PICKLED).is_file():
            reading.allow_code(place / EXPORTED, "exported program of PyTorch")
            model = torch.export.load(place / EXPORTED).module()
            return model.to(device) if device else model
        path = place / PICKLED if place.is_dir() else place
        model = read_pickle(torch, path, reading, device or default_device(torch))
        if not isinstance(model, torch.nn.Module):
            raise ModelError(f"{path.name} holds a {type(model).__name__}, not a torch.nn.Module")
        model.eval()
        return model.to(device) if device else model

    def predictor(self, model: Any, conf: Mapping[str, Any]) -> Predict:
        torch = imported("torch", "to ask this model", self.extra)
        wanted = (conf.get("config") or {}).get("device") or conf.get("device")
        device = torch.device(wanted) if wanted else place_of(model, torch)
        if wanted:
            model.to(device)

        def predict(data: Any, params: Mapping[str, Any] | None) -> Any:
            import pandas as pd

            frame = isinstance(data, pd.DataFrame)
            with torch.no_grad(), evaluating(torch, model):
                if isinstance(data, Mapping):
                    tensors = {key: tensor(torch, it, model, device) for key, it in data.items()}
                    out = model(**tensors, **(params or {}))
                else:
                    values = data.to_numpy(dtype="float32") if frame else data
                    out = model(tensor(torch, values, model, device), **(params or {}))
            arrays = to_arrays(torch, out)
            return pd.DataFrame(arrays, index=data.index) if frame else arrays

        return predict


@contextmanager
def evaluating(torch: Any, model: Any) -> Iterator[None]:
    """Evaluation mode for a while: a model that was logged amid training goes on as it was."""
    # an exported program is traced in its mode, and refuses to be put in another
    if not model.training or isinstance(model, torch.fx.GraphModule):
        yield
        return
    model.eval()
    try:
        yield
    finally:
        model.train()


def place_of(model: Any, torch: Any) -> Any:
    """The device that a model's weights are on."""
    weights = next(iter(model.parameters()), None)
    return torch.device("cpu") if weights is None else weights.device


def default_device(torch: Any) -> str:
    """A graphics card if there is one."""
    return "cuda" if torch.cuda.is_available() else "cpu"


def pickle_module_name(module: Any) -> str:
    """What the file beside a pickle says of the module that reads it."""
    name = getattr(module, "__name__", "cloudpickle")
    return MLFLOWS_PICKLE_MODULE if name == "cloudpickle" else name


def write_pickle(torch: Any, model: Any, place: Path, module: Any) -> None:
    """Pickle a whole model, or write the program of a scripted one."""
    cloudpickle = imported("cloudpickle", "to pickle a PyTorch model", "pytorch")
    (place / PICKLE_MODULE_FILE).write_text(pickle_module_name(module), encoding="utf-8")
    if isinstance(model, torch.jit.ScriptModule):
        torch.jit.save(model, place / PICKLED)
        return
    if pickle_module_name(module) == MLFLOWS_PICKLE_MODULE:
        module = SimpleNamespace(__name__="cloudpickle", Pickler=cloudpickle.CloudPickler)
    torch.save(model, place / PICKLED, pickle_module=module)


def read_pickle(torch: Any, path: Path, reading: Reading, device: Any) -> Any:
    """A pickled model: by its names alone if all are PyTorch's layers, else with consent."""
    if is_scripted(path):
        reading.allow_code(path, "TorchScript program")
        return torch.jit.load(path, map_location=device)
    if safe := safe_names(torch, path, reading):
        with torch.serialization.safe_globals(safe):
            return torch.load(path, map_location=device, weights_only=True)
    reading.allow_code(path, "pickle")
    module = pickle_module(path.parent / PICKLE_MODULE_FILE)
    return torch.load(path, map_location=device, weights_only=False, pickle_module=module)


def is_scripted(path: Path) -> bool:
    """Whether a file is a TorchScript archive, which holds its constants beside the code."""
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return any(name.endswith("/constants.pkl") for name in archive.namelist())


def safe_names(torch: Any, path: Path, reading: Reading) -> list[tuple[Any, str]]:
    """The layers a pickle names, with what the user vouched for; none if it names more."""
    try:
        wanted = torch.serialization.get_unsafe_globals_in_checkpoint(path)
    except (ValueError, pickle.UnpicklingError):
        return []
    layers = known_layers(torch)
    found = [(layers.get(it) or vouched(it, reading), it) for it in wanted]
    return found if all(kind is not None for kind, _ in found) else []


def vouched(name: str, reading: Reading) -> Any:
    """A layer of the user's own that was vouched for by name; None if it was not."""
    module = sys.modules.get(name.rpartition(".")[0])
    kind = getattr(module, name.rpartition(".")[2], None)
    return kind if isinstance(kind, type) and reading.trusts_type(name) else None


def known_layers(torch: Any) -> dict[str, Any]:
    """PyTorch's own layers and activations by full name: making one runs no code of a file."""
    functions = [torch.nn.functional.relu, torch.nn.functional.gelu]
    found = {f"{it.__module__}.{it.__name__}": it for it in functions}
    places = [vars(torch.nn.modules), *map(vars, submodules(torch.nn.modules))]
    for value in (it for place in places for it in place.values()):
        if isinstance(value, type) and issubclass(value, torch.nn.Module):
            found[type_name(value)] = value
    return {name: it for name, it in found.items() if name.startswith(("torch.nn.", "torch._C."))}


def submodules(package: ModuleType) -> list[ModuleType]:
    """The modules right below a package that are loaded."""
    return [it for it in vars(package).values() if isinstance(it, ModuleType)]


def pickle_module(file: Path) -> Any:
    """The module that unpickles a model; files of cloudpickle are plain pickles to read."""
    name = file.read_text(encoding="utf-8").strip() if file.is_file() else MLFLOWS_PICKLE_MODULE
    if name in {MLFLOWS_PICKLE_MODULE, "cloudpickle", "pickle"}:
        return pickle
    return imported(name, "to unpickle this model, as it was pickled with it", "pytorch")


def export(torch: Any, model: Any, path: Path, example: Any) -> None:
    """Trace a model in evaluation mode; the first dimension of what it is given stays open."""
    given = example if isinstance(example, list | tuple) else [example]
    if isinstance(model, torch.jit.ScriptModule):
        raise InvalidValue("a scripted model has no pt2 format; take serialization_format='pickle'")
    if example is None or not all(isinstance(it, torch.Tensor | np.ndarray) for it in given):
        raise InvalidValue(
            "serialization_format='pt2' traces the model with its input_example: give an array or "
            "a tensor, or a list of them; or take serialization_format='pickle'"
        )
    rows = [two_rows(torch, torch.as_tensor(it)) for it in given]
    shapes = [{0: torch.export.Dim.AUTO} if it.ndim else None for it in rows]
    training = model.training
    try:
        program = torch.export.export(model.eval(), tuple(rows), dynamic_shapes=shapes)
    finally:
        model.train(training)
    torch.export.save(program, path)


def two_rows(torch: Any, example: Any) -> Any:
    """An example of more than one row: of a single one, tracing makes a constant."""
    return torch.cat([example, example]) if example.ndim and len(example) == 1 else example


def tensor(torch: Any, data: Any, model: Any, device: Any) -> Any:
    """Data as a tensor where the model is, in the precision of its weights."""
    if not isinstance(data, torch.Tensor):
        if not isinstance(data, np.ndarray):
            raise ModelError(
                f"a PyTorch model is asked with a DataFrame, an array, or a dict of arrays, not "
                f"{type(data).__name__}"
            )
        data = torch.from_numpy(np.ascontiguousarray(data))
    weights = next((it for it in model.parameters() if it.is_floating_point()), None)
    kind = weights.dtype if weights is not None and data.is_floating_point() else data.dtype
    return data.to(device=device, dtype=kind)


def to_arrays(torch: Any, out: Any) -> Any:
    """What a model gave, with arrays for tensors."""
    if isinstance(out, torch.Tensor):
        return out.detach().cpu().numpy()
    if isinstance(out, Mapping):
        return {key: to_arrays(torch, it) for key, it in out.items()}
    if isinstance(out, list | tuple):
        return [to_arrays(torch, it) for it in out]
    return out


def save_state_dict(state_dict: Any, folder: Path, **kwargs: Any) -> Path:
    """Write weights as MLflow names the file.

    Raises:
        InvalidValue: It is no dict.
    """
    if not isinstance(state_dict, dict):
        raise InvalidValue(f"a state_dict is a dict, not {type(state_dict).__name__}")
    torch = imported("torch", "to save a state_dict", "pytorch")
    torch.save(state_dict, folder / STATE_DICT, **kwargs)
    return folder / STATE_DICT


def load_state_dict(folder: Path, reading: Reading, **kwargs: Any) -> Any:
    """Weights, read without running code; other objects among them need consent.

    Raises:
        UnsafeModel: There is more than weights, and nobody vouched for the file.
    """
    torch = imported("torch", "to load a state_dict", "pytorch")
    path = folder / STATE_DICT if folder.is_dir() else folder
    if not torch.serialization.get_unsafe_globals_in_checkpoint(path):
        return torch.load(path, **{**kwargs, "weights_only": True})
    reading.allow_code(path, "pickle")
    return torch.load(path, **{"weights_only": False, **kwargs})


FLAVOR = PyTorch()
