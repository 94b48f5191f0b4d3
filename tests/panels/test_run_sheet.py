from __future__ import annotations

from nbtrack.panels.card import DatasetRow
from nbtrack.panels.run_sheet import CellCode, Fact, RunSheet, SheetMetric

SHEET = RunSheet(
    run_name="baseline",
    run_id="0192",
    overview=[Fact("id", "0192"), Fact("experiment", "iris", is_stable=True)],
    params={"max_depth": 5},
    metrics=[SheetMetric("loss", 0.25, 3, 0.25, 1, [1, 0.5, 0.25]), SheetMetric("acc", 0.96)],
    tags={"team": "a"},
    artifacts=[("model.pkl", 1234)],
    datasets=[DatasetRow("iris.csv", "150 × 5", "ab12")],
    cells=[CellCode(5, "X = f()", "X = f()\nprint(X)")],
)

TEXT = """\
run baseline FINISHED
  experiment  iris
params
  max_depth  5
metrics
  loss  0.25  least  0.25  most  1  █▃▁
  acc   0.96
datasets
  iris.csv 150 × 5
artifacts
  model.pkl  1.23 kB
tags
  team  a
cells
  [5]  X = f()"""


def test_a_run_reads_in_full_without_ids():
    assert SHEET.text() == TEXT


def test_a_page_shows_all_of_it(read):
    assert read(SHEET.html()).text == (
        "baseline · ✓ FINISHED overview id 0192 experiment iris 1 param max_depth 5 "
        "2 metrics metric latest least most points curve loss 0.25 0.25 1 3 acc 0.96 1 "
        "1 dataset name shape digest iris.csv 150 × 5 ab12 1 artifact path size model.pkl 1.23 kB "
        "1 tag team a [5] X = f() X = f() print(X)"
    )


def test_a_long_group_opens_on_a_click(read):
    sheet = RunSheet(run_name="x", params={f"p{it}": it for it in range(100)})
    page = read(sheet.html())
    assert [it.get("open") for it in page.named("details")] == [None]
    assert "100 params" in page.text
    assert sheet.text().endswith("\n  and 40 more")


def test_nothing_in_a_run_is_taken_for_html(read):
    evil = "<script>alert(1)</script>"
    sheet = RunSheet(
        run_name=evil,
        overview=[Fact(evil, evil)],
        params={evil: evil},
        metrics=[SheetMetric(evil, 1)],
        tags={evil: evil},
        artifacts=[(evil, 1)],
        datasets=[DatasetRow(evil, evil, evil)],
        cells=[CellCode(None, evil, evil)],
    )
    assert read(sheet.html()).text.count("<script>") == 14
