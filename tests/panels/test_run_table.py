from __future__ import annotations

from nbtrack.panels.run_table import RunRow, RunTable

NOW = 1_795_000_000.0
ROWS = [
    RunRow(
        f"rf-{it}",
        ["FINISHED", "FAILED", "RUNNING"][it],
        int((NOW - 3600 * it) * 1000),
        1.5 * it,
        it + 3,
        {"accuracy": 0.9 + it / 100},
        {"max_depth": str(it), "seed": "0"},
        run_id=f"id-{it}",
    )
    for it in range(3)
]
TABLE = RunTable(rows=ROWS, best={"accuracy": 0.92}, title="iris", now=NOW, total=48)

TEXT = """\
iris: the first 3 of 48 runs
  run   status    cell  accuracy  max_depth
  rf-0  FINISHED  [3]        0.9          0
  rf-1  FAILED    [4]       0.91          1
  rf-2  RUNNING   [5]     ★ 0.92          2
alike in all: seed=0"""


def test_runs_read_as_a_table_of_what_differs():
    assert TABLE.text() == TEXT


def test_a_page_tells_times_too(read):
    page = read(TABLE.html())
    assert "run status accuracy max_depth started took cell" in page.text
    assert "rf-1 ✗ FAILED 0.91 1 1 hour ago 1.5 s [4]" in page.text
    assert "★ 0.92 best" in page.text
    assert "1 value alike in all runs" in page.text
    assert ", as of 20" in page.text


def test_columns_that_were_chosen_are_shown_in_their_order():
    chosen = RunTable(rows=ROWS[:1], columns=["seed", "accuracy", "unknown"])
    assert chosen.text().splitlines()[1].split() == ["run", "status", "cell", "seed", "accuracy"]


def test_columns_that_do_not_fit_are_counted():
    rows = [
        RunRow("run", metrics={f"a_long_metric_{it}": it + run for it in range(10)})
        for run in range(2)
    ]
    lines = RunTable(rows=rows).text().splitlines()
    assert max(map(len, lines)) <= 100
    assert lines[-1] == "and 6 more columns"


def test_nan_is_like_nan_and_a_missing_value_is_not_like_one_that_is_there():
    rows = [
        RunRow("a", metrics={"loss": float("nan")}),
        RunRow("b", metrics={"loss": float("nan")}),
    ]
    assert RunTable(rows=rows).text().endswith("alike in all: loss=NaN")
    rows[1] = RunRow("b")
    assert "loss" in RunTable(rows=rows).text().splitlines()[1]


def test_nothing_in_a_run_is_taken_for_html(read):
    evil = "<script>alert(1)</script>"
    rows = [RunRow(evil, evil, params={evil: evil}, curve=[1, 2]), RunRow("b")]
    assert read(RunTable(rows=rows, title=evil).html()).text.count("<script>") == 5


def test_no_runs_are_said(read):
    assert RunTable(rows=[]).text() == "no runs"
    assert read(RunTable(rows=[], title="iris").html()).text == "iris: no runs"
