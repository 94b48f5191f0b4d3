"""Variants of an endpoint, or of any frame, compared: `nbtrack.compare_variants`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from nbtrack.api.predictions.log import check_endpoint_known
from nbtrack.api.session import Session, session
from nbtrack.api.variants.comparison import Asked, case_of, compared, misshared, ordered
from nbtrack.api.variants.counts import Counted
from nbtrack.api.variants.report import VariantReport
from nbtrack.api.variants.units import is_seen, units_of
from nbtrack.api.variants.values import (
    ERROR,
    REWARD,
    Measure,
    Metric,
    column_of,
    measure_of,
)
from nbtrack.errors import InvalidValue
from nbtrack.questions import predictions
from nbtrack.records.endpoint import EndpointPlan, EndpointStats
from nbtrack.registry.promotion.scores import is_polars
from nbtrack.serving.statistics.sequences import ALPHA, PLANNED
from nbtrack.serving.supervising.place import EndpointFolder

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
        key: The column of what traffic was shared by: each key counts once, with the mean of its
            answers. Without it, or with None, each request counts.
        label: The column of what turned out to be true.
        covariate: A column that was known before and explains a part of the metric (CUPED).
        first: The variant that others are compared with; `champion`, `control`, `production` or
            `baseline` if there is one, else the first by name.
        shares: The part of the traffic that each was to get, which is checked then.
        lower_is_better: Whether less is better; the name of the metric tells it otherwise.
        alpha: How often all looks together may find a difference where there is none.
        planned: For how many numbers the bounds are narrowest (see `nbtrack.sample_size`); to be
            chosen before the first look.
        adaptive: Whether traffic followed what was seen, as a bandit's does.

    Raises:
        InvalidValue: There is nothing to compare, or no such column or metric.
        NotFound: No endpoint has or had that name.

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
    more = (covariate, first, shares, lower_is_better, alpha, planned, adaptive)
    asked = Asked(metric, variant, key, label, *more)
    if hasattr(data, "plan") and hasattr(data, "stats"):
        return of_endpoint(data, asked)
    if isinstance(data, str):
        return of_name(session(), data, asked)
    return of_frame(data, asked)


def of_name(here: Session, name: str, asked: Asked) -> VariantReport:
    """The variants of the log of an endpoint, which may be gone, compared."""
    plan = EndpointFolder(here.folder.path / "endpoints" / name).plan()
    frame = logged(here, name, asked)
    if frame.empty:
        check_endpoint_known(name)
    return of_frame(frame, asked if plan is None else asked_of(plan, asked, frame))


def asked_of(plan: EndpointPlan, asked: Asked, frame: pd.DataFrame) -> Asked:
    """How the variants of a plan are to be compared, by what it says of them."""
    is_bandit = plan.traffic.mode == "bandit"
    told = set(frame["variant"])
    first = next((it.name for it in plan.variants if it.name in told and not it.is_shadow), None)
    return asked._replace(first=asked.first or first, adaptive=asked.adaptive or is_bandit)


def of_frame(data: Any, asked: Asked) -> VariantReport:
    """The variants of a frame, or of numbers by variant, compared."""
    if not 0 < asked.alpha < 1 or asked.planned < 1:
        raise InvalidValue("alpha is between 0 and 1, and planned a number from 1 on")
    variant, metric, unit = asked.variant, asked.metric, ""
    if isinstance(data, Mapping) and variant not in data:
        unit, metric = "values", metric if isinstance(metric, str) else "value"
        data = {
            variant: [name for name, numbers in data.items() for _ in numbers],
            metric: [it for numbers in data.values() for it in numbers],
        }
    frame = frame_of(data)
    told = frame[column_of(frame, variant, "each row needs it")]
    frame = frame[told.notna() & (told != "")].reset_index(drop=True)
    measure = measure_of(frame, metric, asked.label, lower=asked.lower_is_better)
    if measure.name == REWARD:
        # What a request was worth is another's than the shadow's, whose answer nobody saw
        seen = is_seen(frame)
        frame, measure = frame[seen], measure._replace(numbers=measure.numbers[seen])
    keyed = asked.key if asked.key in frame.columns else None
    units = units_of(frame, measure, variant, key=keyed, covariate=asked.covariate)
    case = case_of(units, measure, ordered(units.counts, asked.first, asked.shares))
    return compared(
        case._replace(alpha=asked.alpha, planned=asked.planned, is_chosen=asked.adaptive),
        unit=unit or units.name,
        warnings=[
            *units.warnings,
            *misshared(units, asked.shares),
            *failures(frame, measure, variant),
        ],
        note=units.note,
        models=models_in(frame, variant),
    )


def frame_of(data: Any) -> pd.DataFrame:
    """Data as a DataFrame."""
    import pandas as pd

    if isinstance(data, pd.DataFrame):
        return data
    if is_polars(data):  # its own way to pandas needs pyarrow
        return pd.DataFrame(data.to_dict(as_series=False))
    if hasattr(data, "to_pandas"):
        frame: pd.DataFrame = data.to_pandas()
        return frame
    try:
        return pd.DataFrame(data)
    except (TypeError, ValueError) as problem:
        raise InvalidValue(f"variants are compared by a frame, not by this: {problem}") from None


def failures(frame: pd.DataFrame, measure: Measure, variant: str) -> list[str]:
    """A warning of answers that failed, and so have no part in the figures."""
    if ERROR not in frame.columns:
        return []
    failed = frame[variant][frame[ERROR].notna() & measure.numbers.isna()].value_counts()
    return [
        f"{count:,} answers of {name} failed and have no {measure.name}"
        for name, count in sorted(failed.items())
    ]


def of_plan(frame: pd.DataFrame, plan: EndpointPlan) -> pd.DataFrame:
    """The rows of the models that are served now, not of those that had their names before."""
    import pandas as pd

    versions = {it.name: it.version for it in plan.variants}
    served = pd.Series(list(map(versions.get, frame["variant"])), frame.index, dtype="Int64")
    is_other = frame["version"].ne(served).fillna(value=False)
    return frame[frame["variant"].isin(list(versions)) & ~is_other]


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
    return of_endpoint(endpoint, Asked(metric, **options))


def of_endpoint(endpoint: Served, asked: Asked) -> VariantReport:
    """The variants of an endpoint compared."""
    plan = endpoint.plan
    is_bandit = plan.traffic.mode == "bandit"
    counted = Counted(plan, endpoint.stats(), asked)
    if asked.metric is None and counted.has_rewards and (is_bandit or not plan.options.log_rate):
        return counted.by_rewards()
    frame = of_plan(logged(endpoint.here, endpoint.name, asked, endpoint.since), plan)
    is_told = any(it in frame and frame[it].notna().any() for it in (REWARD, asked.label))
    if asked.metric is None and not is_told:
        return counted.by_rewards() if counted.has_rewards else counted.by_errors()
    if plan.number == 1 and not is_bandit and not asked.shares:
        shares = {it.name: it.share for it in plan.variants if not it.is_shadow}
        asked = asked._replace(shares=shares)
    return of_frame(frame, asked_of(plan, asked, frame))


def logged(here: Session, name: str, asked: Asked, since: int | None = None) -> pd.DataFrame:
    """The newest predictions of an endpoint that are logged, with what is asked of them."""
    names = [it for it in (asked.metric, asked.covariate, asked.key) if it is not None]
    with_inputs = any(
        not isinstance(it, str) or it.startswith(("inputs", "params")) for it in names
    )
    question = predictions.asked_for(endpoint=name, since=since, limit=MOST_LOGGED)
    return predictions.table(here.store, question, with_inputs=with_inputs)
