"""LoRA adapters of image models, as safetensors with the name of the model that they adapt.

The model itself is not kept: what asks the adapter finds it by its name or in a folder.
"""

from __future__ import annotations

import io
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from nbtrack.errors import InvalidValue, ModelError
from nbtrack.registry.flavors.library import imported, is_one_of, one_word
from nbtrack.registry.flavors.protocol import Option, Predict, Reading, Written

__all__ = ["FLAVOR", "Diffusers", "DiffusersAdapterModel"]

WEIGHTS = "adapter_weights"
STANDARD_NAME = "pytorch_lora_weights.safetensors"
PARAMS = ("num_inference_steps", "guidance_scale", "height", "width", "negative_prompt")


class DiffusersAdapterModel(NamedTuple):
    """An adapter, read: where its weights are, and what they adapt."""

    adapter_path: str
    base_model: str
    adapter_type: str = "lora"
    base_model_revision: str | None = None
    weight_name: str | None = None

    def load_pipeline(self, *, base_model: str | None = None, **kwargs: Any) -> Any:
        """The whole model with the adapter in it.

        Args:
            base_model: Where the model is, if it has moved.
            **kwargs: What `DiffusionPipeline.from_pretrained` takes, and `device`.

        Raises:
            ModelError: The model is not where it is said to be.
        """
        library = imported("diffusers", "to make images", "diffusers")
        imported("peft", "to put an adapter into a model", "diffusers")
        where = base_model or self.base_model
        device = kwargs.pop("device", None) or "cpu"
        if self.base_model_revision and base_model is None:
            kwargs.setdefault("revision", self.base_model_revision)
        try:
            pipeline = library.DiffusionPipeline.from_pretrained(where, **kwargs)
        except OSError as error:
            raise ModelError(
                f"the model {where!r} that this adapter is for cannot be read: {error}; if it is "
                f"elsewhere, say base_model='…'"
            ) from error
        named = {"weight_name": self.weight_name} if self.weight_name else {}
        pipeline.load_lora_weights(self.adapter_path, **named)
        return pipeline.to(device)


class Diffusers:
    """`nbtrack.diffusers`."""

    name = "diffusers"
    library = "diffusers"
    extra = "diffusers"
    argument = "adapter_path"
    options = (
        Option("base_model", None, "The model that the adapter is for: a name or a folder"),
        Option("adapter_type", "lora", "`lora` is the only one"),
    )

    def recognises(self, model: Any) -> bool:
        return is_one_of(model, f"{__name__}.DiffusersAdapterModel")

    def save(self, model: Any, folder: Path, options: Mapping[str, Any]) -> Written:
        library = imported("diffusers", "to save an adapter", self.extra)
        known = model if isinstance(model, DiffusersAdapterModel) else None
        base = options.get("base_model") or (known.base_model if known else None)
        if not isinstance(base, str) or not base.strip():
            raise InvalidValue("base_model is missing: the model that the adapter is for")
        one_word(options, "adapter_type", ("lora",))
        name = copy_weights(Path(known.adapter_path if known else model), folder / WEIGHTS)
        revision = known.base_model_revision if known else None
        conf: dict[str, Any] = {
            "base_model": base,
            "adapter_type": "lora",
            "adapter_weights": WEIGHTS,
            "diffusers_version": library.__version__,
        }
        conf |= {"weight_name": name} if name != STANDARD_NAME else {}
        conf |= {"base_model_revision": revision} if revision else {}
        return Written(
            conf=conf,
            pyfunc={"loader_module": "mlflow.diffusers"},
            packages=["diffusers", "peft", "transformers", "safetensors", "torch"],
        )

    def load(self, folder: Path, conf: Mapping[str, Any], reading: Reading) -> Any:
        return DiffusersAdapterModel(
            adapter_path=str(folder / conf.get("adapter_weights", WEIGHTS)),
            base_model=conf["base_model"],
            adapter_type=conf.get("adapter_type", "lora"),
            base_model_revision=conf.get("base_model_revision"),
            weight_name=conf.get("weight_name"),
        )

    def predictor(self, model: Any, conf: Mapping[str, Any]) -> Predict:
        config = dict(conf.get("config") or {})
        made: list[Any] = []

        def draw(data: Any, params: Mapping[str, Any] | None) -> Any:
            if not made:
                made.append(model.load_pipeline(**config))
            wanted = {key: it for key, it in (params or {}).items() if key in PARAMS and it != ""}
            found = made[0](prompt=prompts(data), **wanted)
            return [as_png(it) for it in found.images]

        return draw


def copy_weights(given: Path, place: Path) -> str:
    """Copy an adapter's files, and say which has the weights.

    Raises:
        InvalidValue: There are none, or they are no safetensors.
    """
    safetensors = imported("safetensors", "to look into an adapter", "diffusers")
    files = [given] if given.is_file() else sorted(it for it in given.glob("*") if it.is_file())
    weights = [it for it in files if it.suffix == ".safetensors"]
    if not weights:
        raise InvalidValue(f"there is no .safetensors file at {given}")
    for path in weights:
        try:
            with safetensors.safe_open(str(path), framework="numpy"):
                pass
        except safetensors.SafetensorError as error:
            raise InvalidValue(f"{path.name} is no safetensors file: {error}") from error
    place.mkdir()
    if len(files) == 1:
        shutil.copyfile(weights[0], place / STANDARD_NAME)
        return STANDARD_NAME
    for path in files:
        shutil.copyfile(path, place / path.name)
    names = [it.name for it in weights]
    return STANDARD_NAME if STANDARD_NAME in names else names[0]


def prompts(data: Any) -> list[str]:
    """The texts that images are made of.

    Raises:
        ModelError: There are none, or something that is no text.
    """
    if hasattr(data, "columns"):
        name = "prompt" if "prompt" in data.columns else data.columns[0]
        found = data[name].tolist()
    elif isinstance(data, Mapping):
        found = data.get("prompt")
    else:
        found = data
    texts = [found] if isinstance(found, str) else list(found or [])
    if not texts or not all(isinstance(it, str) for it in texts):
        raise ModelError("an image model is asked with texts: a list, or a column called prompt")
    return texts


def as_png(image: Any) -> bytes:
    """An image as a PNG file."""
    buffer = io.BytesIO()
    image.save(buffer, format="PNG")
    return buffer.getvalue()


FLAVOR = Diffusers()
