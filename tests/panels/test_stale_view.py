from __future__ import annotations

from nbtrack.panels.stale_view import StaleRow, StaleView

VIEW = StaleView(
    rows=[
        StaleRow("model", "variable", 7, "X was changed by [12]", [5, 7]),
        StaleRow("plot(acc)", "result", 10, "acc is stale", [10]),
    ],
    order=[5, 7, 10],
    doubts=["a.csv is too large to compare"],
)

TEXT = """\
1 variable and 1 result out of date
  stale      kind      from  because                run again
  model      variable  [7]   X was changed by [12]  [5] → [7]
  plot(acc)  result    [10]  acc is stale           [10]
run again, in this order: [5] → [7] → [10]
not exact: a.csv is too large to compare"""


def test_what_is_stale_reads_with_reasons_and_what_to_run():
    assert VIEW.text() == TEXT


def test_a_page_says_the_same(read):
    assert read(VIEW.html()).text == (
        "1 variable and 1 result out of date run again, in this order: [5] → [7] → [10] "
        "what is out of date stale kind from because run again "
        "model variable [7] X was changed by [12] [5] → [7] "
        "plot(acc) result [10] acc is stale [10] "
        "≈ not exact: a.csv is too large to compare"
    )


def test_that_nothing_is_stale_is_said(read):
    assert StaleView().text() == "nothing is stale"
    assert read(StaleView().html()).text == "✓ nothing is stale"


def test_nothing_in_a_reason_is_taken_for_html(read):
    evil = "<script>alert(1)</script>"
    view = StaleView(rows=[StaleRow(evil, "result", None, evil)], doubts=[evil])
    assert read(view.html()).text.count("<script>") == 3
