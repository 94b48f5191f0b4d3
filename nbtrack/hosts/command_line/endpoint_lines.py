"""Endpoints drawn: a list, a card, lines of a log; and as JSON for programs."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

from nbtrack.hosts.command_line import output, wording
from nbtrack.hosts.command_line.output import Column
from nbtrack.hosts.command_line.run_card import show_pairs, show_part

if TYPE_CHECKING:
    from nbtrack.api.endpoints.endpoint import Endpoint
    from nbtrack.records.endpoint import EndpointStats, Variant, VariantStats

__all__ = [
    "endpoint_json",
    "follow_log",
    "show_endpoint",
    "show_endpoints",
    "show_lines",
]

STYLES = {"HEALTHY": "green", "FAILED": "red", "STOPPED": "dim"}
LEVELS = {"error": "red", "warning": "yellow", "debug": "dim"}
APART = {"moment", "level", "message", "pid", "event", "traceback"}
"""What of a line of the log has its own place, or says too much."""

EVENTS = 20
LOOK_SECONDS = 0.5


def endpoint_json(endpoint: Endpoint) -> dict[str, Any]:
    """An endpoint for programs."""
    state = endpoint.state
    return {
        "name": endpoint.name,
        "status": state.status,
        "reason": state.reason,
        "url": state.url,
        "pid": state.pid if endpoint.is_alive else None,
        "since": wording.iso(state.since),
        "behind": endpoint.moves,
        "plan": msgspec.to_builtins(endpoint.plan.discreet()),
    }


def show_endpoints(found: Sequence[Endpoint]) -> None:
    """Draw endpoints."""
    if not found:
        output.say("no endpoints yet", "bold")
        output.say("make one with: nbtrack models serve URI --keep, or nbtrack.serve(URI)")
        return
    columns = [Column("name", style="cyan"), Column("status"), Column("serves", fold=True)]
    columns += [Column("url"), Column("requests", right=True), Column("errors", right=True)]
    columns += [Column("p95", right=True), Column("started")]
    output.show(output.table(columns, [row_of(it) for it in found]))


def row_of(endpoint: Endpoint) -> list[Any]:
    """An endpoint in a line."""
    state, stats = endpoint.state, endpoint.stats()
    moved = ", ".join(endpoint.moves.values())
    serves = ", ".join(served(it) for it in endpoint.plan.variants)
    return [
        endpoint.name,
        output.styled(state.status, STYLES.get(state.status, "yellow")),
        f"{serves} ({moved})" if moved else serves,
        state.url,
        wording.count(stats.requests),
        wording.count(stats.errors),
        latency(stats.p95_ms),
        wording.ago(state.since),
    ]


def served(variant: Variant) -> str:
    """A variant in short."""
    if variant.version is None:
        return variant.model_uri
    return f"{variant.model_name}/{variant.version}"


def latency(milliseconds: float | None) -> str:
    """A latency in words."""
    return "" if milliseconds is None else f"{milliseconds:.3g} ms"


def show_endpoint(endpoint: Endpoint) -> None:
    """Draw an endpoint's card."""
    state, stats = endpoint.state, endpoint.stats()
    output.show(output.heading(endpoint.name, "endpoint"))
    facts = [
        ("status", f"{state.status}{f': {state.reason}' if state.reason else ''}"),
        ("url", state.url),
        ("started", wording.ago(state.since)),
        ("aliases", ", ".join(endpoint.moves.values())),
        ("requests", figures(stats)),
        ("latency", ", ".join(latencies(stats))),
        ("restarts", str(stats.restarts or "")),
    ]
    show_pairs([(name, value) for name, value in facts if value])
    show_part("models", len(endpoint.plan.variants))
    show_variants(endpoint)
    events = endpoint.events()[-EVENTS:]
    show_part("events", len(events))
    columns = [Column("when"), Column("what", style="cyan"), Column("", fold=True)]
    rows = [[wording.ago(it.time // 1000), it.kind, it.text or ""] for it in events]
    output.show(output.table(columns, rows))
    if endpoint.is_alive:
        output.write(f"\n{endpoint.snippets()['curl']}\n")


def figures(stats: EndpointStats) -> str:
    """Requests and errors in words."""
    errors = f", {wording.plural(stats.errors, 'error')}" if stats.errors else ""
    return f"{wording.count(stats.requests)}{errors}, {stats.per_second:g} a second"


def latencies(stats: EndpointStats) -> list[str]:
    """Percentiles in words."""
    known = {"p50": stats.p50_ms, "p95": stats.p95_ms, "p99": stats.p99_ms}
    return [f"{name} {latency(it)}" for name, it in known.items() if it is not None]


def show_variants(endpoint: Endpoint) -> None:
    """Draw the models of an endpoint with their parts of the traffic."""
    stats, plan = endpoint.stats(), endpoint.plan
    total = sum(it.share for it in plan.variants if not it.is_shadow) or 1.0
    columns = [Column("name", style="cyan"), Column("serves", fold=True)]
    columns += [Column("share", right=True), Column("requests", right=True)]
    columns += [Column("errors", right=True)]
    rows = []
    for it in plan.variants:
        known = stats.of(it)
        share = "shadow" if it.is_shadow else f"{100 * it.share / total:.3g}%"
        rows.append([it.name, served(it), share, *counts_of(known)])
    named = {it.name: it for it in plan.variants}
    for known in stats.earlier(plan):
        variant = named.get(known.name)
        what = "" if variant is None else served(replace(variant, version=known.version))
        rows.append([known.name, what, "before", *counts_of(known)])
    output.show(output.table(columns, rows))


def counts_of(known: VariantStats) -> list[str]:
    """Requests and errors of a version."""
    return [wording.count(known.requests), wording.count(known.errors)]


def show_lines(lines: Sequence[dict[str, Any]]) -> None:
    """Draw lines of a log."""
    for line in lines:
        level = str(line.get("level", "info"))
        more = " ".join(f"{key}={value}" for key, value in line.items() if key not in APART)
        text = f"{moment_of(line)} {level:7} {line.get('message', '')}"
        output.say(f"{text} {more}".rstrip(), LEVELS.get(level, ""))


def moment_of(line: dict[str, Any]) -> str:
    """When a line was written, by this machine's clock."""
    moment = line.get("moment")
    if not isinstance(moment, int):
        return ""
    return datetime.fromtimestamp(moment / 1000).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def follow_log(endpoint: Endpoint, lines: list[dict[str, Any]], *, as_json: bool) -> None:
    """Draw lines as they are written."""
    while endpoint.is_alive:
        time.sleep(LOOK_SECONDS)
        now = endpoint.logs(1000)
        new = now[now.index(lines[-1]) + 1 :] if lines and lines[-1] in now else now
        lines = now
        if as_json:
            output.write("".join(f"{json.dumps(it)}\n" for it in new))
        else:
            show_lines(new)
