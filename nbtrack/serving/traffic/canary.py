"""When a canary is taken out of the traffic: as soon as it is surely worse, at whichever look."""

from __future__ import annotations

import msgspec

from nbtrack.records.endpoint import EndpointPlan, EndpointStats, Variant, VariantStats
from nbtrack.serving.statistics.latencies import median_bounds
from nbtrack.serving.statistics.sequences import ALPHA, rate_bounds
from nbtrack.serving.traffic.splitting import answering

__all__ = ["judge", "reason_to_stop"]


def judge(
    plan: EndpointPlan, stats: EndpointStats, before: EndpointStats | None = None
) -> EndpointPlan | None:
    """The next plan, without the canaries that are surely worse; None while none is.

    The first variant that answers is what the others are compared with. To be asked as often as
    one likes: over all looks together, a canary that is no worse is stopped with a chance of 5%.

    Args:
        plan: What is served.
        stats: How all workers together fare.
        before: How they fared when the canary came, if it is not as old as the endpoint.
    """
    stopped = {it.name for it, _ in worse(plan, stats, before)}
    if not stopped:
        return None
    variants = tuple(
        msgspec.structs.replace(it, share=0.0) if it.name in stopped else it for it in plan.variants
    )
    return msgspec.structs.replace(plan, variants=variants, number=plan.number + 1)


def reason_to_stop(
    plan: EndpointPlan, stats: EndpointStats, before: EndpointStats | None = None
) -> str:
    """Why `judge` stops canaries, in words; empty where it stops none."""
    return "; ".join(f"{it.name} was stopped: {why}" for it, why in worse(plan, stats, before))


def worse(
    plan: EndpointPlan, stats: EndpointStats, before: EndpointStats | None
) -> list[tuple[Variant, str]]:
    """The canaries that are surely worse, and why."""
    if plan.traffic.mode != "canary":
        return []
    variants = [plan.variants[at] for at in answering(plan)]
    seen = since(stats, before)
    canaries = [it for it in variants[1:] if it.share > 0]
    alpha = ALPHA / max(1, len(canaries))
    found = []
    for it in canaries:
        of_canary, of_first = (seen.of(one) for one in (it, variants[0]))
        if of_canary.requests < max(1, plan.traffic.least_requests):
            continue
        # Each of two tests has half of the chance to be wrong, each of its two bounds a quarter
        why = too_many_errors(of_canary, of_first, plan.traffic.most_errors, alpha / 4) or too_slow(
            of_canary, of_first, plan.traffic.most_slowdown, alpha / 4
        )
        if why:
            found.append((it, why))
    return found


def since(stats: EndpointStats, before: EndpointStats | None) -> EndpointStats:
    """The figures of each version of a variant, without those of before."""
    old = {(it.name, it.version): it for it in (before.variants if before is not None else ())}
    return EndpointStats(
        variants=[less(it, old.get((it.name, it.version))) for it in stats.variants]
    )


def less(now: VariantStats, then: VariantStats | None) -> VariantStats:
    """The figures that came since then."""
    if then is None or then.requests > now.requests:
        return now
    return VariantStats(
        name=now.name,
        version=now.version,
        requests=now.requests - then.requests,
        errors=now.errors - then.errors,
        refusals=now.refusals - then.refusals,
        latencies={step: n - then.latencies.get(step, 0) for step, n in now.latencies.items()},
    )


def too_many_errors(canary: VariantStats, first: VariantStats, most: float, alpha: float) -> str:
    """Why a canary is stopped for its errors; empty if it is not."""
    # A model that takes no more what the first one takes refuses instead of failing
    of_canary, of_first = (it.errors + it.refusals for it in (canary, first))
    low, _ = rate_bounds(of_canary, canary.requests, alpha)
    _, high = rate_bounds(of_first, first.requests, alpha)
    if low <= high + most:
        return ""
    return (
        f"{of_canary} of its {canary.requests} answers were errors, and {of_first} of the "
        f"{first.requests} of {first.name}"
    )


def too_slow(canary: VariantStats, first: VariantStats, most: float, alpha: float) -> str:
    """Why a canary is stopped for its latency; empty if it is not."""
    low, _ = median_bounds(canary.latencies, alpha)
    _, high = median_bounds(first.latencies, alpha)
    if low <= high * most:
        return ""
    return (
        f"half of its answers take over {low * 1000:.3g} ms, and half of those of {first.name} "
        f"at most {high * 1000:.3g} ms"
    )
