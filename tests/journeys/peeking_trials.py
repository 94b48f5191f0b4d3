"""Trials of variants that are alike, or are not: how often a test that is looked at goes wrong.

python tests/journeys/peeking_trials.py               all cases, 1000 trials each, a line a case
python tests/journeys/peeking_trials.py --trials 200 rates    cases with a word of these

Each trial looks at all numbers so far, after each of the first, after each hundredth more then.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from math import erfc, sqrt
from typing import NamedTuple

import numpy as np

from nbtrack.records.endpoint import EndpointPlan, EndpointStats, Traffic, Variant, VariantStats
from nbtrack.serving.statistics.allotment import mismatch
from nbtrack.serving.statistics.samples import Sample, sample_of_sums
from nbtrack.serving.statistics.sequences import difference
from nbtrack.serving.traffic.canary import judge

__all__ = ["CASES", "Found", "tried"]

NUMBERS = 10_000
FIRST_LOOKS = 200
LOOK_GROWTH = 1.01
ALPHA = 0.05
LEAST = 20

Make = Callable[[np.random.Generator, int], np.ndarray]


class Case(NamedTuple):
    """Numbers of two variants, and how much of the traffic the second one gets."""

    one: Make
    other: Make
    share: float = 0.5


class Found(NamedTuple):
    """Of how many trials each test said that there is a difference, and after how many numbers."""

    sequence: float
    peeked_test: float
    one_look: float
    median_numbers: float


def normal(mean: float = 0.0, deviation: float = 1.0) -> Make:
    return lambda rng, n: rng.normal(mean, deviation, n)


def rates(rate: float) -> Make:
    return lambda rng, n: (rng.random(n) < rate).astype(float)


def revenue(paying: float, sigma: float) -> Make:
    """Most pay nothing, the others very different sums."""
    return lambda rng, n: (rng.random(n) < paying) * rng.lognormal(0, sigma, n)


CASES = {
    "alike: normal": Case(normal(), normal()),
    "alike: normal, a tenth of the traffic": Case(normal(), normal(), 0.1),
    "alike: normal, other deviations": Case(normal(5, 1), normal(5, 4), 0.3),
    "alike: rates of 30%": Case(rates(0.3), rates(0.3)),
    "alike: rates of 2%": Case(rates(0.02), rates(0.02)),
    "alike: rates of 0.2%, a tenth of the traffic": Case(rates(0.002), rates(0.002), 0.1),
    "alike: latencies (log-normal)": Case(revenue(1, 1), revenue(1, 1)),
    "alike: revenue (5% pay)": Case(revenue(0.05, 1), revenue(0.05, 1)),
    "alike: revenue, a tenth of the traffic": Case(revenue(0.05, 1), revenue(0.05, 1), 0.1),
    "alike: revenue (2% pay), a tenth of the traffic": Case(
        revenue(0.02, 1), revenue(0.02, 1), 0.1
    ),
    "alike: heavy tails (log-normal, 1.5)": Case(revenue(1, 1.5), revenue(1, 1.5), 0.2),
    "apart: normal, a tenth of a deviation": Case(normal(), normal(0.1)),
    "apart: rates of 10% and 12%": Case(rates(0.10), rates(0.12)),
    "apart: rates of 90% and 80%": Case(rates(0.9), rates(0.8)),
}


def looks(numbers: int) -> list[int]:
    """After how many numbers one looks."""
    found = list(range(2 * LEAST, FIRST_LOOKS))
    while found[-1] < numbers:
        found.append(min(numbers, int(found[-1] * LOOK_GROWTH) + 1))
    return found


def steps(case: Case, rng: np.random.Generator, numbers: int) -> Iterator[tuple[float, ...]]:
    """What one sees at each look: count, sum and sum of squares of both variants."""
    is_other = rng.random(numbers) < case.share
    values = np.where(is_other, case.other(rng, numbers), case.one(rng, numbers))
    parts = [
        np.cumsum(part)
        for mask in (~is_other, is_other)
        for part in (mask, np.where(mask, values, 0), np.where(mask, values**2, 0))
    ]
    for look in looks(numbers):
        yield tuple(float(part[look - 1]) for part in parts)


def tried(case: Case, trials: int, seed: int = 1, numbers: int = NUMBERS) -> Found:
    """How often the sequence, an ordinary test at every look, and one at the end find something."""
    alarms, peeked, at_end, after = 0, 0, 0, []
    for trial in range(trials):
        rng = np.random.default_rng([seed, trial])
        is_found = was_low = is_low = False
        for sums in steps(case, rng, numbers):
            one = sample_of_sums(int(sums[0]), *sums[1:3])
            other = sample_of_sums(int(sums[3]), *sums[4:6])
            if min(one.size, other.size) < LEAST:
                continue
            found = difference(one, other)
            if not is_found and found.is_sure:
                is_found = True
                after.append(one.size + other.size)
            is_low = is_low_at_one_look(one, other)
            was_low |= is_low
        alarms, peeked, at_end = alarms + is_found, peeked + was_low, at_end + is_low
    middle = float(np.median(after)) if after else float("nan")
    return Found(alarms / trials, peeked / trials, at_end / trials, middle)


def is_low_at_one_look(one: Sample, other: Sample) -> bool:
    """Whether an ordinary test says that there is a difference."""
    error = one.error + other.error
    return erfc(abs(one.mean - other.mean) / sqrt(2 * error)) < ALPHA if error else False


def mismatches(trials: int, share: float, seed: int = 1, numbers: int = NUMBERS) -> float:
    """How often traffic shared by this part is ever said not to be in halves."""
    alarms = 0
    for trial in range(trials):
        others = np.cumsum(np.random.default_rng([seed, trial]).random(numbers) < share)
        alarms += any(
            mismatch([look - int(others[look - 1]), int(others[look - 1])], [1, 1]) < ALPHA
            for look in looks(numbers)
        )
    return alarms / trials


def stopped(trials: int, errors: tuple[float, float], seed: int = 1) -> tuple[float, float]:
    """How often a canary with these rates of errors is stopped, and after how many requests."""
    names = ("first", "canary")
    plan = EndpointPlan(
        endpoint_id="e",
        name="e",
        variants=tuple(
            Variant(name=name, model_uri="", folder="", share=share)
            for name, share in zip(names, (0.8, 0.2), strict=True)
        ),
        traffic=Traffic(mode="canary", least_requests=20, most_errors=0.0),
    )
    after = []
    for trial in range(trials):
        rng = np.random.default_rng([seed, trial])
        is_canary = rng.random(NUMBERS) < plan.variants[1].share
        is_error = rng.random(NUMBERS) < np.where(is_canary, errors[1], errors[0])
        counts = {
            name: (np.cumsum(mask), np.cumsum(mask & is_error))
            for name, mask in zip(names, (~is_canary, is_canary), strict=True)
        }
        for look in looks(NUMBERS)[::4]:
            figures = [
                VariantStats(name=name, requests=int(asked[look - 1]), errors=int(failed[look - 1]))
                for name, (asked, failed) in counts.items()
            ]
            if judge(plan, EndpointStats(variants=figures)) is not None:
                after.append(figures[1].requests)
                break
    return len(after) / trials, float(np.median(after)) if after else float("nan")


def main() -> int:
    """Print a line for each case; fail where a sequence is wrong too often."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("words", nargs="*")
    parser.add_argument("--trials", type=int, default=1000)
    asked = parser.parse_args()
    worst = 0.0
    print(f"{'case':<46}{'sequence':>9}{'peeked':>8}{'one look':>9}{'numbers':>9}{'seconds':>9}")
    for name, case in CASES.items():
        if asked.words and not any(it in name for it in asked.words):
            continue
        start = time.perf_counter()
        it = tried(case, asked.trials)
        print(
            f"{name:<46}{it.sequence:9.1%}{it.peeked_test:8.1%}{it.one_look:9.1%}"
            f"{it.median_numbers:9.0f}{time.perf_counter() - start:9.1f}",
            flush=True,
        )
        worst = max(worst, it.sequence if name.startswith("alike") else 0.0)
    if not asked.words:
        for share in (0.5, 0.52, 0.55):
            found = mismatches(asked.trials, share)
            print(f"{f'traffic of {share:.0%} that shall be a half':<46}{found:9.1%}", flush=True)
            worst = max(worst, found if share == 1 / 2 else 0.0)
        for errors in ((0.01, 0.01), (0.0, 0.0), (0.01, 0.03), (0.01, 0.1), (0.0, 0.5)):
            part, middle = stopped(asked.trials // 4, errors)
            words = f"canary with {errors[1]:.0%} of errors beside {errors[0]:.0%}"
            print(f"{words:<46}{part:9.1%}{'':17}{middle:9.0f}", flush=True)
            worst = max(worst, part if errors[0] == errors[1] else 0.0)
    print(f"at worst {worst:.1%} false alarms; {ALPHA:.0%} are allowed")
    return int(worst > ALPHA)


if __name__ == "__main__":
    sys.exit(main())
