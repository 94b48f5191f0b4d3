from __future__ import annotations

import numpy as np
import pytest

from nbtrack.errors import InvalidValue, ModelError
from nbtrack.registry.flavors.diffusers import DiffusersAdapterModel, prompts

pytestmark = pytest.mark.filterwarnings("ignore")  # of the library, for its own coming changes
pytest.importorskip("diffusers")
safetensors = pytest.importorskip("safetensors.numpy")

NAME = "pytorch_lora_weights.safetensors"


@pytest.fixture
def adapter(tmp_path):
    path = tmp_path / "mine.safetensors"
    safetensors.save_file({"unet.a.lora_A.weight": np.ones((2, 3), dtype="float32")}, path)
    return path


def test_one_file_of_weights_gets_the_usual_name(keep, adapter):
    kept = keep("diffusers", str(adapter), base_model="some/model")
    assert kept.is_safe
    assert kept.native(consent=False) == DiffusersAdapterModel(
        str(kept.folder / "adapter_weights"), "some/model"
    )
    assert [it.name for it in (kept.folder / "adapter_weights").iterdir()] == [NAME]


def test_a_folder_keeps_its_names(keep, adapter):
    (adapter.parent / "adapter_config.json").write_text("{}")
    kept = keep("diffusers", str(adapter.parent), base_model="some/model")
    assert kept.native().weight_name == "mine.safetensors"
    assert len(list((kept.folder / "adapter_weights").iterdir())) == 2


def test_an_adapter_that_was_read_is_written_again(keep, adapter):
    first = keep("diffusers", str(adapter), base_model="some/model").native()
    assert keep("diffusers", first).native().base_model == "some/model"


def test_other_files_and_other_kinds_are_refused(keep, adapter, tmp_path):
    with pytest.raises(InvalidValue, match="base_model is missing"):
        keep("diffusers", str(adapter))
    with pytest.raises(InvalidValue, match="it can be 'lora'"):
        keep("diffusers", str(adapter), base_model="some/model", adapter_type="ia3")
    with pytest.raises(InvalidValue, match=r"there is no \.safetensors file"):
        keep("diffusers", str(tmp_path / "missing"), base_model="some/model")
    adapter.write_bytes(b"nothing")
    with pytest.raises(InvalidValue, match="is no safetensors file"):
        keep("diffusers", str(adapter), base_model="some/model")


def test_prompts_are_texts():
    assert prompts("a cat") == prompts(["a cat"]) == prompts({"prompt": "a cat"}) == ["a cat"]
    with pytest.raises(ModelError, match="a column called prompt"):
        prompts([1])
    with pytest.raises(ModelError, match="a column called prompt"):
        prompts([])
