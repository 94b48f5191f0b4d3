"""Dates and times as nanoseconds, none changed by it."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from nbtrack.errors import SchemaMismatch
from nbtrack.registry.signatures.enforcement import Enforcer
from nbtrack.registry.signatures.schema import ColSpec, Schema

FINE = "2026-01-31T08:00:00.123456789"
LATE = dt.datetime.fromisoformat("2500-01-01")


@pytest.fixture
def enforcer():
    return Enforcer(Schema([ColSpec("datetime", "t")]))


@pytest.mark.parametrize(
    "given",
    [
        {"t": [LATE]},
        {"t": [LATE.date()]},
        {"t": ["2026-01-01", "2500-01-01"]},
        {"t": [pd.Timestamp(LATE)]},
        {"t": [np.datetime64(LATE)]},
        {"t": np.array([LATE], "M8[us]")},
        pd.DataFrame({"t": [LATE]}),
        pd.DataFrame({"t": ["2500-01-01"]}),
        pd.DataFrame({"t": ["1500-01-01"]}),
        pd.DataFrame({"t": [LATE.date()]}),
    ],
)
def test_a_time_that_nanoseconds_cannot_hold_is_no_other_time(enforcer, given):
    with pytest.raises(SchemaMismatch, match="years 1678 to 2261"):
        enforcer(given)


@pytest.mark.parametrize("given", [FINE, pd.Timestamp(FINE), np.datetime64(FINE)])
def test_a_time_keeps_all_its_digits(enforcer, given):
    assert enforcer({"t": [given]}).t[0] == pd.Timestamp(FINE)
    assert enforcer.from_records([{"t": given}]).to_frame().t[0] == pd.Timestamp(FINE)


def test_gaps_stay_gaps(enforcer):
    found = enforcer({"t": ["2026-01-31", None, pd.NaT, np.datetime64("NaT", "us")]})
    assert found.t.isna().tolist() == [False, True, True, True]


def test_text_that_is_no_time_is_told_how_one_is_written(enforcer):
    with pytest.raises(SchemaMismatch, match="not written as 2026-01-31T08:00:00"):
        enforcer({"t": ["01/31/2026"]})
