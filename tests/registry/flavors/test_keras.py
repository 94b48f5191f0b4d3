from __future__ import annotations

import importlib.util
import json
import os
import zipfile

import numpy as np
import pandas as pd
import pytest

from nbtrack.errors import InvalidValue, MissingPackage, ModelError, UnsafeModel

pytest.importorskip("torch")
os.environ.setdefault("KERAS_BACKEND", "torch")
keras = pytest.importorskip("keras")

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

ROWS = np.linspace(-1, 1, 20, dtype=np.float32).reshape(5, 4)


@keras.saving.register_keras_serializable(package="shop")
class Doubled(keras.layers.Layer):
    def call(self, x):
        return x * 2


class Unknown(keras.layers.Layer):
    def call(self, x):
        return x * 3


def network(*layers):
    keras.utils.set_random_seed(1)
    return keras.Sequential([keras.Input((4,)), *(layers or [keras.layers.Dense(3)])])


def test_a_network_is_read_without_consent(keep):
    model = network()
    kept = keep("keras", model)
    assert kept.is_safe
    assert np.array_equal(kept.predict(ROWS), model.predict(ROWS, verbose=0))
    assert kept.conf == {
        "data": "data",
        "keras_version": keras.__version__,
        "keras_backend": keras.backend.backend(),
        "save_exported_model": False,
        "code": None,
    }


def test_a_table_gives_a_table_with_its_index(keep):
    model = network()
    found = keep("keras", model).predict(pd.DataFrame(ROWS, index=list("abcde")))
    assert found.index.tolist() == list("abcde")
    assert np.array_equal(found.to_numpy(), model.predict(ROWS, verbose=0))


def test_several_outputs_come_as_a_list(keep):
    taken = keras.Input((4,))
    model = keras.Model(taken, [keras.layers.Dense(2)(taken), keras.layers.Dense(1)(taken)])
    found = keep("keras", model).predict(ROWS)
    assert [it.shape for it in found] == [(5, 2), (5, 1)]


def test_a_registered_layer_is_read_without_consent(keep):
    kept = keep("keras", network(Doubled()))
    assert kept.is_safe
    assert np.array_equal(kept.predict(ROWS), ROWS * 2)


def test_a_layer_that_nobody_registered_is_given_by_name(keep):
    kept = keep("keras", network(Unknown()))
    with pytest.raises(ModelError, match="custom_objects="):
        kept.native()
    loaded = kept.native(consent=False, custom_objects={"Unknown": Unknown})
    assert np.array_equal(loaded.predict(ROWS, verbose=0), ROWS * 3)


def test_a_function_in_a_layer_needs_consent(keep):
    kept = keep("keras", network(keras.layers.Lambda(lambda x: x * 4)))
    with pytest.raises(UnsafeModel, match="which its safe mode refuses"):
        kept.native(consent=False)
    assert np.array_equal(kept.predict(ROWS), ROWS * 4)


def test_a_file_cannot_turn_safe_mode_off_by_itself(keep):
    kept = keep("keras", network(keras.layers.Lambda(lambda x: x * 4)))
    with pytest.raises(UnsafeModel):
        kept.native(consent=False, load_model_kwargs={"safe_mode": False})


def test_a_file_that_names_a_function_of_python_makes_nothing(keep, tmp_path):
    kept = keep("keras", network())
    path = kept.folder / "data" / "model.keras"
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    config = json.loads(files["config.json"])
    config["config"]["layers"][1] = {
        "module": "os",
        "class_name": "mkdir",
        "config": str(tmp_path / "made"),
        "registered_name": "mkdir",
    }
    files["config.json"] = json.dumps(config).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    with pytest.raises(ModelError, match=r"Keras cannot read model\.keras"):
        kept.native()
    assert not (tmp_path / "made").exists()


def test_a_damaged_file_is_refused(keep):
    kept = keep("keras", network())
    (kept.folder / "data" / "model.keras").write_bytes(b"nothing")
    with pytest.raises(ModelError, match=r"Keras cannot read model\.keras"):
        kept.native()


def test_a_text_is_no_data(keep):
    with pytest.raises(ModelError, match="not str"):
        keep("keras", network()).predict("rows")


def test_what_is_no_model_is_refused(keep):
    with pytest.raises(InvalidValue, match=r"takes a keras\.Model"):
        keep("keras", [1])


def test_a_network_answers_in_another_process(keep):
    model = network()
    found = keep("keras", model).elsewhere(f"np.array({ROWS.tolist()}, dtype='float32')")
    assert np.allclose(found, model.predict(ROWS, verbose=0), atol=1e-6)


def test_only_models_of_keras_are_recognised(keep):
    flavor = keep("keras", network()).flavor
    assert flavor.recognises(network())
    assert not flavor.recognises(keras.layers.Dense(1))


@pytest.mark.skipif(importlib.util.find_spec("tensorflow") is not None, reason="it is there")
def test_exporting_needs_tensorflow(keep):
    with pytest.raises(MissingPackage, match="tensorflow is needed to export"):
        keep("keras", network(), save_exported_model=True)
