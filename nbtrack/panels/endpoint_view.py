"""One endpoint: how it is, where it answers, and how it is asked: what `%serve` shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from nbtrack.api.endpoints.endpoint import Endpoint
from nbtrack.errors import NbtrackError
from nbtrack.panels import theme
from nbtrack.panels.endpoint_table import (
    SIGNS,
    EndpointRow,
    address_html,
    endpoint_row,
    notes_of,
    status_html,
)
from nbtrack.panels.formats import one_line

__all__ = ["EndpointView", "endpoint_view"]

LANGUAGES = {"curl": "curl", "python": "Python", "javascript": "JavaScript"}


@dataclass(frozen=True, kw_only=True)
class EndpointView(theme.Panel):
    """An endpoint with the lines that ask it.

    Attributes:
        row: How it is.
        snippets: Code by its language.
    """

    row: EndpointRow
    snippets: Mapping[str, str] = field(default_factory=dict)

    def html(self) -> str:
        """The endpoint for a page."""
        row = self.row
        parts = [theme.heading(theme.cut(row.name, 80), [status_html(row.status), row_facts(row)])]
        if notes := notes_of(row):
            parts.append(theme.line(theme.cut(notes, 400)))
        if row.is_live and row.url:
            stop = f"<code>{theme.safe(f'%serve --stop {row.name}')}</code> ends it"
            parts.append(
                theme.line(f"{address_html(row.url)} {theme.element('span', stop, QUIET)}")
            )
            parts += [
                theme.details(theme.safe(LANGUAGES.get(it, it)), theme.code(code), is_open=n == 0)
                for n, (it, code) in enumerate(self.snippets.items())
            ]
        return theme.frame("".join(parts), SIGNS[row.status][1], f"endpoint {row.name}")

    def text(self) -> str:
        """The endpoint for a terminal."""
        row = self.row
        notes = notes_of(row)
        lines = [
            f"{one_line(row.name)}: {row.models}, {row.status}{f' ({notes})' if notes else ''}"
        ]
        if row.is_live and row.url:
            lines += [f"  {row.url}", f"  %serve --stop {row.name} ends it"]
            lines += self.snippets.get("curl", "").splitlines()
        return "\n".join(lines)


QUIET = f"margin-left:12px;{theme.MUTED}"


def row_facts(row: EndpointRow) -> str:
    """What it serves."""
    return theme.cut(row.models, 120)


def endpoint_view(endpoint: Endpoint) -> EndpointView:
    """An endpoint as it is now; one whose model is gone has no code that asks it."""
    try:
        behind = ", ".join(dict.fromkeys(endpoint.moves.values()))
        snippets = endpoint.snippets()
    except NbtrackError:
        behind, snippets = "", {}
    return EndpointView(row=endpoint_row(endpoint, behind), snippets=snippets)
