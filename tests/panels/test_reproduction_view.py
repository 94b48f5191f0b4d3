"""A reproduction as a panel: what differs first, what is equal below, what may explain it last."""

from __future__ import annotations

from pathlib import Path

from nbtrack.api.reproduction.check import Check
from nbtrack.api.reproduction.reproduce import Reproduction
from nbtrack.panels.reproduction_view import ReproductionView

EQUAL = [Check(f"param p{n:02}", "equal", str(n), str(n)) for n in range(12)]


def view(*checks, **facts):
    told = {"was_run": True} | facts
    return ReproductionView(made=Reproduction("run first", Path("again.ipynb"), [*checks], **told))


def test_differences_come_first_and_equal_params_last():
    shown = view(
        *EQUAL,
        Check("acc", "differs", "0.5", "0.25", 0.5),
        Check("loss", "missing", "3.0"),
        packages={"numpy": ("1.0", "2.0")},
        unset=["NBTRACK_SECRET_1"],
    )
    lines = shown.text().splitlines()
    assert lines[0] == "reproduction of run first: 12 of 14 values equal"
    assert [line.split() for line in lines[2:4]] == [
        ["≠", "acc", "0.5", "0.25", "0.5", "apart"],
        ["?", "loss", "3.0", "was", "not", "made", "again"],
    ]
    assert lines[-3:] == [
        "  and 4 more values, equal",
        "  numpy was 1.0, is 2.0",
        "  set NBTRACK_SECRET_1 to the secret that was used",
    ]
    assert "param p11" in shown.html()


def test_what_is_equal_needs_no_explanation():
    assert view(EQUAL[0], packages={"numpy": ("1.0", "2.0")}).text().splitlines() == [
        "reproduction of run first: 1 value equal",
        "  notebook: again.ipynb",
        "  ✓  param p00  0  0",
    ]


def test_a_failure_names_its_cell_and_is_safe():
    shown = view(failure=("cell [2]", "ValueError: <b>"))
    assert shown.text().splitlines()[-1] == "  failed in cell [2]: ValueError: <b>"
    assert "&lt;b&gt;" in shown.html()
    assert "<b>" not in shown.html()


def test_what_was_not_run_or_not_compared_says_so():
    assert view(was_run=False).text().startswith("reproduction of run first: written, not run")
    assert "there was nothing to compare" in view().text()


def test_a_content_is_told_by_the_beginning_of_its_digest():
    digest = "0123456789abcdef"
    assert "content 0123456789ab  content 0123456789ab" in (
        view(Check("x", "equal", digest, digest)).text()
    )
