"""All differences between two runs, the cause first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from nbtrack.api.differences.code_findings import code_findings
from nbtrack.api.differences.comparison import Comparison, OuterRead, same_digests
from nbtrack.api.differences.data_findings import data_findings
from nbtrack.api.differences.environment_changes import environment_findings
from nbtrack.api.differences.file_findings import file_findings, other_files
from nbtrack.api.differences.finding import Finding, Kind, Role, ranked
from nbtrack.api.differences.matched_cells import label

__all__ = ["findings_of"]

SEED_TAG = "nbtrack.seed"
COMMIT_TAG = "mlflow.source.git.commit"

HIDDEN: dict[str, tuple[Kind, str, Role]] = {
    "env": ("environment variable", "environment variable {} changed", "cause"),
    "rng": ("random state", "random numbers of {} were drawn without a seed", "ambient"),
    "setting": ("hidden state", "setting {} was another", "cause"),
    "cwd": ("hidden state", "the working directory was another", "cause"),
}
"""The prefix of a symbol: the kind of its finding, its words and its role."""

LOST: tuple[Kind, str, Role] = (
    "hidden state",
    "{}, which none of the recorded cells made, was another",
    "cause",
)


def findings_of(comparison: Comparison) -> list[Finding]:
    """All differences; each part takes what those before it have not explained."""
    for part in PARTS:
        for finding in part(comparison):
            comparison.found.append(finding)  # one by one: what is found explains what follows
    return ranked(comparison.found)


def hidden_findings(comparison: Comparison) -> Iterator[Finding]:
    """What cells read without any cell having made it: the environment, random state, and such."""
    told = set()
    for read in comparison.outer_reads:
        prefix, _, name = read.symbol.partition(":")
        if prefix == "file" or read.symbol in told:
            continue
        told.add(read.symbol)
        kind, words, role = HIDDEN.get(prefix, LOST)
        title, where = words.format(name or prefix), label(read.pair.told)
        if prefix == "rng" and is_idle(read):
            role = "aside"
        yield Finding(kind, title, read.before, read.after, where, role, read.pair.position)


def is_idle(read: OuterRead) -> bool:
    """Whether what a cell left is equal but for the symbol itself: it drew to no effect."""
    sides = [
        {symbol: it for symbol, it in (execution.writes or {}).items() if symbol != read.symbol}
        for execution in (read.pair.before, read.pair.after)
        if execution is not None
    ]
    return bool(sides[0]) and all(sides[0].values()) and same_digests(sides[0], sides[-1])


def environments(comparison: Comparison) -> list[Finding]:
    """Packages, modules, Python and the machine."""
    kept = [side.environment for side in comparison.sides]
    return environment_findings(kept[0], kept[1], comparison.pairs, comparison.told)


def seeds(comparison: Comparison) -> Iterator[Finding]:
    """The seed of the run, where no changed code has told of it."""
    then, now = comparison.tags(SEED_TAG)
    if then != now and ("seed", "") not in comparison.told:
        yield Finding("seed", f"seed {then or 'none'} → {now or 'none'}", then, now)


def other_params(comparison: Comparison) -> Iterator[Finding]:
    """Params whose change no literal shows."""
    for key, (before, after) in comparison.params.items():
        if ("param", key) in comparison.told:
            continue
        if before is None or after is None:
            words = f" is new: {after}" if before is None else f" is gone: {before}"
        else:
            words = f": {before} → {after}"
        yield Finding("param", f"param {key}{words}", before or "", after or "", role="possible")


def commits(comparison: Comparison) -> Iterator[Finding]:
    """The commit: it says that something changed, not what."""
    then, now = comparison.tags(COMMIT_TAG)
    if then != now:
        title = f"git commit {then[:9] or 'none'} → {now[:9] or 'none'}"
        yield Finding("commit", title, then, now, role="aside")


def repeats(comparison: Comparison) -> Iterator[Finding]:
    """Where nothing explains anything: the first cell that gave other results from the same."""
    if any(it.role in {"cause", "possible", "ambient"} for it in comparison.found):
        return
    for pair in comparison.pairs:
        one, other = pair.before, pair.after
        if one is None or other is None or not pair.is_same_code:
            continue
        if same_digests(one.reads, other.reads) and not same_digests(one.writes, other.writes):
            where = label(other)
            title = f"{where} gave other results from the same code and data"
            yield Finding("hidden state", title, "", "", where, "ambient", pair.position)
            return


PARTS: tuple[Callable[[Comparison], Iterable[Finding]], ...] = (
    code_findings,
    hidden_findings,
    file_findings,
    other_files,
    environments,
    data_findings,
    seeds,
    other_params,
    commits,
    repeats,
)
