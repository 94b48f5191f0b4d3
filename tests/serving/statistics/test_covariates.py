"""A covariate takes out what it explains, and nothing of the difference."""

from __future__ import annotations

import numpy as np
import pytest

from nbtrack.serving.statistics.covariates import adjusted


@pytest.fixture
def trial():
    """Values of two variants that are half explained by what was before."""
    rng = np.random.default_rng(3)
    before = rng.normal(100, 20, 4_000)
    variants = np.where(rng.random(4_000) < 0.5, "a", "b")
    values = before + rng.normal(0, 20, 4_000) + 3 * (variants == "b")
    return values, before, variants


def test_the_variance_shrinks_and_the_difference_stays(trial):
    values, before, variants = trial
    found, part = adjusted(values, before, variants)
    is_b = variants == "b"
    assert part == pytest.approx(0.5, abs=0.03)
    assert found[is_b].var() / values[is_b].var() == pytest.approx(0.5, abs=0.05)
    assert found[is_b].mean() - found[~is_b].mean() == pytest.approx(3, abs=1.5)
    assert found.mean() == pytest.approx(values.mean())


def test_what_is_missing_counts_as_average(trial):
    values, before, variants = trial
    holed = np.where(np.arange(4_000) % 10 == 0, np.nan, before)
    found, part = adjusted(values, holed, variants)
    assert not np.isnan(found).any()
    assert part == pytest.approx(0.45, abs=0.04)


@pytest.mark.parametrize("constant", [0.0, 7.0])
def test_what_explains_nothing_changes_nothing(trial, constant):
    values, before, variants = trial
    found, part = adjusted(values, np.full_like(before, constant), variants)
    assert part == 0
    assert (found == values).all()
