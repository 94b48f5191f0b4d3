"""Endpoints, their load, log and comparison in the shapes that are sent."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import msgspec

from nbtrack.api.endpoints.endpoint import Endpoint
from nbtrack.api.variants.report import VariantReport, VariantResult
from nbtrack.decoding import decode
from nbtrack.errors import NbtrackError
from nbtrack.records.endpoint import EndpointPlan, EndpointStats, Variant, VariantStats
from nbtrack.records.endpoint_event import EndpointEvent
from nbtrack.rest.endpoint_facts import EndpointFacts
from nbtrack.rest.shapes import (
    EndpointEventItem,
    EndpointItem,
    LoadItem,
    LogItem,
    ResultItem,
    ResultsReply,
    ServedItem,
)

__all__ = ["event_item", "item_of", "load_of", "log_item", "results_reply"]

SPARK_SECONDS = 60
"""Of the list's little curve."""

USUAL = {"moment", "level", "text", "message", "pid", "event"}
"""What of a line of the log is shown in places of its own."""


def item_of(endpoint: Endpoint, facts: EndpointFacts) -> EndpointItem:
    """An endpoint as it is now."""
    state, stats = endpoint.state, endpoint.stats()
    written = written_plan(endpoint)
    plan = plan_in_force(endpoint, written, state.plan_number, facts)
    is_live = state.status not in {"STOPPED", "FAILED"}
    return EndpointItem(
        name=endpoint.name,
        endpoint_id=state.endpoint_id,
        url=state.url,
        status=state.status,
        number=plan.number,
        mode=plan.traffic.mode,
        variants=served_items(plan, stats),
        earlier=earlier_items(plan, stats),
        reason=state.reason or "",
        since=state.since or None,
        pid=state.pid or None,
        behind=facts.behind(endpoint, plan.number) if is_live else "",
        is_loading=is_live and plan.number < written.number > state.refused,
        workers=sum(it.is_ready for it in state.workers),
        restarts=stats.restarts,
        requests=stats.requests,
        errors=stats.errors,
        in_flight=stats.in_flight if is_live else 0,
        logged=stats.logged,
        cached=stats.cached,
        per_second=stats.per_second if is_live else 0.0,
        p50_ms=stats.p50_ms,
        p95_ms=stats.p95_ms,
        p99_ms=stats.p99_ms,
        recent=[float(it[1]) for it in stats.recent[-SPARK_SECONDS:]],
        follow=plan.options.follow,
        needs_token=plan.options.token_digest is not None,
        log_rate=plan.options.log_rate,
    )


def written_plan(endpoint: Endpoint) -> EndpointPlan:
    """The plan that an endpoint has or is to have; an empty one where nobody knows any more."""
    try:
        return endpoint.plan
    except NbtrackError:  # its folder is gone, and no event tells of it
        return EndpointPlan(endpoint_id="", name=endpoint.name, variants=())


def plan_in_force(
    endpoint: Endpoint, written: EndpointPlan, number: int, facts: EndpointFacts
) -> EndpointPlan:
    """The plan of a number; what was written last may be on its way, or was refused."""
    if number in {0, written.number}:
        return written
    plans = [it.plan for it in facts.events_of(endpoint) if it.plan]
    told = [decode(it, EndpointPlan) for it in reversed(plans)]
    return next((it for it in told if it.number == number), written)


def served_items(plan: EndpointPlan, stats: EndpointStats) -> list[ServedItem]:
    """The variants of a plan with what each has done; shares as parts of one."""
    whole = math.fsum(it.share for it in plan.variants if not it.is_shadow) or 1.0
    return [served_item(it, stats.of(it), whole) for it in plan.variants]


def earlier_items(plan: EndpointPlan, stats: EndpointStats) -> list[ServedItem]:
    """What versions have done that were served before; they get no traffic."""
    named = {it.name: it for it in plan.variants}
    found = []
    for it in stats.earlier(plan):
        if it.name in named and it.version is not None:
            known = named[it.name]
            uri = f"models:/{known.model_name}/{it.version}"
            before = msgspec.structs.replace(
                known, version=it.version, model_uri=uri, run_id=None, share=0.0
            )
            found.append(served_item(before, it, 1.0))
    return found


def served_item(variant: Variant, done: VariantStats, whole: float) -> ServedItem:
    """A variant as it is sent."""
    return ServedItem(
        name=variant.name,
        model_uri=variant.model_uri,
        model_name=variant.model_name if variant.version else None,
        version=str(variant.version) if variant.version else None,
        run_id=variant.run_id,
        share=0.0 if variant.is_shadow else variant.share / whole,
        is_shadow=variant.is_shadow,
        is_stopped=done.is_stopped,
        requests=done.requests,
        rows=done.rows,
        errors=done.errors,
        mean_ms=1000 * done.seconds / done.requests if done.requests else None,
        rewards=done.rewards,
        mean_reward=done.reward_sum / done.rewards if done.rewards else None,
    )


def load_of(stats: EndpointStats) -> LoadItem:
    """The last seconds, each in a column."""
    moments, requests, errors, p50, p95 = [list(it) for it in zip(*stats.recent, strict=True)] or [
        []
    ] * 5
    return LoadItem(moments=moments, requests=requests, errors=errors, p50_ms=p50, p95_ms=p95)


def event_item(event: EndpointEvent) -> EndpointEventItem:
    """Something that happened."""
    return EndpointEventItem(time=event.time // 1000, kind=event.kind, text=event.text or "")


def log_item(line: Mapping[str, Any]) -> LogItem:
    """A line of the log: its text, then all else that it says."""
    moment, text = line.get("moment"), str(line.get("text") or line.get("message") or "")
    more = " ".join(f"{key}={said(value)}" for key, value in line.items() if key not in USUAL)
    return LogItem(
        text=f"{text} {more}".strip(),
        time=int(moment) if isinstance(moment, int | float) else None,
        level=str(line.get("level", "")),
    )


def said(value: Any) -> str:
    """A value of a line in few letters."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def results_reply(report: VariantReport) -> ResultsReply:
    """A comparison of variants."""
    return ResultsReply(
        headline=report.headline(),
        metric=report.metric,
        results=[result_item(it) for it in report.results],
        winner=report.winner,
        note=report.note,
        warnings=list(report.warnings),
    )


def result_item(result: VariantResult) -> ResultItem:
    """A variant in the comparison; bounds that are not known yet are none."""
    is_bound = result.low is not None and math.isfinite(result.low)
    return ResultItem(
        name=result.name,
        count=result.count,
        mean=result.mean,
        difference=result.difference,
        low=result.low if is_bound else None,
        high=result.high if is_bound else None,
        lift=result.lift,
        p_value=result.p_value,
        best=result.best,
    )
