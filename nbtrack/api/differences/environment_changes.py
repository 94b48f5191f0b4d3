"""What changed between the environments of two runs: packages, modules, Python, machine."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import PurePath
from typing import Any

from nbtrack.api.cells.lines import python_of
from nbtrack.api.differences.finding import Finding, Role
from nbtrack.api.differences.matched_cells import Pair, label

__all__ = ["Told", "changed_packages", "environment_findings", "imports_of", "module_of"]

MACHINE = {"platform": "system", "cpu": "processor", "gpus": "GPUs", "implementation": "Python"}
"""Facts of the machine, and how a title calls them; its memory is no cause of a result."""


def imports_of(source: str) -> set[str]:
    """The modules that a cell imports, with the packages they are in."""
    try:
        tree = ast.parse(python_of(source))
    except (SyntaxError, ValueError, RecursionError):
        return set()
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found | {name.partition(".")[0] for name in found}


OWN = {"anywidget", "duckdb", "msgspec", "plotly", "psutil", "PyYAML", "rich", "xxhash"}
"""What nbtrack itself loads once it needs it, between one run and the next."""

Told = tuple[str, str]
"""What a finding names already: ("module", name), ("package", module)."""


def module_of(path: str) -> str:
    """The last name of the module in a file; empty for a file of another kind."""
    file = PurePath(path)
    if file.suffix != ".py":
        return ""
    return file.parent.name if file.stem == "__init__" else file.stem


def changed_packages(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, str]:
    """The packages that are of another version, by the modules at their top."""
    versions = [side.get("packages") or {} for side in (before, after)]
    names = module_names(before, after)
    return {
        module: name
        for name in versions[0].keys() & versions[1].keys()
        if versions[0][name] != versions[1][name]
        for module in names.get(name, [name.replace("-", "_")])
    }


def module_names(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[str]]:
    """The modules of each package that is called otherwise."""
    found: dict[str, list[str]] = {}
    for side in (before, after):
        for module, names in (side.get("imports") or {}).items():
            for name in names:
                found.setdefault(name, []).append(module)
    return found


def environment_findings(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    pairs: Sequence[Pair],
    told: AbstractSet[Told] = frozenset(),
) -> list[Finding]:
    """The differences of two environments; what the run's own cells import counts for more.

    Args:
        before: Of the earlier run.
        after: Of the later one.
        pairs: The executions behind both.
        told: Modules that a finding names already, and packages whose files a cell read.
    """
    if not before or not after:
        return []
    importers: dict[str, Pair] = {}
    for pair in pairs:
        for name in imports_of(pair.told.source or ""):
            importers.setdefault(name, pair)
    return [
        *module_findings(before, after, importers, told),
        *package_findings(before, after, importers, told),
        *machine_findings(before, after),
    ]


def module_findings(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    importers: Mapping[str, Pair],
    known: AbstractSet[Told],
) -> list[Finding]:
    """Modules of the user's own whose files changed: code, though in no cell."""
    found = []
    packages = changed_packages(before, after)
    for name, digest in (after.get("modules") or {}).items():
        then = (before.get("modules") or {}).get(name, digest)
        is_told = ("module", name.rpartition(".")[2]) in known
        if then == digest or is_told or name.partition(".")[0] in packages:
            continue
        pair = importers.get(name)
        told = Finding("code", f"module {name} changed", then, digest, role="possible")
        if pair is not None:
            where = label(pair.told)
            told = told._replace(role="cause", position=pair.position, where=where)
        found.append(told)
    return found


def package_findings(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    importers: Mapping[str, Pair],
    known: AbstractSet[Told],
) -> list[Finding]:
    """Packages of other versions; one that only one of the runs had loaded is an aside."""
    called = module_names(before, after)
    versions = [side.get("packages") or {} for side in (before, after)]
    found = []
    for name in sorted({*versions[0], *versions[1]}, key=str.lower):
        old, new = versions[0].get(name), versions[1].get(name)
        if old == new or name == "nbtrack":
            continue  # what watches is no cause of what it sees
        modules = called.get(name) or [name.replace("-", "_")]
        spelled = [spelling for it in modules for spelling in (it, it.lower())]
        pair = next((importers[it] for it in spelled if it in importers), None)
        if None in {old, new} and name in OWN and pair is None:
            continue
        found.append(
            Finding(
                "package",
                f"{name} {old or 'not loaded'} → {new or 'not loaded'}",
                old or "",
                new or "",
                label(pair.told) if pair is not None else "",
                role_of(old, new, is_read=any(("package", it) in known for it in modules)),
                pair.position if pair is not None else UNUSED,
            )
        )
    return found


def role_of(old: str | None, new: str | None, *, is_read: bool) -> Role:
    """What a package of another version is: its files may have been seen to enter the run."""
    if None in {old, new}:
        return "aside"
    return "cause" if is_read else "ambient"


UNUSED = 1e9
"""The position of what no cell names: after what is named, before the machine."""


def machine_findings(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Finding]:
    """Another Python, another system, another processor."""
    found = []
    if before.get("python") != after.get("python"):
        old, new = str(before.get("python")), str(after.get("python"))
        found.append(Finding("python", f"Python {old} → {new}", old, new, role="ambient"))
    for name, title in MACHINE.items():
        then, now = listed(before.get(name)), listed(after.get(name))
        if then != now:
            found.append(Finding("machine", f"{title} {then} → {now}", then, now, role="ambient"))
    return found


def listed(value: Any) -> str:
    """A fact of the machine as text."""
    return (", ".join(value) if isinstance(value, list) else str(value or "")) or "none"
