"""The section Runs of the sidebar, as a person uses it."""

from __future__ import annotations

import re
from typing import Self

from desk import Tab
from playwright.sync_api import Locator, expect

__all__ = ["RunsPanel"]


class RunsPanel:
    """The list of runs with what stands above and below it."""

    def __init__(self, tab: Tab) -> None:
        self.tab, self.page = tab, tab.page
        self.panel = tab.page.locator("#nbtrack-sidebar")
        self.grid = self.panel.locator(".nbtrack-RunTable")
        self.rows = self.grid.locator("[data-run-id]")
        self.selected = self.grid.locator("[data-run-id][aria-selected=true]")
        self.filter_box = self.panel.get_by_role("combobox", name="Filter runs")
        self.filter_error = self.panel.locator(".nbtrack-Filter").get_by_role("alert")
        self.chooser = self.panel.get_by_label("How runs are shown")
        self.offline = self.panel.locator(".nbtrack-Offline")
        self.section = self.panel.locator(".nbtrack-Runs")
        self.footer = self.section.locator(".nbtrack-Footer")
        self.problem = self.section.get_by_role("alert")
        self.empty = self.section.locator(".nbtrack-Empty")

    def show(self) -> Self:
        """Open the sidebar."""
        self.tab.command("nbtrack:show-runs")
        expect(self.panel).to_be_visible()
        return self

    def show_one(self) -> Self:
        """The runs of the notebook in front."""
        self.panel.get_by_label("This notebook").check()
        return self

    def show_all(self) -> Self:
        """The runs of every notebook."""
        self.panel.get_by_label("This notebook").uncheck()
        return self

    def at(self, place: int) -> Locator:
        """The row at a place of the list; the first is 1."""
        return self.grid.locator(f'[data-run-id][aria-rowindex="{place + 1}"]')

    def row(self, name: str) -> Locator:
        """The row of the run with exactly this name."""
        return self.row_like(re.escape(name))

    def row_like(self, pattern: str) -> Locator:
        """The rows whose name a pattern fits."""
        name = self.page.locator(".nbtrack-Name").filter(has_text=re.compile(rf"^[▾▸]?{pattern}$"))
        return self.rows.filter(has=name)

    def names(self) -> list[str]:
        """The names of the runs in sight, from top to bottom."""
        found = self.rows.evaluate_all(
            """rows => rows.map(it => [it.getBoundingClientRect().top,
                it.querySelector('.nbtrack-Name').textContent]).sort((a, b) => a[0] - b[0])"""
        )
        return [name for _, name in found]

    def status(self, name: str) -> Locator:
        """The sign of a run's state."""
        return self.row(name).locator(".nbtrack-Status")

    def filter(self, text: str) -> None:
        """Type a filter and confirm it."""
        self.filter_box.fill(text)
        self.filter_box.press("Escape")
        self.filter_box.press("Enter")

    def choose_columns(self, *columns: str) -> None:
        """Show columns by their full names."""
        self.tab.command("nbtrack:choose-columns")
        for column in columns:
            self.chooser.get_by_label(column, exact=True).check()
        self.tab.picture("runs-choosing-columns")
        self.end_choosing()

    def reset_columns(self) -> None:
        """Show what is shown unasked."""
        self.tab.command("nbtrack:choose-columns")
        self.chooser.get_by_role("button", name="Reset").click()
        self.end_choosing()

    def group_by(self, column: str) -> None:
        """Have the runs stand in groups, by the name of what they have in common."""
        self.tab.command("nbtrack:choose-columns")
        self.chooser.get_by_label("Group by").select_option(column)
        self.end_choosing()

    def end_choosing(self) -> None:
        """Close the form above the list; the rows move up."""
        self.chooser.get_by_role("button", name="Done").click()
        expect(self.chooser).to_be_hidden()

    def group(self, title: str) -> Locator:
        """The line of a group, by what its runs have in common."""
        return self.grid.locator("[data-group]").filter(
            has=self.page.get_by_title(title, exact=True)
        )

    def sort_by(self, title: str) -> None:
        """Click on the title of a column."""
        self.grid.get_by_role("columnheader").get_by_role("button", name=title, exact=True).click()

    def order(self, title: str) -> Locator:
        """The title of a column, which says how the list is ordered by it."""
        return self.grid.get_by_role("columnheader").filter(
            has=self.page.get_by_role("button", name=title, exact=True)
        )

    def select(self, first: str, *others: str) -> None:
        """Select runs by the mouse."""
        self.row(first).click()
        for name in others:
            self.row(name).click(modifiers=["ControlOrMeta"])
        expect(self.selected).to_have_count(1 + len(others))

    def menu_item(self, name: str, item: str) -> Locator:
        """Open a run's menu; an item of it."""
        self.row(name).click(button="right")
        return self.page.locator(".lm-Menu-item").filter(has_text=item)

    def menu(self, name: str, item: str) -> None:
        """Choose an item of a run's menu."""
        self.menu_item(name, item).click()

    def compare(self) -> None:
        """Compare what is selected."""
        self.panel.get_by_role("button", name="Compare Runs").click()

    def open(self, name: str) -> None:
        """Open a run in the main area."""
        self.row(name).dblclick()

    def rename(self, name: str, wanted: str) -> None:
        """Give a run another name."""
        self.menu(name, "Rename")
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_role("textbox").fill(wanted)
        dialog.get_by_role("button", name="Rename").click()
        expect(dialog).to_be_hidden()

    def focus(self) -> None:
        """Put the keyboard to the list."""
        self.grid.focus()

    def scroll_to(self, part: float) -> None:
        """Scroll to a part of the whole list: 0 its start, 1 its end."""
        self.grid.evaluate(
            "(grid, part) => { grid.scrollTop = (grid.scrollHeight - grid.clientHeight) * part }",
            part,
        )
