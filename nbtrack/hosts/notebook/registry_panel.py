"""Registered models in a page where a click promotes a version, or takes it back: `%registry`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nbtrack.api.promotion import promote, promotions
from nbtrack.api.rollback import rollback
from nbtrack.hosts.notebook import screen
from nbtrack.hosts.notebook.hand import Act, attached, has_page, touchable
from nbtrack.panels.promotion_view import PromotionView
from nbtrack.panels.registry_view import RegistryView

if TYPE_CHECKING:
    from nbtrack.api.screen import Bundle
    from nbtrack.panels.model_table import VersionTable
    from nbtrack.registry.promotion.report import Promotion

__all__ = ["RegistryPanel"]


class RegistryPanel:
    """The registry as it is now; its output in the notebook follows what is done in it."""

    def __init__(self, tables: Callable[[], Sequence[VersionTable]]) -> None:
        self.tables = tables
        self.view = self.looked_at()
        self.panel = ""
        self.shown: screen.CellOutput | None = None

    def looked_at(self) -> RegistryView:
        """What the registry holds now."""
        tables = self.tables()
        return RegistryView(tables=tables, moves={it.name: promotions(it.name) for it in tables})

    def bundle(self) -> Bundle:
        """The panel in all its forms."""
        html = touchable(self.view.html(), "registry", self.panel)
        return {"text/html": html, "text/plain": self.view.text()}

    def acts(self) -> dict[str, Act]:
        """What the page may ask for."""
        return {"promote": self.promote, "rollback": self.rollback}

    def promote(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Ask the gates about a version, and move it if they let it pass."""
        report = promote(
            str(values["name"]),
            str(values["version"]),
            str(values.get("to") or "champion"),
            [str(it) for it in values.get("gates") or ()],
            force=values.get("force") is True,
            note=str(values.get("note") or ""),
            dry_run=values.get("dry_run") is True,
            raise_on_failure=False,
        )
        return self.told(report)

    def rollback(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Give an alias back to the version before."""
        return self.told(rollback(str(values["name"]), str(values["alias"])))

    def told(self, report: Promotion) -> dict[str, Any]:
        """What came of it, for the page; what moved is brought into the saved output too."""
        found = {
            "html": PromotionView(promotion=report).html(),
            "moved": report.moved,
            "refused": bool(report.failures),
        }
        if not report.moved:
            return found
        self.view = self.looked_at()
        if self.shown is not None:
            self.shown.update(self.bundle())
        return found | {"panel": self.view.html()}

    def __repr__(self) -> str:
        return self.view.text()

    def _ipython_display_(self) -> None:
        """Show it in the cell that runs."""
        if not has_page():
            print(self.view.text())  # noqa: T201 - where a person asked for it
            return
        self.panel = attached(self.acts())
        self.shown = screen.CellOutput(self.bundle())
