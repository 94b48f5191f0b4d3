from __future__ import annotations

import math

from nbtrack.panels.difference_view import DifferenceView, Effect, Finding, code_difference

VIEW = DifferenceView(
    left="rf-1",
    right="rf-2",
    findings=[
        Finding("package", "scikit-learn", "1.8.0", "1.9.1", 3),
        Finding("code", "cell [5] was edited", "a\nb\nc", "a\nB\nc", 5, "line 2"),
        Finding("param", "param max_depth: 3 → 5", "3", "5", 10),
        Finding("data", "column age of train.csv changed in 40% of its rows", weight=4),
    ],
    effects=[Effect("accuracy", 0.95, 0.9667), Effect("loss", 0.3), Effect("f1", 0.5, math.nan)],
    same=["7 params", "the seed"],
)

TEXT = """\
cause: param max_depth: 3 → 5
  param       param max_depth: 3 → 5
  code        cell [5] was edited (line 2)
        a
      - b
      + B
        c
  data        column age of train.csv changed in 40% of its rows
  package     scikit-learn 1.8.0 → 1.9.1
equal: 7 params, the seed
effect on metrics
  accuracy  0.95  →  0.9667  ▲ +0.0167
  loss       0.3  →    none
  f1         0.5  →     NaN  was 0.5"""


def test_the_first_line_is_the_cause():
    assert VIEW.text() == TEXT


def test_a_page_ranks_findings_and_signs_lines_of_code(read):
    page = read(VIEW.html())
    assert page.text == (
        "cause: param max_depth: 3 → 5 from rf-1 to rf-2 param param max_depth: 3 → 5 "
        "code cell [5] was edited line 2 a - b + B c "
        "data column age of train.csv changed in 40% of its rows "
        "package scikit-learn 1.8.0 → 1.9.1 equal: 7 params, the seed "
        "effect on metrics metric before after change "
        "accuracy 0.95 0.9667 ▲ +0.0167 loss 0.3 none f1 0.5 NaN was 0.5"
    )
    assert len(page.named("ins")) == len(page.named("del")) == 1


def test_a_cause_that_is_told_goes_before_the_heaviest_finding():
    told = DifferenceView(left="a", right="b", findings=VIEW.findings, cause="seed 1 → 2")
    assert told.text().splitlines()[0] == "cause: seed 1 → 2"


def test_a_difference_without_cause_and_none_at_all_are_told_apart():
    moved = DifferenceView(left="a", right="b", effects=[Effect("loss", 1, 2)])
    assert moved.text().splitlines()[0].startswith("no cause found: ")
    assert DifferenceView(left="a", right="b").text() == "no difference"


def test_code_differs_by_lines_with_some_around():
    before = "\n".join(f"line {it}" for it in range(30))
    after = before.replace("line 3\n", "").replace("line 25", "line 25\nnew")
    assert code_difference(before, after) == [
        "@ line 2",
        *("  line 1", "  line 2", "- line 3", "  line 4", "  line 5"),
        "@ line 24",
        *("  line 24", "  line 25", "+ new", "  line 26", "  line 27"),
    ]
    assert code_difference("same", "same") == []


def test_many_findings_open_on_a_click_and_long_code_ends(read):
    findings = [Finding("param", f"p{it}", "1", "2") for it in range(20)]
    findings.append(Finding("code", "all", "a\n" * 200, "b\n" * 200, 1))
    page = read(DifferenceView(left="a", right="b", findings=findings).html())
    assert "9 more differences" in page.words
    assert "… 320 more lines" in page.words


def test_nothing_in_code_is_taken_for_html(read):
    evil = "<script>alert(1)</script>"
    findings = [Finding(evil, evil, evil, evil, 1, evil), Finding("code", evil, evil, "", 0, evil)]
    view = DifferenceView(
        left=evil, right=evil, findings=findings, effects=[Effect(evil, 1, 2)], same=[evil]
    )
    assert read(view.html()).text.count("<script>") >= 12
    assert max(map(len, view.text().splitlines())) <= 100
