from __future__ import annotations

import os
import subprocess
import sys

import pytest

from nbtrack import errors
from nbtrack.errors import FilterSyntax, NbtrackError, UnknownName, listing


def test_every_error_is_drawn_in_the_tree():
    named = [name for name in errors.__all__ if name != "NbtrackError"]
    assert all(f" {name} (" in errors.__doc__ or f" {name}  " in errors.__doc__ for name in named)


@pytest.mark.parametrize("name", [it for it in errors.__all__ if it != "UnknownKey"])
def test_every_error_has_a_code_of_mlflows(name):
    kind = getattr(errors, name)
    assert issubclass(kind, NbtrackError)
    assert kind.error_code.isupper()


def test_a_syntax_error_points_at_its_place():
    error = FilterSyntax("a ? b", 2, "this is wrong", "write =")
    assert str(error) == "this is wrong, at position 2:\n  a ? b\n    ^\nwrite ="


def test_an_unknown_name_is_told_with_a_hint():
    error = UnknownName("metric", "ac", ["loss", "acc"], "see the list")
    assert str(error) == (
        "no metric is called 'ac'; there are acc, loss; did you mean 'acc'?; see the list"
    )


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ([], "there are none yet"),
        (["a", "b"], "there are a, b"),
        ([f"k{n}" for n in range(10)], "there are k0, k1, k2, k3, k4, k5, k6, k7 and 2 more"),
    ],
)
def test_a_listing_says_what_exists(known, said):
    assert listing(known, "zzz") == said


def test_a_million_names_are_not_all_compared():
    known = sorted(f"{letter}{n:06}" for letter in "ab" for n in range(500_000))
    assert listing(known, "b001234!").endswith("and 999992 more; did you mean 'b001234'?")


def test_a_warning_shows_the_line_outside_of_nbtrack(tmp_path):
    script = tmp_path / "script.py"
    script.write_text("import nbtrack\n\nnbtrack.set_experiment('other')\n")
    done = subprocess.run(
        [sys.executable, script],
        cwd=tmp_path,
        env=os.environ | {"NBTRACK_RUN_ID": "abc"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert f"{script}:3: TrackingWarning" in done.stderr
