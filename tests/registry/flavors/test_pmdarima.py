from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from nbtrack.errors import InvalidValue, ModelError, UnsafeModel

library = pytest.importorskip("pmdarima")

pytestmark = pytest.mark.filterwarnings("ignore")  # of scikit-learn, for how the library uses it


@pytest.fixture(scope="module")
def fitted():
    return library.ARIMA(order=(1, 0, 0)).fit(np.sin(np.arange(60) / 3))


def test_a_forecast_answers_as_it_did(keep, fitted):
    kept = keep("pmdarima", fitted)
    found = kept.predict(pd.DataFrame({"n_periods": [4]}))
    assert found["yhat"].tolist() == fitted.predict(n_periods=4).tolist()
    assert kept.elsewhere("pd.DataFrame({'n_periods': [4]})")["yhat"] == found["yhat"].tolist()


def test_bounds_come_if_they_are_asked_for(keep, fitted):
    asked = pd.DataFrame({"n_periods": [3], "return_conf_int": [True], "alpha": [0.1]})
    found = keep("pmdarima", fitted).predict(asked)
    values, bounds = fitted.predict(n_periods=3, return_conf_int=True, alpha=0.1)
    assert found.to_numpy().tolist() == np.column_stack([values, bounds]).tolist()
    assert found.columns.tolist() == ["yhat", "yhat_lower", "yhat_upper"]


@pytest.mark.parametrize("asked", [{"steps": [3]}, {"n_periods": [1, 2]}])
def test_a_forecast_is_asked_with_one_row(keep, fitted, asked):
    with pytest.raises(ModelError, match="one row that has the column n_periods"):
        keep("pmdarima", fitted).predict(pd.DataFrame(asked))


def test_the_number_of_steps_is_whole(keep, fitted):
    with pytest.raises(ModelError, match="n_periods is 'many'"):
        keep("pmdarima", fitted).predict(pd.DataFrame({"n_periods": ["many"]}))


def test_forecasts_are_pickles_and_need_consent(keep, fitted):
    with pytest.raises(UnsafeModel):
        keep("pmdarima", fitted).native(consent=False)


def test_what_is_no_forecast_is_refused(keep):
    with pytest.raises(InvalidValue, match="takes an ARIMA"):
        keep("pmdarima", 1)
