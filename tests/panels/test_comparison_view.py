from __future__ import annotations

from nbtrack.panels.comparison_view import ComparisonView
from nbtrack.panels.difference_view import DifferenceView, Finding
from nbtrack.panels.run_table import RunRow

ROWS = [
    RunRow("tree", metrics={"acc": 0.9}, params={"depth": "3", "seed": "0"}, duration_seconds=2),
    RunRow("net", "FAILED", metrics={"acc": 0.95, "training_x": 1.0}, params={"seed": "0"}),
]
WHY = DifferenceView(left="tree", right="net", findings=[Finding("param", "depth: 3 → none")])
VIEW = ComparisonView(rows=ROWS, best={"acc": 0.95}, causes=[("net", WHY)])


def test_what_differs_is_a_line_and_what_is_alike_comes_last():
    assert VIEW.text().splitlines() == [
        "2 runs compared: 3 values differ",
        "              tree     net",
        "  acc          0.9  ★ 0.95",
        "  training_x             1",
        "  depth          3",
        "alike in all: seed=0",
        "why net differs: no cause was found",
    ]


def test_a_page_tells_how_runs_ended_and_opens_why_they_differ(read):
    page = read(VIEW.html())
    assert "status ✓ FINISHED ✗ FAILED" in page.text
    assert "acc 0.9 ★ 0.95" in page.text
    assert "took 2.0 s" in page.text
    assert "1 value alike in all runs" in page.text
    assert "why net differs" in page.text


def test_runs_that_do_not_fit_are_counted():
    rows = [RunRow(f"a-run-with-a-long-name-{it}", metrics={"acc": it}) for it in range(9)]
    lines = ComparisonView(rows=rows).text().splitlines()
    assert max(map(len, lines)) <= 100
    assert lines[-1] == "  and 6 more runs"


def test_many_values_open_on_a_click(read):
    rows = [
        RunRow(name, metrics={f"m{it}": it + place for it in range(80)})
        for place, name in enumerate(("a", "b"))
    ]
    view = ComparisonView(rows=rows)
    assert "20 more values" in read(view.html()).text
    assert view.text().splitlines()[-1] == "  and 40 more values"


def test_nothing_in_a_run_is_taken_for_html(read):
    evil = "<script>alert(1)</script>"
    rows = [RunRow(evil, evil, params={evil: it}) for it in (evil, "b")]
    assert read(ComparisonView(rows=rows).html()).text.count("<script>") == 6
