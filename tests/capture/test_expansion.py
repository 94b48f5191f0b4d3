"""Tests of the names that lines of a magic or of the shell are filled with."""

from __future__ import annotations

import pytest

from nbtrack.capture.expansion import expanded


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("echo {x}", {"x"}),
        ("echo $x ${y}", {"x", "y"}),
        ("echo {a.b + f(c)}", {"a", "f", "c"}),
        ("echo {x:>10}", {"x"}),
        ("echo {[i for i in items]}", {"items"}),
        ("echo {not python at all}", set()),
        ("awk '{print $1}'", set()),
        ("echo plain", set()),
    ],
)
def test_names_in_a_line(line, names):
    assert expanded([line]) - {"i"} == names


def test_names_of_several_lines_are_taken_together():
    assert expanded(["a {x}", "b {y}"]) == {"x", "y"}
