from __future__ import annotations

import pickle
import sys
import types

import numpy as np
import pandas as pd
import pytest

from nbtrack.errors import InvalidValue, ModelError, UnsafeModel
from nbtrack.registry.flavors import pytorch
from nbtrack.registry.safety import Consent

torch = pytest.importorskip("torch")

ROWS = np.linspace(-1, 1, 20, dtype=np.float32).reshape(5, 4)


class Net(torch.nn.Module):
    """A class of the user's own, with parts that act otherwise in training."""

    def __init__(self):
        super().__init__()
        self.inner = torch.nn.Linear(4, 3)
        self.norm = torch.nn.BatchNorm1d(3)
        self.drop = torch.nn.Dropout(0.5)

    def forward(self, x, scale=1.0):
        return self.drop(self.norm(torch.relu(self.inner(x)))) * scale


class Pair(torch.nn.Module):
    def forward(self, left, right):
        return left + right, {"product": left * right}


def layers():
    torch.manual_seed(1)
    return torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.GELU(), torch.nn.LayerNorm(3))


def answer(model, rows=ROWS):
    model.eval()
    with torch.no_grad():
        return model(torch.from_numpy(rows)).numpy()


def test_a_model_of_pytorchs_own_layers_is_read_without_consent(keep):
    model = layers()
    kept = keep("pytorch", model)
    assert kept.is_safe
    assert np.array_equal(kept.predict(ROWS, consent=False), answer(model))
    assert [it.name for it in sorted((kept.folder / "data").iterdir())] == [
        "model.pth",
        "pickle_module_info.txt",
    ]


@pytest.mark.parametrize("activation", ["relu", "gelu"])
def test_transformer_layers_are_pytorchs_own(keep, activation):
    layer = torch.nn.TransformerEncoderLayer(4, 2, 8, activation=activation, batch_first=True)
    kept = keep("pytorch", torch.nn.TransformerEncoder(layer, 1))
    assert kept.is_safe


def test_a_class_of_the_users_own_needs_consent(keep):
    model = Net()
    kept = keep("pytorch", model)
    assert np.array_equal(kept.predict(ROWS), answer(model))
    with pytest.raises(UnsafeModel, match="allow_pickle"):
        kept.native(consent=False)


def test_a_class_that_the_user_vouched_for_is_read_by_its_name(keep, monkeypatch):
    module = types.ModuleType("my_layers")
    exec(
        "import torch\nclass Twice(torch.nn.Module):\n def forward(s, x): return x * 2",
        vars(module),
    )
    monkeypatch.setitem(sys.modules, "my_layers", module)
    kept = keep("pytorch", torch.nn.Sequential(module.Twice()), pickle_module=pickle)
    assert not kept.is_safe
    reading = Consent("a folder", trusted_types=["my_layers.Twice"])
    loaded = kept.flavor.load(kept.folder, kept.conf, reading)
    assert np.array_equal(answer(loaded), ROWS * 2)


def test_a_pickle_that_calls_something_is_not_read(keep, tmp_path):
    class Evil:
        def __reduce__(self):
            return (open, (str(tmp_path / "made"), "w"))

    kept = keep("pytorch", layers())
    model = layers()
    model.extra = Evil()
    torch.save(model, kept.folder / "data" / "model.pth")
    with pytest.raises(UnsafeModel):
        kept.native(consent=False)
    assert not (tmp_path / "made").exists()


def test_a_model_goes_on_training_as_it_was_after_it_was_logged(keep):
    model = Net().train()
    before = model.norm.running_mean.clone()
    keep("pytorch", model, input_example=ROWS)
    assert model.training
    assert torch.equal(model.norm.running_mean, before)


def test_a_table_gives_a_table_with_its_index(keep):
    model = layers()
    frame = pd.DataFrame(ROWS.astype("float64"), index=list("abcde"))
    found = keep("pytorch", model).predict(frame)
    assert found.index.tolist() == list("abcde")
    assert np.array_equal(found.to_numpy(), answer(model))


def test_wide_numbers_are_given_in_the_precision_of_the_weights(keep):
    model = layers()
    assert np.array_equal(keep("pytorch", model).predict(ROWS.astype("float64")), answer(model))


def test_several_inputs_and_outputs_go_by_name(keep):
    found = keep("pytorch", Pair()).predict({"left": ROWS, "right": ROWS})
    assert np.array_equal(found[0], ROWS + ROWS)
    assert np.array_equal(found[1]["product"], ROWS * ROWS)


def test_params_are_arguments_of_the_model(keep):
    model = Net()
    found = keep("pytorch", model).predict(ROWS, {"scale": 2.0})
    assert np.array_equal(found, answer(model) * 2)


def test_a_list_is_no_data(keep):
    with pytest.raises(ModelError, match="a DataFrame, an array, or a dict of arrays, not list"):
        keep("pytorch", layers()).predict([1, 2])


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_scripted_model_is_a_program(keep):
    model = torch.jit.script(torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.ReLU()))
    kept = keep("pytorch", model)
    assert not kept.is_safe
    assert np.array_equal(kept.predict(ROWS), answer(model))


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
@pytest.mark.parametrize("rows", [1, 5])
def test_an_exported_program_takes_any_number_of_rows(keep, rows):
    model = Net()
    kept = keep("pytorch", model, input_example=ROWS[:rows], serialization_format="pt2")
    assert not kept.is_safe
    for count in (1, 3, 5):
        assert np.allclose(kept.predict(ROWS[:count]), answer(model, ROWS[:count]))
    assert [it.name for it in (kept.folder / "data").iterdir()] == ["model.pt2"]


def test_exporting_needs_an_example(keep):
    with pytest.raises(InvalidValue, match="traces the model with its input_example"):
        keep("pytorch", layers(), serialization_format="pt2")


def test_formats_that_differ_are_refused(keep):
    with pytest.raises(InvalidValue, match="it can be 'pickle', 'pt2'"):
        keep("pytorch", layers(), serialization_format="onnx")
    with pytest.raises(InvalidValue, match="differ"):
        keep("pytorch", layers(), serialization_format="pickle", export_model=True)


def test_another_pickle_module_is_named_in_the_file(keep):
    kept = keep("pytorch", layers(), pickle_module=pickle)
    assert (kept.folder / "data" / "pickle_module_info.txt").read_text() == "pickle"
    assert kept.is_safe


def test_what_is_no_module_is_refused(keep):
    with pytest.raises(InvalidValue, match=r"takes a torch.nn.Module, not builtins.dict"):
        keep("pytorch", {})


def test_a_file_that_holds_something_else_is_refused(keep):
    kept = keep("pytorch", layers())
    torch.save({"weights": torch.ones(2)}, kept.folder / "data" / "model.pth")
    with pytest.raises(ModelError, match=r"holds a dict, not a torch.nn.Module"):
        kept.native()


def test_a_model_of_the_notebook_answers_in_another_process(keep):
    model = layers()
    kept = keep("pytorch", model)
    found = kept.elsewhere(f"np.array({ROWS.tolist()}, dtype='float32')")
    assert np.array_equal(np.array(found, dtype="float32"), answer(model))


def test_weights_are_read_without_consent(tmp_path):
    weights = layers().state_dict()
    pytorch.save_state_dict(weights, tmp_path)
    found = pytorch.load_state_dict(tmp_path, Consent("a folder"))
    assert found.keys() == weights.keys()
    assert all(torch.equal(found[key], weights[key]) for key in weights)


def test_weights_with_other_objects_need_consent(tmp_path):
    pytorch.save_state_dict({"net": Pair()}, tmp_path)
    with pytest.raises(UnsafeModel):
        pytorch.load_state_dict(tmp_path, Consent("a folder"))
    found = pytorch.load_state_dict(tmp_path, Consent("a folder", allowed=True))
    assert isinstance(found["net"], Pair)


def test_a_state_dict_is_a_dict(tmp_path):
    with pytest.raises(InvalidValue, match="a state_dict is a dict, not list"):
        pytorch.save_state_dict([], tmp_path)


def test_only_what_is_pytorchs_is_recognised():
    assert pytorch.FLAVOR.recognises(layers())
    assert not pytorch.FLAVOR.recognises(torch.ones(2))
