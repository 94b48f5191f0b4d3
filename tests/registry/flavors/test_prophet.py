from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from nbtrack.errors import InvalidValue, ModelError

library = pytest.importorskip("prophet")

pytestmark = pytest.mark.filterwarnings("ignore")  # of pandas, for what the library does with it

DAYS = pd.date_range("2024-01-01", periods=80)
AHEAD = pd.DataFrame({"ds": pd.date_range("2024-03-21", periods=5)})


@pytest.fixture(scope="module")
def fitted():
    model = library.Prophet(weekly_seasonality=True, uncertainty_samples=0)
    return model.fit(pd.DataFrame({"ds": DAYS, "y": np.sin(np.arange(80.0))}))


def test_a_forecast_is_read_without_consent_and_answers_as_it_did(keep, fitted):
    kept = keep("prophet", fitted)
    assert kept.is_safe
    assert kept.predict(AHEAD)["yhat"].tolist() == fitted.predict(AHEAD)["yhat"].tolist()


def test_a_forecast_answers_in_another_process(keep, fitted):
    asked = 'pd.DataFrame({"ds": pd.date_range("2024-03-21", periods=5)})'
    found = keep("prophet", fitted).elsewhere(asked)
    assert found["yhat"] == fitted.predict(AHEAD)["yhat"].tolist()


def test_a_damaged_file_is_refused(keep, fitted):
    kept = keep("prophet", fitted)
    (kept.folder / "model.pr").write_text('"{}"')
    with pytest.raises(ModelError, match="is no forecast that Prophet wrote"):
        kept.native()


def test_what_is_no_forecast_is_refused(keep):
    with pytest.raises(InvalidValue, match="takes a fitted Prophet"):
        keep("prophet", DAYS)
