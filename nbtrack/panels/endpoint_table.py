"""Endpoints of a store as a table: how each is, what it serves, and how it fares: `%endpoints`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from nbtrack.api.endpoints.endpoint import Endpoint
from nbtrack.api.endpoints.served_models import described
from nbtrack.panels import formats, theme
from nbtrack.panels.formats import one_line, plural, shortened
from nbtrack.records.endpoint import EndpointPlan, EndpointStatus

__all__ = ["SIGNS", "EndpointRow", "EndpointTable", "endpoint_row", "status_html"]

SIGNS: dict[EndpointStatus, tuple[str, str]] = {
    "STARTING": ("○", theme.BLUE),
    "HEALTHY": ("●", theme.GREEN),
    "UNHEALTHY": ("◐", theme.AMBER),
    "RESTARTING": ("◐", theme.AMBER),
    "STOPPING": ("○", theme.GREY),
    "STOPPED": ("■", theme.GREY),
    "FAILED": ("✗", theme.RED),
}
"""A sign and a colour for each status; the word always stands beside them."""

OVER = ("STOPPED", "FAILED")
SECONDS = 60
"""Of the little bars."""

NO_ENDPOINTS = (
    "no model is served yet: %serve models:/NAME@champion, or nbtrack.serve(...), starts an "
    "endpoint"
)


class EndpointRow(NamedTuple):
    """An endpoint in one line.

    Attributes:
        models: What it serves, with the shares where there are several.
        behind: Which alias moved on, in words.
        recent: The requests of each of the last seconds.
        since: When it was started, ms since the epoch.
    """

    name: str
    status: EndpointStatus = "HEALTHY"
    url: str = ""
    models: str = ""
    reason: str = ""
    behind: str = ""
    per_second: float = 0.0
    p95_ms: float | None = None
    requests: int = 0
    errors: int = 0
    recent: Sequence[int] = ()
    since: int | None = None

    @property
    def is_live(self) -> bool:
        """Whether a process stands behind it."""
        return self.status not in OVER


def endpoint_row(endpoint: Endpoint, behind: str = "") -> EndpointRow:
    """An endpoint as it is now."""
    state, stats = endpoint.state, endpoint.stats()
    return EndpointRow(
        name=endpoint.name,
        status=state.status,
        url=state.url,
        models=models_told(endpoint.plan),
        reason=state.reason or "",
        behind=behind,
        per_second=stats.per_second,
        p95_ms=stats.p95_ms,
        requests=stats.requests,
        errors=stats.errors,
        recent=[it[1] for it in stats.recent[-SECONDS:]],
        since=state.since or None,
    )


def models_told(plan: EndpointPlan) -> str:
    """What a plan serves, in a line."""
    whole = sum(it.share for it in plan.variants if not it.is_shadow) or 1.0
    if len(plan.variants) == 1:
        return described(plan.variants[0])
    return ", ".join(
        f"{described(it)} ({'shadow' if it.is_shadow else f'{it.share / whole:.4g}'})"
        for it in plan.variants
    )


@dataclass(frozen=True, kw_only=True)
class EndpointTable(theme.Panel):
    """Endpoints, those that run first."""

    rows: Sequence[EndpointRow] = ()
    now: float | None = None

    def html(self) -> str:
        """The table for a page."""
        if not self.rows:
            return theme.frame(theme.line(theme.safe(NO_ENDPOINTS)), theme.GREY, "endpoints")
        caption = plural(len(self.rows), "endpoint")
        heads = ("endpoint", "status", "model", "address", "requests/s", "p95", "errors", "up")
        rows = [row_html(it, self.now) for it in self.rows]
        told = theme.table(caption, heads, rows, right=(4, 5, 6))
        return theme.frame(told, colour_of(self.rows), caption)

    def text(self) -> str:
        """The table for a terminal."""
        if not self.rows:
            return NO_ENDPOINTS
        rows = [["endpoint", "status", "model", "address", "notes"]]
        rows += [
            [
                shortened(one_line(it.name), 40),
                it.status,
                shortened(one_line(it.models), 60),
                it.url if it.is_live else "",
                shortened(one_line(notes_of(it)), 60),
            ]
            for it in self.rows
        ]
        return f"{plural(len(self.rows), 'endpoint')}\n{formats.aligned(rows, (), '  ')}"


def colour_of(rows: Sequence[EndpointRow]) -> str:
    """The colour of the worst of those that should run."""
    worst = [it.status for it in rows if it.status in {"FAILED", "UNHEALTHY", "RESTARTING"}]
    if worst:
        return SIGNS[worst[0]][1]
    return theme.GREEN if any(it.status == "HEALTHY" for it in rows) else theme.GREY


def notes_of(row: EndpointRow) -> str:
    """What else is to say of an endpoint."""
    return "; ".join(filter(None, (row.reason, row.behind)))


def row_html(row: EndpointRow, now: float | None) -> str:
    """The cells of an endpoint; a page finds by its name what can be stopped and started."""
    named = {"data-endpoint": row.name, "data-live": "1" if row.is_live else "0"}
    if row.behind and row.is_live:
        named["data-behind"] = "1"
    name = theme.element("strong", theme.cut(row.name, 60), "", **named)
    notes = notes_of(row)
    told = theme.line(theme.cut(notes, 160), f"font-size:12px;{theme.MUTED}") if notes else ""
    figures = figures_html(row) if row.is_live else theme.cell("") * 4
    return (
        theme.cell(name, head="row")
        + theme.cell(status_html(row.status) + told)
        + theme.cell(theme.cut(row.models, 80))
        + (theme.cell(address_html(row.url)) if row.is_live else theme.cell(""))
        + (figures + theme.cell(up_html(row.since, now), nowrap=True) if row.is_live else figures)
    )


def figures_html(row: EndpointRow) -> str:
    """Requests, latency and errors of one that runs."""
    bars = theme.element("span", formats.bars(row.recent), theme.MUTED) if any(row.recent) else ""
    rate = f"{bars} {row.per_second:.3g}".strip()
    errors = theme.safe(f"{row.errors:,} of {row.requests:,}")
    if row.errors:
        errors = theme.element("span", errors, f"color:{theme.RED}")
    return (
        theme.cell(rate, right=True, nowrap=True)
        + theme.cell(latency(row.p95_ms), right=True, nowrap=True)
        + theme.cell(errors, right=True, nowrap=True)
    )


def status_html(status: EndpointStatus) -> str:
    """A status as a sign and a word."""
    sign, colour = SIGNS[status]
    return f"{theme.element('span', sign, f'color:{colour};font-weight:bold')} {status.lower()}"


def address_html(url: str) -> str:
    """An address that can be followed."""
    return theme.element("a", theme.safe(url), "", href=url, target="_blank", rel="noopener")


def latency(milliseconds: float | None) -> str:
    """A latency; nothing if nothing was asked yet."""
    return "" if milliseconds is None else f"{milliseconds:.3g} ms"


def up_html(since: int | None, now: float | None) -> str:
    """Since when it runs."""
    told = theme.safe(formats.ago(since, now))
    return theme.element("span", told, title=formats.clock(since))
