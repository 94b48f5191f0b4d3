"""Endpoints in a table that follows them; a click stops or starts one: `%endpoints`."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from nbtrack.api.endpoints.serve import endpoint, endpoints
from nbtrack.hosts.notebook import screen
from nbtrack.hosts.notebook.hand import Act, attached, has_page, touchable
from nbtrack.hosts.notebook.live import Stamps, followers, stamps_of
from nbtrack.panels.endpoint_table import EndpointTable, endpoint_row

if TYPE_CHECKING:
    from nbtrack.api.endpoints.endpoint import Endpoint
    from nbtrack.api.screens.screen import Bundle
    from nbtrack.journal.folder import StoreFolder
    from nbtrack.store.protocol import Store

__all__ = ["EndpointsPanel"]

FILES = "endpoints/*/st*.json"
"""What a supervisor writes of the state and the figures of an endpoint."""


class EndpointsPanel:
    """The endpoints as they are now; its output in the notebook follows them.

    Attributes:
        table: The endpoints as they were seen last.
        cell_id: The cell that shows it.
    """

    def __init__(self, name: str | None = None, cell_id: str | None = None) -> None:
        self.name, self.cell_id = name, cell_id
        self.found: list[Endpoint] = []
        self.behind: dict[str, str] = {}
        self.stamps: Stamps | None = None
        self.table = self.looked_at()
        self.panel = ""
        self.shown: screen.CellOutput | None = None

    def looked_at(self) -> EndpointTable:
        """The endpoints now; the store is asked only where somebody wrote to it."""
        stamps = stamps_of(self.found[0].here.folder) if self.found else None
        if stamps is None or stamps != self.stamps:
            self.found = [endpoint(self.name)] if self.name else endpoints()
            self.behind = {it.name: words_of(it) for it in self.found if it.is_alive}
            self.stamps = stamps
        rows = [endpoint_row(it, self.behind.get(it.name, "")) for it in self.found]
        rows.sort(key=lambda it: not it.is_live)
        return EndpointTable(rows=rows, now=time.time())

    def more_stamps(self, folder: StoreFolder) -> Stamps:
        """What changes with the figures of endpoints, which stand in no journal."""
        found = []
        for it in sorted(folder.path.glob(FILES)):
            try:
                told = it.stat()
            except FileNotFoundError:
                continue
            found.append((f"{it.parent.name}/{it.name}", told.st_size, told.st_mtime_ns))
        return tuple(found)

    def look(self, store: Store) -> bool:
        """Show what is new."""
        del store
        table = self.looked_at()
        if table.rows != self.table.rows:
            self.table = table
            self.show()
        return True

    def end(self) -> None:
        """It stays as it is."""

    def show(self) -> None:
        """Bring the output up to date."""
        if self.shown is not None:
            self.shown.update(self.bundle())

    def bundle(self) -> Bundle:
        """The table in all its forms."""
        html = touchable(self.table.html(), "endpoints", self.panel)
        return {"text/html": html, "text/plain": self.table.text()}

    def acts(self) -> dict[str, Act]:
        """What the page may ask for."""
        return {"stop": self.stop, "restart": self.restart, "reload": self.reload}

    def stop(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """End an endpoint."""
        endpoint(str(values["name"])).stop()
        return self.told()

    def restart(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Start one again; how that goes is seen in the table."""
        endpoint(str(values["name"])).restart(wait=0)
        return self.told()

    def reload(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Go over to what the alias means now."""
        endpoint(str(values["name"])).reload()
        return self.told()

    def told(self) -> dict[str, Any]:
        """The table after something was done, also in the saved output."""
        self.stamps = None
        self.table = self.looked_at()
        self.show()
        return {"words": ""}

    def __repr__(self) -> str:
        return self.table.text()

    def _ipython_display_(self) -> None:
        """Show it in the cell that runs."""
        if not has_page():
            print(self.table.text())  # noqa: T201 - where a person asked for it
            return
        self.panel = self.panel or attached(self.acts())
        self.shown = screen.CellOutput(self.bundle())
        followers.follow(self)


def words_of(found: Endpoint) -> str:
    """Which alias moved on since an endpoint was started."""
    return ", ".join(dict.fromkeys(found.moves.values()))
