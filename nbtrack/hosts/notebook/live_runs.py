"""A table of runs that follows the store, as `%runs --live` shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nbtrack.hosts.notebook import screen
from nbtrack.hosts.notebook.hand import Act, attached, has_page, touchable
from nbtrack.hosts.notebook.listed_runs import ListedRuns, Looking
from nbtrack.hosts.notebook.live import followers

if TYPE_CHECKING:
    import pandas as pd

    from nbtrack.api.screens.screen import Bundle
    from nbtrack.hosts.notebook.desk import Desk
    from nbtrack.hosts.notebook.usage import Runs
    from nbtrack.records.entities import Run
    from nbtrack.store.protocol import Store

__all__ = ["LiveRuns"]


class LiveRuns:
    """The runs as they are now: a sequence of them that is shown once and follows the store.

    Attributes:
        table: The runs as they were found last.
        cell_id: The cell that shows them.
    """

    def __init__(self, desk: Desk, line: Runs) -> None:
        self.looking = Looking(desk, line)
        self.words: str | None = None
        """The filter that was asked for in the page."""
        self.table = self.looking.look(desk.store)
        self.cell_id = desk.cell_id
        self.panel, self.is_asked = "", False
        self.is_live = False
        self.shown: screen.CellOutput | None = None

    @property
    def frame(self) -> pd.DataFrame:
        """The runs as `search_runs` gives them in a DataFrame, in the order of the table."""
        return self.table.frame

    @property
    def selected(self) -> list[Run]:
        """The runs that were chosen in the page."""
        return self.table.selected

    def stop(self) -> None:
        """End the updates; the table stays as it is."""
        followers.leave(self)
        self.end()

    def look(self, store: Store) -> bool:
        """Show what is new."""
        table = self.looking.look(store, self.words)
        if self.is_asked or told_by(table) != told_by(self.table):
            self.is_asked = False
            self.table = replace(table, chosen=self.table.chosen)
            self.show()
        return True

    def end(self) -> None:
        """Show the last state, which is not live."""
        self.is_live = False
        self.show()

    def show(self) -> None:
        """Bring the output up to date."""
        if self.shown is not None:
            self.shown.update(self.bundle())

    def bundle(self) -> Bundle:
        """The table in all its forms."""
        html = touchable(self.table.html(), "runs", self.panel, is_live=self.is_live)
        return {"text/html": html, "text/plain": self.table.text()}

    def acts(self) -> dict[str, Act]:
        """What the page may ask for."""
        own: dict[str, Act] = {"ask": self.ask, "stop": self.stopped}
        return self.table.acts() | own

    def ask(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Look with another filter, from now on."""
        words = str(values.get("filter") or "")
        found = self.looking.look(self.looking.desk.store, words)
        self.words, self.is_asked = words, True
        return {"html": found.html()}

    def stopped(self, _: Mapping[str, Any]) -> dict[str, Any]:
        """End the updates, as the page asks."""
        self.stop()
        return {}

    def __len__(self) -> int:
        return len(self.table)

    def __getitem__(self, place: int) -> Run:
        return self.table[place]

    def __iter__(self) -> Iterator[Run]:
        return iter(self.table)

    def __repr__(self) -> str:
        return self.table.text()

    def _ipython_display_(self) -> None:
        """Show it in the cell that runs, and follow the store from now on."""
        is_first = self.shown is None
        if is_first:
            self.panel, self.is_live = attached(self.acts()), has_page()
        self.shown = screen.CellOutput(self.bundle())
        if is_first and self.is_live:
            followers.follow(self)


def told_by(table: ListedRuns) -> tuple[object, ...]:
    """What a table tells, without the time at which it was made."""
    return (table.rows, table.title, table.total, table.hint)
