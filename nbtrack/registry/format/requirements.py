"""What a model needs installed: found from modules in use, or read from what the user gave.

Nothing is asked of a package index, and no process is started for it.
"""

from __future__ import annotations

import importlib.metadata
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from nbtrack.capture.sources.packages import package_reader, versions_of
from nbtrack.errors import InvalidValue

__all__ = [
    "Requirements",
    "changed_requirements",
    "mismatches",
    "name_of",
    "pinned",
    "pins_of_modules",
    "pins_of_packages",
    "read_requirements",
]

NAME = re.compile(r"\s*([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)")
PIN = re.compile(r"\s*([\w.-]+)(?:\[[^\]]*\])?\s*==\s*([\w.!+-]+)\s*$")
PASSWORD = re.compile(r"(?<=://)[^/@\s$]+@")
"""A name and a password in an address; `${NAME}`, which pip reads from the environment, stays."""

NOT_NEEDED = {"nbtrack", "pip", "setuptools", "wheel", "ipykernel", "ipython", "pytest"}
"""Never found by looking: they are around a model, not in it."""


class Requirements(NamedTuple):
    """Lines for requirements.txt and constraints.txt."""

    requirements: list[str]
    constraints: list[str]


def name_of(requirement: str) -> str:
    """The package of a requirement, as indexes compare names; empty for a path or an option.

    Example:
        >>> from nbtrack.registry.format.requirements import name_of
        >>> name_of("Scikit_Learn[alldeps]>=1.4")
        'scikit-learn'
    """
    found = NAME.match(requirement)
    return re.sub(r"[-_.]+", "-", found[1]).lower() if found else ""


versions: dict[str, str] = {}
"""Those found before: reading one takes 2 ms, and what is loaded stays what it was."""


def version_of(name: str) -> str | None:
    """The version of an installed package, without a local build's mark; None for another."""
    if name not in versions:
        try:
            versions[name] = importlib.metadata.version(name).partition("+")[0]
        except importlib.metadata.PackageNotFoundError:
            return None
    return versions[name]


def pinned(name: str) -> str:
    """A package with its installed version; the name alone where it is not installed."""
    version = version_of(name)
    return name if version is None else f"{name}=={version}"


def pins_of_packages(packages: Iterable[str]) -> list[str]:
    """Packages with their installed versions, in order, each once."""
    named = {name_of(it): it for it in packages}
    return [pinned(named[name]) for name in sorted(named)]


def pins_of_modules(modules: Iterable[str]) -> list[str]:
    """The packages that modules came from, with the versions that were loaded."""
    tops = {name.partition(".")[0] for name in modules} - sys.stdlib_module_names
    loaded = package_reader.read()
    found: dict[str, str] = {}
    for top in tops - NOT_NEEDED:
        homes = loaded.get(top)
        if homes is None:
            homes = versions_of(distributions().get(top, []))
        for name, version in homes.items():
            if name_of(name) not in NOT_NEEDED:
                found[name_of(name)] = f"{name}=={version.partition('+')[0]}"
    return [found[name] for name in sorted(found)]


@cache
def distributions() -> dict[str, list[str]]:
    """The packages of every module that is installed."""
    return {name: list(them) for name, them in importlib.metadata.packages_distributions().items()}


def read_requirements(given: str | os.PathLike[str] | Iterable[str]) -> Requirements:
    """What a user gave: lines, or the path of a file; `-r` and `-c` are followed.

    Passwords in addresses are left out.

    Raises:
        InvalidValue: It is neither, or a file is not there.
    """
    if isinstance(given, str | os.PathLike):
        lines = lines_of(Path(given), constraint=False)
    else:
        texts = list(given)
        for text in texts:
            if not isinstance(text, str):
                raise InvalidValue(
                    f"requirements are texts such as 'scikit-learn==1.5', or the path of a file, "
                    f"not {text!r}"
                )
        lines = followed(texts, Path(), constraint=False)
    found = Requirements([], [])
    for line, is_constraint in lines:
        wanted = found.constraints if is_constraint else found.requirements
        text = PASSWORD.sub("", line)
        if text not in wanted:
            wanted.append(text)
    return found


def lines_of(path: Path, *, constraint: bool) -> Iterator[tuple[str, bool]]:
    """The lines of a file, and whether each is a constraint."""
    try:
        texts = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise InvalidValue(
            f"the requirements file {path} cannot be read: {error.strerror}; give its path, or a "
            f"list of lines"
        ) from error
    return followed(texts, path.parent, constraint=constraint)


def followed(texts: Sequence[str], folder: Path, *, constraint: bool) -> Iterator[tuple[str, bool]]:
    """Lines without comments, joined where they go on, with the files that they name."""
    joined = re.sub(r"\\\n\s*", "", "\n".join(texts))
    for text in joined.splitlines():
        line = re.sub(r"(^|\s)#.*", "", text).strip()
        named = re.match(r"(-r|--requirement|-c|--constraint)[\s=]*(.+)", line)
        if named:
            is_constraint = constraint or named[1] in {"-c", "--constraint"}
            yield from lines_of(folder / named[2].strip(), constraint=is_constraint)
        elif line:
            yield line, constraint


def changed_requirements(lines: Sequence[str], operation: str, wanted: Sequence[str]) -> list[str]:
    """Lines with some added, in place of those of the same packages, or removed.

    Raises:
        InvalidValue: The operation is neither `add` nor `remove`, or a line names no package.
    """
    if operation not in {"add", "remove"}:
        raise InvalidValue(f"requirements are changed by 'add' or 'remove', not {operation!r}")
    names = {}
    for line in wanted:
        name = name_of(line)
        if not name or re.search(r"[<>=!~]=?\s*$", line):
            raise InvalidValue(f"{line!r} is no requirement; write 'name' or 'name==1.0'")
        names[name] = line.strip()
    kept = [line for line in lines if name_of(line) not in names]
    return kept + list(names.values()) if operation == "add" else kept


def mismatches(lines: Iterable[str]) -> list[str]:
    """How the packages here differ from pinned ones, one text each."""
    found = []
    for line in lines:
        pin = PIN.match(line.partition(";")[0])
        if pin is None or name_of(pin[1]) == "mlflow":
            continue
        here = version_of(pin[1])
        if here is None:
            found.append(f"{pin[1]} {pin[2]} is not installed")
        elif here != pin[2].partition("+")[0]:
            found.append(f"{pin[1]} is {here}, was {pin[2]}")
    return found
