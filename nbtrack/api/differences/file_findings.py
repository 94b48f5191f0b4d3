"""Findings in the files that two runs read: other content, other files, modules of the user's."""

from __future__ import annotations

from collections.abc import Iterator
from os.path import commonpath
from pathlib import PurePath

from nbtrack.api.differences.comparison import FILE, Comparison, OuterRead, Side, same_file
from nbtrack.api.differences.data_changes import data_changes
from nbtrack.api.differences.environment_changes import changed_packages, module_of
from nbtrack.api.differences.finding import Finding, Role
from nbtrack.api.differences.matched_cells import label
from nbtrack.capture.redaction import same_digest
from nbtrack.records.execution import Execution

__all__ = ["file_findings", "other_files"]

MOST_FILES = 3


def file_findings(comparison: Comparison) -> Iterator[Finding]:
    """Files that changed outside of the run's cells, told by the columns read from them."""
    for read in comparison.outer_reads:
        path = read.symbol.removeprefix(FILE)
        if path == read.symbol or ("data", path) in comparison.told:
            continue
        comparison.told.add(("data", path))
        if module_of(path):
            yield from of_module(comparison, read, module_of(path))
            continue
        for title in of_file(comparison, path) or [f"file {PurePath(path).name} changed"]:
            where, position = label(read.pair.told), read.pair.position
            yield Finding("data", title, read.before, read.after, where, "cause", position)


def of_file(comparison: Comparison, path: str) -> list[str]:
    """The changes of what was read from a file; nothing where no dataset tells of it.

    A dataset that names the file as its source comes before those made by a cell that read it,
    and the one with the fewest changes before those derived from it.
    """
    readers = {pair.position for pair in comparison.readers(path)}
    known = []
    for name, (before, after) in comparison.datasets.items():
        is_source = same_file(after.place, path)
        is_made = any(it.position in readers for it in comparison.makers(name))
        if (is_source or is_made) and ("data", name) not in comparison.told:
            titles = data_changes(before, after, PurePath(path).name)
            known.append((after.is_file, not is_source, len(titles), name, titles))
            if after.is_file:
                comparison.told.add(("data", name))
    if not known:
        return []
    *_, name, titles = min(known)
    comparison.told.add(("data", name))
    return titles


def of_module(comparison: Comparison, read: OuterRead, name: str) -> Iterator[Finding]:
    """A module of the user's own that changed; that of a package which changed is told as that."""
    kept = [side.environment for side in comparison.sides]
    packages = changed_packages(kept[0], kept[1])
    parts = {*PurePath(read.symbol.removeprefix(FILE)).parts, name}
    comparison.told.add(("module", name))
    if its := parts & packages.keys():
        comparison.told |= {("package", it) for it in its}
        return
    where, position = label(read.pair.told), read.pair.position
    yield Finding(
        "code", f"module {name} changed", read.before, read.after, where, "cause", position
    )


def other_files(comparison: Comparison) -> Iterator[Finding]:
    """Files that equal code read on one side alone: it found others, or stood elsewhere."""
    for pair in comparison.pairs:
        if pair.before is None or pair.after is None or not pair.is_same_code:
            continue
        then = outer_files(comparison.before, pair.before)
        now = outer_files(comparison.after, pair.after)
        gone = {path: then[path] for path in then.keys() - now.keys()}
        new = {path: now[path] for path in now.keys() - then.keys()}
        role: Role = "effect" if comparison.is_explained(pair) else "cause"
        for title in titles_of(gone, new):
            comparison.told |= {("data", name) for name in datasets_of(comparison, {*gone, *new})}
            old, late = ", ".join(sorted(gone)), ", ".join(sorted(new))
            yield Finding("data", title, old, late, label(pair.told), role, pair.position)


def outer_files(side: Side, execution: Execution) -> dict[str, str]:
    """The files of data that an execution read and no cell had made, with their digests."""
    return {
        symbol.removeprefix(FILE): digest
        for symbol, digest in (execution.reads or {}).items()
        if symbol.startswith(FILE) and not module_of(symbol) and not side.is_made(symbol, execution)
    }


def titles_of(gone: dict[str, str], new: dict[str, str]) -> list[str]:
    """What became of the files that only one side read; of equal ones in other places nothing."""
    if are_same(sorted(gone.values()), sorted(new.values())):
        return []
    if len(gone) == len(new) == 1:
        one, other = told_apart(*gone, *new)
        return [f"another file was read: {one} → {other}"]
    parts = [(new, "read too"), (gone, "not read any more")]
    return [f"{named(paths)} {words}" for paths, words in parts if paths]


def are_same(gone: list[str], new: list[str]) -> bool:
    """Whether files have the same contents, whether or not their digests are under a key."""
    if gone == new or len(gone) != len(new):
        return gone == new
    return all(any(same_digest(it, other) for other in new) for it in gone)


def told_apart(one: str, other: str) -> tuple[str, str]:
    """Two paths without the folder that both are in."""
    try:
        folder = commonpath([PurePath(one).parent, PurePath(other).parent])
    except ValueError:
        return one, other
    return str(PurePath(one).relative_to(folder)), str(PurePath(other).relative_to(folder))


def named(paths: dict[str, str]) -> str:
    """Some files by their names, with a verb."""
    names = sorted(PurePath(path).name for path in paths)
    rest = f" and {len(names) - MOST_FILES} more" if len(names) > MOST_FILES else ""
    return f"{', '.join(names[:MOST_FILES])}{rest} {'was' if len(names) == 1 else 'were'}"


def datasets_of(comparison: Comparison, paths: set[str]) -> Iterator[str]:
    """The datasets that some files are."""
    for side in comparison.sides:
        for name, state in side.data.items():
            if any(same_file(state.place or name, path) for path in paths):
                yield name
