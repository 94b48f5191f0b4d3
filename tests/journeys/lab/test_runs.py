"""The list of runs: filtered, sorted, arranged, deleted and restored, by mouse and by keyboard."""

from __future__ import annotations

import pytest
from desk import Tab
from experiments_panel import ExperimentsPanel
from lab_stores import put_many
from playwright.sync_api import expect
from runs_panel import RunsPanel

THREE = {
    "small": {"params": {"depth": "2"}, "metrics": {"acc": 0.7}},
    "middle": {"params": {"depth": "4"}, "metrics": {"acc": 0.9}},
    "large": {"params": {"depth": "8"}, "metrics": {"acc": 0.8}},
}


@pytest.fixture
def runs(tab, place, put_runs, in_browser):
    """The panel with three runs in it."""
    with place.store() as store:
        put_runs(store, **THREE)
    path = place.notebook("1")

    def opened():
        tab.open_notebook(path, kernel=False)
        panel = RunsPanel(tab).show().show_all()
        expect(panel.row("small")).to_be_visible()
        return panel

    return in_browser(opened)


def test_a_filter_narrows_the_runs_and_a_wrong_one_says_where(runs):
    runs.filter("metrics.acc > 0.75")
    expect(runs.row("small")).to_have_count(0)
    assert set(runs.names()) == {"middle", "large"}
    runs.tab.picture("runs-filtered")
    runs.filter("metrics.acc >> 1")
    expect(runs.filter_error).to_be_visible()
    runs.tab.picture("runs-wrong-filter")
    runs.filter("metrics.acc > 5")
    expect(runs.rows).to_have_count(0)
    runs.tab.picture("runs-no-match")
    runs.filter("")
    expect(runs.rows).to_have_count(3)


def test_columns_are_chosen_and_sorted_by(runs):
    runs.choose_columns("params.depth", "metrics.acc")
    expect(runs.row("large")).to_contain_text("8")
    runs.tab.picture("runs-columns")
    for order, names in (
        ("descending", ("middle", "large", "small")),
        ("ascending", ("small", "large", "middle")),
    ):
        runs.sort_by("acc")
        expect(runs.order("acc")).to_have_attribute("aria-sort", order)
        for place, name in enumerate(names, 1):
            expect(runs.at(place)).to_contain_text(name)
    runs.sort_by("acc")
    expect(runs.order("acc")).to_have_attribute("aria-sort", "none")
    runs.reset_columns()
    expect(runs.order("depth")).to_have_count(0)


def test_deleted_runs_come_back_by_undo(runs):
    runs.select("small", "large")
    runs.menu("small", "Delete")
    expect(runs.rows).to_have_count(1)
    toast = runs.tab.notification("eleted")
    expect(toast).to_be_visible()
    runs.tab.picture("runs-deleted")
    toast.get_by_role("button", name="Undo").click()
    expect(runs.rows).to_have_count(3)


def test_a_run_is_renamed_and_tagged(runs):
    runs.rename("small", "tiny")
    expect(runs.row("tiny")).to_be_visible()


def test_a_link_opens_the_same_view_in_another_tab(runs):
    runs.filter("metrics.acc > 0.75")
    expect(runs.rows).to_have_count(2)
    runs.group_by("params.depth")
    runs.group("depth: 4").click()
    runs.select("middle")
    link = runs.page.evaluate("() => window.jupyterapp.commands.execute('nbtrack:copy-link')")
    expect(runs.tab.notification("clipboard")).to_be_visible()
    runs.filter("")
    runs.group_by("none")
    with runs.page.expect_popup() as popup:
        runs.page.evaluate("link => { window.open(link) }", link)
    other = Tab(runs.tab.lab, popup.value)
    opened = RunsPanel(other)
    # JupyterLab loads twice: a second tab gets a workspace of its own
    expect(opened.group("depth: 8")).to_be_visible(timeout=60_000)
    expect(opened.filter_box).to_have_value("metrics.acc > 0.75")
    expect(opened.footer).to_have_text("2 runs in 2 groups")
    other.picture("runs-linked")
    other.page.wait_for_url(lambda url: "#" not in url)
    assert not other.problems, other.problems
    other.page.close()


def test_an_experiment_is_described_and_tagged(runs):
    tab, panel = runs.tab, ExperimentsPanel(runs.tab).show()
    panel.open("Default")
    panel.describe("All of the *forest*.")
    panel.tag("team", "vision")
    tab.picture("experiments-details")
    panel.chip("team: vision").get_by_role("button", name="Take the tag team away").click()
    expect(panel.chip("team: vision")).to_have_count(0)
    tab.notification("Took the tag").get_by_role("button", name="Undo").click()
    expect(panel.chip("team: vision")).to_be_visible()
    panel.search("tags.team = 'growth'")
    expect(panel.section).to_contain_text("No experiment fits")
    panel.search("tags.team >")
    expect(panel.section.get_by_role("alert")).to_be_visible()
    panel.search("tags.team = 'vision'")
    panel.open("Default")
    expect(panel.section).to_contain_text("All of the forest.")
    tab.picture("experiments-found")
    panel.search("")
    panel.hide()


def test_the_list_goes_by_keyboard_alone(runs):
    page = runs.tab.page
    runs.focus()
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowUp")
    expect(runs.selected).to_have_count(2)
    runs.tab.picture("runs-keyboard")
    page.keyboard.press("Enter")
    expect(page.locator(".lm-TabBar-tab.lm-mod-current").filter(has_text="large")).to_be_visible()


def test_ten_thousand_runs_scroll(tab, place):
    put_many(place, 10_000)
    tab.open_notebook(place.notebook("1"), kernel=False)
    runs = RunsPanel(tab).show().show_all()
    expect(runs.row("run-9999")).to_be_visible()
    assert runs.rows.count() < 200
    runs.scroll_to(0.5)
    expect(runs.row_like("run-(49|50)..").first).to_be_visible()
    tab.picture("runs-many")
    runs.scroll_to(1.0)
    expect(runs.row("run-0")).to_be_visible()
    runs.filter("params.depth = '3'")
    expect(runs.row("run-9993")).to_be_visible()
    runs.filter("")
    runs.group_by("params.depth")
    expect(runs.footer).to_have_text("10,000 runs in 10 groups")
    runs.group("depth: 7").click()
    expect(runs.row("run-9997")).to_be_visible()
    tab.picture("runs-grouped")
    runs.scroll_to(0.5)
    expect(runs.row_like("run-(49|50).7").first).to_be_visible()
    runs.group_by("none")
