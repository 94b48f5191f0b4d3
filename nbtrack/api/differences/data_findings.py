"""Findings in the datasets of two runs: what nothing explains, and what follows from changes."""

from __future__ import annotations

from collections.abc import Iterator

from nbtrack.api.differences.comparison import FILE, Comparison, same_file
from nbtrack.api.differences.data_changes import DataState, data_changes
from nbtrack.api.differences.finding import NOWHERE, Finding, Role
from nbtrack.api.differences.matched_cells import label
from nbtrack.capture.redaction import same_digest

__all__ = ["data_findings"]


def data_findings(comparison: Comparison) -> Iterator[Finding]:
    """The other datasets: with a cause behind them they are effects, else causes themselves."""
    frames = {
        state.place for _, state in comparison.datasets.values() if state.place and state.columns
    }
    for name in sorted(comparison.datasets, key=lambda it: place_of(comparison, it)):
        before, after = comparison.datasets[name]
        is_told = ("data", name) in comparison.told or (after.is_file and after.place in frames)
        if is_told:
            continue
        role, position, where = standing(comparison, name, after)
        for title in data_changes(before, after):
            yield Finding("data", title, before.digest, after.digest, where, role, position)
    yield from lone_datasets(comparison)


def place_of(comparison: Comparison, name: str) -> float:
    """Where a dataset was made, so that what others derive from comes before them."""
    return max((pair.position for pair in comparison.makers(name)), default=-1.0)


def standing(comparison: Comparison, name: str, state: DataState) -> tuple[Role, float, str]:
    """The role of a changed dataset, its position, and where it was made or read."""
    place = state.place or name
    pairs = comparison.readers(place) if state.is_file else comparison.makers(name)
    pairs = pairs or comparison.readers(place)
    if not pairs:
        return ("cause", -1.0, "") if state.place else ("possible", NOWHERE, "")
    pair = pairs[0 if state.is_file else -1]
    is_ours = not state.is_file or any(
        same_file(place, symbol.removeprefix(FILE))
        for symbol in comparison.after.writers
        if symbol.startswith(FILE)
    )
    role: Role = "cause"
    if is_ours and comparison.is_explained(pair):
        role = "effect"
    elif is_ours and is_file_same(comparison, name):
        is_elsewhere = any(it.role == "ambient" for it in comparison.found)
        role = "effect" if is_elsewhere else "possible"
    return role, pair.position, label(pair.after) if pair.after is not None else ""


def is_file_same(comparison: Comparison, name: str) -> bool:
    """Whether all files that a frame was made from are what they were."""
    reads = [
        ((pair.before.reads or {}).get(symbol, ""), digest)
        for pair in comparison.makers(name)
        if pair.before is not None and pair.after is not None
        for symbol, digest in (pair.after.reads or {}).items()
        if symbol.startswith(FILE)
    ]
    return bool(reads) and all(same_digest(then, now) for then, now in reads)


def lone_datasets(comparison: Comparison) -> Iterator[Finding]:
    """Datasets that only one of the runs read."""
    then, now = comparison.before.data, comparison.after.data
    for name in sorted(then.keys() ^ now.keys()):
        if ("data", name) in comparison.told:
            continue
        state = now[name] if name in now else then[name]
        words = "was read too" if name in now else "was not read any more"
        old, new = (side[name].digest if name in side else "" for side in (then, now))
        role: Role = "effect" if any(it.role == "cause" for it in comparison.found) else "possible"
        yield Finding("data", f"{state.called} {words}", old, new, role=role)
