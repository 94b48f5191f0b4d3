"""Pipelines of transformers, as the library writes them: safetensors and JSON.

Code that a checkpoint brings along runs with consent only; nothing is fetched from a hub.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbtrack.errors import InvalidValue, ModelError, NotYet
from nbtrack.registry.flavors.library import imported, is_one_of, one_word, refuse_model
from nbtrack.registry.flavors.protocol import Option, Predict, Reading, Written
from nbtrack.registry.flavors.transformers_tasks import ask_pipeline
from nbtrack.registry.format.documents import read_yaml

__all__ = ["FLAVOR", "Transformers"]

MODEL, COMPONENTS, PROCESSOR = "model", "components", "processor"
PARTS = ("tokenizer", "feature_extractor", "image_processor")
AUTO = {
    "tokenizer": "AutoTokenizer",
    "feature_extractor": "AutoFeatureExtractor",
    "image_processor": "AutoImageProcessor",
    "processor": "AutoProcessor",
}
LATER = "tracing and the tools for language models"
NOT_ASKED = (
    *("document-question-answering", "image-to-text", "visual-question-answering"),
    *("image-segmentation", "depth-estimation", "object-detection", "video-classification"),
    *("zero-shot-image-classification", "zero-shot-object-detection"),
    "zero-shot-audio-classification",
)
"""Tasks whose data no table or list of texts can hold."""


class Transformers:
    """`nbtrack.transformers`."""

    name = "transformers"
    library = "transformers"
    extra = "transformers"
    argument = "transformers_model"
    options = (
        Option("processor", None, "A processor to keep beside the model"),
        Option("task", None, "What a dict of components, or a folder, is made a pipeline for"),
        Option("torch_dtype", None, "The precision it is loaded in"),
        Option("model_card", None, "Text about the model, kept beside it"),
        Option("model_config", None, "What the pipeline is told in each prediction"),
        Option("prompt_template", None, "A text with {prompt} in it, around each input"),
        Option("save_pretrained", True, "Models are always kept whole: only True is taken"),
        Option("base_model_path", None, "Of adapters; not taken"),
    )
    load_options = (
        Option("return_type", "pipeline", "`pipeline`, or `components` for a dict of the parts"),
        Option("device", None, "Where the model is put, such as `cuda:0`"),
        Option("torch_dtype", None, "The precision it is loaded in"),
    )

    def recognises(self, model: Any) -> bool:
        return is_one_of(model, "transformers.pipelines.base.Pipeline")

    def save(self, model: Any, folder: Path, options: Mapping[str, Any]) -> Written:
        library = imported("transformers", "to save a pipeline", self.extra)
        refuse_what_is_later(options)
        pipeline = as_pipeline(library, model, options.get("task"))
        template = checked_template(options.get("prompt_template"))
        pipeline.model.save_pretrained(folder / MODEL)
        conf = describe(library, pipeline, options)
        for name in conf["components"]:
            getattr(pipeline, name).save_pretrained(folder / COMPONENTS / name)
        if options.get("processor") is not None:
            options["processor"].save_pretrained(folder / COMPONENTS / PROCESSOR)
        if options.get("model_card") is not None:
            (folder / "model_card.md").write_text(str(options["model_card"]), encoding="utf-8")
        conf |= {"prompt_template": template} if template else {}
        config = dict(options.get("model_config") or {})
        if template and pipeline.task == "text-generation":
            config.setdefault("return_full_text", False)
        asked = pipeline.task not in NOT_ASKED and options.get("processor") is None
        entry = {"loader_module": "mlflow.transformers", **({"config": config} if config else {})}
        return Written(
            conf=conf,
            pyfunc=entry if asked else None,
            packages=["transformers", "torch", "safetensors"],
            modules=[type(pipeline.model).__module__],
        )

    def load(self, folder: Path, conf: Mapping[str, Any], reading: Reading) -> Any:
        library = imported("transformers", "to load this pipeline", self.extra)
        wanted = one_word(conf, "return_type", ("pipeline", "components")) or "pipeline"
        if "model_binary" not in conf:
            raise ModelError(
                "this model was saved without its weights, as a name on a hub; load it there, and "
                "log the pipeline whole"
            )
        names = list(conf.get("components") or ())
        if "processor_type" in conf:
            if wanted == "pipeline":
                raise ModelError(
                    "this model has a processor: load it with return_type='components'"
                )
            names.append(PROCESSOR)
        made = {"task": conf["task"], "model": read_model(library, folder, conf, reading)}
        for name in names:
            made[name] = read_part(library, folder, conf, reading, name)
        if wanted == "components":
            return made
        given = {"device": conf["device"]} if conf.get("device") is not None else {}
        pipeline = library.pipeline(**made, **given)
        pipeline.prompt_template = conf.get("prompt_template") or template_of(folder)
        return pipeline

    def predictor(self, model: Any, conf: Mapping[str, Any]) -> Predict:
        if conf.get("inference_task"):
            raise NotYet(f"the task {conf['inference_task']!r} of a model", LATER)
        return ask_pipeline(model, conf.get("config") or {})


def refuse_what_is_later(options: Mapping[str, Any]) -> None:
    """Options of MLflow that would be dropped in silence are refused."""
    task = options.get("task")
    if isinstance(task, str) and task.startswith("llm/"):
        raise NotYet(f"the task {task!r} of a model", LATER)
    if options.get("save_pretrained") is False or options.get("base_model_path") is not None:
        raise InvalidValue(
            "a model is kept whole, so that it can be loaded without a hub: leave out "
            "save_pretrained=False and base_model_path"
        )


def as_pipeline(library: Any, model: Any, task: str | None) -> Any:
    """A pipeline: the one that is given, or one made of components or of a folder.

    Raises:
        InvalidValue: It is none, and cannot be made one.
    """
    if isinstance(model, library.Pipeline):
        return model
    if isinstance(model, Mapping):
        if "model" not in model:
            raise InvalidValue(f"a dict of components needs a model; it has {sorted(model)}")
        return library.pipeline(**{**model, "task": task or model.get("task")})
    if isinstance(model, str | Path):
        if task is None or not (Path(model) / "config.json").is_file():
            raise InvalidValue(
                f"{str(model)!r} is taken as a folder that has a config.json, and needs a task, "
                f"such as task='text-classification'"
            )
        return library.pipeline(task=task, model=str(model), tokenizer=str(model))
    raise refuse_model(
        model, "transformers", "a pipeline, a dict of model and tokenizer, or a checkpoint's folder"
    )


def describe(library: Any, pipeline: Any, options: Mapping[str, Any]) -> dict[str, Any]:
    """What the MLmodel file says of a pipeline, in MLflow's words."""
    found = {name: getattr(pipeline, name, None) for name in PARTS}
    parts = {name: it for name, it in found.items() if it is not None}
    types = {f"{name}_type": type(it).__name__ for name, it in parts.items()}
    if options.get("processor") is not None:
        types["processor_type"] = type(options["processor"]).__name__
    precision = options.get("torch_dtype") or getattr(pipeline.model, "dtype", None)
    framework = getattr(pipeline, "framework", None)
    return {
        "transformers_version": library.__version__,
        "task": pipeline.task,
        "instance_type": type(pipeline).__name__,
        "pipeline_model_type": type(pipeline.model).__name__,
        "source_model_name": pipeline.model.name_or_path,
        "model_binary": MODEL,
        "components": list(parts),
        **types,
        **({"torch_dtype": str(precision)} if precision is not None else {}),
        **({"framework": framework} if framework else {}),
    }


def read_model(library: Any, folder: Path, conf: Mapping[str, Any], reading: Reading) -> Any:
    """The model by its class in transformers, else by the code that its folder brings."""
    place = folder / Path(conf["model_binary"])
    kind = own_class(library, conf.get("pipeline_model_type"), "PreTrainedModel")
    given: dict[str, Any] = {"local_files_only": True}
    if precision := conf.get("torch_dtype"):
        given["dtype"] = as_dtype(precision)
    if kind is not None:
        return kind.from_pretrained(str(place), **given)
    reading.allow_code(place, "checkpoint with code of its own")
    automatic = library.AutoConfig.from_pretrained(
        str(place), trust_remote_code=True, local_files_only=True
    )
    names = [
        name
        for name, it in (getattr(automatic, "auto_map", None) or {}).items()
        if it.rpartition(".")[2] == conf.get("pipeline_model_type") and name != "AutoConfig"
    ]
    if not names:
        raise ModelError(
            f"transformers {library.__version__} has no class {conf.get('pipeline_model_type')!r}, "
            f"and the checkpoint brings none"
        )
    return getattr(library, names[0]).from_pretrained(str(place), trust_remote_code=True, **given)


def read_part(
    library: Any, folder: Path, conf: Mapping[str, Any], reading: Reading, name: str
) -> Any:
    """A tokenizer, a feature extractor or another part by its class, else by code it brings."""
    place = folder / COMPONENTS / name
    kind = own_class(library, conf.get(f"{name}_type"), "")
    if kind is not None:
        return kind.from_pretrained(str(place), local_files_only=True)
    reading.allow_code(place, f"{name} with code of its own")
    automatic = getattr(library, AUTO[name])
    return automatic.from_pretrained(str(place), trust_remote_code=True, local_files_only=True)


def own_class(library: Any, name: Any, base: str) -> Any:
    """A class of transformers by name, below a base if one is said; None if there is none."""
    found = getattr(library, str(name), None)
    if not isinstance(found, type) or not hasattr(found, "from_pretrained"):
        return None
    return found if not base or issubclass(found, getattr(library, base)) else None


def as_dtype(precision: Any) -> Any:
    """A precision of torch from its name.

    Raises:
        ModelError: There is none of that name.
    """
    torch = imported("torch", "to load this pipeline", "transformers")
    found = getattr(torch, str(precision).removeprefix("torch."), None)
    if not isinstance(found, torch.dtype):
        raise ModelError(f"torch has no precision {precision!r}; it has float32, bfloat16 and more")
    return found


def checked_template(template: Any) -> str | None:
    """A prompt template with the one place that it must have.

    Raises:
        InvalidValue: It has others, or none.
    """
    if template is None:
        return None
    names = [it for _, it, _, _ in string.Formatter().parse(str(template)) if it is not None]
    if names != ["prompt"]:
        raise InvalidValue(f"prompt_template has the places {names}; it needs {{prompt}}, once")
    return str(template)


def template_of(folder: Path) -> str | None:
    """The prompt template that MLflow keeps in the metadata of a model."""
    path = folder / "MLmodel"
    described = read_yaml(path) if path.is_file() else {}
    return checked_template((described.get("metadata") or {}).get("prompt_template"))


FLAVOR = Transformers()
