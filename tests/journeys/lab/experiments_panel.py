"""The section Experiments of the sidebar, as a person uses it."""

from __future__ import annotations

from typing import Self

from desk import Tab
from playwright.sync_api import Locator, expect

__all__ = ["ExperimentsPanel"]


class ExperimentsPanel:
    """The list of experiments with what is written about them."""

    def __init__(self, tab: Tab) -> None:
        self.tab = tab
        sidebar = tab.page.locator("#nbtrack-sidebar")
        self.title = sidebar.locator(".jp-AccordionPanel-title").filter(has_text="Experiments")
        self.section = sidebar.locator(".nbtrack-Experiments")

    def show(self) -> Self:
        """Open the section."""
        self.title.click()
        expect(self.section).to_be_visible()
        return self

    def hide(self) -> None:
        """Leave the room to the others."""
        self.title.click()
        expect(self.section).to_be_hidden()

    def open(self, name: str) -> None:
        """See what is written about an experiment, or see no more of it."""
        self.section.get_by_role("button", name=f"Description and tags of {name}").click()

    def describe(self, text: str) -> None:
        """Write a description."""
        self.section.get_by_role("button", name="description").last.click()
        box = self.section.get_by_role("textbox", name="Description in Markdown")
        box.fill(text)
        self.section.get_by_role("button", name="Save").click()
        # the form stays until the server has answered
        expect(box).to_be_hidden()

    def tag(self, key: str, value: str) -> None:
        """Put a tag to the experiment that is open."""
        self.section.get_by_role("button", name="Tag", exact=True).click()
        box = self.section.get_by_role("textbox", name="Key")
        box.fill(key)
        self.section.get_by_role("textbox", name="Value").fill(value)
        self.section.get_by_role("button", name="Save").click()
        expect(box).to_be_hidden()
        expect(self.chip(f"{key}: {value}")).to_be_visible()

    def chip(self, text: str) -> Locator:
        """A tag as it is shown."""
        return self.section.locator(".nbtrack-Chip").filter(has_text=text)

    def search(self, text: str) -> None:
        """Search by words, or ask by a filter."""
        box = self.section.get_by_role("searchbox", name="Search experiments")
        box.fill(text)
        box.press("Enter")
