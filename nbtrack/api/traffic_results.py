"""Variants of an endpoint, or of any frame, compared: `nbtrack.compare_variants`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from nbtrack.api.variant_report import VariantReport, VariantResult
from nbtrack.api.variant_units import Units, units_of
from nbtrack.api.variant_values import Measure, Metric, column_of, measure_of
from nbtrack.errors import InvalidValue, UnknownName
from nbtrack.serving.statistics.allotment import mismatch
from nbtrack.serving.statistics.beliefs import chances_to_be_best
from nbtrack.serving.statistics.contrasts import Contrast, chosen_apart, drawn_apart, paired
from nbtrack.serving.statistics.samples import Sample
from nbtrack.serving.statistics.sequences import ALPHA, PLANNED

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Case", "compare_variants", "compared"]

USUAL_FIRST = ("champion", "control", "production", "baseline")
"""Names of the variant that others are compared with, if nobody says which it is."""

MISMATCH = 0.001
"""Below this p value the traffic was surely not shared as planned."""


class Case(NamedTuple):
    """What is compared, and how.

    Attributes:
        samples: The numbers of each variant, the first one first.
        metric: What they are.
        is_lower_better: Whether less is better.
        alpha: How often all looks together may find a difference where there is none.
        planned: For how many numbers the bounds are narrowest.
        is_chosen: Whether traffic followed what was seen, as a bandit's does.
        differences: By variant, the differences of answers to the same requests.
    """

    samples: Mapping[str, Sample]
    metric: str
    is_lower_better: bool = False
    alpha: float = ALPHA
    planned: int = PLANNED
    is_chosen: bool = False
    differences: Mapping[str, Sample] = {}


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
        data: A frame with a row for each answer, such as `nbtrack.predictions(...)` gives, or the
            numbers of each variant by its name.
        metric: `accuracy`, `absolute_error`, `squared_error`, `error_rate`, a column, or a function
            of the frame that gives a number for each row. Rewards or labels tell it otherwise.
        variant: The column of variants.
        key: The column of what the traffic was shared by: each key counts once, with the mean of
            its answers. A frame without it, or None, lets each answer count.
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


def ordered(
    counts: Mapping[str, int], first: str | None, shares: Mapping[str, float] | None
) -> list[str]:
    """The names of the variants, the one that others are compared with first.

    Raises:
        InvalidValue: There are none, or not the one that was named.
    """
    names = [it for it in shares or () if it in counts]
    names += sorted(set(counts) - set(names))
    if not names:
        raise InvalidValue("there is nothing to compare yet: no row tells of a variant")
    if first is not None and first not in names:
        raise UnknownName("variant", first, names)
    chosen = first or next((it for it in USUAL_FIRST if it in names), names[0])
    return [chosen, *(it for it in names if it != chosen)]


def case_of(units: Units, measure: Measure, names: Sequence[str]) -> Case:
    """What is compared of some numbers."""
    others = names[1:] if units.is_paired else []
    return Case(
        {name: units.sample(name) for name in names},
        measure.name,
        measure.is_lower_better,
        differences={name: units.differences(names[0], name) for name in others},
    )


def misshared(units: Units, shares: Mapping[str, float] | None) -> list[str]:
    """A warning where traffic was not shared as it was to be."""
    if not shares or units.is_paired:
        return []
    names = sorted({*shares, *units.counts})
    counts = [units.counts.get(it, 0) for it in names]
    return told_mismatch(names, counts, [shares.get(it, 0.0) for it in names], units.name)


def told_mismatch(
    names: Sequence[str], counts: Sequence[int], shares: Sequence[float], unit: str
) -> list[str]:
    """A warning where variants surely got other parts than they were to."""
    if not sum(shares) > 0 or mismatch(counts, shares) >= MISMATCH:
        return []
    whole, planned = sum(counts), sum(shares)
    told = ", ".join(
        f"{name} got {count / whole:.1%} of the {unit}, not {share / planned:.1%}"
        for name, count, share in zip(names, counts, shares, strict=True)
    )
    return [f"{told}: something keeps some of them away, and no result holds until it is found"]


def compared(
    case: Case,
    *,
    unit: str = "predictions",
    warnings: Sequence[str] = (),
    note: str = "",
    models: Mapping[str, tuple[str, str]] | None = None,
) -> VariantReport:
    """Variants compared by what is known of their numbers.

    Args:
        case: What is compared, and how.
        unit: What was counted.
        warnings: Why it may not hold, in words.
        note: How it was done, in words.
        models: The registered model and the version behind each variant.
    """
    names = list(case.samples)
    # Each of several comparisons with the first may be wrong less often, so that all are rarely
    alpha = case.alpha / max(1, len(names) - 1)
    contrasts = {name: contrast(case, name, alpha) for name in names[1:]}
    results = [result(case, name, contrasts.get(name), best) for name, best in chances(case)]
    more = ["the traffic followed the rewards, so no p value holds"] if case.is_chosen else []
    return VariantReport(
        metric=case.metric,
        results=results,
        winner=winner(results, is_lower_better=case.is_lower_better),
        is_lower_better=case.is_lower_better,
        unit=unit,
        warnings=list(warnings),
        note="; ".join([*filter(None, [note]), *more]),
        alpha=case.alpha,
        models=dict(models or {}),
    )


def contrast(case: Case, name: str, alpha: float) -> Contrast:
    """How a variant stands beside the first one."""
    if name in case.differences:
        return paired(case.differences[name], alpha, case.planned)
    first = next(iter(case.samples.values()))
    compare = chosen_apart if case.is_chosen else drawn_apart
    return compare(first, case.samples[name], alpha, case.planned)


def chances(case: Case) -> list[tuple[str, float | None]]:
    """Each variant with how likely it is the best."""
    samples = list(case.samples.values())
    if len(samples) < 2 or case.differences or not all(it.size for it in samples):
        return [(name, None) for name in case.samples]
    if case.is_lower_better:
        samples = [turned(it) for it in samples]
    return list(zip(case.samples, chances_to_be_best(samples), strict=True))


def turned(sample: Sample) -> Sample:
    """A sample of which more is better, from one of which less is."""
    return sample._replace(mean=1 - sample.mean if sample.is_binary else -sample.mean)


def result(case: Case, name: str, beside: Contrast | None, best: float | None) -> VariantResult:
    """One variant as it is shown."""
    own, first = case.samples[name], next(iter(case.samples.values()))
    mean, deviation = (own.mean, own.deviation) if own.size else (None, None)
    if beside is None or not own.size or not first.size:
        return VariantResult(name, own.size, mean, deviation, best=best)
    return VariantResult(
        name,
        own.size,
        mean,
        deviation,
        beside.value,
        *beside.bounds,
        beside.p_value,
        beside.value / abs(first.mean) if first.mean else None,
        best,
        beside.needed,
    )


def winner(results: Sequence[VariantResult], *, is_lower_better: bool) -> str | None:
    """The variant that is surely the best: the first beats all others, or another beats the first.

    Of several that surely beat the first, the one with the best mean is it; that it beats the
    others of them too is likely, not sure.
    """
    sign = -1 if is_lower_better else 1
    first, *others = results
    beaten = [it for it in others if it.is_sure and (it.difference or 0) * sign < 0]
    better = [it for it in others if it.is_sure and (it.difference or 0) * sign > 0]
    if better:
        return max(better, key=lambda it: (it.mean or 0) * sign).name
    return first.name if others and len(beaten) == len(others) else None
