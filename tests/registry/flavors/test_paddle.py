from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from nbtrack.errors import InvalidValue, ModelError, UnsafeModel

pytestmark = pytest.mark.filterwarnings("ignore")  # of Paddle, for how it uses other packages
library = pytest.importorskip("paddle")

ROWS = np.linspace(-1, 1, 12, dtype=np.float32).reshape(4, 3)


@pytest.fixture(scope="module")
def layer():
    library.seed(1)
    return library.nn.Sequential(library.nn.Linear(3, 2), library.nn.ReLU())


def shapes():
    return [library.static.InputSpec([None, 3], "float32", "rows")]


def test_a_layer_answers_as_it_did(keep, layer):
    kept = keep("paddle", layer, input_spec=shapes())
    expected = layer(library.to_tensor(ROWS)).numpy()
    found = kept.predict(pd.DataFrame(ROWS, index=list("abcd")))
    assert np.allclose(found.to_numpy(), expected)
    assert found.index.tolist() == list("abcd")


def test_programs_of_paddle_need_consent(keep, layer):
    with pytest.raises(UnsafeModel, match="program of PaddlePaddle"):
        keep("paddle", layer, input_spec=shapes()).native(consent=False)


def test_training_goes_on_with_the_model_that_is_given(keep, layer):
    model = library.Model(layer, shapes())
    model.prepare(library.optimizer.SGD(parameters=layer.parameters()), library.nn.MSELoss())
    kept = keep("paddle", model, training=True)
    fresh = library.Model(library.nn.Sequential(library.nn.Linear(3, 2), library.nn.ReLU()))
    fresh.prepare(library.optimizer.SGD(parameters=fresh.parameters()), library.nn.MSELoss())
    assert kept.native(model=fresh) is fresh
    assert np.array_equal(fresh.parameters()[0].numpy(), layer.parameters()[0].numpy())


def test_what_was_saved_without_training_says_so(keep, layer):
    kept = keep("paddle", layer, input_spec=shapes())
    with pytest.raises(ModelError, match="saved without training=True"):
        kept.native(model=library.Model(layer, shapes()))
    with pytest.raises(InvalidValue, match=r"a paddle\.Model to go on with"):
        kept.native(model=1)


def test_what_is_no_model_is_refused(keep):
    with pytest.raises(InvalidValue, match=r"takes a paddle\.Model or a paddle\.nn\.Layer"):
        keep("paddle", ROWS)
