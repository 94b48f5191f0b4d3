"""Variants of an endpoint, or of any frame, compared: `nbtrack.compare_variants`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from nbtrack.api.session import Session, session
from nbtrack.api.variant_comparison import (
    Case,
    case_of,
    compared,
    misshared,
    ordered,
    told_mismatch,
)
from nbtrack.api.variant_report import VariantReport
from nbtrack.api.variant_units import units_of
from nbtrack.api.variant_values import REWARD, Metric, column_of, measure_of
from nbtrack.errors import InvalidValue
from nbtrack.questions import predictions
from nbtrack.records.endpoint import EndpointPlan, EndpointStats, VariantStats
from nbtrack.serving.statistics.samples import sample_of_sums
from nbtrack.serving.statistics.sequences import ALPHA, PLANNED

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["compare_variants", "results_of"]

MOST_LOGGED = 100_000
"""So many predictions of the log are read, the newest ones."""


def compare_variants(
    data: Any,
    metric: Metric | None = None,
    *,
    variant: str = "variant",
    key: str | None = "key",
    label: str = "label",
    covariate: str | None = None,
    first: str | None = None,
    shares: Mapping[str, float] | None = None,
    lower_is_better: bool | None = None,
    alpha: float = ALPHA,
    planned: int = PLANNED,
    adaptive: bool = False,
) -> VariantReport:
    """Which variant is better, with bounds that hold however often one looks.

    Args:
        data: An endpoint or its name, a frame with a row for each answer such as
            `nbtrack.predictions(...)` gives, or the numbers of each variant by its name.
        metric: `accuracy`, `absolute_error`, `squared_error`, `error_rate`, a column, or a function
            of the frame that gives a number for each row. Rewards or labels tell it otherwise.
        variant: The column of variants.
        key: The column of what the traffic was shared by: each key counts once, with the mean of
            its answers. Without it, or with None, each request counts.
        label: The column of what turned out to be true.
        covariate: A column that was known before the variant was chosen and explains a part of the
            metric: differences show sooner (CUPED).
        first: The variant that others are compared with; `champion`, `control`, `production` or
            `baseline` if there is one, else the first by name.
        shares: The part of the traffic that each was to get, which is checked then.
        lower_is_better: Whether less is better; the name of the metric tells it otherwise.
        alpha: How often all looks together may find a difference where there is none.
        planned: For how many numbers the bounds are narrowest, to be chosen before the first look;
            `nbtrack.sample_size` tells how many are needed.
        adaptive: Whether traffic followed what was seen, as a bandit's does.

    Raises:
        InvalidValue: There is nothing to compare, or no such column or metric.

    Example:
        >>> import nbtrack
        >>> clicks = {"champion": [0, 0, 0, 1] * 200, "challenger": [0, 1, 0, 1] * 200}
        >>> report = nbtrack.compare_variants(clicks, "clicks")
        >>> report
        clicks of 2 variants, 1,600 values: challenger wins
          champion    800  0.25
          challenger  800   0.5  +0.25 (+100.0%), surely between +0.1787 and +0.3213, p 3.8e-23
        >>> report.winner, report.result("challenger").lift
        ('challenger', 1.0)
    """
    if not 0 < alpha < 1 or planned < 1:
        raise InvalidValue("alpha is between 0 and 1, and planned a number from 1 on")
    unit = None
    if isinstance(data, str):
        data = logged(session(), data)
    if is_values(data, variant):
        unit = "values"
        metric = metric if isinstance(metric, str) else "value"
        data = {
            variant: [name for name, numbers in data.items() for _ in numbers],
            metric: [it for numbers in data.values() for it in numbers],
        }
    frame = frame_of(data)
    frame = frame[frame[column_of(frame, variant, "each row needs it")].notna()]
    measure = measure_of(frame, metric, label, lower=lower_is_better)
    keyed = key if key in frame.columns else None
    units = units_of(frame, measure, variant, key=keyed, covariate=covariate)
    case = case_of(units, measure, ordered(units.counts, first, shares))
    return compared(
        case._replace(alpha=alpha, planned=planned, is_chosen=adaptive),
        unit=unit or units.name,
        warnings=[*units.warnings, *misshared(units, shares)],
        note=units.note,
        models=models_in(frame, variant),
    )


def is_values(data: Any, variant: str) -> bool:
    """Whether data is the numbers of each variant by its name."""
    return isinstance(data, Mapping) and variant not in data


def frame_of(data: Any) -> pd.DataFrame:
    """Data as a DataFrame."""
    import pandas as pd

    if isinstance(data, pd.DataFrame):
        return data
    if hasattr(data, "to_pandas"):
        frame: pd.DataFrame = data.to_pandas()
        return frame
    try:
        return pd.DataFrame(data)
    except (TypeError, ValueError) as problem:
        raise InvalidValue(f"variants are compared by a frame, not by this: {problem}") from None


def models_in(frame: pd.DataFrame, variant: str) -> dict[str, tuple[str, str]]:
    """The registered model and version behind each variant, the newest where there were several."""
    if not {"model_name", "version"} <= set(frame.columns):
        return {}
    known = frame[[variant, "model_name", "version"]].dropna().drop_duplicates(variant, keep="last")
    return {str(name): (str(model), str(version)) for name, model, version in known.to_numpy()}


class Served(Protocol):
    """What is asked of an endpoint."""

    here: Session
    name: str

    @property
    def plan(self) -> EndpointPlan: ...

    @property
    def since(self) -> int: ...

    def stats(self) -> EndpointStats: ...


def results_of(endpoint: Served, metric: Metric | None = None, **options: Any) -> VariantReport:
    """How the variants of an endpoint compare since it was started.

    Without a metric they are compared by the labels or rewards in its prediction log, else by the
    rewards it was told, else by how often they fail.

    Args:
        endpoint: The endpoint.
        metric: What is compared, as in `nbtrack.compare_variants`.
        options: What else that takes.

    Raises:
        InvalidValue: There is no such metric, or nothing is logged that it could be told from.
    """
    plan, stats = endpoint.plan, endpoint.stats()
    is_bandit = plan.traffic.mode == "bandit"
    models = {
        it.name: (it.model_name, str(it.version))
        for it in plan.variants
        if it.model_name and it.version
    }
    if metric is None and not options:
        has_rewards = any(it.rewards for it in stats.variants)
        if has_rewards and (is_bandit or plan.options.log_rate == 0):
            return by_rewards(plan, stats, models)
        frame = logged(endpoint.here, endpoint.name, endpoint.since)
        if not any(it in frame.columns and frame[it].notna().any() for it in (REWARD, "label")):
            return (by_rewards if has_rewards else by_errors)(plan, stats, models)
    else:
        frame = logged(endpoint.here, endpoint.name, endpoint.since)
    shares = {it.name: it.share for it in plan.variants if not it.is_shadow}
    options.setdefault("first", next(iter(shares)))
    if plan.number == 1 and not is_bandit:
        options.setdefault("shares", shares)
    options.setdefault("adaptive", is_bandit)
    return compare_variants(frame, metric, **options)


def logged(here: Session, name: str, since: int | None = None) -> pd.DataFrame:
    """The newest predictions of an endpoint that are logged."""
    asked = predictions.asked_for(endpoint=name, since=since, limit=MOST_LOGGED)
    return predictions.table(here.store, asked)


def by_rewards(
    plan: EndpointPlan, stats: EndpointStats, models: Mapping[str, tuple[str, str]]
) -> VariantReport:
    """Variants by the rewards that the endpoint was told."""
    samples = {
        it.name: sample_of_sums(it.rewards, it.reward_sum, it.reward_squares)
        for it in told_of(plan, stats)
    }
    case = Case(samples, REWARD, is_chosen=plan.traffic.mode == "bandit")
    return compared(case, unit="rewards", warnings=unshared(plan, stats), models=models)


def by_errors(
    plan: EndpointPlan, stats: EndpointStats, models: Mapping[str, tuple[str, str]]
) -> VariantReport:
    """Variants by how often they fail, as nothing else is known of them."""
    samples = {
        it.name: sample_of_sums(it.requests, it.errors, it.errors) for it in told_of(plan, stats)
    }
    case = Case(
        samples,
        "error_rate",
        is_lower_better=True,
        is_chosen=plan.traffic.mode == "bandit",
    )
    note = "no rewards and no labels are known yet"
    return compared(case, unit="requests", warnings=unshared(plan, stats), note=note, models=models)


def told_of(plan: EndpointPlan, stats: EndpointStats) -> list[VariantStats]:
    """The figures of the variants that answer, the first one first."""
    known = {it.name: it for it in stats.variants}
    names = [it.name for it in plan.variants if not it.is_shadow]
    return [known.get(name) or VariantStats(name=name) for name in names]


def unshared(plan: EndpointPlan, stats: EndpointStats) -> list[str]:
    """A warning where requests were not shared as planned.

    Requests of one key go together, and shares may have been others before: then nobody can tell.
    """
    if plan.traffic.mode in {"single", "bandit"} or plan.traffic.key or plan.number > 1:
        return []
    figures = told_of(plan, stats)
    shares = [it.share for it in plan.variants if not it.is_shadow]
    names, counts = [it.name for it in figures], [it.requests for it in figures]
    return told_mismatch(names, counts, shares, "requests")
