from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from nbtrack.errors import InvalidValue, ModelError, UnsafeModel

pytestmark = pytest.mark.filterwarnings("ignore")  # of TensorFlow, for how it uses other packages
tf = pytest.importorskip("tensorflow")
if tf.keras.backend.backend() != "tensorflow":
    pytest.skip("Keras stands on another library here", allow_module_level=True)

ROWS = np.linspace(-1, 1, 20, dtype=np.float32).reshape(5, 4)


class Scale(tf.Module):
    def __init__(self):
        super().__init__()
        self.factor = tf.Variable(3.0)

    @tf.function(input_signature=[tf.TensorSpec([None, 4], tf.float32)])
    def __call__(self, rows):
        return rows * self.factor


class Unknown(tf.keras.layers.Layer):
    def call(self, x):
        return x * 3


def network(*layers):
    tf.keras.utils.set_random_seed(1)
    return tf.keras.Sequential([tf.keras.Input((4,)), *(layers or [tf.keras.layers.Dense(3)])])


def test_a_network_is_read_without_consent_and_answers_as_it_did(keep):
    model = network()
    kept = keep("tensorflow", model)
    assert kept.is_safe
    expected = model.predict(ROWS, verbose=0)
    assert np.array_equal(kept.predict(ROWS), expected)
    assert np.array_equal(kept.predict(pd.DataFrame(ROWS)).to_numpy(), expected)
    found = kept.elsewhere(f"np.array({ROWS.tolist()}, dtype='float32')")
    assert np.allclose(found, expected, atol=1e-6)


def test_an_older_file_of_keras_is_written_if_asked(keep):
    model = network()
    kept = keep("tensorflow", model, keras_model_kwargs={"save_format": "h5"})
    assert np.array_equal(kept.predict(ROWS), model.predict(ROWS, verbose=0))
    with pytest.raises(InvalidValue, match="it can be 'tf' or 'h5'"):
        keep("tensorflow", model, keras_model_kwargs={"save_format": "zip"})


def test_classes_pickled_beside_a_network_need_consent(keep):
    kept = keep("tensorflow", network(Unknown()), custom_objects={"Unknown": Unknown})
    with pytest.raises(UnsafeModel, match="pickle of custom objects"):
        kept.native(consent=False)
    assert np.array_equal(kept.predict(ROWS), ROWS * 3)


def test_a_module_is_a_program_and_needs_consent(keep):
    kept = keep("tensorflow", Scale())
    with pytest.raises(UnsafeModel, match="SavedModel program"):
        kept.native(consent=False)
    assert np.array_equal(kept.predict(ROWS), ROWS * 3)


def test_an_exported_model_of_keras_answers_as_it_did(keep):
    model = network()
    kept = keep("keras", model, save_exported_model=True)
    assert not kept.is_safe
    assert np.allclose(kept.predict(ROWS), model.predict(ROWS, verbose=0), atol=1e-6)


def test_what_is_no_model_is_refused(keep):
    with pytest.raises(InvalidValue, match=r"takes a tf\.keras\.Model or a tf\.Module"):
        keep("tensorflow", ROWS)


def test_an_unknown_kind_and_a_missing_file_are_refused(keep):
    kept = keep("tensorflow", network())
    with pytest.raises(ModelError, match="of the unknown kind 'tf9'"):
        kept.native(model_type="tf9")
    (kept.folder / "data" / "model.keras").unlink()
    with pytest.raises(ModelError, match=r"there is no model\.keras"):
        kept.native()
