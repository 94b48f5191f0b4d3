"""Traffic that is not shared as planned is noticed, at any look, and rarely by mistake."""

from __future__ import annotations

import pytest

from nbtrack.serving.statistics.allotment import mismatch


@pytest.mark.parametrize(
    ("counts", "shares", "is_wrong"),
    [
        ([5_020, 4_980], [1, 1], False),
        ([5_300, 4_700], [1, 1], True),
        ([900, 100], [0.9, 0.1], False),
        ([900, 100], [9, 1], False),
        ([8_600, 1_400], [0.9, 0.1], True),
        ([3_340, 3_330, 3_330], [1, 1, 1], False),
        ([3_100, 3_330, 3_570], [1, 1, 1], True),
        ([100, 0], [1, 1], True),
        ([100, 1], [1, 0], True),
        ([100, 0], [1, 0], False),
        ([0, 0], [1, 1], False),
        ([3, 0], [1, 1], False),
    ],
)
def test_what_surely_is_no_chance_has_a_low_p_value(counts, shares, is_wrong):
    assert (mismatch(counts, shares) < 0.001) == is_wrong
