"""Between a run and its cell: the row leads to the cell, the code comes back into a new one."""

from __future__ import annotations

from playwright.sync_api import expect
from runs_panel import RunsPanel

LOAD = "%load_ext nbtrack\nimport nbtrack"
FIRST = "%%track first\nnbtrack.log_metric('acc', 0.5)"
FILLER = "# " + "\n# ".join(f"line {number}" for number in range(30))


def test_a_row_leads_to_its_cell(tab, place):
    tab.open_notebook(place.notebook(LOAD, FIRST, *[FILLER] * 6))
    tab.run_cell(1)
    tab.run_cell(2)
    runs = RunsPanel(tab).show()
    expect(runs.row("first")).to_be_visible()
    tab.select_cell(8)
    runs.menu("first", "Jump to")
    expect(tab.cells.nth(1)).to_be_in_viewport()
    expect(tab.cells.nth(1)).to_contain_class("jp-mod-active")
    tab.picture("cells-jumped-to")


def test_code_of_a_run_comes_back_into_a_new_cell(tab, place):
    tab.open_notebook(place.notebook(LOAD, FIRST, "last = 1"))
    tab.run_cell(1)
    tab.run_cell(2)
    tab.write_cell(2, "%%track second\nacc = 0.9")
    runs = RunsPanel(tab).show()
    expect(runs.row("first")).to_be_visible()
    tab.select_cell(3)
    runs.menu("first", "Restore Code")
    expect(tab.cells).to_have_count(4)
    assert tab.sources()[3] == FIRST
    tab.picture("cells-restored")
    tab.command("notebook:undo-cell-action")
    expect(tab.cells).to_have_count(3)


def test_a_tracked_cell_has_a_badge_that_leads_to_its_run(tab, place):
    tab.open_notebook(place.notebook(LOAD, FIRST))
    tab.run_all()
    badge = tab.notebook.get_by_role("button").filter(has_text="acc")
    expect(badge.first).to_be_visible()
    tab.picture("cells-badge")
    badge.first.click()
    expect(
        tab.page.locator(".lm-TabBar-tab.lm-mod-current").filter(has_text="first")
    ).to_be_visible()
