from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from nbtrack.errors import InvalidValue, ModelError, UnsafeModel

library = pytest.importorskip("statsmodels.api")

FRAME = pd.DataFrame({"a": np.arange(12.0), "b": np.arange(12.0) ** 2 % 7})
TARGET = 2 * FRAME["a"] - FRAME["b"] + 1


@pytest.fixture(scope="module")
def line():
    return library.OLS(TARGET, FRAME).fit()


@pytest.fixture(scope="module")
def series():
    from statsmodels.tsa.ar_model import AutoReg

    values = np.sin(np.arange(60) / 3)
    return AutoReg(values, lags=2).fit()


def test_a_regression_answers_as_it_did(keep, line):
    kept = keep("statsmodels", line)
    assert kept.predict(FRAME).tolist() == line.predict(FRAME).tolist()
    assert kept.elsewhere(f"pd.DataFrame({FRAME.to_dict('list')})") == line.predict(FRAME).tolist()


def test_results_are_pickles_and_need_consent(keep, line):
    with pytest.raises(UnsafeModel, match="allow_pickle"):
        keep("statsmodels", line).native(consent=False)


def test_a_series_is_asked_with_its_start_and_end(keep, series):
    found = keep("statsmodels", series).predict(pd.DataFrame({"start": [60], "end": [64]}))
    assert found.tolist() == series.predict(start=60, end=64).tolist()


def test_a_series_is_asked_with_one_row(keep, series):
    with pytest.raises(ModelError, match="one row that has the columns start and end"):
        keep("statsmodels", series).predict(FRAME)


def test_data_can_be_left_out_of_the_file(keep):
    many = pd.DataFrame({"a": np.arange(20_000.0), "b": np.arange(20_000.0) % 13})
    fitted = library.OLS(many["a"] + many["b"], many).fit()
    whole, small = keep("statsmodels", fitted), keep("statsmodels", fitted, remove_data=True)
    sizes = [(it.folder / "model.statsmodels").stat().st_size for it in (whole, small)]
    assert sizes[1] < sizes[0] / 4


def test_a_model_that_is_not_fitted_is_refused(keep):
    with pytest.raises(InvalidValue, match=r"takes fitted results, what `fit\(\)` gives"):
        keep("statsmodels", library.OLS(TARGET, FRAME))
