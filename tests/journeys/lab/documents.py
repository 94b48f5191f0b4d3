"""What opens in the main area: the page of a run, and runs side by side."""

from __future__ import annotations

from desk import Tab
from playwright.sync_api import Locator, expect

__all__ = ["ComparePage", "RunPage"]


class Document:
    """The page of nbtrack's that is in front, with its tabs."""

    def __init__(self, tab: Tab) -> None:
        self.tab = tab
        self.page = tab.page.locator(".jp-MainAreaWidget:not(.lm-mod-hidden) .nbtrack-Document")

    def tabs(self) -> list[str]:
        """The names of its tabs."""
        self.page.get_by_role("tab").first.wait_for()
        return self.page.get_by_role("tab").evaluate_all("all => all.map(it => it.dataset.name)")

    def show(self, name: str) -> Locator:
        """Open a tab; what it shows."""
        chosen = self.page.locator(f'[role=tab][data-name="{name}"]')
        chosen.click()
        expect(chosen).to_have_attribute("aria-selected", "true")
        panel = self.page.locator("[role=tabpanel]:not([hidden])")
        expect(panel).to_be_visible()
        expect(panel).not_to_contain_text("Loading…")
        return panel


class RunPage(Document):
    """The page of a run."""

    def artifact(self, path: str) -> None:
        """Look at a file."""
        self.page.get_by_role("treeitem").filter(has_text=path).click()
        expect(self.page.get_by_label(f"Preview of {path}")).to_be_visible()


class ComparePage(Document):
    """Runs side by side."""
