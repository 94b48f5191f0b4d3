"""Registered models in a page where a click promotes a version, or takes it back: `%registry`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nbtrack.api.promotion.promote import promote, promotions
from nbtrack.api.promotion.rollback import rollback
from nbtrack.api.session import session
from nbtrack.hosts.notebook import screen
from nbtrack.hosts.notebook.hand import Act, attached, has_page, touchable
from nbtrack.hosts.notebook.live import followers
from nbtrack.panels.promotion_view import PromotionView
from nbtrack.panels.registry_view import RegistryView

if TYPE_CHECKING:
    from nbtrack.api.screens.screen import Bundle
    from nbtrack.panels.model_table import VersionTable
    from nbtrack.registry.promotion.report import Promotion
    from nbtrack.store.protocol import Store

__all__ = ["RegistryPanel"]

Tables = Callable[["Store | None"], Sequence["VersionTable"]]


class RegistryPanel:
    """The registry as it is now; its output in the notebook follows what anybody does.

    Attributes:
        view: What it holds, as it was seen last.
        cell_id: The cell that shows it.
    """

    def __init__(self, store: Store | None, tables: Tables, cell_id: str | None = None) -> None:
        self.tables, self.cell_id = tables, cell_id
        self.view = self.looked_at(store)
        self.panel = ""
        self.shown: screen.CellOutput | None = None

    def look(self, store: Store) -> bool:
        """Show what somebody else did."""
        view = self.looked_at(store)
        if told_by(view) != told_by(self.view):
            self.show(view)
        return True

    def show(self, view: RegistryView) -> None:
        """Bring the output up to date."""
        self.view = view
        if self.shown is not None:
            self.shown.update(self.bundle())

    def end(self) -> None:
        """It stays as it is."""

    def looked_at(self, store: Store | None) -> RegistryView:
        """What the registry holds now."""
        tables = self.tables(store)
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
        self.show(self.looked_at(session().store))
        return found | {"panel": self.view.html()}

    def __repr__(self) -> str:
        return self.view.text()

    def _ipython_display_(self) -> None:
        """Show it in the cell that runs."""
        if not has_page():
            print(self.view.text())  # noqa: T201 - where a person asked for it
            return
        self.panel = self.panel or attached(self.acts())
        self.shown = screen.CellOutput(self.bundle())
        followers.follow(self)


def told_by(view: RegistryView) -> list[tuple[object, ...]]:
    """What a panel tells, without the time at which it was made."""
    return [(it.name, it.description, it.rows) for it in view.tables]
