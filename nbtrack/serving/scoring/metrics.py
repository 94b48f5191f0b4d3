"""The figures of an endpoint as Prometheus reads them."""

from __future__ import annotations

from nbtrack.records.endpoint import EndpointPlan, EndpointStats

__all__ = ["METRICS_TYPE", "metrics_text"]

METRICS_TYPE = b"text/plain; version=0.0.4; charset=utf-8"


def metrics_text(plan: EndpointPlan, stats: EndpointStats) -> str:
    """Counters, a histogram of latencies, and a line for each variant.

    Example:
        >>> plan = EndpointPlan(endpoint_id="1", name="churn", variants=())
        >>> print(metrics_text(plan, EndpointStats(requests=3)).splitlines()[2])
        nbtrack_requests_total{endpoint="churn"} 3
    """
    whole = {"endpoint": plan.name}
    seconds = sum(it.seconds for it in stats.variants)
    lines = [
        *metric("nbtrack_requests_total", "counter", "Requests.", [(whole, stats.requests)]),
        *metric("nbtrack_errors_total", "counter", "Answers of 5xx.", [(whole, stats.errors)]),
        *metric(
            "nbtrack_responses_total",
            "counter",
            "Answers by status.",
            [({**whole, "code": code}, count) for code, count in sorted(stats.codes.items())],
        ),
        *metric("nbtrack_in_flight", "gauge", "Requests under way.", [(whole, stats.in_flight)]),
        *metric("nbtrack_workers", "gauge", "Worker processes.", [(whole, stats.workers)]),
        *metric("nbtrack_restarts_total", "counter", "Restarts.", [(whole, stats.restarts)]),
        *metric(
            "nbtrack_cached_total", "counter", "Answers of the cache.", [(whole, stats.cached)]
        ),
        *metric("nbtrack_logged_total", "counter", "Predictions kept.", [(whole, stats.logged)]),
        *histogram(whole, stats, seconds),
    ]
    for name, words, field in VARIANT:
        rows = [
            (
                {**whole, "variant": it.name, "version": str(it.version or "")},
                getattr(it, field),
            )
            for it in stats.variants
        ]
        lines += metric(name, "counter", words, rows)
    return "\n".join(lines) + "\n"


VARIANT = (
    ("nbtrack_variant_requests_total", "Requests of a variant.", "requests"),
    ("nbtrack_variant_rows_total", "Rows it was asked about.", "rows"),
    ("nbtrack_variant_errors_total", "Requests at which it failed.", "errors"),
    ("nbtrack_variant_seconds_total", "Seconds that its requests took.", "seconds"),
    ("nbtrack_variant_rewards_total", "Rewards it was given.", "rewards"),
    ("nbtrack_variant_reward_sum", "What they add up to.", "reward_sum"),
)


def metric(name: str, kind: str, words: str, rows: list[tuple[dict[str, str], float]]) -> list[str]:
    """One metric; none where it has no values."""
    if not rows:
        return []
    told = [f"{name}{{{labels(them)}}} {value:.15g}" for them, value in rows]
    return [f"# HELP {name} {words}", f"# TYPE {name} {kind}", *told]


def histogram(whole: dict[str, str], stats: EndpointStats, seconds: float) -> list[str]:
    """Latencies, each bucket with those of the lower ones in it."""
    name = "nbtrack_request_seconds"
    rows = [
        f"{name}_bucket{{{labels({**whole, 'le': bound})}}} {count}"
        for bound, count in stats.buckets.items()
    ]
    if not rows:
        return []
    total = stats.buckets.get("+Inf", stats.requests)
    return [
        f"# HELP {name} How long requests took.",
        f"# TYPE {name} histogram",
        *rows,
        f"{name}_sum{{{labels(whole)}}} {seconds:.15g}",
        f"{name}_count{{{labels(whole)}}} {total}",
    ]


def labels(them: dict[str, str]) -> str:
    """Labels as the format wants them."""
    return ",".join(f'{name}="{escaped(value)}"' for name, value in them.items())


def escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
