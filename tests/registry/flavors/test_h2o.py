from __future__ import annotations

import shutil

import pandas as pd
import pytest

from nbtrack.errors import InvalidValue, ModelError, UnsafeModel

pytestmark = pytest.mark.filterwarnings("ignore")  # of H2O, for how it uses other packages
library = pytest.importorskip("h2o")
if shutil.which("java") is None:
    pytest.skip("H2O needs Java", allow_module_level=True)

FRAME = pd.DataFrame({"a": [float(it) for it in range(30)], "b": [it % 3 for it in range(30)]})


@pytest.fixture(scope="module")
def server():
    library.init(bind_to_localhost=True, nthreads=1, max_mem_size="1g", verbose=False)
    library.no_progress()
    yield library
    library.cluster().shutdown()


@pytest.fixture(scope="module")
def model(server):
    from h2o.estimators import H2OGeneralizedLinearEstimator

    made = H2OGeneralizedLinearEstimator(lambda_=0, seed=1)
    rows = server.H2OFrame(FRAME.assign(y=FRAME["a"] * 2 + FRAME["b"]))
    made.train(x=["a", "b"], y="y", training_frame=rows)
    return made


def test_a_model_answers_as_it_did(keep, server, model):
    kept = keep("h2o", model)
    found = kept.predict(FRAME)
    assert found["predict"].tolist() == (
        model.predict(server.H2OFrame(FRAME)).as_data_frame()["predict"].tolist()
    )
    assert found.index.equals(FRAME.index)


def test_binaries_of_h2o_need_consent(keep, model):
    with pytest.raises(UnsafeModel, match="objects of Java"):
        keep("h2o", model).native(consent=False)


def test_no_path_of_this_machine_is_written(keep, model):
    kept = keep("h2o", model, settings={"init": {"nthreads": 1}})
    text = (kept.folder / "model.h2o" / "h2o.yaml").read_text()
    assert text == f"init:\n  nthreads: 1\nmodel_file: {model.model_id}\n"


def test_a_missing_file_is_named(keep, model):
    kept = keep("h2o", model)
    (kept.folder / "model.h2o" / model.model_id).unlink()
    with pytest.raises(ModelError, match="which is not there"):
        kept.native()


def test_what_is_no_model_is_refused(keep):
    with pytest.raises(InvalidValue, match="takes a trained H2O model"):
        keep("h2o", FRAME)
