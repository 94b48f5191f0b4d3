"""Chains of LangChain: as a Python file that makes them, as the library's JSON, or pickled.

JSON holds no keys of services, only the names of the variables that have them. It is read
without consent where all its parts are of `langchain_core`, which neither call nor load anything.
"""

from __future__ import annotations

import json
import shutil
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbtrack.errors import InvalidValue, ModelError
from nbtrack.registry.flavors.library import imported, is_one_of, refuse_model
from nbtrack.registry.flavors.model_code import load_code, read_config
from nbtrack.registry.flavors.protocol import Option, Predict, Reading, Written
from nbtrack.registry.format.documents import read_yaml

__all__ = ["FLAVOR", "LangChain"]

JSON_FILE, PICKLED, READER = "lc_model.json", "model.pkl", "lc_model.py"
RUNNABLE = "langchain_core.runnables.base.Runnable"
READS_JSON = '''"""Makes the chain that stands in the JSON file beside this one."""

from pathlib import Path

from langchain_core.load import loads
from mlflow.models import set_model

text = Path(__file__).with_name("lc_model.json").read_text(encoding="utf-8")
set_model(loads(text, allowed_objects="all", secrets_from_env=True))
'''
"""By it a plain MLflow reads the chain: since LangChain 1 it takes Python files only."""


class LangChain:
    """`nbtrack.langchain`."""

    name = "langchain"
    library = "langchain_core"
    extra = "langchain"
    argument = "lc_model"
    options = (
        Option("loader_fn", None, "Of LangChain before 1; not taken"),
        Option("persist_dir", None, "Of LangChain before 1; not taken"),
        Option("model_config", None, "What the Python file gets from ModelConfig"),
        Option("streamable", None, "Whether it can answer piece by piece; found out if not said"),
    )

    def recognises(self, model: Any) -> bool:
        return is_one_of(model, RUNNABLE)

    def save(self, model: Any, folder: Path, options: Mapping[str, Any]) -> Written:
        core = imported("langchain_core", "to save a chain", self.extra)
        for name in ("loader_fn", "persist_dir"):
            if options.get(name) is not None:
                raise InvalidValue(
                    f"{name} is of LangChain before 1; log the Python file that makes the chain"
                )
        given = options.get("model_config")
        config = read_config(given) if given is not None else None
        if isinstance(model, str | Path):
            made = from_file(Path(model), folder, config)
            where = {"model_code_path": Path(model).name}
        elif self.recognises(model):
            made, where = model, write_chain(model, folder)
        else:
            raise refuse_model(model, self.name, "a Runnable, or the path of a file that makes one")
        streamable = options.get("streamable")
        streams = hasattr(made, "stream") if streamable is None else bool(streamable)
        return Written(
            conf={"langchain_version": version(core), "streamable": streams, **where},
            pyfunc={
                "loader_module": "mlflow.langchain",
                "predict_stream_fn": "predict_stream",
                "streamable": streams,
                **where,
                **({"config": config} if config is not None else {}),
            },
            packages=["langchain", "langchain-core"],
            modules=[type(made).__module__],
        )

    def load(self, folder: Path, conf: Mapping[str, Any], reading: Reading) -> Any:
        imported("langchain_core", "to load this chain", self.extra)
        described = folder / "MLmodel"
        flavors = read_yaml(described).get("flavors", {}) if described.is_file() else {}
        known = {**flavors.get("python_function", {}), **conf}
        if (folder / JSON_FILE).is_file():
            return read_json(folder / JSON_FILE, reading)
        if known.get("model_code_path"):
            path = folder / Path(known["model_code_path"]).name
            reading.allow_code(path, "Python file that makes a chain")
            return load_code(path, known.get("config") or known.get("model_config"))
        path = folder / known.get("model_data", PICKLED)
        if path.name != PICKLED:
            raise ModelError(
                f"this chain was written by LangChain before 1 as {path.name}, which is not read; "
                f"log the Python file that makes it"
            )
        reading.allow_code(path, "pickle")
        cloudpickle = imported("cloudpickle", "to read this chain", self.extra)
        return cloudpickle.loads(path.read_bytes())

    def predictor(self, model: Any, conf: Mapping[str, Any]) -> Predict:
        def ask(data: Any, params: Mapping[str, Any] | None) -> Any:
            requests = as_requests(data)
            if isinstance(requests, list):
                return [answer(model, it, params) for it in requests]
            return answer(model, requests, params)

        return ask


def version(core: Any) -> str:
    """The version of LangChain, of its core if that is all there is."""
    try:
        return str(imported("langchain", "", "langchain").__version__)
    except ImportError:
        return str(core.__version__)


def from_file(path: Path, folder: Path, config: Mapping[str, Any] | None) -> Any:
    """Copy a file that makes a chain, and run it to see that it does.

    Raises:
        InvalidValue: There is no such file, or it is no Python.
    """
    if path.suffix != ".py" or not path.is_file():
        raise InvalidValue(
            f"lc_model is {str(path)!r}; it is a chain, or a Python file that is there"
        )
    shutil.copyfile(path, folder / path.name)
    return load_code(folder / path.name, config)


def write_chain(model: Any, folder: Path) -> dict[str, Any]:
    """Write a chain as JSON if all its parts allow it, else pickle it."""
    load = imported("langchain_core.load", "to save a chain", "langchain")
    described = load.dumpd(model)
    if is_whole(described):
        (folder / JSON_FILE).write_text(json.dumps(described, indent=1), encoding="utf-8")
        (folder / READER).write_text(READS_JSON, encoding="utf-8")
        return {"model_code_path": READER}
    cloudpickle = imported("cloudpickle", "to save this chain", "langchain")
    (folder / PICKLED).write_bytes(cloudpickle.dumps(model))
    # MLflow unpickles where the kind is none that it lays out in folders
    return {"model_load": "runnable_load", "model_type": "Runnable", "model_data": PICKLED}


def is_whole(described: Any) -> bool:
    """Whether JSON of LangChain leaves nothing out."""
    if isinstance(described, Mapping):
        if described.get("type") == "not_implemented":
            return False
        return all(is_whole(it) for it in described.values())
    return all(map(is_whole, described)) if isinstance(described, list) else True


def read_json(path: Path, reading: Reading) -> Any:
    """A chain from the library's JSON; with parts of other packages only with consent.

    Raises:
        UnsafeModel: It has parts of other packages, and nobody vouched for it.
        ModelError: It is no such JSON.
    """
    load = imported("langchain_core.load", "to load this chain", "langchain").load
    described = json.loads(path.read_text(encoding="utf-8"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that reading JSON is in beta
        try:
            return load(described, allowed_objects="core")
        except (ValueError, NotImplementedError):
            reading.allow_code(path, "chain with parts that reach beyond LangChain's core")
        try:
            return load(described, allowed_objects="all", secrets_from_env=True)
        except (ValueError, NotImplementedError, ImportError) as error:
            raise ModelError(f"{path.name} holds no chain that can be made: {error}") from error


def as_requests(data: Any) -> Any:
    """Rows of a table as a dict each, a table of one nameless column as its values."""
    if hasattr(data, "to_dict") and hasattr(data, "columns"):
        if list(data.columns) == [0]:
            return data[0].tolist()
        return data.to_dict(orient="records")
    return data.tolist() if hasattr(data, "tolist") else data


def answer(model: Any, request: Any, params: Mapping[str, Any] | None) -> Any:
    """What a chain says to one request, as plain values."""
    given = dict(params or {})
    config = given.pop("config", None)
    messages = request.get("messages") if isinstance(request, Mapping) else None
    if isinstance(messages, list) and len(request) == 1 and takes_messages(model):
        request = [
            (it["role"], it["content"]) if isinstance(it, Mapping) else it for it in messages
        ]
    return plain(model.invoke(request, config=config, **given))


def takes_messages(model: Any) -> bool:
    """Whether a chain begins with a chat model, which is given messages as such."""
    first = getattr(model, "first", model)
    return is_one_of(first, "langchain_core.language_models.chat_models.BaseChatModel")


def plain(value: Any) -> Any:
    """Messages and documents as dicts."""
    if hasattr(value, "model_dump"):
        return value.model_dump()
    if isinstance(value, Mapping):
        return {key: plain(it) for key, it in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(plain, value))
    return value


FLAVOR = LangChain()
