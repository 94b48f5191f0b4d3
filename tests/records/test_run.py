from __future__ import annotations

import pytest

from nbtrack.records.run import RunInfo


def test_the_older_name_of_an_id_is_understood():
    assert RunInfo("r").run_uuid == "r"


@pytest.mark.parametrize(
    ("start", "end", "seconds"), [(1000, 3500, 2.5), (None, 5, None), (5, None, None)]
)
def test_a_duration_needs_start_and_end(start, end, seconds):
    assert RunInfo("r", start_time=start, end_time=end).duration_seconds == seconds
