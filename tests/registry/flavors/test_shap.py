from __future__ import annotations

import numpy as np
import pytest
import yaml

from nbtrack.errors import InvalidValue, ModelError, UnsafeModel

pytestmark = pytest.mark.filterwarnings("ignore")  # of packages that SHAP stands on
library = pytest.importorskip("shap")

ROWS = np.random.default_rng(1).normal(size=(30, 3))


@pytest.fixture(scope="module")
def explainer():
    from sklearn.linear_model import LinearRegression

    fitted = LinearRegression().fit(ROWS, ROWS @ [1.0, 2.0, 3.0])
    return library.LinearExplainer(fitted, ROWS)


def test_an_explainer_answers_as_it_did(keep, explainer):
    kept = keep("shap", explainer)
    expected = explainer(ROWS[:4]).values
    assert np.array_equal(kept.predict(ROWS[:4]), expected)
    assert kept.elsewhere(f"np.array({ROWS[:4].tolist()})") == expected.tolist()


def test_explainers_are_pickles_and_need_consent(keep, explainer):
    with pytest.raises(UnsafeModel):
        keep("shap", explainer).native(consent=False)


def test_a_model_of_an_unknown_flavor_beside_an_explainer_is_refused(keep, explainer):
    kept = keep("shap", explainer)
    beside = kept.folder / "underlying_model"
    beside.mkdir()
    (beside / "MLmodel").write_text(yaml.safe_dump({"flavors": {"other": {}}}))
    with pytest.raises(ModelError, match="of the flavor 'other'"):
        kept.native(underlying_model_flavor="other")


def test_what_is_no_explainer_is_refused(keep):
    with pytest.raises(InvalidValue, match=r"takes a shap\.Explainer"):
        keep("shap", ROWS)
