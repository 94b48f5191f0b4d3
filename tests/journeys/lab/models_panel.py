"""The section Models of the sidebar, as a person uses it."""

from __future__ import annotations

from typing import Self

from desk import Tab
from playwright.sync_api import Locator, expect

__all__ = ["ModelsPanel"]


class ModelsPanel:
    """The registered models, or the page of one."""

    def __init__(self, tab: Tab) -> None:
        self.tab, self.page = tab, tab.page
        self.panel = tab.page.locator("#nbtrack-models")
        self.empty = self.panel.locator(".nbtrack-Models-empty")
        self.dialog = self.page.get_by_role("dialog")
        self.report = self.dialog.get_by_label("Report of the gates")

    def show(self) -> Self:
        """Open the sidebar at this section."""
        self.tab.command("nbtrack:show-models")
        expect(self.panel).to_be_visible()
        return self

    def open(self, name: str) -> None:
        """Open the page of a model."""
        self.panel.locator(".nbtrack-ModelRow").filter(has_text=name).click()
        expect(self.panel.get_by_role("article", name=name)).to_be_visible()

    def version(self, number: str) -> Locator:
        """The card of a version."""
        return self.panel.get_by_role("listitem", name=f"Version {number}", exact=True)

    def begin_promotion(self, number: str, *gates: str) -> None:
        """Open the dialog and fill it."""
        self.panel.get_by_role("button", name=f"Promote version {number}", exact=True).click()
        expect(self.dialog.get_by_role("button", name="Add a gate")).to_be_visible()
        for place, gate in enumerate(gates, 1):
            field = self.dialog.get_by_label(f"Gate {place}", exact=True)
            if not field.count():
                self.dialog.get_by_role("button", name="Add a gate").click()
            field.fill(gate)

    def check(self) -> None:
        """Ask the gates and move nothing."""
        self.dialog.get_by_role("button", name="Check", exact=True).click()
        expect(self.report).to_be_visible()

    def promote(self) -> None:
        """Ask the gates and move the alias."""
        self.dialog.get_by_role("button", name="Promote", exact=True).click()
        expect(self.dialog).to_be_hidden()

    def close(self) -> None:
        """Close the dialog."""
        self.dialog.get_by_role("button", name="Close", exact=True).click()
        expect(self.dialog).to_be_hidden()

    def roll_back(self, alias: str = "champion") -> None:
        """Give an alias back to the version that had it before."""
        name = f"Roll {alias} back to the version before"
        self.panel.get_by_role("button", name=name).click()
