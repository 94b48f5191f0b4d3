"""Variants compared by what is known of their numbers; what `nbtrack.compare_variants` rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from nbtrack.api.variants.report import VariantReport, VariantResult
from nbtrack.api.variants.units import Units
from nbtrack.api.variants.values import Measure, Metric
from nbtrack.errors import InvalidValue, UnknownName
from nbtrack.serving.statistics.allotment import mismatch
from nbtrack.serving.statistics.beliefs import chances_to_be_best
from nbtrack.serving.statistics.contrasts import Contrast, chosen_apart, drawn_apart, paired
from nbtrack.serving.statistics.samples import Sample
from nbtrack.serving.statistics.sequences import ALPHA, PLANNED

__all__ = ["Asked", "Case", "case_of", "compared", "misshared", "ordered", "told_mismatch"]

USUAL_FIRST = ("champion", "control", "production", "baseline")
"""Names of the variant that others are compared with, if nobody says which it is."""

MISMATCH = 0.001
"""Below this p value the traffic was surely not shared as planned."""


class Asked(NamedTuple):
    """How variants are to be compared; see `nbtrack.compare_variants`."""

    metric: Metric | None = None
    variant: str = "variant"
    key: str | None = "key"
    label: str = "label"
    covariate: str | None = None
    first: str | None = None
    shares: Mapping[str, float] | None = None
    lower_is_better: bool | None = None
    alpha: float = ALPHA
    planned: int = PLANNED
    adaptive: bool = False


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


def ordered(
    counts: Iterable[str], first: str | None, shares: Iterable[str] | None = None
) -> list[str]:
    """The names of the variants, the one that others are compared with first.

    Raises:
        InvalidValue: There are none, or not the one that was named.
    """
    there = set(counts)
    names = [it for it in shares or () if it in there]
    names += sorted(there - set(names))
    if not names:
        raise InvalidValue("there is nothing to compare yet: no row tells of a variant")
    if first is not None and first not in names:
        raise UnknownName("variant", first, names)
    usual = [it for it in USUAL_FIRST if it in names]
    usual += [name for it in USUAL_FIRST for name in names if name.endswith(f"-{it}")]
    chosen = first or next(iter(usual), names[0])
    return [chosen, *(it for it in names if it != chosen)]


def case_of(units: Units, measure: Measure, names: Sequence[str]) -> Case:
    """What is compared of some numbers."""
    first, *rest = names
    others = [it for it in rest if frozenset((first, it)) in units.pairs]
    return Case(
        {name: units.sample(name) for name in names},
        measure.name,
        measure.is_lower_better,
        differences={name: units.differences(first, name) for name in others},
    )


def misshared(units: Units, shares: Mapping[str, float] | None) -> list[str]:
    """A warning where traffic was not shared as it was to be."""
    if not shares:
        return []
    shadows = {it for pair in units.pairs for it in pair} - set(shares)
    names = sorted({*shares, *units.counts} - shadows)
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
    if case.differences:
        more.append(f"{', '.join(case.differences)} answered the same requests as {names[0]}")
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
