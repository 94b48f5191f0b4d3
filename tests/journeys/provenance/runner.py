"""Runs the cases of provenance: in kernels with nbtrack, or by themselves against the oracle.

python tests/journeys/provenance/runner.py                  all cases in kernels, a line each
python tests/journeys/provenance/runner.py --oracle         whether the cases themselves are right
python tests/journeys/provenance/runner.py mutation alias   a topic, or words of names
"""

from __future__ import annotations

import argparse
import json
import sys
import time

import cases
import kernels
import oracle


def check_cases(chosen):
    """Check cases against the oracle; by name, what is wrong with them."""
    shell = oracle.load()
    return {case.name: oracle.check(shell, case) for case in chosen}


def show_check(found):
    """Print what is wrong with cases; the number of those that are."""
    for name, problems in found.items():
        for problem in problems:
            print(f"{name}: {problem}")
    wrong = sum(map(bool, found.values()))
    print(f"{len(found)} cases, {wrong} wrong")
    return wrong


def judge_cases(chosen):
    """Run cases in kernels; pairs of a case and what came of it, as they come."""
    shell = oracle.load()
    for case, kernel in zip(chosen, kernels.fresh_kernels(len(chosen)), strict=True):
        found = kernels.tracked(kernel, case)
        yield case, kernels.tell(shell, case, found, oracle.is_enough)


def line_of(case, found):
    """What came of a case, in a line."""
    if "problem" in found:
        return f"{'failed':<8}{case.name}: {found['problem']}"
    word = "exact" if found["is_exact"] else "sound" if found["is_sound"] else "WRONG"
    parts = [f"{word:<8}{case.name}"]
    if not found["is_exact"]:
        parts.append(f"{found['executions']} instead of {list(case.minimal)}")
    if found["is_sound"] and not found["exact"]:
        parts.append("says it is not exact")
    if not found["is_sound"] and found["exact"]:
        parts.append("SAYS IT IS EXACT")
    parts += [f"{name} is not stale" for name in found["missed"]]
    parts += [f"{name} is called stale: {found['stale'][name]}" for name in found["false"]]
    return "; ".join(parts)


def totals(judged):
    """The sums of what came of cases."""
    answered = [(case, found) for case, found in judged if "problem" not in found]
    stale = sum(len(case.stale) for case, _ in answered)
    fresh = sum(len(case.fresh) for case, _ in answered)
    unsound = [found for _, found in answered if not found["is_sound"]]
    return {
        "cases": len(judged),
        "failed": len(judged) - len(answered),
        "sound": len(answered) - len(unsound),
        "exact": sum(found["is_exact"] for _, found in answered),
        "unsound and not told": sum(found["exact"] for found in unsound),
        "stale found": f"{stale - sum(len(it['missed']) for _, it in answered)} of {stale}",
        "false alarms": f"{sum(len(it['false']) for _, it in answered)} of {fresh}",
    }


def show_judgement(chosen, *, only_failures):
    """Print a line for each case and the totals; the number of cases that are not sound."""
    judged = []
    for case, found in judge_cases(chosen):
        judged.append((case, found))
        is_good = found.get("is_exact") and not found["missed"] and not found["false"]
        if not (is_good and only_failures):
            print(line_of(case, found), flush=True)
    sums = totals(judged)
    for name, value in sums.items():
        print(f"{name:<22}{value}")
    return sums["cases"] - sums["sound"]


def main():
    """Read the command line and run; the result is the number of cases that are wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("words", nargs="*", help="topics, or words of cases' names")
    parser.add_argument("--names", help="names of cases as a JSON list, instead of words")
    parser.add_argument("--oracle", action="store_true", help="check the cases themselves")
    parser.add_argument("--json", action="store_true", help="print what was found as JSON")
    parser.add_argument("--failures", action="store_true", help="print only what is not perfect")
    asked = parser.parse_args()
    chosen = cases.chosen(asked.words)
    if asked.names:
        names = json.loads(asked.names)
        chosen = [case for name in names for case in cases.ALL if case.name == name]
    if asked.json:
        found = (
            check_cases(chosen)
            if asked.oracle
            else {case.name: it for case, it in judge_cases(chosen)}
        )
        print(json.dumps(found))
        return 0
    begun = time.perf_counter()
    wrong = (
        show_check(check_cases(chosen))
        if asked.oracle
        else show_judgement(chosen, only_failures=asked.failures)
    )
    print(f"{time.perf_counter() - begun:.1f} s")
    return wrong


if __name__ == "__main__":
    sys.exit(bool(main()))
