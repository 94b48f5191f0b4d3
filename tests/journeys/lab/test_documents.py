"""The main area: a run's page, runs side by side, and nothing hostile comes alive there."""

from __future__ import annotations

from pathlib import Path

from documents import ComparePage, RunPage
from playwright.sync_api import expect
from runs_panel import RunsPanel

LOAD = "%load_ext nbtrack\nimport nbtrack, math"
CELL = """\
%%track {name} --tags stage=try
lr, depth = {lr}, {depth}
for step in range(60):
    nbtrack.log_metric('loss', math.exp(-step * lr) + lr / 9, step=step)
nbtrack.log_text('# A report\\n\\nAll *went* well.', 'notes/report.md')
nbtrack.log_dict(dict(a=[1, 2], b=dict(c=None)), 'facts.json')
nbtrack.log_text('<h1>page</h1><script>parent.hostile = 1; alert(1)</script>', 'page.html')
nbtrack.log_text('a,b\\n1,2\\n3,4', 'table.csv')
acc = 1 - lr"""
HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)">'


def cell(name: str, lr: float, depth: int) -> str:
    return CELL.format(name=name, lr=lr, depth=depth)


def test_three_runs_are_compared(tab, place):
    tab.open_notebook(
        place.notebook(LOAD, cell("slow", 0.02, 3), cell("good", 0.1, 3), cell("fast", 0.5, 4))
    )
    tab.run_all()
    runs = RunsPanel(tab).show()
    expect(runs.row("fast")).to_be_visible()
    runs.select("slow", "good", "fast")
    tab.picture("compare-selected")
    runs.compare()
    compared = ComparePage(tab)
    expect(compared.page).to_be_visible()
    for name in ("slow", "good", "fast", "lr", "depth"):
        expect(compared.page.get_by_text(name, exact=True).first).to_be_visible()
    expect(compared.page.get_by_text("stage", exact=True)).to_have_count(0)
    for name in compared.tabs():
        compared.show(name)
        tab.picture(f"compare-{name}")
    charts = compared.show("charts")
    first = charts.get_by_role("region", name="Chart 1 of 2")
    expect(first).to_contain_text("by params.depth")
    first.get_by_label("Grouped by").select_option("cell")
    first.get_by_role("button", name="Move chart 1 back").click()
    expect(charts.get_by_role("region", name="Chart 2 of 2")).to_contain_text("by cell")
    tab.page.locator(".lm-TabBar-tab.lm-mod-current .lm-TabBar-tabCloseIcon").last.click()
    runs.compare()
    expect(compared.show("charts").get_by_label("Chart 2 of 2")).to_contain_text("by cell")
    charts.get_by_role("button", name="Reset charts").click()
    expect(charts.get_by_label("Chart 1 of 2")).to_contain_text("by params.depth")


def test_a_run_shows_its_charts_and_artifacts(tab, place):
    tab.open_notebook(place.notebook(LOAD, cell("told", 0.1, 3)))
    tab.run_all()
    runs = RunsPanel(tab).show()
    runs.open("told")
    page = RunPage(tab)
    expect(page.page).to_be_visible()
    for name in page.tabs():
        page.show(name)
        tab.picture(f"run-{name}")
    page.show("metrics")
    expect(page.page.get_by_role("img").first).to_be_visible()
    page.show("artifacts")
    for name in ("facts.json", "table.csv", "page.html"):
        page.artifact(name)
        tab.picture(f"run-artifact-{Path(name).suffix}")
    assert tab.page.evaluate("() => window.hostile") is None


def test_a_hostile_name_is_only_text(tab, place, put_runs):
    with place.store() as store:
        told = {"params": {HOSTILE: HOSTILE}, "tags": {"mlflow.note.content": HOSTILE}}
        put_runs(store, one={"run_name": HOSTILE, "metrics": {"acc": 0.5}, **told}, other={})
    tab.open_notebook(place.notebook("1"), kernel=False)
    runs = RunsPanel(tab).show().show_all()
    expect(runs.row(HOSTILE)).to_be_visible()
    tab.picture("hostile-row")
    runs.open(HOSTILE)
    page = RunPage(tab)
    expect(page.page).to_be_visible()
    for name in page.tabs():
        page.show(name)
    tab.picture("hostile-page")
    runs.select(HOSTILE, "other")
    runs.compare()
    expect(ComparePage(tab).page).to_be_visible()
    tab.picture("hostile-compare")
    assert tab.problems == []
