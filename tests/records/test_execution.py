from __future__ import annotations

import pytest

from nbtrack.records.codec import decode_event, encode
from nbtrack.records.execution import Execution


def test_a_line_says_what_is_known_and_nothing_else():
    assert encode(Execution("e", number=3, time=5)) == (
        b'{"type":"execution","execution_id":"e","number":3,"time":5}\n'
    )


def test_an_execution_comes_back_as_it_was_written():
    whole = Execution(
        "e",
        session_id="s",
        number=3,
        cell_id="c",
        notebook="a.ipynb",
        source="x = 1",
        code_hash="h",
        status="finished",
        start_time=1,
        end_time=2,
        owner="o",
        uses=["d"],
        reads={"rng:numpy": "1", "y": "2"},
        writes={},
        is_exact=False,
        doubts="y was too large",
        cell_run="r",
        error="",
        shows=True,
        time=9,
    )
    assert decode_event(encode(whole)) == whole


@pytest.mark.parametrize(
    ("start", "end", "seconds"), [(1000, 3500, 2.5), (None, 5, None), (5, None, None)]
)
def test_a_duration_needs_start_and_end(start, end, seconds):
    assert Execution("e", start_time=start, end_time=end).duration_seconds == seconds
